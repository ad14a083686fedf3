"""Planted faults are found where they are, a clean market has none, and a real crash is left alone."""

from __future__ import annotations

import dataclasses

import numpy as np
import polars as pl
import pytest

from scanwright.data.quality.check import check
from scanwright.data.quality.line import KINDS
from scanwright.data.simulated import simulate
from scanwright.model.calendars import calendar
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS, Panel

DAYS = calendar("us_stocks").sessions(np.datetime64("2015-01-02"), np.datetime64("2015-06-30"))
PRICES = ("open", "high", "low", "close")


def quiet(random: int = 1) -> Panel:
    """Two symbols of small moves and steady volume."""
    noise = np.random.default_rng(random)
    close = 50 * np.exp(np.cumsum(noise.normal(0, 0.01, (DAYS.size, 2)), axis=0))
    fields = {"open": close * 0.999, "high": close * 1.01, "low": close * 0.99, "close": close}
    fields["volume"] = noise.uniform(0.8e6, 1.2e6, close.shape)
    return Panel(interval=Interval.DAY, symbols=("A", "B"), ts=DAYS, fields=fields, bar=np.ones(close.shape, np.uint8))


def changed(panel: Panel, rows: slice, factor: float, names=PRICES) -> Panel:
    """The panel with some fields of B multiplied."""
    fields = {name: values.copy() for name, values in panel.fields.items()}
    for name in names:
        fields[name][rows, 1] *= factor
    return dataclasses.replace(panel, fields=fields)


def without(panel: Panel, rows) -> Panel:
    bar = panel.bar.copy()
    bar[rows, 1] = 0
    fields = {name: np.where(bar, values, np.nan) for name, values in panel.fields.items()}
    return dataclasses.replace(panel, bar=bar, fields=fields)


def kinds(panel: Panel) -> list[tuple[str, str, str]]:
    return [(each.symbol, str(each.ts.astype("M8[D]")), each.kind) for each in check(panel)]


def test_a_quiet_market_has_no_findings():
    assert check(quiet()) == ()


@pytest.mark.parametrize("factor", [100, 0.01, 2, 0.5])
def test_a_move_that_undoes_itself_is_a_spike(factor):
    panel = changed(quiet(), slice(60, 62), factor)
    assert kinds(panel) == [("B", str(DAYS[60].astype("M8[D]")), "spike")]


@pytest.mark.parametrize("ratio", [1.5, 2, 3, 7, 20, 0.1, 0.2])
def test_a_jump_by_a_ratio_on_usual_turnover_is_like_a_split(ratio):
    panel = changed(changed(quiet(), slice(60, None), 1 / ratio), slice(60, None), ratio, ("volume",))
    (found,) = check(panel)
    assert (found.kind, found.ts) == ("split_like", DAYS[60])
    assert (f"{ratio:g}:1" if ratio > 1 else f"1:{1 / ratio:g}") in found.detail


def test_a_crash_on_heavy_trading_stays():
    panel = changed(changed(quiet(), slice(60, None), 0.5), slice(60, 63), 12, ("volume",))
    assert check(panel) == ()


def test_a_heavy_day_that_comes_back_stays():
    panel = changed(changed(quiet(), slice(60, 61), 0.5), slice(60, 63), 12, ("volume",))
    assert check(panel) == ()


def test_a_hundredfold_price_is_a_spike_however_much_was_traded():
    panel = changed(changed(quiet(), slice(60, 61), 100), slice(60, 61), 12, ("volume",))
    assert [each.kind for each in check(panel)] == ["spike"]


def test_repeats_are_stale():
    panel = quiet()
    fields = {name: values.copy() for name, values in panel.fields.items()}
    for values in fields.values():
        values[31:34, 1] = values[30, 1]
    (found,) = check(dataclasses.replace(panel, fields=fields))
    assert (found.kind, found.ts, found.detail) == ("stale", DAYS[30], "4 bars with the same five values")


def test_five_sessions_without_a_bar_are_a_gap_and_four_are_not():
    assert kinds(without(quiet(), slice(40, 45))) == [("B", str(DAYS[45].astype("M8[D]")), "gap")]
    assert kinds(without(quiet(), slice(40, 44))) == []


def test_before_the_listing_and_after_the_end_is_no_gap():
    assert check(without(quiet(), np.r_[0:30, 100 : DAYS.size])) == ()


def test_frames_that_nobody_has_are_missing_sessions():
    panel = quiet()
    kept = np.delete(np.arange(DAYS.size), 50)
    fields = {name: values[kept] for name, values in panel.fields.items()}
    less = dataclasses.replace(panel, ts=DAYS[kept], fields=fields, bar=panel.bar[kept])
    assert kinds(less) == [("", str(DAYS[50].astype("M8[D]")), "missing_session")]


def test_a_bar_on_a_holiday_is_off_schedule():
    panel = quiet()
    row = int(np.searchsorted(DAYS, np.datetime64("2015-04-03")))  # Good Friday
    fields = {name: np.insert(values, row, values[row] * 1.001, axis=0) for name, values in panel.fields.items()}
    ts, bar = np.insert(DAYS, row, np.datetime64("2015-04-03")), np.insert(panel.bar, row, 1, axis=0)
    (found,) = check(dataclasses.replace(panel, ts=ts, fields=fields, bar=bar))
    assert (found.symbol, found.kind) == ("", "off_schedule")
    assert found.detail.startswith("2 symbols")


def test_an_intraday_symbol_that_misses_a_session_has_a_gap():
    opens, _ = calendar("us_stocks").open_close(DAYS[:4])
    ts = np.concatenate([each + np.arange(1, 4) * np.timedelta64(3600, "s") for each in opens])
    values = np.random.default_rng(1).uniform(50, 51, (12, 2))
    panel = Panel(
        interval=Interval.HOUR,
        symbols=("A", "B"),
        ts=ts,
        fields=dict.fromkeys(FIELDS, values),
        bar=np.ones((12, 2), np.uint8),
    )
    assert kinds(panel) == []
    assert kinds(without(panel, slice(3, 6))) == [("B", str(DAYS[2].astype("M8[D]")), "gap")]


def test_no_bars_no_findings():
    panel = quiet()
    assert check(panel.rows(0, 0)) == ()
    assert check(without(panel, slice(None))) == ()


def test_every_split_of_the_simulated_market_is_seen_in_raw_prices():
    market = simulate(symbols=400, years=2, seed=5)
    raw = dataclasses.replace(market.panel(), fields=market.fields, splits=())
    seen = {(each.symbol, each.ts) for each in check(raw) if each.kind == "split_like"}
    told = {(each.symbol, each.date) for each in market.splits}
    assert told <= seen
    assert len(seen - told) <= 5


def test_known_splits_are_seen_in_real_unadjusted_bars(shared_data, panel_of):
    table = pl.read_parquet(shared_data / "bars/daily/lean_us_unadjusted.parquet")
    table = table.filter(pl.col("symbol").is_in(["AAPL", "AIG"]), pl.col("volume") > 0)
    found = {
        (each.symbol, str(each.ts.astype("M8[D]"))) for each in check(panel_of(table)) if each.kind == "split_like"
    }
    apple = {("AAPL", day) for day in ("2000-06-21", "2005-02-28", "2014-06-09", "2020-08-31")}
    assert apple <= found
    assert ("AAPL", "2000-09-29") not in found  # a crash
    assert ("AIG", "2008-09-15") not in found  # another
    assert {each.kind for each in check(panel_of(table))} <= set(KINDS)
