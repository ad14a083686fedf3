"""Laws of coarser bars: the same bits in any tiling, the aggregate of the symbol's bars, nothing known early."""

from __future__ import annotations

import dataclasses

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanwright.data.resample import Closed, Resampler, resampled
from scanwright.model.calendars import NO_PERIOD, calendar
from scanwright.model.errors import DataError
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS, Panel

MINUTES = np.datetime64("2019-12-23T14:30", "s") + np.arange(1, 391) * np.timedelta64(60, "s")
HALF = np.datetime64("2019-12-24T14:30", "s") + np.arange(1, 211) * np.timedelta64(60, "s")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Case:
    panel: Panel
    interval: Interval


@st.composite
def cases(draw):
    """Panels with holes, missing frames and stray rows, daily or of minutes, and a coarser interval."""
    name = draw(st.sampled_from(["us_stocks", "always_open"]))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if draw(st.booleans()):
        frames, interval = Interval.DAY, draw(st.sampled_from([Interval.WEEK, Interval.MONTH]))
        ts = np.datetime64("2015-03-25", "s") + np.arange(60) * np.timedelta64(1, "D")
        keep = random.random(60) < np.where(calendar(name).is_session(ts), 0.9, 0.2)
    else:
        frames = Interval.MINUTE
        interval = draw(st.sampled_from([each for each in Interval if each > frames]))
        ts = np.concatenate([MINUTES, HALF])
        keep = random.random(ts.size) < draw(st.sampled_from([0.2, 0.9, 1.0]))
    width = draw(st.integers(1, 3))
    bar = (random.random((int(keep.sum()), width)) < draw(st.sampled_from([0.3, 0.9, 1.0]))).astype(np.uint8)
    values = {field: np.where(bar, random.lognormal(3, 2, bar.shape), np.nan) for field in FIELDS}
    symbols = tuple("ABC"[:width])
    panel = Panel(interval=frames, symbols=symbols, ts=ts[keep], fields=values, bar=bar, calendar=name)
    return Case(panel=panel, interval=interval)


def machine(case: Case) -> Resampler:
    panel = case.panel
    return Resampler(calendar(panel.calendar), case.interval, panel.shape[1], frames=panel.interval)


def fed(case: Case, cuts: list[int]) -> list[tuple]:
    """Each closed row with the finer row that sees it first, fed in tiles cut at these rows."""
    taker, rows = machine(case), []
    for start, stop in zip([0, *cuts], [*cuts, case.panel.shape[0]], strict=True):
        tile = case.panel.rows(start, stop)
        rows += listed(taker.advance(tile.ts, tile.fields, tile.bar), start)
    return [*rows, *listed(taker.forming(), 0)]


def listed(closed: Closed, start: int) -> list[tuple]:
    return [
        (int(at) + start, ts, *(closed.fields[field][row].tobytes() for field in FIELDS), closed.bar[row].tobytes())
        for row, (at, ts) in enumerate(zip(closed.rows_at, closed.ts, strict=True))
    ]


def by_hand(case: Case) -> list[tuple]:
    """What the definition says, one row and one symbol at a time."""
    panel = case.panel
    ids, closes = calendar(panel.calendar).period(panel.ts, case.interval, frames=panel.interval)
    rows: dict[int, list[int]] = {}
    known: dict[int, int] = {}
    for row, (each, ends) in enumerate(zip(ids.tolist(), closes, strict=True)):
        if each == NO_PERIOD or each in known:
            continue
        for older in rows:
            if older != each:
                known.setdefault(older, row)
        rows.setdefault(each, []).append(row)
        if ends:
            known[each] = row
    label = calendar(panel.calendar).label(np.array(list(rows), np.int64), case.interval)
    made = []
    for at, (each, members) in enumerate(rows.items()):
        bars = np.array([[own(panel, members, column)[field] for column in range(panel.shape[1])] for field in FIELDS])
        has = panel.bar[members].any(axis=0).astype(np.uint8)
        made.append((known.get(each, -1), label[at], *(row.tobytes() for row in bars), has.tobytes()))
    return made


def own(panel: Panel, members: list[int], column: int) -> dict[str, float]:
    rows = [row for row in members if panel.bar[row, column]]
    if not rows:
        return dict.fromkeys(FIELDS, np.nan)
    taken = {field: [float(panel.fields[field][row, column]) for row in rows] for field in FIELDS}
    opened, closed = taken["open"][0], taken["close"][-1]
    total = sum(taken["volume"][1:], start=taken["volume"][0])
    return dict(zip(FIELDS, (opened, max(taken["high"]), min(taken["low"]), closed, total), strict=True))


@given(cases())
@settings(deadline=None)
def test_a_coarser_bar_is_the_aggregate_of_the_symbol_s_own_bars(case):
    assert fed(case, []) == by_hand(case)


@given(cases(), st.data())
@settings(deadline=None)
def test_any_tiling_gives_the_same_bits(case, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, case.panel.shape[0]), max_size=20)))
    assert fed(case, cuts) == fed(case, [])


@given(cases())
@settings(deadline=None, max_examples=20)
def test_row_by_row_gives_the_same_bits(case):
    assert fed(case, list(range(1, case.panel.shape[0]))) == fed(case, [])


@given(cases(), st.data())
@settings(deadline=None)
def test_a_row_is_known_without_any_later_one(case, data):
    stop = data.draw(st.integers(0, case.panel.shape[0]))
    part = dataclasses.replace(case, panel=case.panel.rows(0, stop))
    so_far = [row for row in fed(part, []) if row[0] >= 0]
    assert so_far == [row for row in fed(case, []) if 0 <= row[0] < stop]


@given(cases(), st.data())
@settings(deadline=None)
def test_a_state_resumes_where_it_was_taken(case, data):
    stop = data.draw(st.integers(0, case.panel.shape[0]))
    first, rest = case.panel.rows(0, stop), case.panel.rows(stop, case.panel.shape[0])
    taker, other = machine(case), machine(case)
    taker.advance(first.ts, first.fields, first.bar)
    state = taker.snapshot()
    straight = taker.advance(rest.ts, rest.fields, rest.bar)
    other.resume(state)
    again = other.advance(rest.ts, rest.fields, rest.bar)
    assert listed(again, 0) == listed(straight, 0)
    assert listed(other.forming(), 0) == listed(taker.forming(), 0)


@given(cases())
@settings(deadline=None)
def test_symbols_do_not_know_of_each_other(case):
    whole = resampled(case.panel, case.interval, forming=True)
    for column in range(case.panel.shape[1]):
        alone = resampled(case.panel.columns(np.array([column])), case.interval, forming=True)
        for field in FIELDS:
            assert (alone.fields[field][:, 0].tobytes()) == whole.fields[field][:, column].tobytes()


@given(cases())
@settings(deadline=None)
def test_fewer_fields_are_the_same_fields(case):
    panel = case.panel
    few = Resampler(
        calendar(panel.calendar), case.interval, panel.shape[1], frames=panel.interval, fields=("volume", "close")
    )
    closed, whole = few.advance(panel.ts, panel.fields, panel.bar), resampled(panel, case.interval)
    assert set(closed.fields) == {"volume", "close"}
    for field in closed.fields:
        assert closed.fields[field].tobytes() == whole.fields[field].tobytes()


def test_a_week_without_its_last_session_is_known_when_the_next_begins():
    days = np.array(["2015-04-01", "2015-04-06", "2015-04-07"], "M8[s]")
    values = {field: np.array([[1.0], [2.0], [3.0]]) for field in FIELDS}
    weeks = Resampler(calendar("us_stocks"), Interval.WEEK, 1, frames=Interval.DAY)
    closed = weeks.advance(days, values, np.ones((3, 1), np.uint8))
    assert closed.rows_at.tolist() == [1]
    assert closed.ts.astype("M8[D]").astype(str).tolist() == ["2015-04-02"]
    assert closed.fields["close"].tolist() == [[1.0]]


def test_a_row_may_end_the_old_period_and_its_own():
    days = np.array(["2001-09-06", "2001-09-10"], "M8[s]")  # the 7th is missing; from the 11th on no session
    values = {field: np.array([[1.0], [2.0]]) for field in FIELDS}
    weeks = Resampler(calendar("us_stocks"), Interval.WEEK, 1, frames=Interval.DAY)
    closed = weeks.advance(days, values, np.ones((2, 1), np.uint8))
    assert closed.rows_at.tolist() == [1, 1]
    assert closed.fields["close"].tolist() == [[1.0], [2.0]]


def test_frames_without_any_bar_still_make_a_row():
    days = calendar("us_stocks").sessions(np.datetime64("2015-03-30"), np.datetime64("2015-04-02"))
    values = {field: np.full((4, 2), np.nan) for field in FIELDS}
    weeks = Resampler(calendar("us_stocks"), Interval.WEEK, 2, frames=Interval.DAY)
    closed = weeks.advance(days, values, np.zeros((4, 2), np.uint8))
    assert closed.bar.tolist() == [[0, 0]]
    assert np.isnan(closed.fields["volume"]).all()


def test_a_missing_value_in_a_present_bar_is_passed_over_in_any_tiling():
    days = calendar("us_stocks").sessions(np.datetime64("2015-03-30"), np.datetime64("2015-04-02"))
    values = {field: np.array([[np.nan], [5.0], [7.0], [6.0]]) for field in FIELDS}
    panel = Panel(interval=Interval.DAY, symbols=("A",), ts=days, fields=values, bar=np.ones((4, 1), np.uint8))
    case = Case(panel=panel, interval=Interval.WEEK)
    assert fed(case, [1, 2]) == fed(case, [])
    assert resampled(panel, Interval.WEEK).fields["high"].tolist() == [[7.0]]


def test_a_state_of_other_symbols_is_refused():
    weeks, others = (Resampler(calendar("us_stocks"), Interval.WEEK, width, frames=Interval.DAY) for width in (2, 3))
    with pytest.raises(DataError, match="expected a state of 2 symbols"):
        weeks.resume(others.snapshot())


def test_the_panel_s_own_interval_is_the_panel():
    panel = Panel(
        interval=Interval.DAY,
        symbols=("A",),
        ts=np.array(["2015-03-30"], "M8[s]"),
        fields={field: np.ones((1, 1)) for field in FIELDS},
        bar=np.ones((1, 1), np.uint8),
    )
    assert resampled(panel, Interval.DAY) is panel
    assert resampled(panel, Interval.WEEK).shape == (0, 1)
    assert resampled(panel, Interval.WEEK, forming=True).shape == (1, 1)


def test_weeks_of_real_bars_agree_with_polars(shared_data, panel_of):
    table = pl.read_parquet(shared_data / "bars/daily/sp500_5yr.parquet").drop_nulls()
    table = table.filter(pl.col("symbol").is_in(["AAPL", "APTV", "ES", "AOS"]))
    weekly = resampled(panel_of(table), Interval.WEEK, forming=True)
    theirs = (
        table.sort("symbol", "ts")
        .group_by_dynamic("ts", every="1w", group_by="symbol")
        .agg(pl.first("open"), pl.max("high"), pl.min("low"), pl.last("close"), pl.sum("volume").cast(pl.Float64))
    )
    for column, symbol in enumerate(weekly.symbols):
        has = weekly.bar[:, column] == 1
        mine = theirs.filter(pl.col("symbol") == symbol)
        for field in FIELDS:
            assert weekly.fields[field][has, column].tolist() == mine[field].to_list()
