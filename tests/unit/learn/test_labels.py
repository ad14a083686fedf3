"""Labels against a plain loop over each hit's own bars, and each rule of a fill by a market written for it."""

from __future__ import annotations

import dataclasses
import math
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanwright.app.wiring import catalogue
from scanwright.learn.labels import labels
from scanwright.learn.measured import Places, Usual, usual
from scanwright.learn.ways import Fate
from scanwright.model.errors import SettingsError
from scanwright.model.rule import Costs, Level, Rule, level, sided

sys.path.insert(0, str(Path(__file__).parent))
from markets import panel, walk

FREE = Costs(spread=0, fee=0, borrow=0, dollars=0)
PERCENT = Level(amount=2.0, unit="percent")


def bars(rows, *, ends_early=0):
    """One symbol of open, high, low and close a row, then so many frames without it, beside one that goes on."""
    table = np.array([*rows, *[[np.nan] * 4] * ends_early], dtype=float)
    beside = np.full((len(table), 1), 50.0)
    names = ("open", "high", "low", "close")
    market = panel(np.column_stack([table[:, 3], beside]))
    fields = {name: np.column_stack([table[:, at], beside]) for at, name in enumerate(names)}
    return dataclasses.replace(market, fields=market.fields | fields)


def came(market, rule, row=0, **more):
    place = Places(rows=np.array([row]), columns=np.array([0]))
    about = Usual(atr=np.array([more.pop("atr", 1.0)]), dollars=np.array([more.pop("dollars", 1e9)]))
    return labels(market, place, rule, about, **more)


def fate(found):
    return Fate(int(found.fate[0]))


def rule(**more):
    return Rule(**({"bars": 3, "target": PERCENT, "stop": PERCENT, "costs": FREE} | more))


FLAT = (100, 100, 100, 100)


@pytest.mark.parametrize(
    ("bar", "side", "ended", "percent"),
    [
        ((100, 103, 97, 100), "long", Fate.STOP, -2),  # both in one bar: the stop first
        ((100, 103, 97, 100), "short", Fate.STOP, -2),
        ((100, 102, 99, 100), "long", Fate.TARGET, 2),
        ((100, 101, 98, 100), "short", Fate.TARGET, 2),
        ((95, 96, 94, 95), "long", Fate.STOP, -5),  # a gap is filled at the open
        ((95, 96, 94, 95), "short", Fate.TARGET, 5),
        ((104, 105, 90, 91), "long", Fate.TARGET, 4),  # the open comes before the low
        ((100, 101, 99, 101), "long", Fate.TIME, 1),
    ],
)
def test_a_bar_after_the_entry(bar, side, ended, percent):
    found = came(bars([FLAT, FLAT, bar, bar, bar]), rule(side=side, bars=2))
    assert fate(found) is ended
    assert found.net[0] == pytest.approx(percent)
    assert (found.entered[0], found.left[0], found.held[0]) == (1, 2, 2)


def test_a_level_may_be_reached_on_the_bar_of_the_entry():
    found = came(bars([FLAT, (100, 100, 97, 99), FLAT, FLAT]), rule())
    assert (fate(found), found.held[0], found.net[0]) == (Fate.STOP, 1, pytest.approx(-2))


def test_levels_in_average_true_ranges_are_counted_from_the_entry():
    market = bars([FLAT, (102, 103, 101, 102), (102, 105, 101, 104), FLAT])
    found = came(market, rule(target=Level.read("2atr"), stop=Level.read("1.5atr")), atr=1.25)
    assert (fate(found), found.sold[0]) == (Fate.TARGET, 104.5)


def test_a_series_that_ends_is_sold_at_its_last_close_and_flagged():
    found = came(bars([FLAT, FLAT, (100, 101, 99, 99)], ends_early=25), rule(bars=10))
    assert (fate(found), found.net[0], found.due[0]) == (Fate.ENDED, pytest.approx(-1), 2)
    assert found.told[0]
    assert found.through[0]


def test_what_is_not_over_yet_has_no_label_and_nothing_is_learned_from_it():
    market = bars([FLAT, FLAT, (100, 103, 99, 101)])
    assert fate(came(market, rule(bars=10, target=None))) is Fate.OPEN
    early = came(market, rule(bars=10))
    assert (fate(early), early.due[0], early.told[0], early.through[0]) == (Fate.TARGET, 3, True, False)


def test_no_next_bar_is_not_filled():
    found = came(bars([FLAT, FLAT], ends_early=25), rule(), row=1)
    assert (fate(found), found.told[0], found.entered[0]) == (Fate.NO_NEXT_BAR, False, -1)
    assert math.isnan(found.net[0])


def test_an_order_above_a_hundredth_of_the_usual_dollars_is_not_filled():
    costs = dataclasses.replace(FREE, dollars=10_000)
    market = bars([FLAT] * 6)
    assert fate(came(market, rule(costs=costs), dollars=999_999)) is Fate.UNFILLABLE
    assert fate(came(market, rule(costs=costs), dollars=math.nan)) is Fate.UNFILLABLE
    assert fate(came(market, rule(costs=costs), dollars=1_000_000)) is Fate.TIME


@pytest.mark.parametrize("bad", [(math.nan, 101, 99, 100), (100, math.nan, 99, 100), (100, 101, math.nan, 100)])
def test_a_missing_price_on_the_way_is_unknown(bad):
    assert fate(came(bars([FLAT, FLAT, bad, FLAT, FLAT]), rule())) is Fate.MISSING
    assert fate(came(bars([FLAT, (100, 103, 100, 100), bad, FLAT]), rule())) is Fate.TARGET


def test_no_range_is_no_level():
    for atr in (0.0, math.nan):
        assert fate(came(bars([FLAT] * 6), rule(stop=Level.read("1atr")), atr=atr)) is Fate.MISSING


def test_a_refused_bar_or_a_jump_within_the_window_takes_the_label_away():
    market = bars([FLAT] * 8)
    refused = np.zeros(market.shape, np.uint8)
    refused[2, 0] = 1
    assert fate(came(market, rule(), quarantined=refused)) is Fate.QUARANTINED
    assert fate(came(market, rule(), row=2, quarantined=refused)) is Fate.TIME
    halved = (50, 50, 50, 50)
    split = bars([FLAT] * 3 + [halved] * 5)
    assert fate(came(split, rule())) is Fate.JUMP
    assert fate(came(split, rule(), row=2)) is Fate.TIME
    assert fate(came(split, rule(stop=Level.read("1atr")), row=2)) is Fate.JUMP  # its range is of the old scale


def test_costs_are_paid_on_both_sides():
    market = bars([FLAT, FLAT, (110, 110, 110, 110)])
    costs = Costs(spread=0.2, fee=0.05, borrow=36.5, dollars=0)
    free = rule(bars=2, target=None, stop=None)
    bought, sold = 100 * 1.001, 110 * 0.999
    net = sold - bought - 0.0005 * (bought + sold)
    assert came(market, dataclasses.replace(free, costs=costs)).net[0] == pytest.approx(net)
    bought, sold = 100 * 0.999, 110 * 1.001
    net = bought - sold - 0.0005 * (bought + sold) - 0.1
    short = dataclasses.replace(free, side="short", costs=costs)
    assert came(market, short).net[0] == pytest.approx(net)
    assert came(market, short).gross[0] == pytest.approx(-10)


def plainly(market, row, column, rule, atr):
    """The same in words of one bar each: fate and gross return of one hit."""
    own = np.flatnonzero(market.bar[:, column])
    at = int(np.searchsorted(own, row))
    after = own[at + 1 : at + 1 + rule.bars]
    if not len(after):
        return "no_next_bar", None
    price = {name: market.fields[name][:, column] for name in ("open", "high", "low", "close")}
    bought, sign = price["open"][after[0]], -1 if rule.side == "short" else 1
    target, stop = (
        each.amount * atr if each.unit == "atr" else each.amount / 100 * bought for each in (rule.target, rule.stop)
    )

    def gained(sold):
        return 100 * sign * (sold / bought - 1)

    for frame in after:
        opened = sign * (price["open"][frame] - bought)
        best, worst = sorted((sign * (price[name][frame] - bought) for name in ("high", "low")), reverse=True)
        if opened <= -stop or opened >= target:
            return ("stop" if opened < 0 else "target"), gained(price["open"][frame])
        if worst <= -stop:
            return "stop", gained(bought - sign * stop)
        if best >= target:
            return "target", gained(bought + sign * target)
    if len(after) == rule.bars:
        return "time", gained(price["close"][after[-1]])
    gone = not market.bar[-20:, column].any()
    return ("ended", gained(price["close"][after[-1]])) if gone else ("open", None)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 999), side=st.sampled_from(["long", "short"]), unit=st.sampled_from(["atr", "percent"]))
def test_labels_are_those_of_a_plain_loop(seed, side, unit):
    generator = np.random.default_rng(seed)
    market = walk(seed, 90, 4, 0.15)
    market.bar[60:, 3] = 0
    amounts = generator.uniform(0.5, 2.5, 2)
    asked = Rule(
        bars=int(generator.integers(1, 12)),
        target=Level(amount=amounts[0], unit=unit),
        stop=Level(amount=amounts[1], unit=unit),
        side=side,
        costs=FREE,
    )
    rows, columns = np.nonzero(market.bar)
    places = Places(rows=rows, columns=columns)
    about = usual(market, places, catalogue())
    found = labels(market, places, asked, dataclasses.replace(about, atr=np.nan_to_num(about.atr, nan=1.0)))
    for at in range(len(rows)):
        atr = about.atr[at] if about.atr[at] == about.atr[at] else 1.0
        word, gross = plainly(market, rows[at], columns[at], asked, atr)
        assert Fate(int(found.fate[at])).label == word
        assert found.gross[at] == pytest.approx(gross, abs=1e-9) if gross is not None else math.isnan(found.gross[at])
    assert sum(found.counts().values()) == len(rows)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 99), cut=st.integers(40, 80))
def test_what_is_over_does_not_change_when_days_are_added(seed, cut):
    market = walk(seed, 100, 3, 0.1)
    rows, columns = np.nonzero(market.bar[:cut])
    places = Places(rows=rows, columns=columns)
    asked = Rule(bars=5, costs=FREE)
    then, now = (
        labels(each, places, asked, usual(each, places, catalogue())) for each in (market.rows(0, cut), market)
    )
    over = then.through
    assert (then.due[over] < cut).all()
    for name in ("fate", "entered", "left", "net", "due"):
        np.testing.assert_array_equal(getattr(then, name)[over], getattr(now, name)[over])


def test_some_of_them_have_episodes_of_their_own():
    market = walk(3, 60, 2)
    rows, columns = np.nonzero(market.bar)
    places = Places(rows=rows, columns=columns)
    found = labels(market, places, rule(bars=10), usual(market, places, catalogue()))
    assert found.episode.sum() == 12
    late = found.only(rows >= 5)
    assert rows[rows >= 5][late.episode].min() == 5
    assert len(late.net) == len(late.places.rows) == 110


def test_a_rule_is_written_and_refused_in_words():
    assert level("none") is None
    assert level("1.5 atr") == Level(amount=1.5, unit="atr")
    assert Rule(stop=None, side="short").words == "short from the next open, target 2atr, no stop, at most 10 bars"
    assert "borrow" in Costs().words("short")
    assert "borrow" not in Costs().words("long")
    for wrong in ("2", "-1atr", "atr", "x%", "nanatr"):
        with pytest.raises(SettingsError):
            level(wrong)
    with pytest.raises(SettingsError):
        sided("both")
    with pytest.raises(SettingsError):
        Rule(bars=0)
    with pytest.raises(SettingsError):
        Costs(fee=-1)
