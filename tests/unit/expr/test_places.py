"""Where terms and numbers stand in a text: replacing one there moves it and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.app.meaning import meanings
from scanwright.app.wiring import catalogue
from scanwright.expr.nodes import Constant, terms, walk
from scanwright.expr.places import places
from scanwright.expr.printer import show
from scanwright.expr.reader import read
from scanwright.scan.definition import Scan
from scanwright.scan.library import names, ready


def tree(text):
    return read(text, catalogue())


TERMS = st.sampled_from(
    [
        "close > sma(50)",
        "(rsi(14) < 40)",
        "5 < close < 2e2",
        "volume > 1.2 * sma(volume, 20)",
        "close[3] < -1.5",
        'sector == "é Energy"',
        "not open > 3",
        "(close > 2 or volume > 7)",
    ]
)


@given(st.lists(TERMS, min_size=1, max_size=5), st.sampled_from([" and ", "  and\n  ", " # why\n and "]))
def test_every_term_stands_where_it_is_written(parts, between):
    text = between.join(parts)
    spans, numbers = places(text, catalogue())
    found = terms(tree(text))
    assert len(spans) == len(found)
    for span, term in zip(spans, found, strict=True):
        assert tree(text[span.start : span.end]) == term
    for number in numbers:
        assert float(text[number.start : number.end]) == number.value
        assert number.low <= number.value <= number.high
        assert number.step > 0


@pytest.mark.parametrize(
    "text", ["close > sma(50) and rsi(14) < 40", "crosses_above(ema(9), ema(21)) and rvol(20) > 1.5"]
)
def test_a_number_that_is_replaced_is_the_only_one_that_moves(text):
    before = [each for each in walk(tree(text)) if isinstance(each, Constant)]
    for number in places(text, catalogue())[1]:
        moved = f"{text[: number.start]}77{text[number.end :]}"
        assert show(tree(moved), catalogue()).count("77") == 1
        after = [each for each in walk(tree(moved)) if isinstance(each, Constant)]
        assert len(set(before) ^ set(after)) in {0, 1, 2}


@pytest.mark.parametrize(
    ("text", "kind", "low", "high"),
    [
        ("rsi(14) < 40", "level", 0, 100),
        ("percentile(roc(20)) > 90", "level", 0, 100),
        ("close > 0", "level", -10, 10),
        ("close > bollinger(20, 2.5).upper", "share", 0, 7.5),
        ("close > sma(close, n=200)", "window", 1, 400),
        ("close > close[5]", "window", 0, 250),
    ],
)
def test_a_number_has_a_range_that_a_person_would_try(text, kind, low, high):
    found = places(text, catalogue())[1][-1]
    assert (found.kind, found.low, found.high) == (kind, low, high)


@pytest.mark.parametrize("name", names())
def test_every_ready_scan_can_be_read_aloud_and_played_with(name):
    scan = ready(name)
    known = {}
    for word, text in scan.define.items():
        known[word] = read(text, catalogue(), define=known)
    where = read(scan.where, catalogue(), define=known)
    spans, _ = places(scan.where, catalogue(), known)
    sentences = meanings(where, catalogue())
    assert len(spans) == len(sentences) == len(terms(where))
    assert all(each.endswith(".") and each[0] == each[0].upper() for each in sentences)
    assert isinstance(scan, Scan)
