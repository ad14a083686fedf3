"""What Yahoo divides by its splits is multiplied back, whatever the splits."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.data.ports import BarsWanted
from scanwright.data.providers._yahoo_answers import Chart, Missing, actions, bars, later, said
from scanwright.model.errors import RateLimited, Refused, Unavailable
from scanwright.model.interval import Interval

FIRST = dt.date(2020, 1, 1)
DAYS = [FIRST + dt.timedelta(days=n) for n in range(40)]
WANT = BarsWanted(
    symbols=("A",), interval=Interval.DAY, first=np.datetime64(DAYS[0], "s"), last=np.datetime64(DAYS[-1], "s")
)
cents = st.integers(100, 50_000).map(lambda each: each / 100)
splits = st.dictionaries(st.sampled_from(DAYS), st.sampled_from([2.0, 3.0, 1.5, 4.0, 7.0, 0.1, 0.05, 20.0]), max_size=3)


def chart(closes, volumes, ratios, dividends=None):
    stamps = [int(dt.datetime.combine(day, dt.time(14, 30), dt.UTC).timestamp()) for day in DAYS[: len(closes)]]
    factors = [later(ratios, day) for day in DAYS]
    prices = [float(np.float32(close / factor)) for close, factor in zip(closes, factors, strict=False)]
    shares = [volume * factor for volume, factor in zip(volumes, factors, strict=False)]
    columns = {**dict.fromkeys(("open", "high", "low", "close"), prices), "volume": shares}
    return Chart(
        zone="America/New_York",
        began=None,
        traded=None,
        stamps=stamps,
        columns=columns,
        splits=ratios,
        dividends=dividends or {},
    )


@given(
    rows=st.lists(st.tuples(cents, st.integers(0, 10**9)), min_size=1, max_size=len(DAYS)),
    ratios=splits,
)
def test_bars_come_back_as_traded(rows, ratios):
    closes, volumes = zip(*rows, strict=True)
    found = bars(chart(closes, volumes, ratios), ratios, "A", WANT, "bars of A")
    assert found["close"].to_list() == pytest.approx(closes, rel=1e-7, abs=1e-4)
    assert found["volume"].to_list() == pytest.approx(volumes)
    assert found["ts"].to_list() == DAYS[: len(rows)]


@given(ratios=splits, paid=cents, day=st.sampled_from(DAYS))
def test_dividends_come_back_as_paid(ratios, paid, day):
    found = chart([10.0], [1], ratios, {day: paid / later(ratios, day)})
    rows = [row for row in actions(found, "A", DAYS[0], DAYS[-1]) if row["kind"] == "dividend"]
    assert [(row["date"], row["value"]) for row in rows] == [(day, pytest.approx(paid, abs=1e-6))]


@pytest.mark.parametrize(
    ("code", "told", "kind"),
    [
        ("Not Found", "No data found, symbol may be delisted", Missing),
        ("Not Found", "No fundamentals data found for symbol: SPY", Missing),
        ("Bad Request", "Data doesn't exist for startDate = 1, endDate = 2", Missing),
        ("Unprocessable Entity", "1m data not available: must be within the last 30 days.", Refused),
        ("Unauthorized", "Invalid Crumb", Refused),
        ("Too Many Requests", "", RateLimited),
        ("internal-error", "Something went wrong", Unavailable),
    ],
)
def test_an_error_that_yahoo_says_is_one_of_ours(code, told, kind):
    assert isinstance(said({"code": code, "description": told}, "bars of A"), kind)
