"""Text reads back: printing a tree and reading it gives the tree, and the same text again."""

from __future__ import annotations

import pytest

from scanwright.app.wiring import catalogue
from scanwright.expr.printer import name_of, show
from scanwright.expr.reader import read
from scanwright.model.errors import ExpressionError
from tests.laws.subjects import NAMES, subject
from tests.laws.trees import Grower


@pytest.mark.parametrize("name", NAMES)
def test_an_example_reads_back(name):
    words = catalogue()
    for tree in subject(name).trees.values():
        text = show(tree, words)
        again = read(text, words)
        assert again == tree
        assert show(again, words) == text
        assert name_of(again, words) == name_of(tree, words)


def is_refused(text):
    """Whether chance made a condition that can never be true, such as `close > highest(close, 3)`."""
    try:
        read(text, catalogue())
    except ExpressionError as error:
        return "never true" in error.text
    return False


@pytest.mark.parametrize("seed", range(8))
def test_a_random_tree_reads_back(seed):
    words, grower = catalogue(), Grower(seed)
    for at in range(250):
        tree = grower.condition(2 + at % 3) if at % 2 else grower.number(2 + at % 3)
        text = show(tree, words)
        if is_refused(text):
            continue
        assert read(text, words) == tree, text
        assert show(read(text, words), words) == text
