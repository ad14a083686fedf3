"""The reader's bounds: length, depth, parts, windows; nothing that a person writes makes it fail or wait."""

from __future__ import annotations

import random
import time

import pytest

from scanwright.app.wiring import catalogue
from scanwright.engine.plan import plan
from scanwright.expr.printer import show
from scanwright.expr.reader import DEEPEST, DEEPEST_TREE
from scanwright.expr.source import LONGEST_TEXT
from scanwright.expr.types import Typing
from scanwright.model.errors import ExpressionError, TooComplex
from tests.laws.trees import Grower
from tests.unit.expr.language import read, refused


def test_a_text_has_at_most_4096_characters():
    assert read("close > 3" + " " * (LONGEST_TEXT - 9))
    error = refused("close > 3" + " " * (LONGEST_TEXT - 8))
    assert (error.code, error.facts["found"]) == ("too-complex", "4,097")


def test_depth_is_bounded():
    # The sign and the comparison are levels too.
    deep = DEEPEST - 2
    assert read("abs(" * deep + "close" + ")" * deep + " > 3")
    error = refused("abs(" * DEEPEST + "close" + ")" * DEEPEST + " > 3")
    assert error.code == "too-complex"
    assert "60 levels" in error.text


@pytest.mark.parametrize(
    "text",
    [
        "(" * 2000 + "close" + ")" * 2000,
        "-" * 4000 + "close",
        "not " * 1000 + "close > 1",
        "close" + "[1]" * 1300,
        "<".join(["close"] * 600),
        " and ".join(f"high>{at}" for at in range(300)),
        "+".join(["close"] * 600),
        "[" * 4000,
        "lambda " * 500,
        "9" * 4096,
        "9**" * 1300 + "9",
        "x" * 4096,
        "." * 4096,
        '"' * 4095,
        "\\" * 4096,
        "#" * 4096,
        "close if " * 400,
        "sma(" + ",".join(f"a{at}=1" for at in range(500)) + ")",
    ],
    ids=lambda text: text[:12],
)
def test_a_text_made_to_hurt_is_refused_at_once(text):
    begun = time.perf_counter()
    refused(text)
    assert time.perf_counter() - begun < 1


def test_what_definitions_pile_up_is_bounded():
    tree = read("close > 1")
    error = None
    for _ in range(10):
        try:
            tree = read("deeper" + "".join(f" and high > {at}" for at in range(50)), define={"deeper": tree})
        except TooComplex as found:
            error = found
    assert error is not None
    assert f"{DEEPEST_TREE} levels" in error.text


def test_every_tree_that_is_read_can_be_printed_and_planned():
    text = " and ".join(f"high>{at}" for at in range(DEEPEST_TREE - 2))
    tree = read(text)
    assert read(show(tree, catalogue())) == tree
    assert plan({"where": tree}, Typing(catalogue())).steps


def test_indicators_that_open_too_deep_are_refused():
    tree = read("connors_rsi(" * 50 + "close" + ")" * 50 + " > 1")
    with pytest.raises(TooComplex):
        plan({"where": tree}, Typing(catalogue()))


@pytest.mark.parametrize("text", ["sma(1e9) > 1", "close > 3 and sma(close, 1e9) > 1", "highest(high, 1000000000) > 1"])
def test_a_window_of_a_thousand_million_bars_is_refused_with_its_figure(text):
    error = refused(text)
    assert error.code == "too-complex"
    assert "1,000,000,000 bars, which need 8.0 GB a symbol" in error.text
    assert error.column == max(text.find("1e9"), text.find("1000000000")) + 1


def test_a_lag_is_a_window_too():
    assert refused("close[1e9] > 1").code == "too-complex"
    assert refused("close[1e300] > 1").code == "too-complex"


PIECES = (
    "( ) [ ] { } , . : ; ' \" # \\ \0 \n \t \ud800 \u2028 é \U0001d4b8lose -1 1e999 0x1F 1_0 1j b'a' f'{close}' ... "
    "None True + - * / ** // % @ ~ | & ^ < > == = := <> ! && || $ € :: and or not in is if else for lambda yield await "
    "close open sma( rank( at( of( by(sector, during( raw( macd(12,26,9) .hist .high [3] [-1] [1:2] forming=True n=3 "
    '"1w" \'SPY\' sector "Energy"'
).split(" ")


def mutated(chance, texts):
    """A text that somebody may have meant otherwise."""
    text = chance.choice(texts)
    kind = chance.randrange(4)
    if kind == 0:
        return " ".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 25)))
    if kind == 1:
        for _ in range(chance.randrange(1, 5)):
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice(PIECES) + text[at + chance.randrange(4) :]
        return text
    if kind == 2:
        other = chance.choice(texts)
        return text[: chance.randrange(len(text) + 1)] + other[chance.randrange(len(other) + 1) :]
    return "".join(chance.choice((letter, letter, letter, letter.swapcase(), "", letter * 2)) for letter in text)


def is_read_or_refused(text):
    """Whether it is read; then it reads back, else the error has a place in it."""
    try:
        tree = read(text)
    except ExpressionError as error:
        found = error
    else:
        assert read(show(tree, catalogue())) == tree, text
        return True
    lines = text.split("\n")
    assert 1 <= found.line <= len(lines), text
    assert 1 <= found.column <= len(lines[found.line - 1]) + 1, text
    assert found.pointed().startswith(f"line {found.line}, column {found.column}: expected ")
    return False


def test_ten_thousand_mutated_texts_give_expression_errors_only():
    chance, words, grower = random.Random(7), catalogue(), Grower(7)
    texts = [each.example for each in words] + [show(grower.condition(3), words) for _ in range(200)]
    read_well = sum(is_read_or_refused(mutated(chance, texts)) for _ in range(10_000))
    assert 100 < read_well < 9000


def test_random_characters_give_expression_errors_only():
    chance = random.Random(11)
    for _ in range(1000):
        text = "".join(chr(chance.choice((chance.randrange(128), chance.randrange(0x3000)))) for _ in range(30))
        assert refused(text).line >= 1
