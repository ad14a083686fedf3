"""The panel: shape, holes, splits as of a date, some symbols, and what is built again."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import numpy as np
import polars as pl
import pytest

from scanwright.model.errors import Absent, StoreError, UnknownSymbol
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS
from scanwright.store.market import create

DAY = Interval.DAY


def same(one, other):
    """Whether two panels hold the same bits."""
    return (
        one.symbols == other.symbols
        and np.array_equal(one.ts, other.ts)
        and np.array_equal(one.bar, other.bar)
        and all(one.fields[name].tobytes() == other.fields[name].tobytes() for name in FIELDS)
    )


def splits(*rows):
    return pl.DataFrame(rows, schema={"symbol": pl.String, "date": pl.Date, "ratio": pl.Float64}, orient="row")


def test_rows_are_contiguous_aligned_and_read_only(market, bars):
    market.write(bars(), source="a")
    panel = market.panel(DAY)
    close = panel.fields["close"]
    assert close.dtype == np.float64
    assert close.strides[1] == 8
    assert close.strides[0] % 64 == 0
    assert panel.ts.dtype == "M8[s]"
    with pytest.raises(ValueError, match="read-only"):
        close[0, 0] = 1.0


def test_a_bar_without_trade_is_a_hole_unless_the_symbol_never_trades(market, bars):
    index = bars(symbols=("INDEX",)).with_columns(pl.lit(0).alias("volume"))
    thin = bars(symbols=("THIN",)).with_columns(
        pl.when(pl.int_range(8) == 3).then(0).otherwise("volume").alias("volume")
    )
    market.write(pl.concat([index, thin], how="vertical_relaxed"), source="a")
    panel = market.panel(DAY)
    assert panel.bar[:, 0].all()
    assert np.flatnonzero(panel.bar[:, 1] == 0).tolist() == [3]
    assert np.isnan(panel.fields["close"][3, 1])
    assert market.status().intervals[0].bars == 16


def test_splits_scale_what_was_before_and_leave_dollars_alone(market, bars):
    market.write(bars(), source="a")
    raw = market.panel(DAY)
    market.write(splits(("B", dt.date(2015, 12, 30), 4.0), ("Z", dt.date(2015, 12, 30), 2.0)), source="s")
    panel = market.panel(DAY)
    assert [(each.symbol, str(each.date), each.ratio) for each in panel.splits] == [("B", "2015-12-30", 4.0)]
    assert panel.fields["close"][:2, 1].tolist() == (raw.fields["close"][:2, 1] / 4).tolist()
    assert panel.fields["close"][2:].tolist() == raw.fields["close"][2:].tolist()
    dollars = [each.fields["close"] * each.fields["volume"] for each in (raw, panel)]
    assert np.array_equal(*dollars)


@pytest.mark.parametrize("as_of", ["2015-12-29", "2015-12-30", "2016-01-01", "2016-01-03", "2016-02-01"])
def test_as_of_a_date_is_the_market_of_that_date(market, bars, tmp_path, as_of):
    date = dt.date.fromisoformat(as_of)
    table = splits(("B", dt.date(2015, 12, 30), 3.0), ("B", dt.date(2016, 1, 2), 7.0), ("C", dt.date(2016, 1, 3), 0.1))
    market.write(bars(), source="a")
    market.write(table, source="s")
    then = create(tmp_path / "then", name="then", calendar="always_open")
    then.write(bars().filter(pl.col("ts") <= date), source="a", interval=DAY)
    known = table.filter(pl.col("date") <= date)
    if len(known):
        then.write(known, source="s")
    panel = market.panel(DAY, as_of=np.datetime64(as_of))
    assert same(panel, then.panel(DAY))
    assert len(panel.splits) == len(known)
    with pytest.raises(ValueError, match="read-only"):
        panel.fields["close"][0, 0] = 1.0


def test_before_the_data_there_are_no_frames(market, bars):
    market.write(bars(), source="a")
    assert market.panel(DAY, as_of=np.datetime64("2010-01-01")).shape == (0, 3)


def test_intraday_splits_begin_with_the_exchange_s_day(tmp_path):
    market = create(tmp_path / "stocks", name="stocks")
    ends = ["2015-06-01T20:00", "2015-06-01T23:00", "2015-06-02T00:00", "2015-06-02T14:00"]
    ts = pl.Series("ts", [dt.datetime.fromisoformat(each).replace(tzinfo=dt.UTC) for each in ends])
    prices = dict.fromkeys((*FIELDS,), [8.0] * 4)
    market.write(pl.DataFrame({"symbol": ["A"] * 4, "ts": ts, **prices}), source="a", interval=Interval.HOUR)
    market.write(splits(("A", dt.date(2015, 6, 2), 2.0)), source="s")
    assert market.panel(Interval.HOUR).fields["close"][:, 0].tolist() == [4.0, 4.0, 4.0, 8.0]
    evening = market.panel(Interval.HOUR, as_of=np.datetime64("2015-06-02T01:00"))
    assert evening.fields["close"][:, 0].tolist() == [8.0, 8.0, 8.0]
    assert market.panel(Interval.HOUR, as_of=np.datetime64("2015-06-01")).shape == (3, 1)


def test_some_symbols_in_the_order_asked_for(market, bars):
    market.write(bars(), source="a")
    panel = market.panel(DAY, symbols=["C", "A"])
    assert panel.symbols == ("C", "A")
    assert panel.fields["open"][0].tolist() == [12.0, 10.0]
    with pytest.raises(UnknownSymbol):
        market.panel(DAY, symbols=["A", "X"])


def test_an_interval_without_bars_says_which_there_are(market, bars):
    with pytest.raises(Absent, match="no bars at all"):
        market.panel(DAY)
    market.write(bars(), source="a")
    with pytest.raises(Absent, match="bars of 1h, found 1d"):
        market.panel(Interval.HOUR)


def derived(market, name):
    (path,) = (market.folder / "panel").rglob(name)
    return path


@pytest.mark.parametrize("name", ["*.json", "ts.i64", "close.f64", "bar.u8"])
@pytest.mark.parametrize("harm", ["removed", "cut"])
def test_a_harmed_panel_is_built_again(market, bars, name, harm):
    market.write(bars(), source="a")
    good = [market.panel(DAY).fields["close"].tobytes(), market.panel(DAY).ts.tobytes()]
    path = derived(market, name)
    if harm == "removed":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-8])
    panel = market.panel(DAY)
    assert [panel.fields["close"].tobytes(), panel.ts.tobytes()] == good


def test_a_harmed_file_of_bars_is_said_and_never_read(market, bars):
    market.write(bars(), source="a")
    (path,) = market.folder.glob("bars/1d/2015-*.parquet")
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert market.panel(DAY).shape == (8, 3)
    derived(market, "*.json").unlink()
    derived(market, "bar.u8").unlink()
    with pytest.raises(StoreError, match="the bytes that were written"):
        market.panel(DAY)


def test_a_panel_in_use_outlives_a_new_import(market, bars):
    market.write(bars(), source="a")
    old = market.panel(DAY)
    before = old.fields["close"].tobytes()
    market.write(bars(scale=2.0), source="b")
    assert old.fields["close"].tobytes() == before
    assert market.panel(DAY).fields["close"][0, 0] == 21.0


def test_facts_change_without_writing_the_prices_again(market, bars):
    market.write(bars(), source="a")
    stamp = derived(market, "close.f64").stat()
    market.write(pl.DataFrame({"symbol": ["A"], "sector": ["Energy"]}), source="f")
    assert derived(market, "close.f64").stat().st_ino == stamp.st_ino
    assert market.panel(DAY).attributes["sector"].names == ("Energy",)


READ = """
import sys, time, pathlib
import numpy
start = time.perf_counter()
from scanwright.store.market import Market
from scanwright.model.interval import Interval
panel = Market.open(pathlib.Path(sys.argv[1])).panel(Interval.DAY)
spent = time.perf_counter() - start
heavy = [name for name in ("polars", "pyarrow", "pandas") if name in sys.modules]
print(spent, panel.shape[0], *heavy)
"""


def test_reading_a_fresh_panel_is_light(market, bars):
    market.write(bars(), source="a")
    run = [sys.executable, "-c", READ, str(market.folder)]
    told = [subprocess.run(run, check=True, capture_output=True, text=True).stdout.split() for _ in range(3)]
    assert all(words[1:] == ["8"] for words in told), "it loaded a heavy library"
    assert min(float(words[0]) for words in told) < 0.1
