"""What the counting and crossing words say where something they need is unknown."""

from __future__ import annotations

import numpy as np
import pytest

from scanwright.model.interval import Interval
from scanwright.model.panel import Panel
from tests.answers.evaluation import folded

NAN = np.nan


def values(text, close, volume=None):
    close = np.array(close, dtype=float)[:, None]
    traded = np.ones_like(close) if volume is None else np.array(volume, dtype=float)[:, None]
    panel = Panel(
        interval=Interval.DAY,
        symbols=("A",),
        ts=(np.datetime64("2020-01-06") + np.arange(len(close))).astype("datetime64[s]"),
        fields={"open": close, "high": close, "low": close, "close": close, "volume": traded},
        bar=np.ones(close.shape, np.uint8),
        calendar="always_open",
    )
    return folded([text], panel)[text].values[:, 0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("count(volume > 1, 2)", [NAN, 2, NAN, NAN, 1]),
        ("within(volume > 1, 2)", [NAN, 1, NAN, NAN, 1]),
        ("all_of(volume > 1, 2)", [NAN, 1, NAN, NAN, 0]),
    ],
)
def test_counting_is_unknown_while_a_bar_it_needs_is(text, expected):
    found = values(text, [5, 5, 5, 5, 5], volume=[3, 2, NAN, 1, 2])
    assert found == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("crosses_above(close, 5)", [NAN, 1, 0, 0, 1]),
        ("crosses_below(close, 5)", [NAN, 0, 0, 1, 0]),
        ("crosses(close, 5)", [NAN, 1, 0, 1, 1]),
    ],
)
def test_a_crossing_is_unknown_on_the_first_bar_and_starts_from_a_touch(text, expected):
    assert values(text, [5, 6, 6, 4, 6]) == pytest.approx(expected, nan_ok=True)
    assert np.isnan(values(text, [4, 4])[0])


def test_a_streak_starts_anew_where_the_way_changes():
    assert values("streak()", [1, 2, 3, 3, 2, 1, 2]) == pytest.approx([NAN, 1, 2, 0, -1, -2, 1], nan_ok=True)
    assert values("consecutive(close > 2)", [3, 3, 1, 3, 3]) == pytest.approx([1, 2, 0, 1, 2])


@pytest.mark.parametrize(
    "text", ["rsi(3)", "cmo(3)", "stoch(3, 1, 1).k", "williams_r(3)", "cci(3)", "balance_of_power()"]
)
def test_nothing_moved_is_zero_as_in_talib(text):
    assert values(text, [0.1] * 6)[-1] == 0


@pytest.mark.parametrize(
    "text", ["corr(close, volume, 3)", "efficiency_ratio(3)", "dx(3)", "linreg(3).r2", "standard_score(3)"]
)
def test_nothing_moved_is_missing_where_nothing_can_be_told(text):
    assert np.isnan(values(text, [0.1] * 9)[-1])
