"""Event words against another reckoning: plain Python over dates and lists, without steps, calendars or kernels.

Sessions and closes come from the exchange_calendars library. The filings are those of 2015, known about 12:05 UTC on
the day after they were filed.
"""

from __future__ import annotations

import datetime as dt
import random
import warnings

import numpy as np
import polars as pl
import pytest

from scanwright.app.wiring import catalogue
from scanwright.data.events import Layout, read_events
from scanwright.model.interval import Interval
from scanwright.scan.definition import Scan
from scanwright.scan.history import history
from scanwright.store.market import create
from tests.beside import beside, event
from tests.unit.engine.bars import alone, series


@pytest.fixture(scope="module")
def sessions():
    """Every session of 2015 with its close, from outside."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library's own, of what it uses of pandas
        exchanges = pytest.importorskip("exchange_calendars")
        schedule = exchanges.get_calendar("XNYS", start="2015-01-01", end="2016-02-01").schedule
    return [(day.date(), close.to_pydatetime()) for day, close in zip(schedule.index, schedule["close"], strict=True)]


def bar_of(moment, sessions):
    """The place of the first session that closes at the moment or after it."""
    return next((at for at, (_, close) in enumerate(sessions) if close >= moment), len(sessions))


@pytest.mark.parametrize("seed", range(5))
def test_against_plain_python(sessions, seed):
    chance = random.Random(seed)
    own = [at for at in range(len(sessions)) if chance.random() > 0.1][:200]
    begin = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
    events = []
    for _ in range(25):
        due = begin + dt.timedelta(seconds=chance.randrange(300 * 86_400) + 1)
        known = due + dt.timedelta(seconds=chance.choice([0, chance.randrange(-40 * 86_400, 5 * 86_400)]))
        events.append((due, known, round(chance.random(), 3)))
    rows = [event("news", f"{d:%Y-%m-%dT%H:%M:%S}", f"{k:%Y-%m-%dT%H:%M:%S}", eps=v) for d, k, v in events]
    bars = alone(*range(1, len(own) + 1), ts=[str(sessions[at][0]) for at in own], calendar="us_stocks")
    panel = beside(bars, events=rows)
    been, since, count, value, to = [], [], [], [], []
    for place, at in enumerate(own):
        close = sessions[at][1]
        passed = [each for each in events if max(each[0], each[1]) <= close]
        before = [sessions[own[back]][1] if back >= 0 else None for back in (place - 1, place - 5)]
        been.append(place and any(max(e[0], e[1]) > before[0] for e in passed))
        last = max((back for back, happened in enumerate(been) if happened), default=None)
        since.append(float("nan") if last is None else place - last)
        count.append(float("nan") if before[1] is None else sum(max(e[0], e[1]) > before[1] for e in passed))
        value.append(max(passed)[2] if passed else float("nan"))
        coming = [e[0] for e in events if e[1] <= close < e[0]]
        to.append(bar_of(min(coming), sessions) - at if coming else float("nan"))
    np.testing.assert_array_equal(series('bars_since_event("news")', panel), since)
    np.testing.assert_array_equal(series('event_count("news", 5)', panel), count)
    np.testing.assert_array_equal(series('event_value("news", "eps")', panel), value)
    np.testing.assert_array_equal(series('bars_to_event("news")', panel), to)


@pytest.fixture(scope="module")
def filed(shared_data, tmp_path_factory):
    """The US market of 2015 for some symbols, with the filings of that year brought in as people do."""
    market = create(tmp_path_factory.mktemp("filed") / "market", name="us 2015")
    chosen = ["AAPL", "MSFT", "IBM", "KO", "BA", "XOM", "F", "T"]
    bars = pl.scan_parquet(shared_data / "bars/daily/us_all_2015.parquet").filter(pl.col("symbol").is_in(chosen))
    market.write(bars.collect(), source="us_all_2015")
    path = shared_data / "events/us_earnings_reports_2015.parquet"
    layout = Layout(kind="filing", columns={"known": "ts"})
    market.put("events", read_events(path, layout, dt.datetime(2026, 1, 5, tzinfo=dt.UTC)).frame, source=path.name)
    return market, pl.read_parquet(path).filter(pl.col("symbol").is_in(chosen))


def test_a_filing_belongs_to_the_first_session_that_closes_after_it_was_known(filed, sessions):
    market, reports = filed
    panel = market.panel(Interval.DAY)
    days = [str(each)[:10] for each in panel.ts]
    past = history(Scan(where='bars_since_event("filing") == 0'), panel, catalogue())
    found = {(panel.symbols[column], days[row]) for row, column in zip(past.rows, past.columns, strict=True)}
    expected = set()
    for symbol, known in reports.select("symbol", "ts").iter_rows():
        at = panel.symbols.index(symbol)
        own = [day for row, day in enumerate(days) if panel.bar[row, at]]
        day = str(sessions[bar_of(known, sessions)][0])
        later = [each for each in own if each >= day]
        if later and later[0] != own[0] and str(known)[:10] > own[0]:
            expected.add((symbol, later[0]))
    assert found == expected
    assert len(found) > 20
    assert all(day >= "2015-03-20" for _, day in found)


def test_the_figures_of_a_filing_are_known_from_then_on(filed):
    market, reports = filed
    panel = market.panel(Interval.DAY)
    past = history(
        Scan(where='bars_since_event("filing") == 0', columns={"eps": 'event_value("filing", "eps_diluted")'}),
        panel,
        catalogue(),
    )
    known = {
        (symbol, moment.date().isoformat()): eps
        for symbol, moment, eps in reports.select("symbol", "ts", "eps_diluted").iter_rows()
        if eps is not None
    }
    shown = [
        (panel.symbols[column], str(panel.ts[row])[:10], value)
        for row, column, value in zip(past.rows, past.columns, past.values["eps"], strict=True)
    ]
    told = [(known[symbol, day], value) for symbol, day, value in shown if (symbol, day) in known]
    assert len(told) > 15
    assert [expected for expected, _ in told] == [value for _, value in told]


def test_a_filing_is_never_earnings(filed):
    market, _ = filed
    panel = market.panel(Interval.DAY)
    past = history(Scan(where='event_count("earnings", 20) > 0'), panel, catalogue())
    assert (past.receipt.hits, past.receipt.judged) == (0, 0)
    assert any("no events of the kind earnings" in each for each in past.receipt.warnings)
