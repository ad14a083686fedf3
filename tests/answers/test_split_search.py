"""Splits that nobody told of, looked for in a year of the whole US market; the answers are the vendor's adjustments."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from scanwright.data.quality.jumps import jumps
from scanwright.data.quality.line import NewSplit, stored_lines

LARGE = np.log(1.3)  # a dividend or spin-off below that is no split's business


@pytest.fixture(scope="module")
def bars(shared_data):
    table = pl.read_parquet(shared_data / "bars/daily/us_all_2015.parquet")
    return (
        table.with_columns(pl.col("ts").cast(pl.Date))
        .filter(pl.col("volume") > 0, pl.min_horizontal("open", "low", "close") > 0)
        .sort("symbol", "ts")
    )


@pytest.fixture(scope="module")
def answers(shared_data, bars):
    """Adjustments of a split's size that the prices show: the open is within a quarter of what they say."""
    told = pl.read_parquet(shared_data / "events/us_price_adjustments_2015.parquet")
    before = pl.col("close").shift().over("symbol")
    opened = bars.with_columns((pl.col("open") / before).log().alias("opened")).select("symbol", "ts", "opened")
    told = told.with_columns(pl.col("ts").cast(pl.Date)).join(opened, on=["symbol", "ts"])
    shown = ((pl.col("value").log() - pl.col("opened")).abs() < 0.25) & (pl.col("value").log().abs() > LARGE)
    return {
        (symbol, day): value for symbol, day, value in told.filter(shown).select("symbol", "ts", "value").iter_rows()
    }


@pytest.fixture(scope="module")
def found(bars):
    seen = [each for line in stored_lines(bars, None, None) for each in jumps(line) if each.kind == "split_like"]
    return {(each.symbol, each.ts.astype("M8[D]").item()): each for each in seen}


def test_three_of_four_are_found(answers, found):
    """The others turned over more shares than usual, as a price that truly jumped does."""
    assert len(answers) == 120
    assert len(answers.keys() & found.keys()) >= 92


def test_a_ratio_that_is_called_certain_is_right(answers, found):
    certain = {key: each.repair for key, each in found.items() if isinstance(each.repair, NewSplit) and key in answers}
    right = [key for key, split in certain.items() if abs(np.log(split.ratio * answers[key])) < 0.01]
    assert len(certain) >= 45
    assert len(right) >= 0.97 * len(certain)


def test_a_spin_off_is_not_called_certain(found):
    """They fall by a whole ratio too, but no more shares change hands."""
    for symbol, day in (("ENR", "2015-07-01"), ("SPXC", "2015-09-28")):
        assert found[symbol, np.datetime64(day).item()].repair is None


def test_a_quiet_year_of_six_thousand_symbols_has_few_others(answers, found):
    """Left over are splits the vendor had not adjusted yet (BOFI 4:1, CF 5:1, MPC 2:1 ...) and spin-offs."""
    assert len(found.keys() - answers.keys()) <= 40
    for symbol, day in (("BOFI", "2015-11-18"), ("CF", "2015-06-18"), ("MPC", "2015-06-11"), ("EXPO", "2015-06-05")):
        assert (symbol, np.datetime64(day).item()) in found
