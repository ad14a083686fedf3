"""What the package never does, or does in one place only."""

from __future__ import annotations

import ast

import pytest

from tests.house.source import dotted, inside, place, python_files, tree

# ends of a called or read name -> where it may stand ("" is nowhere), and what to do instead
BANNED = {
    ("eval", "exec"): ((), "read the text with ast and a white list"),
    ("os.environ", "os.environb", "os.getenv", "os.getenvb"): (("app/settings.py",), "take it from the settings"),
    ("time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "datetime.today", "date.today"): (
        ("app/",),
        "time is handed in: ask the clock",
    ),
    ("time.sleep",): ((), "wait on what happens, or on the clock"),
}


@pytest.mark.parametrize("names", BANNED, ids=lambda names: names[0])
def test_a_name_stands_in_its_home_only(names):
    homes, instead = BANNED[names]
    ends = tuple(f".{name}" for name in names)
    found = [
        place(path, node)
        for path in python_files("src")
        if not (homes and inside(path).startswith(homes))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute | ast.Name) and f".{dotted(node)}".endswith(ends)
    ]
    assert not found, instead


def test_random_numbers_have_a_seed():
    found = [
        place(path, node)
        for path in python_files("src", "tests", "bench", "tools")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and dotted(node.func).endswith("default_rng") and not node.args + node.keywords
    ]
    assert not found, "hand the seed in"


def test_no_present_time_from_numpy():
    found = [
        place(path, node)
        for path in python_files("src")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and dotted(node.func).endswith("datetime64")
        and any(isinstance(arg, ast.Constant) and arg.value in {"now", "today"} for arg in node.args)
    ]
    assert not found, "time is handed in: ask the clock"


# TA-Lib raises `Exception` itself for a parameter that it refuses; the generator of the table asks it for the bounds.
RAISED_WITHOUT_A_NAME = {"tools/make_talib_table.py"}
# Where a job ends, whatever ended it: readers must learn that there comes no more; the fault is raised to who asked.
JOB_BOUNDARIES = {"src/scanwright/scan/run/run.py", "src/scanwright/app/going.py"}


def test_no_exception_is_caught_broadly():
    broad = {"Exception", "BaseException"}
    found = [
        place(path, node)
        for path in python_files("src", "tests", "bench", "tools")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or any(dotted(part) in broad for part in ast.walk(node.type)))
        and place(path, node).split(":")[0] not in RAISED_WITHOUT_A_NAME | JOB_BOUNDARIES
    ]
    assert not found, "name the exceptions that this place knows what to do about"


def test_nothing_is_patched():
    found = [
        place(path, node)
        for path in python_files("tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom) and "mock" in ast.unparse(node).replace(".", " ").split()
    ]
    assert not found, "hand in an object that implements the port"
