"""Names that say nothing, and comments that tell history, are kept out."""

from __future__ import annotations

import ast
import io
import re
import tokenize

import pytest

from tests.house.source import ROOT, kept_files, place, python_files, tree

DRAWERS = {"common", "core", "helper", "helpers", "misc", "stuff", "util", "utils"}
HISTORY = re.compile(r"\b(optimi[sz]ed|enhanced|refactored|legacy|phase \d+|new and improved)\b", re.IGNORECASE)
# Hosts of package registries: what is pinned is pinned by version and hash, from wherever the reader's tools fetch.
HOSTS = re.compile(r"\b(pypi\.org|pythonhosted\.org|registry\.npmjs\.org|registry\.yarnpkg\.com|index\.crates\.io)\b")
MACHINE = re.compile(r"(?<![\w.-])/(work|farm|root|opt/pypi)/")


def test_no_file_or_folder_is_a_drawer():
    kept = (path.relative_to(ROOT) for path in kept_files())
    drawers = sorted({str(path) for path in kept for part in path.parts if part.split(".")[0].lower() in DRAWERS})
    assert not drawers, "name it for what it holds"


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_comment_tells_history(path):
    if path == ROOT / "tests/house/test_names.py":
        return
    source = path.read_text(encoding="utf-8")
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    told = [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]
    told += [
        (getattr(node, "lineno", 1), ast.get_docstring(node) or "")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    found = [f"{place(path, line)} {match.group()}" for line, text in told for match in HISTORY.finditer(text)]
    assert not found, "say what it is; git keeps what it was"


def texts():
    for path in kept_files():
        if path.is_symlink() or path.stat().st_size > 2_000_000:
            continue
        content = path.read_bytes()
        if b"\0" not in content[:8192]:
            yield path, content.decode("utf-8", errors="replace")


@pytest.mark.parametrize("pattern", [HOSTS, MACHINE], ids=["registry", "path of one machine"])
def test_no_kept_file_names_a(pattern):
    found = [
        f"{place(path, text[: match.start()].count(chr(10)) + 1)} {match.group()}"
        for path, text in texts()
        for match in pattern.finditer(text)
        if path != ROOT / "tests/house/test_names.py"
    ]
    assert not found


def test_the_lock_with_addresses_is_not_kept():
    assert not [path for path in kept_files() if path.name == "uv.lock"], "requirements.lock is the lock: `make lock`"
