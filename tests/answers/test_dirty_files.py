"""Real, dirty files and what is known of them: how much of it a check finds, and how much else it tells."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import numpy as np
import polars as pl
import pytest

from scanwright.data.quality.check import check_stored
from scanwright.data.quality.line import NewSplit
from scanwright.model.interval import Interval
from scanwright.store.market import create

SPLIT = np.log(1.3)  # of a size that is told from a move


def findings(market, interval=Interval.DAY, dividends=None):
    return check_stored(market.panel(interval), market.bars(interval), market.table("splits"), dividends)


def days(found, *kinds):
    return {(each.symbol, each.ts.astype("M8[D]").item()) for each in found if each.kind in kinds}


@pytest.fixture(scope="module")
def lean(shared_data, tmp_path_factory):
    market = create(tmp_path_factory.mktemp("lean") / "market", name="lean")
    market.import_file(shared_data / "bars/daily/lean_us_unadjusted.parquet")
    return market


@pytest.fixture(scope="module")
def actions(shared_data, lean):
    """Actions by the ex-date: the session after the one that the file names."""
    table = pl.read_parquet(shared_data / "events/lean_corporate_actions.parquet")
    sessions = np.unique(lean.panel(Interval.DAY).ts).astype("M8[D]")
    after = np.searchsorted(sessions, table["ts"].to_numpy().astype("M8[D]"), side="right")
    return table.with_columns(pl.Series("ex", sessions[np.minimum(after, sessions.size - 1)]))


def test_every_large_split_is_found_and_little_else(lean, actions):
    """Recall 9 of 9, precision 11 of 12: two of the others are true splits that the file has not under that ticker."""
    first = pl.col("ts") == pl.col("ts").min().over("symbol")
    held = lean.bars(Interval.DAY).filter(~first).select("symbol", pl.col("ts").alias("ex"))
    told = actions.filter(pl.col("kind") == "split", pl.col("value").log().abs() > SPLIT).join(
        held, on=["symbol", "ex"]
    )
    answers = {(symbol, ex): 1 / value for symbol, ex, value in told.select("symbol", "ex", "value").rows()}
    found = [each for each in findings(lean) if each.kind == "split_like"]
    assert len(answers) == 9
    assert answers.keys() <= days(found, "split_like")
    others = days(found, "split_like") - answers.keys()
    assert others <= {
        ("WM", dt.date(2001, 5, 16)),  # a true 3:2 of Washington Mutual, which the file does not follow
        ("WM", dt.date(2008, 9, 26)),  # the bank is seized
        ("GOOG", dt.date(2014, 4, 3)),  # a true 2:1, in the file under GOOGL
    }
    certain = {(each.symbol, each.ts.astype("M8[D]").item()): each.repair for each in found if each.repair}
    known = {key: repair for key, repair in certain.items() if key in answers}
    assert len(known) >= 6
    for key, repair in known.items():
        assert isinstance(repair, NewSplit)
        assert repair.ratio == pytest.approx(answers[key], rel=1e-3), key


def test_tickers_that_came_to_another_company_are_found(lean):
    assert days(findings(lean), "recycled") == {("FB", dt.date(2012, 5, 18)), ("WM", dt.date(2009, 8, 5))}


def paid_on(actions, column):
    paid = actions.filter(pl.col("kind") == "dividend")
    return paid.select(
        "symbol", pl.col(column).cast(pl.Date).alias("date"), kind=pl.lit("cash"), amount=pl.col("value")
    )


def test_a_table_of_dividends_that_is_a_session_early_is_found(lean, actions):
    early = [each for each in findings(lean, dividends=paid_on(actions, "ts")) if each.kind == "dividend_misplaced"]
    assert "prices fall 1 session after the date that the table has" in early[0].detail
    right = [each for each in findings(lean, dividends=paid_on(actions, "ex")) if each.kind == "dividend_misplaced"]
    assert right == []


@pytest.fixture(scope="module")
def us(shared_data, tmp_path_factory):
    market = create(tmp_path_factory.mktemp("us") / "market", name="us")
    market.import_file(shared_data / "bars/daily/us_all_2015.parquet")
    return market, findings(market)


def test_prices_of_another_unit_in_a_year_of_the_market(us):
    """Two listings whose first bars are a hundredth; a 1:100 split and two companies in turns are left to a person."""
    certain = {(each.symbol, each.repair is not None) for each in us[1] if each.kind == "hundredfold"}
    assert certain == {("CTZ", True), ("GPP", True), ("AEZS", False), ("SSE", False)}


def test_most_of_what_is_told_of_a_year_can_be_looked_through(us):
    counts = Counter(each.kind for each in us[1])
    assert counts["off_schedule"] == counts["missing_session"] == 0
    assert counts["spike"] + counts["split_like"] + counts["hundredfold"] <= 170


def test_minutes_of_funds(shared_data, tmp_path):
    """The one split is found on its bar; vendors' repeats of traded bars are told, an index at rest is not."""
    market = create(tmp_path / "market", name="funds")
    market.import_file(shared_data / "bars/minute/us_etf_1m_2019-12.parquet")
    found = findings(market, Interval.MINUTE)
    jumps = [(each.symbol, str(each.ts)) for each in found if each.kind in {"split_like", "hundredfold", "spike"}]
    assert jumps == [("UGAZ", "2019-12-23T14:31:00")]
    assert {each.kind for each in found} <= {"hundredfold", "stale", "gap"}
    assert Counter(each.kind for each in found)["stale"] < 2500
