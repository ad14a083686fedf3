"""What Yahoo has beside bars: splits and dividends as paid, chains, quotes, figures, earnings, news."""

from __future__ import annotations

import datetime as dt

import pytest

from scanwright.data.ports import (
    ActionsWanted,
    ChainWanted,
    EventsWanted,
    FactsWanted,
    QuotesWanted,
    SymbolsWanted,
)
from scanwright.model.errors import Refused, Unreadable
from tests.recorded import Reply
from tests.yahoo import CHART, NOW, TRADED, asked, at, charted, failed


def test_splits_and_dividends_as_they_were_paid():
    page = charted(
        TRADED,
        splits=[("2014-06-09", 7.0), ("2020-08-31", 4.0)],
        dividends=[("2014-05-08", 0.1175), ("2020-08-07", 0.205)],
    )
    answer, _ = asked({CHART: page}, ActionsWanted(symbols=("AAPL",), first=dt.date(2014, 1, 1), last=NOW.date()))
    assert sorted(answer.table.select("date", "kind", "value").rows()) == [
        (dt.date(2014, 5, 8), "dividend", 3.29),
        (dt.date(2014, 6, 9), "split", 7.0),
        (dt.date(2020, 8, 7), "dividend", 0.82),
        (dt.date(2020, 8, 31), "split", 4.0),
    ]
    with pytest.raises(Refused, match="symbols to look for"):
        asked({}, ActionsWanted(first=NOW.date(), last=NOW.date()))


OPTIONS = "/v7/finance/options/AAPL"


def options(expiry, *, told=None, calls=1):
    contract = {
        "contractSymbol": "AAPL200918C00120000",
        "strike": 120.0,
        "bid": 5.1,
        "ask": 5.3,
        "lastPrice": 5.2,
        "volume": 100,
        "openInterest": 2000,
        "impliedVolatility": 0.45,
    }
    chain = {"expirationDate": told or expiry, "calls": [contract] * calls, "puts": [contract] * calls}
    quote = {"symbol": "AAPL", "regularMarketPrice": 120.96, "regularMarketTime": at("2020-09-04", "16:00")}
    dates = [int(dt.datetime(2020, 9, day, tzinfo=dt.UTC).timestamp()) for day in (18, 25)]
    return {"optionChain": {"result": [{"expirationDates": dates, "quote": quote, "options": [chain]}], "error": None}}


def test_a_chain_has_every_expiry():
    first, second = (int(dt.datetime(2020, 9, day, tzinfo=dt.UTC).timestamp()) for day in (18, 25))
    paths = {OPTIONS: options(first), f"{OPTIONS}?date={second}": options(second)}
    answer, server = asked(paths, ChainWanted(underlying="AAPL"))
    assert answer.table["expiry"].to_list() == [dt.date(2020, 9, 18)] * 2 + [dt.date(2020, 9, 25)] * 2
    assert answer.table["right"].to_list() == ["call", "put"] * 2
    assert set(answer.table["style"]) == {"american"}
    assert set(answer.table["underlying_price"]) == {120.96}
    assert answer.requests == len(server.seen)
    with pytest.raises(Unreadable, match="contracts that expire at"):
        asked(paths | {f"{OPTIONS}?date={second}": options(second, told=first)}, ChainWanted(underlying="AAPL"))
    empty = {OPTIONS: options(first, calls=0), f"{OPTIONS}?date={second}": options(second, calls=0)}
    with pytest.raises(Unreadable, match="contracts of 2 expiries, found none"):
        asked(empty, ChainWanted(underlying="AAPL"))


def test_quotes():
    row = {
        "symbol": "BRK-B",
        "regularMarketPrice": 218.0,
        "bid": 217.9,
        "ask": 218.1,
        "bidSize": 3,
        "askSize": 4,
        "regularMarketVolume": 1000,
        "regularMarketTime": at("2020-09-04", "16:00"),
    }
    page = {"quoteResponse": {"result": [row], "error": None}}
    answer, _ = asked({"/v7/finance/quote": page}, QuotesWanted(symbols=("BRK.B", "NONE")))
    moment = dt.datetime(2020, 9, 4, 20, tzinfo=dt.UTC)
    assert answer.table.rows() == [("BRK.B", moment, 217.9, 218.1, 3.0, 4.0, 218.0, 1000.0)]
    assert answer.absent == {"NONE": "unknown"}
    with pytest.raises(Unreadable, match="symbols that were asked for, found BRK-B"):
        asked({"/v7/finance/quote": page}, QuotesWanted(symbols=("AAPL",)))


SUMMARY = "/v10/finance/quoteSummary/AAPL"


def test_figures_are_undated():
    modules = {
        "summaryDetail": {"marketCap": 2.0e12, "trailingPE": 36.7},
        "defaultKeyStatistics": {"sharesOutstanding": 1.7e10, "floatShares": 1.69e10, "shortPercentOfFloat": 0.005},
        "financialData": {"earningsGrowth": 0.184, "revenueGrowth": None},
    }
    page = {"quoteSummary": {"result": [modules], "error": None}}
    gone = Reply(status=404, body=failed("quoteSummary", "Not Found", "Quote not found for symbol: NONE"))
    paths = {SUMMARY: page, "/v10/finance/quoteSummary/NONE": gone}
    answer, _ = asked(paths, FactsWanted(symbols=("AAPL", "NONE")))
    assert dict(answer.table.select("fact", "value").iter_rows()) == pytest.approx(
        {
            "market_cap": 2.0e12,
            "shares_out": 1.7e10,
            "float": 1.69e10,
            "short_interest": 0.5,
            "pe": 36.7,
            "eps_growth": 18.4,
        }
    )
    assert answer.table["known"].null_count() == 6
    assert answer.absent == {"NONE": "unknown"}


REPORTED = {
    "finance": {
        "error": None,
        "result": [
            {
                "documents": [
                    {
                        "columns": [
                            {"id": name} for name in ("startdatetime", "epsestimate", "epsactual", "eventtype")
                        ],
                        "rows": [
                            ["2020-07-30T20:30:00.000Z", 2.04, 2.58, "2"],
                            ["2020-07-30T21:00:00.000Z", None, None, "1"],
                        ],
                    }
                ]
            }
        ],
    }
}


def calendar(*dates, estimate):
    earnings = {"earningsDate": [int(each.timestamp()) for each in dates], "isEarningsDateEstimate": estimate}
    return {"quoteSummary": {"result": [{"calendarEvents": {"earnings": earnings}}], "error": None}}


@pytest.mark.parametrize(("estimate", "status"), [(True, "estimated"), (False, "confirmed")])
def test_earnings_reported_and_coming(estimate, status):
    due = dt.datetime(2020, 10, 29, 12, tzinfo=dt.UTC)
    paths = {SUMMARY: calendar(due, estimate=estimate), "/v1/finance/visualization": REPORTED}
    want = EventsWanted(kinds=("earnings",), symbols=("AAPL",), first=dt.date(2020, 1, 1), last=dt.date(2020, 12, 31))
    answer, _ = asked(paths, want)
    reported = dt.datetime(2020, 7, 30, 20, 30, tzinfo=dt.UTC)
    assert answer.table.select("ts", "known", "status", "timing", "eps", "eps_estimate").rows() == [
        (reported, reported, "confirmed", "after", 2.58, 2.04),
        (due, None, status, "before", None, None),
    ]


def test_news_and_actions_as_events():
    stream = [
        {"id": "1", "content": {"title": "Split", "pubDate": "2020-08-28T12:00:00Z"}},
        {"id": "2", "content": {"title": "Old", "pubDate": "2020-07-01T12:00:00Z"}},
        {"id": "3", "ad": [{"x": 1}], "content": {"title": "Buy", "pubDate": "2020-08-28T12:00:00Z"}},
    ]
    paths = {
        "/xhr/ncp": {"data": {"tickerStream": {"stream": stream}}},
        CHART: charted(TRADED, splits=[("2020-08-31", 4.0)], dividends=[("2020-08-07", 0.205)]),
    }
    want = EventsWanted(kinds=("news", "split"), symbols=("AAPL",), first=dt.date(2020, 8, 1), last=dt.date(2020, 9, 4))
    answer, server = asked(paths, want)
    assert answer.table.select("kind", "ts", "headline").rows() == [
        ("news", dt.datetime(2020, 8, 28, 12, tzinfo=dt.UTC), "Split"),
        ("split", dt.datetime(2020, 8, 31, 13, 30, tzinfo=dt.UTC), "split 4"),
    ]
    assert b'"AAPL"' in server.asked("/xhr/ncp")[0].body
    with pytest.raises(Unreadable, match="a stream of news"):
        asked(
            {"/xhr/ncp": {"data": {}}},
            EventsWanted(kinds=("news",), symbols=("AAPL",), first=NOW.date(), last=NOW.date()),
        )


def test_what_it_does_not_have_is_refused():
    with pytest.raises(Refused, match="SymbolsWanted"):
        asked({}, SymbolsWanted())
    with pytest.raises(Refused, match="found filing"):
        asked({}, EventsWanted(kinds=("filing",), symbols=("AAPL",), first=NOW.date(), last=NOW.date()))
