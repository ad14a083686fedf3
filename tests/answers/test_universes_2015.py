"""Universes on the US market of 2015 and on five years of 505 large stocks, against figures worked out with polars."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from scanwright.app.market import Market
from scanwright.app.question import asked
from scanwright.app.symbols import import_symbols
from scanwright.app.universes import described
from scanwright.app.wiring import catalogue
from scanwright.model.interval import Interval
from scanwright.scan.definition import Scan
from scanwright.scan.history import history
from scanwright.scan.let_in import members_a_day
from scanwright.scan.members import Sets, Spell
from scanwright.store.market import create


@pytest.fixture(scope="module")
def us_2015(shared_data, tmp_path_factory):
    """The whole market, as it was traded."""
    market = create(tmp_path_factory.mktemp("us") / "market", name="us")
    market.import_file(shared_data / "bars" / "daily" / "us_all_2015.parquet")
    return Market(market)


def test_the_liquid_are_those_that_polars_finds(us_2015):
    panel = us_2015.panel()
    found = members_a_day(Scan(where="close > 0", universe="liquid"), panel, catalogue())
    bars = us_2015.stored.bars(Interval.DAY).filter(pl.col("volume") > 0)
    dollars = (pl.col("close") * pl.col("volume")).rolling_mean(20).shift(1).over("symbol")
    counts = (
        bars.sort("symbol", "ts")
        .with_columns(dollars.alias("dollars"))
        .filter((pl.col("close") > 5) & (pl.col("dollars") > 5e6))
        .group_by("ts")
        .len()
    )
    expected = dict(counts.iter_rows())
    assert found.tolist() == [expected.get(day.item(), 0) for day in panel.ts.astype("M8[D]")]


def test_about_2380_are_liquid_on_a_day(us_2015):
    counts = members_a_day(Scan(where="close > 0", universe="liquid"), us_2015.panel(), catalogue())
    whole = counts[70:][counts[70:] > 1000]  # stray rows of holidays hold a few symbols
    assert 2330 < whole.mean() < 2430
    told = described(asked("close > 0"), us_2015, us_2015.panel())
    assert told.definition == "all"


@pytest.fixture(scope="module")
def sp500(shared_data, tmp_path_factory):
    """505 stocks with their sectors."""
    market = create(tmp_path_factory.mktemp("sp500") / "market", name="sp500")
    market.import_file(shared_data / "bars" / "daily" / "sp500_5yr.parquet")
    found = Market(market)
    import_symbols(found, shared_data / "meta" / "sectors.parquet")
    return found


def test_a_sector_has_the_members_that_the_table_says(sp500, shared_data):
    panel = sp500.panel()
    sectors = dict(pl.read_parquet(shared_data / "meta" / "sectors.parquet").select("symbol", "sector").iter_rows())
    for sector in sorted({sectors[each] for each in panel.symbols}):
        found = history(Scan(where="close > 0", universe=f'sector == "{sector}"'), panel, catalogue())
        inside = np.array([sectors[each] == sector for each in panel.symbols])
        assert np.array_equal(found.member == 1, (panel.bar == 1) & inside)
        assert found.receipt.universe + sum(found.receipt.outside.values()) == int(panel.bar.sum())


def test_a_list_and_an_exclusion_are_taken_apart_as_sets_are(sp500):
    panel = sp500.panel()
    chosen, dismissed = panel.symbols[::3], panel.symbols[::5]
    sets = Sets(
        spells={
            "list:mine": tuple(Spell(each) for each in chosen),
            "list:dismissed": tuple(Spell(each) for each in dismissed),
        }
    )
    scan = Scan(where="rank(close) <= 1", universe="list:mine and close > 20", exclude="list:dismissed")
    past = history(scan, panel, catalogue(), sets=sets)
    inside = np.array([each in set(chosen) - set(dismissed) for each in panel.symbols])
    close = np.where((panel.bar == 1) & inside & (panel.fields["close"] > 20), panel.fields["close"], np.nan)
    assert np.array_equal(past.member == 1, ~np.isnan(close))
    best = np.nanmax(close, axis=1)
    for row, column in zip(past.rows, past.columns, strict=True):
        assert close[row, column] == best[row]
