"""Text reads back: printing a tree and reading it gives the tree, and the same text again."""

from __future__ import annotations

import pytest

from scanwright.app.wiring import catalogue
from scanwright.expr.printer import name_of, show
from scanwright.expr.reader import read
from tests.laws.subjects import NAMES, subject


@pytest.mark.parametrize("name", NAMES)
def test_an_example_reads_back(name):
    words = catalogue()
    for tree in subject(name).trees.values():
        text = show(tree, words)
        again = read(text, words)
        assert again == tree
        assert show(again, words) == text
        assert name_of(again, words) == name_of(tree, words)
