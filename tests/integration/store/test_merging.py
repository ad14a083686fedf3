"""Merging is by symbol and time: the same again changes nothing, the later import wins."""

from __future__ import annotations

import datetime as dt
import pathlib
import tempfile

import numpy as np
import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanwright.model.interval import Interval
from scanwright.store.market import create

DAY = Interval.DAY


def files(market):
    return {str(path.relative_to(market.folder)) for path in market.folder.rglob("*") if path.is_file()}


def test_the_same_file_twice_changes_nothing(market, bars):
    first = market.write(bars(), source="a")
    before, generation = files(market), market.status().generation
    again = market.write(bars(), source="b")
    assert (first.rows_new, again.rows_new, again.rows_changed, again.rows_same) == (24, 0, 0, 24)
    assert not again.changed
    assert files(market) == before
    assert market.status().generation == generation


def test_only_the_years_that_change_are_written_again(market, bars):
    market.write(bars(), source="a")
    before = {name for name in files(market) if name.startswith("bars/1d/2")}
    late = bars().filter(pl.col("ts") == dt.date(2016, 1, 4)).with_columns(pl.col("close") + 0.1)
    report = market.write(late, source="b", interval=DAY)
    assert (report.rows_new, report.rows_changed) == (0, 3)
    after = {name for name in files(market) if name.startswith("bars/1d/2")}
    assert before <= after, "what is there stays as it is"
    assert [name[:12] for name in after - before] == ["bars/1d/2016"]
    assert market.panel(DAY).fields["close"][-1, 0] == 17.6


def test_a_column_is_for_ever(market, bars):
    market.write(bars(symbols=("M", "B")), source="a")
    market.write(bars(symbols=("A", "M", "Z")), source="b")
    assert market.panel(DAY).symbols == ("B", "M", "A", "Z")


def test_old_files_and_panels_are_swept_away(market, bars):
    market.write(bars(), source="a")
    market.write(bars(scale=2.0), source="b")
    names = files(market)
    assert sum(name.startswith("bars/1d/2015") for name in names) == 1
    assert sum(name.startswith("panel/") and name.endswith(".json") for name in names) == 1
    assert not [name for name in names if name.endswith(".part")]


row = st.tuples(st.sampled_from("ABC"), st.integers(0, 5), st.integers(1, 4))


def table(rows):
    start = dt.date(2015, 12, 29)
    data = [(symbol, start + dt.timedelta(days=day), *[float(price)] * 4, 7) for symbol, day, price in rows]
    schema = {"symbol": pl.String, "ts": pl.Date, **dict.fromkeys(("open", "high", "low", "close"), pl.Float64)}
    return pl.DataFrame(data, schema={**schema, "volume": pl.Int64}, orient="row")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(row, min_size=1, max_size=10), min_size=1, max_size=4))
def test_any_imports_in_a_row_are_a_dictionary_updated(imports):
    """The first row of an import wins, and the last import."""
    with tempfile.TemporaryDirectory() as folder:
        market = create(pathlib.Path(folder), name="m", calendar="always_open")
        known = {}
        for rows in imports:
            coming = {}
            for symbol, day, price in rows:
                coming.setdefault((symbol, day), price)
            report = market.write(table(rows), source="a", interval=DAY)
            assert report.rows_new == len(coming.keys() - known.keys())
            assert report.rows_changed == sum(known[key] != coming[key] for key in coming.keys() & known.keys())
            assert report.rows_read == report.rows_new + report.rows_changed + report.rows_same + report.refused
            known |= coming
            before = market.data_hash(DAY), market.panel(DAY).fields["close"].tobytes()
            assert not market.write(table(rows), source="a", interval=DAY).changed
            assert (market.data_hash(DAY), market.panel(DAY).fields["close"].tobytes()) == before
        assert held(market) == known


def held(market):
    panel = market.panel(DAY)
    start = np.datetime64("2015-12-29")
    return {
        (panel.symbols[column], int((panel.ts[at].astype("M8[D]") - start).astype(int))): panel.fields["close"][
            at, column
        ]
        for at, column in zip(*np.nonzero(panel.bar), strict=True)
    }
