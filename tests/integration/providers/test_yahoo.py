"""Yahoo through the real yfinance and its real HTTP client; the answers have the shapes that its web pages are given.

Yahoo documents none of them: the shapes are those that yfinance reads and that its tests keep (`v8/finance/chart`,
`v10/finance/quoteSummary`, `v7/finance/options`, `v7/finance/quote`, `v1/finance/visualization`, `xhr/ncp`). The values
of AAPL around its split of 2020 are those that were traded; others are made up.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
import zoneinfo

import numpy as np
import pytest

from scanwright.data.ports import (
    ActionsWanted,
    BarsWanted,
    ChainWanted,
    EventsWanted,
    FactsWanted,
    QuotesWanted,
    SymbolsWanted,
)
from scanwright.data.providers.yahoo import PROVIDER, Settings
from scanwright.model.clock import SettableClock
from scanwright.model.errors import RateLimited, Refused, Unavailable, Unreadable
from scanwright.model.interval import Interval
from tests.recorded import Reply, serving

NEW_YORK = zoneinfo.ZoneInfo("America/New_York")
NOW = dt.datetime(2020, 9, 4, 22, tzinfo=dt.UTC)
CHART = "/v8/finance/chart/AAPL"
# Traded before and after the split 4:1 of 2020-08-31: date, open, high, low, close, volume.
TRADED = [
    ("2020-08-27", 508.57, 509.94, 495.33, 500.04, 38_888_096),
    ("2020-08-28", 504.05, 505.77, 498.31, 499.23, 46_907_479),
    ("2020-08-31", 127.58, 131.0, 126.0, 129.04, 225_702_688),
    ("2020-09-01", 132.76, 134.8, 130.53, 134.18, 151_948_096),
]


def at(date, time="09:30"):
    return int(dt.datetime.fromisoformat(f"{date} {time}").replace(tzinfo=NEW_YORK).timestamp())


def charted(rows, *, splits=(), dividends=(), error=None, **meta):
    """A chart of rows as traded: Yahoo divides what lies before a split, through float32."""

    def adjusted(row, name):
        value = row[1 + ["open", "high", "low", "close", "volume"].index(name)]
        ratio = np.prod([ratio for date, ratio in splits if date > row[0][:10]], initial=1.0)
        if value is None or ratio == 1.0:
            return value
        return value * ratio if name == "volume" else float(np.float32(value / ratio))

    columns = {name: [adjusted(row, name) for row in rows] for name in ("open", "high", "low", "close", "volume")}
    events = {
        "splits": {
            str(at(date)): {"date": at(date), "numerator": ratio, "denominator": 1.0, "splitRatio": f"{ratio:g}:1"}
            for date, ratio in splits
        },
        "dividends": {str(at(date)): {"amount": amount, "date": at(date)} for date, amount in dividends},
    }
    facts = {
        "currency": "USD",
        "symbol": "AAPL",
        "exchangeName": "NMS",
        "instrumentType": "EQUITY",
        "firstTradeDate": 345479400,
        "regularMarketTime": at("2020-09-04", "16:00"),
        "exchangeTimezoneName": "America/New_York",
        "dataGranularity": "1d",
    }
    stamps = [at(row[0][:10], row[0][11:] or "09:30") for row in rows]
    whole = {"meta": facts | meta, "events": events, "indicators": {"quote": [columns]}, "timestamp": stamps}
    if not rows:
        whole = {"meta": facts | meta, "indicators": {"quote": [{}]}}
    return {"chart": {"result": [whole], "error": error}}


def failed(box, code, description):
    return {box: {"result": None, "error": {"code": code, "description": description}}}


def routes(**bodies):
    """Yahoo's address for a cookie (which is always a 404 with one), the crumb, and some pages."""
    cookie = Reply(status=404, headers={"Set-Cookie": "A3=secret; Path=/"})
    return {"/": cookie, "/v1/test/getcrumb": "crumb123"} | bodies.pop("paths", {}) | bodies


def asked(paths, want, now=NOW):
    async def story(server):
        provider = PROVIDER.make(Settings(url=server.address, requests_per_minute=60_000), SettableClock(now))
        try:
            return await provider.ask(want)
        finally:
            await provider.close()

    with serving(routes(paths=paths)) as server:
        return asyncio.run(story(server)), server


def bars(*symbols, interval=Interval.DAY, first="2020-08-27", last="2020-09-01"):
    return BarsWanted(
        symbols=symbols or ("AAPL",),
        interval=interval,
        first=np.datetime64(first, "s"),
        last=np.datetime64(last, "s"),
    )


# --- bars


def test_bars_are_put_back_as_traded_by_yahoo_s_own_splits():
    answer, server = asked({CHART: charted(TRADED, splits=[("2020-08-31", 4.0)])}, bars())
    assert [(str(row[1]), *row[2:]) for row in answer.table.rows()] == TRADED
    (request,) = server.asked(CHART)
    assert request.query["crumb"] == "crumb123"
    assert request.headers["cookie"] == "A3=secret"
    assert int(request.query["period2"]) >= NOW.timestamp(), "later splits come with the bars"
    assert answer.requests == len(server.seen) == 3


def test_a_split_after_the_stretch_counts():
    page = charted(TRADED, splits=[("2020-08-31", 4.0)])
    answer, _ = asked({CHART: page}, bars(first="2020-08-27", last="2020-08-28"))
    assert answer.table["close"].to_list() == [500.04, 499.23]
    assert answer.table["volume"].to_list() == [38_888_096, 46_907_479]


def test_rows_without_a_price_are_none_and_a_row_that_lacks_some_stays():
    rows = [TRADED[2], ("2020-09-01", None, None, None, None, None), ("2020-09-02", None, 2.0, 1.0, 1.5, 10)]
    answer, _ = asked({CHART: charted(rows)}, bars(last="2020-09-04"))
    assert answer.table["ts"].to_list() == [dt.date(2020, 8, 31), dt.date(2020, 9, 2)]
    assert answer.table["open"].to_list() == [127.58, None]


def test_the_row_of_the_present_replaces_the_day_that_it_belongs_to():
    live = ("2020-09-01 15:59", 132.76, 134.9, 130.53, 134.5, 152_000_000)
    answer, _ = asked({CHART: charted([*TRADED[2:], live])}, bars())
    assert answer.table["close"].to_list() == [129.04, 134.5]


def test_minutes_are_stamped_with_their_ends_and_come_a_week_at_a_time():
    def week(seen):
        day = "2020-08-20" if int(seen.query["period1"]) < at("2020-08-21") else "2020-09-04"
        rows = [(f"{day} 09:30", 1.0, 2.0, 1.0, 1.5, 10), (f"{day} 09:31", 1.0, 2.0, 1.0, 1.5, 0)]
        return charted([*rows, (f"{day} 09:31:42", 1.5, 1.5, 1.5, 1.5, 0)], dataGranularity="1m")

    want = bars(interval=Interval.MINUTE, first="2020-08-20T00:00", last="2020-09-04T20:00")
    answer, server = asked({CHART: week}, want)
    assert len(server.asked(CHART)) == 3
    assert answer.table["ts"].to_list() == [
        dt.datetime(2020, month, day, 13, minute, tzinfo=dt.UTC)
        for month, day in ((8, 20), (9, 4))
        for minute in (31, 32)
    ]


def test_the_house_s_spelling_becomes_yahoo_s():
    page = charted(TRADED[2:], symbol="BRK-B")
    answer, _ = asked({"/v8/finance/chart/BRK-B": page}, bars("BRK.B"))
    assert set(answer.table["symbol"]) == {"BRK.B"}


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(status=404, body=failed("chart", "Not Found", "No data found, symbol may be delisted")), "unknown"),
        (failed("chart", "Not Found", "No data found, symbol may be delisted"), "unknown"),
        (Reply(status=400, body=failed("chart", "Bad Request", "Data doesn't exist for startDate = 1")), "no trade"),
        (charted([], firstTradeDate=at("2020-09-03")), "listed 2020-09-03"),
        (charted([], regularMarketTime=at("2019-05-03", "16:00")), "no trade"),
    ],
    ids=["404", "200 with not found", "400", "listed later", "gone before"],
)
def test_a_symbol_without_bars_is_named_with_the_reason(reply, reason):
    answer, server = asked({CHART: reply}, bars())
    assert answer.absent == {"AAPL": reason}
    assert answer.table.is_empty()
    assert len(server.asked(CHART)) == 1, "asked once, not again with another cookie"
    assert answer.requests == len(server.seen)


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (charted([], regularMarketTime=at("2020-09-01", "16:00")), "none, though it traded at 2020-09-01"),
        ("<html>Will be right back</html>", "JSON"),
        (Reply(body='{"chart":{"result":[{"meta":'), "JSON"),
        (Reply(body=[1, 2]), "an object of JSON"),
        ({"chart": {"result": None, "error": None}}, "an answer with chart"),
        ({"chart": {"result": [], "error": None}}, "a chart"),
        ({"chart": {"result": [{"meta": {}}], "error": None}}, "promised form"),
        (charted(TRADED, regularMarketTime=at("2020-09-10", "16:00")), "up to the last trade on 2020-09-10"),
        (charted(TRADED, symbol="MSFT"), "a chart of AAPL, found one of MSFT"),
        (charted(TRADED, dataGranularity="3mo"), "bars of 1d, found bars of 3mo"),
        (charted([TRADED[1], TRADED[0], TRADED[2]]), "stamps that rise"),
        (charted([TRADED[0], TRADED[0], TRADED[2]]), "stamps that rise"),
        (charted([("2020-08-31", -1.0, 2.0, 1.0, 1.5, 10)]), "prices and volumes of 0 or more"),
        (charted(TRADED, splits=[("2000-06-21", 0.0)]), "ratio above 0"),
    ],
    ids=[
        *(
            "empty",
            "a page",
            "cut",
            "a list",
            "nothing",
            "no result",
            "no meta",
            "ends early",
            "another symbol",
            "another interval",
        ),
        *("unsorted", "twice", "negative", "split of nothing"),
    ],
)
def test_broken_answers_are_no_data(page, told):
    with pytest.raises(Unreadable, match=told):
        asked({CHART: page}, bars())


def test_fewer_values_than_stamps():
    page = charted(TRADED)
    page["chart"]["result"][0]["indicators"]["quote"][0]["close"].pop()
    with pytest.raises(Unreadable, match="4 values of close, one a stamp, found 3"):
        asked({CHART: page}, bars())


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(status=429, headers={"Retry-After": "9"}, body="Too Many Requests"), RateLimited),
        (failed("chart", "Too Many Requests", "Rate limited"), RateLimited),
        (Reply(status=401, body=failed("finance", "Unauthorized", "Invalid Crumb")), Refused),
        (failed("finance", "Unauthorized", "Invalid Cookie"), Refused),
        (Reply(status=500, body="oops"), Unavailable),
        (failed("chart", "Internal Server Error", "server error"), Unavailable),
        (Reply(status=422, body=failed("chart", "Unprocessable Entity", "must be within the last 30 days")), Refused),
        (Reply(reset=True), Unavailable),
        (Reply(body=charted(TRADED), cut=300), Unreadable),
    ],
    ids=["429", "429 in a 200", "401", "401 in a 200", "500", "500 in a 200", "422", "reset", "cut"],
)
def test_a_refusal_is_one_of_ours(reply, error):
    with pytest.raises(error, match="yahoo, asked for"):
        asked({CHART: reply}, bars())


@pytest.mark.parametrize(
    "paths",
    [
        {"/v1/test/getcrumb": Reply(status=429, body="Too Many Requests"), CHART: charted(TRADED)},
        {CHART: [Reply(status=401, body=failed("finance", "Unauthorized", "Invalid Crumb")), charted(TRADED)]},
    ],
    ids=["no crumb to be had", "a crumb that no longer holds"],
)
def test_yfinance_deals_with_crumbs(paths):
    answer, server = asked(paths, bars())
    assert len(answer.table) == 4
    assert answer.requests == len(server.seen)


def test_how_long_to_wait_is_kept_and_nothing_is_asked_again():
    with serving(routes(paths={CHART: Reply(status=429, headers={"Retry-After": "9"})})) as server:
        provider = PROVIDER.make(Settings(url=server.address), SettableClock(NOW))
        with pytest.raises(RateLimited) as caught:
            asyncio.run(provider.ask(bars()))
        assert caught.value.retry_after == 9.0
        assert len(server.asked(CHART)) == 1


def test_asking_can_be_cancelled_and_asked_again():
    gate, arrived = threading.Event(), threading.Event()

    def answer(seen):
        arrived.set()
        return Reply(body=charted(TRADED), gate=gate)

    async def story(server):
        provider = PROVIDER.make(Settings(url=server.address, requests_per_minute=60_000), SettableClock(NOW))
        task = asyncio.create_task(provider.ask(bars()))
        await asyncio.to_thread(arrived.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        gate.set()
        again = await provider.ask(bars())
        await provider.close()
        return again

    with serving(routes(paths={CHART: answer})) as server:
        assert len(asyncio.run(story(server)).table) == 4


def test_a_slow_answer_is_given_up():
    gate = threading.Event()
    with serving(routes(paths={CHART: Reply(body=charted(TRADED), gate=gate)})) as server:
        own = Settings(url=server.address, requests_per_minute=60_000, patience_seconds=0.2)
        with pytest.raises(Unavailable, match="yahoo, asked for bars of AAPL"):
            asyncio.run(PROVIDER.make(own, SettableClock(NOW)).ask(bars()))
        gate.set()


def test_bars_that_yahoo_no_longer_has_are_refused():
    with pytest.raises(Refused, match="bars of 1m from 2020-08-06 on"):
        asked({}, bars(interval=Interval.MINUTE, first="2020-01-02T15:00"))
    with pytest.raises(Refused, match="found 1w"):
        asked({}, bars(interval=Interval.WEEK))


def test_two_providers_share_no_cookie():
    """yfinance keeps one of each for the process, and on the disk."""

    async def story(server):
        for _ in range(2):
            provider = PROVIDER.make(Settings(url=server.address, requests_per_minute=60_000), SettableClock(NOW))
            await provider.ask(bars())
            await provider.ask(bars())
            await provider.close()

    with serving(routes(paths={CHART: charted(TRADED)})) as server:
        asyncio.run(story(server))
        assert [len(server.asked(path)) for path in ("/", "/v1/test/getcrumb", CHART)] == [2, 2, 4]


# --- the rest


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
