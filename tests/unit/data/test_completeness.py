"""What each symbol should have, against the calendar and its life, and what it has."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.data.completeness import presence
from scanwright.model.calendars import calendar
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS, Attribute, Panel

DAYS = calendar("us_stocks").sessions(np.datetime64("2015-03-30"), np.datetime64("2015-04-17"))  # Good Friday inside


def panel_of(bar, ts=DAYS, interval=Interval.DAY, **facts):
    bar = np.array(bar, np.uint8)
    symbols = tuple(f"S{at}" for at in range(bar.shape[1]))
    fields = {name: np.where(bar == 1, 1.0, np.nan) for name in FIELDS}
    return Panel(interval=interval, symbols=symbols, ts=ts, fields=fields, bar=bar, attributes=facts)


def dates(*texts):
    names = tuple(sorted({each for each in texts if each}))
    codes = np.array([names.index(each) if each else -1 for each in texts], np.int32)
    return Attribute(codes=codes, names=names)


def test_from_the_first_bar_to_the_last():
    bar = np.ones((DAYS.size, 3), np.uint8)
    bar[:4, 0] = bar[10:, 1] = 0
    bar[5:7, 1] = 0
    found = presence(panel_of(bar))
    assert found.days.tolist() == DAYS.tolist()
    one, two, three = found.of_symbols()
    assert (one.expected, one.present, one.behind, one.missed_last) == (10, 10, 0, "")
    assert (two.expected, two.present, two.behind, two.missed_last) == (10, 8, 4, str(DAYS[6].astype("M8[D]")))
    assert (three.percent, two.percent) == (100, 80)
    assert found.percent == pytest.approx(100 * 32 / 34)
    assert found.of_days()[5].missing == ["S1"]


def test_the_symbol_table_says_how_long_a_symbol_lives():
    bar = np.ones((DAYS.size, 2), np.uint8)
    bar[:3, 0] = bar[12:, 0] = 0
    listed = dates(str(DAYS[1].astype("M8[D]")), "")
    found = presence(panel_of(bar, listed=listed)).of_symbols()[0]
    assert (found.expected, found.present) == (11, 9)
    alive = presence(panel_of(bar, delisted=dates("2016-01-04", ""))).of_symbols()[0]
    assert (alive.expected, alive.present, alive.missed_last) == (11, 9, str(DAYS[-1].astype("M8[D]")))


def test_a_session_that_nobody_has_is_missing_for_everybody():
    kept = np.delete(np.arange(DAYS.size), 6)
    found = presence(panel_of(np.ones((kept.size, 2)), DAYS[kept]))
    assert found.of_days()[6].percent == 0
    assert found.of_symbols()[0].expected == DAYS.size
    assert not any(each.day == "2015-04-03" for each in found.of_days())


def test_a_bar_without_trade_is_there():
    bar = np.ones((DAYS.size, 2), np.uint8)
    bar[4, 1] = 0
    untraded = np.array([1]), DAYS[4:5]
    assert presence(panel_of(bar)).percent < 100
    assert presence(panel_of(bar), untraded).percent == 100


def test_within_the_day_a_session_with_a_bar_is_there():
    _, closes = calendar("us_stocks").open_close(DAYS[:3])
    ts = np.sort(np.concatenate([closes - np.timedelta64(hours, "h") for hours in (0, 1, 2)]))
    bar = np.ones((9, 2), np.uint8)
    bar[3:6, 1] = 0
    bar[0:2, 0] = 0
    found = presence(panel_of(bar, ts, Interval.HOUR))
    assert [(each.present, each.expected, each.bars) for each in found.of_days()] == [(2, 2, 4), (1, 2, 3), (2, 2, 6)]


def test_nothing_at_all():
    none = panel_of(np.zeros((DAYS.size, 2)))
    assert (presence(none).of_symbols(), math.isnan(presence(none).percent)) == ([], True)
    assert presence(none.rows(0, 0)).of_days() == []


@given(bar=st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=DAYS.size, max_size=DAYS.size))
def test_symbols_and_days_tell_the_same(bar):
    found = presence(panel_of(bar))
    symbols, days = found.of_symbols(), found.of_days()
    assert sum(each.present for each in symbols) == sum(each.present for each in days) == np.sum(bar)
    assert sum(each.expected for each in symbols) == sum(each.expected for each in days)
    assert all(0 <= each.present <= each.expected for each in (*symbols, *days))
    less = dataclasses.replace(found, present=found.present & False)
    assert less.of_symbols() == []
