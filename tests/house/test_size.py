"""Sizes that a reader can hold: no function over 90 lines, no file over 500."""

from __future__ import annotations

import ast

from tests.house.source import kept_files, place, python_files, tree

LONGEST_FUNCTION = 90
LONGEST_FILE = 500
CODE = {".py", ".pxd", ".ts", ".svelte"}


def test_no_function_is_over_90_lines():
    long = [
        f"{place(path, node)} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long


def test_no_file_is_over_500_lines():
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in kept_files() if path.suffix in CODE}
    assert not [f"{place(path, size)} lines" for path, size in sizes.items() if size > LONGEST_FILE]
