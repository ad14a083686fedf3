"""Chances: hits come first, whoever the symbols are and whatever comes after the frame."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanwright.app.wiring import catalogue
from scanwright.data.simulated import simulate
from scanwright.scan.definition import Scan
from scanwright.scan.judge import Case
from scanwright.scan.now import now
from scanwright.scan.priority.chances import Chances

PANEL = simulate(symbols=60, years=1, seed=11).panel()
ROW = PANEL.shape[0] - 1
NOBODY = np.array([], np.int64)


def chances(text, panel=PANEL, row=ROW):
    case = Case.of(Scan(where=text), panel, catalogue())
    return Chances(case, panel.rows(0, row), panel.rows(row, row + 1)).after(NOBODY, {})


@pytest.mark.parametrize("text", ["percentile(roc(5)) > 90", "close > sma(20) and rsi(14) > 60", "rsi(14) < 45"])
def test_hits_come_first(text):
    hits = {hit.symbol for hit in now(Scan(where=text), PANEL, catalogue()).hits}
    order = [PANEL.symbols[at] for at in np.argsort(-chances(text), kind="stable")]
    most = len(hits) + 6
    assert hits
    assert len(hits & set(order[:most])) >= 0.6 * len(hits)


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 2**16))
def test_the_order_of_symbols_changes_nothing(seed):
    order = np.random.default_rng(seed).permutation(PANEL.shape[1])
    text = "close > sma(20) and rsi(14) > 60"
    assert np.allclose(chances(text, PANEL.columns(order)), chances(text)[order])


def test_the_frame_itself_and_what_comes_after_it_are_not_looked_at():
    row = ROW - 5
    fields = {name: values.copy() for name, values in PANEL.fields.items()}
    for values in fields.values():
        values[row:] *= 7.0
    other = dataclasses.replace(PANEL, fields=fields)
    text = "close > sma(20)"
    assert np.array_equal(chances(text, PANEL, row), chances(text, other, row))


def test_scenarios_side_by_side_say_what_each_says_alone(monkeypatch):
    text = 'close > sma(20) and rsi(14) > 60 and at("1w", close > sma(3))'
    together = chances(text)
    monkeypatch.setattr("scanwright.scan.priority.chances.WIDEST", 1)
    assert np.array_equal(chances(text), together)
