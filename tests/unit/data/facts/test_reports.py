"""Figures from reports: dated by when they were known, against figures that somebody else made."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from scanwright.data.facts.reports import growth, price_earnings, reports_of
from scanwright.data.simulated import simulate

START = dt.datetime(2024, 1, 20, 21, tzinfo=dt.UTC)


def told(rows):
    """Reports as events: quarter, days after the start, eps, revenue."""
    return reports_of(
        pl.DataFrame(
            [
                {
                    "symbol": "A",
                    "kind": "earnings",
                    "known": START + dt.timedelta(days=days),
                    "quarter": float(quarter),
                    "eps": eps,
                    "revenue": revenue,
                }
                for quarter, days, eps, revenue in rows
            ],
            schema_overrides={"eps": pl.Float64, "revenue": pl.Float64, "known": pl.Datetime("ms", "UTC")},
        )
    )


def values(facts, name):
    return facts.filter(pl.col("fact") == name)["value"].to_list()


YEAR = [(20231, 0, 1.0, 100.0), (20232, 90, 2.0, 100.0), (20233, 180, -2.0, 100.0), (20234, 270, 1.0, 100.0)]


def test_growth_is_against_the_same_quarter_a_year_before():
    facts = growth(told([*YEAR, (20241, 360, 1.5, 120.0), (20242, 450, 1.0, 100.0), (20243, 540, -1.0, 80.0)]))
    assert values(facts, "eps_growth") == [50, -50, 50]
    assert values(facts, "sales_growth") == [20, 0, -20]
    assert facts["known"].min() == START + dt.timedelta(days=360)


def test_of_nothing_there_is_no_growth():
    facts = growth(told([(20231, 0, 0.0, 0.0), (20241, 360, 1.0, 5.0), (20222, 90, 1.0, 1.0), (20242, 450, 1.0, 1.0)]))
    assert facts.is_empty()


def test_growth_that_cannot_be_told_any_more_ceases():
    reports = told([(20231, 0, 1.0, None), (20232, 90, 0.0, None), (20241, 360, 2.0, None), (20242, 450, 1.0, None)])
    facts = growth(reports)
    assert facts["value"].to_list() == pytest.approx([100, float("nan")], nan_ok=True)


def test_a_ratio_ceases_with_a_loss_and_with_a_hole():
    loss = price_earnings(told([*YEAR, (20241, 360, -3.0, None)]), bars([20] * 450), None)
    assert loss["value"].last() != loss["value"].last()
    assert loss["known"].last() == START + dt.timedelta(days=360)
    hole = price_earnings(told([*YEAR, (20242, 450, 3.0, None)]), bars([20] * 480), None)
    assert hole["known"].last() == START + dt.timedelta(days=450)
    assert hole["value"].is_nan().sum() == 1


def test_an_amendment_counts_from_when_it_came():
    first = [(20231, 0, 1.0, None), (20241, 360, 2.0, None)]
    facts = growth(told([*first, (20231, 400, 0.5, None), (20241, 410, 2.0, None)]))
    assert facts["value"].to_list() == [100, 300]
    assert facts["known"].to_list() == [START + dt.timedelta(days=days) for days in (360, 410)]


def test_what_comes_later_changes_nothing_before():
    rows = [*YEAR, (20241, 360, 1.5, 120.0), (20231, 361, 9.0, 9.0), (20242, 450, 1.0, 100.0)]
    whole, part = growth(told(rows)), growth(told(rows[:5]))
    assert whole.filter(pl.col("known") <= START + dt.timedelta(days=360)).equals(part)


def test_a_report_that_comes_twice_is_told_once():
    facts = growth(told([(20231, 0, 1.0, None), (20241, 360, 2.0, None), (20241, 361, 2.0, None)]))
    assert len(facts) == 1


def test_a_split_between_two_reports_is_no_loss():
    split = pl.DataFrame({"symbol": ["A"], "date": [dt.date(2024, 6, 3)], "ratio": [4.0]})
    facts = growth(told([(20231, 0, 4.0, None), (20241, 360, 1.5, None)]), split)
    assert values(facts, "eps_growth") == [50]


def bars(closes):
    days = [dt.date(2024, 1, 2) + dt.timedelta(days=at) for at in range(len(closes))]
    return pl.DataFrame({"symbol": "A", "date": days, "close": [float(each) for each in closes]}).with_columns(
        ended=pl.col("date").cast(pl.Datetime("ms")).dt.replace_time_zone("UTC") + pl.duration(hours=21)
    )


def test_price_over_the_earnings_of_four_quarters():
    reports = told([*YEAR, (20241, 360, 3.0, None)])
    found = price_earnings(reports, bars([20] * 800), None)
    assert found["fact"].unique().to_list() == ["pe"]
    assert found.head(1).row(0) == ("A", "pe", START + dt.timedelta(days=270), 20 / 2)
    changed = found.filter(pl.col("value") == 20 / 4)
    assert changed["known"][0] == START + dt.timedelta(days=360)
    months = found["known"].dt.strftime("%Y-%m")
    assert months.n_unique() == 17 + 1  # from the report in October 2024 to March 2026


def test_a_loss_or_a_hole_has_no_ratio():
    assert price_earnings(told(YEAR[:3]), bars([20] * 400), None).is_empty()
    loss = [(quarter, days, -1.0, None) for quarter, days, _, _ in YEAR]
    assert price_earnings(told(loss), bars([20] * 400), None).is_empty()


def test_the_last_quarter_is_the_year_less_the_others():
    events = pl.DataFrame(
        {
            "symbol": "A",
            "kind": "filing",
            "known": [START + dt.timedelta(days=90 * at) for at in range(5)],
            "period_focus": ["Q1", "Q2", "Q3", "FY", "Q1"],
            "fiscal_year": [2023, 2023, 2023, 2023, 2024],
            "eps_diluted": [1.0, 1.0, 1.0, 10.0, 2.0],
        }
    ).with_columns(pl.col("known").cast(pl.Datetime("ms", "UTC")))
    found = price_earnings(reports_of(events), bars([22] * 500), None)
    assert found["value"].unique(maintain_order=True).to_list() == [2.2, 2.0]


def test_a_split_changes_no_ratio():
    split = pl.DataFrame({"symbol": ["A"], "date": [dt.date(2024, 12, 2)], "ratio": [2.0]})
    at = (dt.date(2024, 12, 2) - dt.date(2024, 1, 2)).days
    found = price_earnings(told(YEAR), bars([20] * at + [10] * 100), split)
    assert found["value"].unique().to_list() == [10]


@pytest.mark.parametrize("missing", ["quarter", "eps"])
def test_events_that_say_too_little_are_no_reports(missing):
    events = pl.DataFrame({"symbol": ["A"], "kind": ["earnings"], "known": [START], "quarter": [20241.0], "eps": [1.0]})
    assert reports_of(events.drop(missing)).is_empty()


def test_growth_is_what_the_simulated_market_says_it_is():
    made = simulate(symbols=40, years=2, seed=5)
    facts = made.table("facts")
    found = growth(reports_of(made.table("events")), made.table("splits"))
    both = found.join(facts, on=["symbol", "fact", "known"], suffix=" told")
    assert len(both) > 300
    assert (both["value"] - both["value told"]).abs().quantile(0.98) < 0.5  # eps are told to four digits


def test_of_the_filings_of_a_real_year_nothing_is_made_up(shared_data):
    """A year of filings holds no quarter twice, but for those of fiscal years that were told late."""
    raw = pl.read_parquet(shared_data / "events/us_earnings_reports_2015.parquet")
    events = raw.with_columns(kind=pl.lit("filing"), known=pl.col("ts"))
    reports = reports_of(events)
    assert len(reports) > 20_000
    facts = growth(reports)
    assert 20 < facts["value"].is_finite().sum() < len(reports) / 100


def test_imported_filings_say_their_quarter_in_the_headline_and_may_not_say_when_they_were_known():
    events = pl.DataFrame(
        {
            "symbol": "A",
            "kind": "filing",
            "ts": [START, START + dt.timedelta(days=365), START + dt.timedelta(days=366)],
            "known": None,
            "headline": [
                "10-Q Q1 FY2014 period end 2014-03-31",
                "10-Q/A Q1 FY2015 period end 2015-03-31",
                "a new plant",
            ],
            "eps_diluted": [1.0, 1.25, 7.0],
            "fiscal_year": [2014.0, 2015.0, None],
        },
        schema_overrides={"known": pl.Datetime("ms", "UTC"), "ts": pl.Datetime("ms", "UTC")},
    )
    facts = growth(reports_of(events))
    assert facts.rows() == [("A", "eps_growth", START + dt.timedelta(days=365), 25.0)]
