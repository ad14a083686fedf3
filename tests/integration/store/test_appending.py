"""Bars as they come: what stands is the latest, what stood is kept, and the market can be read as it was known."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scanwright.model.errors import BadBars
from scanwright.model.interval import Interval
from scanwright.store.market import create
from scanwright.store.stretches import Stretch

DAY = Interval.DAY
NOON = dt.datetime(2016, 1, 10, 12, tzinfo=dt.UTC)
FIELDS = ("open", "high", "low", "close", "volume")


def day(text):
    return np.datetime64(text, "s")


def one(symbol, date, close, volume=100.0):
    values = {**dict.fromkeys(FIELDS, float(close)), "volume": float(volume)}
    return pl.DataFrame([{"symbol": symbol, "ts": dt.date.fromisoformat(date), **values}])


def stretch(symbol, first, last, asked=NOON, provider="p"):
    return Stretch(symbol=symbol, first=day(first), last=day(last), provider=provider, asked_at=asked, as_of=asked)


def close_of(market, symbol, date, as_of=None):
    panel = market.panel(DAY, as_of=as_of)
    row = int(np.searchsorted(panel.ts, day(date)))
    return float(panel.fields["close"][row, panel.column(symbol)])


def test_what_is_appended_is_there(market, bars):
    market.append(DAY, bars(days=3), seen=NOON, source="p")
    report = market.append(DAY, bars(days=5), seen=NOON, source="p")
    assert (report.rows_new, report.rows_changed, report.rows_same) == (6, 0, 9)
    assert market.panel(DAY).shape == (5, 3)
    assert market.status().intervals[0].bars == 15
    assert market.bars(DAY).equals(bars(days=5).with_columns(pl.col("volume").cast(pl.Float64)))
    assert market.revisions(DAY) is None


def test_one_more_day_writes_one_more_small_file(market, bars):
    market.append(DAY, bars(days=3), seen=NOON, source="p")
    (big,) = (market.folder / "bars/1d").glob("2*")
    market.append(DAY, one("A", "2015-12-31", 5), seen=NOON, source="p")
    files = set((market.folder / "bars/1d").glob("2*"))
    assert big in files
    assert len(files) == 2
    assert (market.panel(DAY).shape, market.panel(DAY).bar.sum()) == ((4, 3), 10)


def test_files_stay_few(market):
    start = dt.date(2015, 1, 1)
    for at in range(60):
        market.append(DAY, one("A", str(start + dt.timedelta(days=at)), at + 1), seen=NOON, source="p")
    assert len(list((market.folder / "bars/1d").glob("2*"))) <= 7
    assert market.bars(DAY)["close"].to_list() == [float(at + 1) for at in range(60)]


def test_bars_between_stamps_and_of_some_symbols(market, bars):
    market.append(DAY, bars(), seen=NOON, source="p")
    found = market.bars(DAY, symbols=["B"], first=day("2015-12-31"), last=day("2016-01-02"))
    assert found["symbol"].unique().to_list() == ["B"]
    assert found["ts"].to_list() == [dt.date(2015, 12, 31), dt.date(2016, 1, 1), dt.date(2016, 1, 2)]
    assert market.bars(DAY, first=day("2031-01-01")).is_empty()


def test_a_changed_bar_is_a_revision_and_can_be_undone(market):
    market.append(DAY, one("A", "2016-01-04", 10), seen=NOON, source="p")
    market.append(DAY, one("A", "2016-01-05", 11), seen=NOON, source="p")
    later = NOON + dt.timedelta(days=3)
    report = market.append(DAY, one("A", "2016-01-04", 20), seen=later, source="q")
    assert (report.rows_new, report.rows_changed) == (0, 1)
    assert market.revisions(DAY).select("symbol", "close", "until", "source").rows() == [("A", 10.0, later, "q")]
    assert close_of(market, "A", "2016-01-04") == 20
    assert close_of(market, "A", "2016-01-04", day("2016-01-12").astype("M8[D]")) == 10
    assert close_of(market, "A", "2016-01-04", day("2016-01-13").astype("M8[D]")) == 20


def test_the_first_of_several_revisions_after_the_moment_stands(market):
    for at, close in enumerate((10, 20, 30)):
        market.append(DAY, one("A", "2016-01-04", close), seen=NOON + dt.timedelta(days=at), source="p")
    found = [close_of(market, "A", "2016-01-04", np.datetime64(f"2016-01-{number}")) for number in ("08", 10, 11, 12)]
    assert found == [10, 10, 20, 30]


def test_a_late_bar_was_not_known_before_it_came(market):
    both = pl.concat([one("A", "2016-01-04", 10), one("A", "2016-01-06", 12)])
    market.append(DAY, both, seen=NOON, source="p", stretches=[stretch("A", "2016-01-04", "2016-01-06")])
    market.append(DAY, one("A", "2016-01-05", 11), seen=NOON + dt.timedelta(days=2), source="p")
    assert np.isnan(close_of(market, "A", "2016-01-05", np.datetime64("2016-01-11")))
    assert close_of(market, "A", "2016-01-05", np.datetime64("2016-01-12")) == 11
    (revision,) = market.revisions(DAY).rows(named=True)
    assert revision["close"] is None


def test_a_gap_that_nobody_had_asked_for_is_filled_as_if_it_had_always_been_there(market):
    market.append(DAY, one("A", "2016-01-06", 12), seen=NOON, source="p")
    market.append(DAY, one("A", "2015-01-05", 11), seen=NOON + dt.timedelta(days=2), source="p")
    assert market.revisions(DAY) is None
    assert close_of(market, "A", "2015-01-05", np.datetime64("2016-01-07")) == 11


def test_a_forming_bar_grows_without_a_revision(market):
    closed = day("2016-01-05")
    market.append(DAY, one("A", "2016-01-06", 12, 10), seen=NOON, source="p", closed=closed)
    market.append(DAY, one("A", "2016-01-06", 13, 20), seen=NOON, source="p", closed=closed)
    assert market.revisions(DAY) is None
    market.append(DAY, one("A", "2016-01-06", 14, 30), seen=NOON, source="p", closed=day("2016-01-06"))
    assert market.revisions(DAY) is None, "the last change of a bar that was forming"
    market.append(DAY, one("A", "2016-01-06", 15, 30), seen=NOON, source="p", closed=day("2016-01-06"))
    assert market.revisions(DAY)["close"].to_list() == [14.0]


def test_stretches_that_touch_are_one(market):
    market.append(
        DAY, one("A", "2016-01-04", 1), seen=NOON, source="p", stretches=[stretch("A", "2016-01-01", "2016-01-04")]
    )
    later = NOON + dt.timedelta(hours=1)
    nothing = one("A", "2016-01-04", 1).clear()
    report = market.append(
        DAY, nothing, seen=later, source="p", stretches=[stretch("A", "2016-01-04", "2016-01-08", later)]
    )
    assert report.rows_read == 0
    (row,) = market.stretches(DAY).rows(named=True)
    assert (row["first"].day, row["last"].day, row["asked_at"]) == (1, 8, later)
    market.append(
        DAY, nothing, seen=later, source="q", stretches=[stretch("A", "2016-01-01", "2016-01-02", provider="q")]
    )
    assert market.stretches(DAY).select("provider").to_series().to_list() == ["p", "q"]


def test_refused_bars_are_set_apart(market):
    report = market.append(
        DAY, pl.concat([one("A", "2016-01-04", -1), one("A", "2016-01-05", 1)]), seen=NOON, source="p"
    )
    assert (report.rows_new, report.quarantined) == (1, {"not_positive": 1})
    assert market.quarantine(DAY)["source"].to_list() == ["p"]


@pytest.mark.parametrize(
    "frame", [pl.DataFrame(), one("A", "2016-01-04", 1).drop("low"), one("A", "2016-01-04", 1).cast({"ts": pl.String})]
)
def test_another_shape_is_refused(market, frame):
    with pytest.raises(BadBars, match="p: expected the columns symbol, ts, open"):
        market.append(DAY, frame, seen=NOON, source="p")


def test_intraday_bars_at_midnight_are_times(tmp_path):
    crypto = create(tmp_path / "crypto", name="crypto", calendar="always_open")
    frame = one("BTC/USDT", "2016-01-04", 1).cast({"ts": pl.Datetime("ms", "UTC")})
    crypto.append(Interval.HOUR, frame, seen=NOON, source="p")
    assert crypto.panel(Interval.HOUR).ts.tolist() == [day("2016-01-04").item()]


change = st.tuples(st.sampled_from("ABC"), st.integers(2, 6), st.integers(1, 9), st.sampled_from([0.0, 5.0]))
batches = st.lists(st.lists(change, min_size=1, max_size=5, unique_by=lambda each: each[:2]), min_size=1, max_size=5)


def frame_of(rows):
    return pl.concat([one(symbol, f"2016-01-{number:02}", close, volume) for symbol, number, close, volume in rows])


def same(one, other):
    assert one.symbols == other.symbols
    assert np.array_equal(one.ts, other.ts)
    assert np.array_equal(one.bar, other.bar)
    for name in FIELDS:
        assert np.array_equal(one.fields[name], other.fields[name], equal_nan=True), name


@example(
    batches=[
        [("A", 2, 2, 5.0), ("A", 3, 2, 5.0)],
        [("A", 3, 1, 0.0), ("A", 2, 1, 0.0)],
        [("A", 2, 1, 5.0)],
        [("A", 3, 1, 0.0), ("A", 2, 1, 0.0)],  # what stood before the last but one, in the same file
    ],
    derived=[True, False, True, False, False, False, False],
    split=-1,
)
@example(
    batches=[
        [("A", 2, 1, 5.0), ("B", 2, 1, 5.0), ("B", 3, 1, 5.0), ("C", 2, 1, 5.0)],
        [("A", 2, 1, 0.0)],  # its only volume is taken back: it is a symbol without volumes, and this is a bar
    ],
    derived=[True, False, False, False, False, False, False],
    split=-1,
)
@settings(max_examples=25, deadline=None)
@given(batches=batches, derived=st.lists(st.booleans(), min_size=7, max_size=7), split=st.integers(-1, 6))
def test_any_order_of_appends_gives_the_panel_of_the_final_bars(tmp_path_factory, batches, derived, split):
    """However often the panel is derived on the way, and a split comes to be known, it is the one made from nothing."""
    market = create(tmp_path_factory.mktemp("any") / "market", name="test", calendar="always_open")
    final = {}
    for at, rows in enumerate(batches):
        market.append(DAY, frame_of(rows), seen=NOON + dt.timedelta(days=at), source="p")
        if at == split:
            known = pl.DataFrame({"symbol": ["A"], "date": [dt.date(2016, 1, 4)], "ratio": [2.0]})
            market.put("splits", known, source="p")
        if derived[at]:
            market.panel(DAY)
        final |= {(symbol, number): (symbol, number, close, volume) for symbol, number, close, volume in rows}
    whole = create(tmp_path_factory.mktemp("any") / "market", name="test", calendar="always_open")
    if market.table("splits") is not None:
        whole.put("splits", market.table("splits"), source="p")
    first = {symbol: None for rows in batches for symbol in sorted({each[0] for each in rows})}
    for symbol in first:  # columns stand in the order in which symbols came
        own = [row for key, row in sorted(final.items()) if key[0] == symbol]
        whole.append(DAY, frame_of(own), seen=NOON, source="p")
    same(market.panel(DAY), whole.panel(DAY))


@settings(max_examples=12, deadline=None)
@given(batches=batches)
def test_as_of_a_moment_is_what_the_appends_up_to_then_gave(tmp_path_factory, batches):
    market = create(tmp_path_factory.mktemp("as-of") / "market", name="test", calendar="always_open")
    everything = [stretch(symbol, "2016-01-01", "2016-01-08") for symbol in "ABC"]
    market.append(DAY, frame_of([(symbol, 1, 1, 5.0) for symbol in "ABC"]), seen=NOON, source="p", stretches=everything)
    seen = []
    for at, rows in enumerate(batches):
        moment = NOON + dt.timedelta(days=at + 1)
        market.append(DAY, frame_of(rows), seen=moment, source="p")
        seen.append((moment, market.bars(DAY)))
    for moment, bars in seen:
        then = create(tmp_path_factory.mktemp("as-of") / "market", name="test", calendar="always_open")
        then.append(DAY, bars, seen=NOON, source="p")
        known, expected = market.panel(DAY, as_of=np.datetime64(moment.date())), then.panel(DAY)
        rows = known.bar.any(axis=1)
        assert np.array_equal(known.ts[rows], expected.ts[expected.bar.any(axis=1)])
        assert np.array_equal(known.bar[rows], expected.bar[expected.bar.any(axis=1)])
        for name in FIELDS:
            kept = expected.fields[name][expected.bar.any(axis=1)]
            assert np.array_equal(known.fields[name][rows], kept, equal_nan=True)
