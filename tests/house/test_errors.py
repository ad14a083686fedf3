"""Every error has a code of its own and says what to do, also at the place that raises it."""

from __future__ import annotations

import ast
import string

import pytest

from scanwright.model import errors
from tests.house.source import dotted, place, python_files, tree

KINDS = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.ScanwrightError)
}


def facts(text):
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_an_error_has_a_code_and_a_hint(kind):
    assert "code" in vars(kind), "state `code` in the class itself"
    assert kind.code == kind.code.lower().replace("_", "-").replace(" ", "-")
    assert kind.hint
    assert kind.__doc__


def test_no_two_errors_share_a_code():
    assert len({kind.code for kind in KINDS.values()}) == len(KINDS)


def raised():
    """Each place that makes one of our errors from named facts."""
    for path in python_files("src"):
        for node in ast.walk(tree(path)):
            name = dotted(node.func).split(".")[-1] if isinstance(node, ast.Call) else ""
            if name in KINDS and not node.args and all(keyword.arg for keyword in node.keywords):
                yield path, node, KINDS[name], {keyword.arg for keyword in node.keywords}


def test_an_error_is_raised_with_its_facts():
    lacking = [
        f"{place(path, node)} {kind.__name__} lacks {sorted(facts(kind.message) - given)}"
        for path, node, kind, given in raised()
        if facts(kind.message) - given
    ]
    assert not lacking


def test_an_error_is_raised_with_what_to_do():
    silent = [
        f"{place(path, node)} {kind.__name__}"
        for path, node, kind, given in raised()
        if not facts(kind.hint) <= given and "todo" not in given
    ]
    assert not silent, "give `todo`, or the facts of the hint"


def test_nobody_raises_the_python_errors_that_say_nothing():
    bare = {"Exception", "BaseException", "RuntimeError", "AssertionError"}
    found = [
        place(path, node)
        for path in python_files("src")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Raise)
        and node.exc is not None
        and dotted(node.exc.func if isinstance(node.exc, ast.Call) else node.exc) in bare
    ]
    assert not found, "raise an error of model/errors.py"
