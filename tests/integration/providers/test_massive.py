"""Massive's own client against recorded answers, over a real socket.

Bodies are the mocks of the client's makers (../shared/data/fixtures/polygon_mocks: real shapes, values not all real),
changed where a test says so, and, where it says "documented", shapes written after the provider's documentation.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import threading

import numpy as np
import pytest

from scanwright.data.ports import (
    ActionsWanted,
    BarsWanted,
    ChainWanted,
    DayWanted,
    EventsWanted,
    FactsWanted,
    QuotesWanted,
    SymbolsWanted,
)
from scanwright.data.providers.massive import Massive, Settings
from scanwright.model.clock import SettableClock
from scanwright.model.errors import ProviderError, RateLimited, Refused, Unavailable, Unreadable
from scanwright.model.interval import Interval
from scanwright.model.secret import Secret
from tests.recorded import Reply, serving

NOW = dt.datetime(2026, 1, 5, 22, tzinfo=dt.UTC)
KEY = "PK-never-to-be-seen"
AAPL = "/v2/aggs/ticker/AAPL/range/1/day/2005-04-01/2005-04-04"
DAY = BarsWanted(
    symbols=("AAPL",),
    interval=Interval.DAY,
    first=np.datetime64("2005-04-01", "s"),
    last=np.datetime64("2005-04-04", "s"),
)


def asked(routes, *wants, **settings):
    """The answers to some wants, and the server that gave them."""

    async def all_of(address):
        given = {"requests_per_minute": 60_000.0, "key": Secret(KEY), "url": address} | settings
        provider = Massive(Settings(**given), SettableClock(NOW))
        try:
            return [await provider.ask(want) for want in wants]
        finally:
            await provider.close()

    with serving(routes) as server:
        return asyncio.run(all_of(server.address)), server


def bars_page(*rows, **more):
    """A page of bars as documented."""
    rows = [{"v": 10, "vw": 1.5, "o": 1, "c": 2, "h": 3, "l": 1, "n": 5} | row for row in rows]
    page = {"ticker": "AAPL", "queryCount": len(rows), "resultsCount": len(rows), "adjusted": False, "results": rows}
    return page | {"status": "OK", "request_id": "1", "count": len(rows)} | more


def start(text):
    return int(dt.datetime.fromisoformat(text).timestamp() * 1000)


APRIL_1, APRIL_4 = start("2005-04-01T00:00-05:00"), start("2005-04-04T00:00-04:00")
NO_BARS = {"ticker": "AAPL", "queryCount": 0, "resultsCount": 0, "adjusted": False, "status": "OK", "request_id": "1"}


@pytest.fixture
def mock(shared_data):
    """A mock by the start of its file's name."""

    def read(start):
        found = sorted((shared_data / "fixtures" / "polygon_mocks").glob(f"{start}.json"))
        return json.loads(found[0].read_text(encoding="utf-8"))

    return read


# --- what it says when all is well


def test_daily_bars_carry_the_date_of_their_session(mock):
    page = mock("v2_aggs_ticker_AAPL_range_1_day_2005-04-01_2005-04-04") | {"adjusted": False}
    (answer,), server = asked({AAPL: page}, DAY)
    assert answer.table["ts"].to_list() == [dt.date(2005, 4, 1), dt.date(2005, 4, 4)]
    assert answer.table.row(0)[2:] == (1.5032, 1.5064, 1.4489, 1.4604, 642646396.0)
    assert (answer.provider, answer.requests, answer.absent) == ("massive", 1, {})
    assert answer.as_of == NOW - dt.timedelta(minutes=15)
    (seen,) = server.seen
    assert seen.query == {"adjusted": "false", "sort": "asc", "limit": "50000"}
    assert seen.headers["authorization"] == f"Bearer {KEY}"


def test_bars_that_are_adjusted_though_raw_ones_were_asked_for_are_refused(mock):
    with pytest.raises(Unreadable, match="as traded"):
        asked({AAPL: mock("v2_aggs_ticker_AAPL_range_1_day_2005-04-01_2005-04-04")}, DAY)


def test_intraday_bars_are_asked_for_by_start_and_kept_by_end():
    want = BarsWanted(
        symbols=("AAPL",),
        interval=Interval.MINUTES_5,
        first=np.datetime64("2005-04-01T14:35"),
        last=np.datetime64("2005-04-01T14:40"),
    )
    first, last = start("2005-04-01T14:30+00:00"), start("2005-04-01T14:35+00:00")
    path = f"/v2/aggs/ticker/AAPL/range/5/minute/{first}/{last}"
    (answer,), _ = asked({path: bars_page({"t": first}, {"t": last}, status="DELAYED")}, want, delayed_minutes=0.0)
    assert answer.table["ts"].dt.strftime("%H:%M").to_list() == ["14:35", "14:40"]
    assert answer.table.schema["ts"].time_zone == "UTC"
    assert answer.delayed == dt.timedelta(minutes=15), "the answer says that it is late, whatever the settings say"


def test_the_whole_market_of_a_day_is_one_request(mock):
    page = mock("v2_aggs_grouped_locale_us_market_stocks_2005-04-04_adjusted_true") | {"adjusted": False}
    (answer,), server = asked(
        {"/v2/aggs/grouped/locale/us/market/stocks/2020-10-14": page}, DayWanted(date=dt.date(2020, 10, 14))
    )
    assert answer.table.row(0) == ("GIK", dt.date(2020, 10, 14), 9.99, 10.02, 9.9, 10.02, 895345.0)
    assert server.seen[0].query["adjusted"] == "false"


def test_a_day_without_a_session_is_empty_and_one_that_is_over_cannot_be():
    path = "/v2/aggs/grouped/locale/us/market/stocks/"
    empty = {key: NO_BARS[key] for key in ("queryCount", "resultsCount", "adjusted", "status")}
    routes = {path + day: empty for day in ("2026-01-03", "2026-01-05", "2026-01-06")}
    (saturday, to_come), _ = asked(routes, *(DayWanted(date=dt.date(2026, 1, day)) for day in (3, 6)))
    assert saturday.table.is_empty()
    assert to_come.table.is_empty()
    with pytest.raises(Unreadable, match="session that is over"):
        asked(routes, DayWanted(date=dt.date(2026, 1, 5)))


def symbol_routes(mock):
    first, second = mock("v3_reference_tickers"), mock("v3_reference_tickers_cursor*")
    gone = {"ticker": "BACpL", "type": "PFD", "active": False, "delisted_utc": "2024-05-03T00:00:00Z"}
    again = {"ticker": "AA", "type": "CS", "name": "Old Alcoa", "active": False, "delisted_utc": "2016-10-31T00:00:00Z"}
    listing = "/v3/reference/tickers"
    return {
        f"{listing}?active=true": first,
        f"{listing}?cursor={first['next_url'].split('cursor=')[1]}": second,
        f"{listing}?active=true&order=desc": {"results": second["results"][-1:], "status": "OK", "count": 1},
        f"{listing}?active=false": {"results": [again, gone], "status": "OK", "count": 2},
    }


def test_symbols_of_all_pages_listed_and_delisted(mock):
    (answer,), server = asked(symbol_routes(mock), SymbolsWanted())
    rows = {row["symbol"]: row for row in answer.table.to_dicts()}
    assert sorted(rows) == ["A", "AA", "AAA", "AAAU", "BAC.PRL"]
    assert (rows["AA"]["name"], rows["AA"]["exchange"], rows["AA"]["currency"]) == ("Alcoa Corporation", "NYSE", "USD")
    assert {symbol: row["kind"] for symbol, row in rows.items()} == {
        "A": "common",
        "AA": "common",
        "AAA": "etf",
        "AAAU": "etf",
        "BAC.PRL": "preferred",
    }
    assert rows["BAC.PRL"]["delisted"] == dt.date(2024, 5, 3)
    assert answer.requests == len(server.seen) == 4, "two pages, their end, and the delisted ones"
    assert {seen.headers["host"] for seen in server.seen} == {server.address.removeprefix("http://")}


def test_every_kind_that_it_has_is_known(mock):
    from scanwright.data.kinds import KINDS
    from scanwright.data.providers._massive_answers import KINDS as OURS

    told = {row["code"] for row in mock("v3_reference_tickers_types")["results"]}
    assert told - set(OURS) == {"BASKET", "LT"}, "these are `other`"
    assert set(OURS.values()) <= set(KINDS)


def test_splits_dividends_and_renames(mock):
    meta = mock("vX_reference_tickers_META_events_types_ticker_change")
    (answer,), _ = asked(
        {
            "/v3/reference/splits": {
                "results": [{"execution_date": "2022-07-18", "split_from": 1, "split_to": 20, "ticker": "META"}],
                "status": "OK",
            },
            "/v3/reference/dividends": {
                "results": [
                    {"cash_amount": 0.5, "ex_dividend_date": "2024-02-21", "currency": "USD", "ticker": "META"},
                    {"cash_amount": 0.7, "ex_dividend_date": "2024-02-21", "currency": "CAD", "ticker": "META"},
                ],
                "status": "OK",
            },
            "/vX/reference/tickers/META/events": meta,
        },
        ActionsWanted(symbols=("META",), first=dt.date(2015, 1, 1), last=dt.date(2025, 1, 1)),
    )
    assert answer.table.rows() == [
        ("META", dt.date(2022, 7, 18), "split", 20.0, None),
        ("META", dt.date(2024, 2, 21), "dividend", 0.5, None),
        ("META", dt.date(2022, 6, 11), "rename", None, "FB"),
    ]


def test_actions_of_the_whole_market(mock):
    (answer,), _ = asked(
        {
            "/v3/reference/splits": mock("v3_reference_splits"),
            "/v3/reference/dividends": mock("v3_reference_dividends"),
        },
        ActionsWanted(first=dt.date(2022, 5, 1), last=dt.date(2025, 12, 31)),
    )
    splits = answer.table.filter(kind="split")
    assert splits.filter(symbol="BRW")["value"].item() == 0.5, "two old shares become one"
    assert len(splits) == 10
    assert answer.table.filter(kind="dividend")["value"].null_count() == 0


def test_a_chain(mock):
    (answer,), _ = asked(
        {"/v3/snapshot/options/AAPL": mock("v3_snapshot_options_AAPL")}, ChainWanted(underlying="AAPL")
    )
    row = answer.table.row(0, named=True)
    assert (row["contract"], row["expiry"], row["strike"]) == ("AAPL230616C00150000", dt.date(2023, 6, 16), 150.0)
    assert (row["right"], row["style"], row["bid"], row["ask"], row["last"]) == ("call", "american", 28.9, 29.25, 29.25)
    assert (row["open_interest"], row["volume"], row["underlying_price"]) == (8133.0, 8.0, 159.9606)
    assert row["quoted"].isoformat() == "2022-04-29T17:44:20.800000+00:00"


def test_a_chain_of_nothing_is_one_only_where_nothing_is_listed(mock):
    nothing = {"results": [], "status": "OK"}
    chain, listing = "/v3/snapshot/options/AAPL", "/v3/reference/options/contracts"
    (answer,), _ = asked({chain: nothing, listing: nothing}, ChainWanted(underlying="AAPL"))
    assert answer.absent == {"AAPL": "no listed options"}
    with pytest.raises(Unreadable, match="listed contracts"):
        asked({chain: nothing, listing: mock("v3_reference_options_contracts")}, ChainWanted(underlying="AAPL"))


def test_quotes(mock):
    page = mock("v2_snapshot_locale_us_markets_stocks_tickers_index")
    path = "/v2/snapshot/locale/us/markets/stocks/tickers"
    (answer,), server = asked({path: page}, QuotesWanted(symbols=("BCAT", "ZZZ")))
    row = answer.table.row(0, named=True)
    assert (row["symbol"], row["bid"], row["ask"], row["last"], row["volume"]) == ("BCAT", 20.5, 20.6, 20.506, 37216.0)
    assert answer.absent == {"ZZZ": "no quote today"}
    assert server.seen[0].query["tickers"] == "BCAT,ZZZ"
    with pytest.raises(Unreadable, match="symbols that were asked for"):
        asked({path: page}, QuotesWanted(symbols=("ZZZ",)))


def test_news_is_an_event_of_each_symbol_it_names(mock):
    page = mock("v2_reference_news_ticker_NFLX")
    want = EventsWanted(kinds=("news",), symbols=("NFLX", "MSFT"), first=dt.date(2022, 4, 1), last=dt.date(2022, 5, 1))
    with pytest.raises(Unreadable, match="10 rows, as the answer counts"):
        asked({"/v2/reference/news": page}, want)
    (answer,), _ = asked({"/v2/reference/news": page | {"count": 1}}, want)
    assert sorted(answer.table["symbol"]) == ["MSFT", "NFLX"]
    assert answer.table["known"].dt.strftime("%F %T").unique().to_list() == ["2022-04-28 17:08:00"]


def test_figures_of_a_company(mock):
    (answer,), _ = asked(
        {"/v3/reference/tickers/AAPL": mock("v3_reference_tickers_AAPL")}, FactsWanted(symbols=("AAPL", "ZZZ"))
    )
    assert answer.table.rows() == [
        ("AAPL", "market_cap", None, 2488795282370.0),
        ("AAPL", "shares_out", None, 16319440000.0),
    ]
    assert answer.absent == {"ZZZ": "unknown"}


# --- why there is nothing (documented shapes)

DETAILS, LISTING = "/v3/reference/tickers/AAPL", "/v3/reference/tickers"
GONE = {"status": "OK", "count": 1, "results": [{"ticker": "AAPL", "delisted_utc": "2005-04-01T00:00:00Z"}]}


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        ({DETAILS: {"status": "OK", "results": {"list_date": "1980-12-12"}}}, "no trade"),
        ({DETAILS: {"status": "OK", "results": {"list_date": "2005-05-05"}}}, "listed 2005-05-05"),
        ({LISTING: {"status": "OK", "results": []}}, "unknown"),
        ({LISTING: GONE}, "delisted 2005-04-01"),
    ],
)
def test_no_bar_has_its_reason(evidence, reason):
    (answer,), _ = asked({AAPL: NO_BARS} | evidence, DAY)
    assert answer.table.is_empty()
    assert answer.absent == {"AAPL": reason}


def test_no_bar_where_the_latest_one_lies_is_a_broken_answer(mock):
    prev = mock("v2_aggs_ticker_AAPL_prev") | {"adjusted": False}
    prev["results"][0]["t"] = start("2005-04-04T16:00-04:00")
    details = {"status": "OK", "results": {"list_date": "1980-12-12"}}
    with pytest.raises(Unreadable, match="the bar of 2005-04-04, its latest"):
        asked({AAPL: NO_BARS, DETAILS: details, "/v2/aggs/ticker/AAPL/prev": prev}, DAY)


def test_no_bar_in_weeks_of_a_listed_symbol_is_a_broken_answer():
    weeks = BarsWanted(
        symbols=DAY.symbols, interval=DAY.interval, first=DAY.first, last=np.datetime64("2005-05-04", "s")
    )
    details = {"status": "OK", "results": {"list_date": "1980-12-12"}}
    with pytest.raises(Unreadable, match="listed through 24 sessions"):
        asked({AAPL.replace("04-04", "05-04"): NO_BARS, DETAILS: details}, weeks)


# --- broken answers (documented shapes)

GOOD = ({"t": APRIL_1}, {"t": APRIL_4})


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("<html>busy</html>", "expected JSON"),
        (b'{"ticker": "AAPL", "results": [{"o"', "expected JSON"),
        ([[1, 2]], "an object"),
        ({"status": "ERROR", "error": "over quota"}, "status is OK"),
        (bars_page(*GOOD, status="NOT_AUTHORIZED"), "status is OK"),
        (bars_page(*GOOD, error="half of it"), "status is OK"),
        (bars_page(*GOOD, resultsCount=3), "3 rows, as the answer counts"),
        ({key: value for key, value in bars_page(*GOOD).items() if key != "results"}, "2 rows"),
        (bars_page(*GOOD, ticker="MSFT"), "bars of AAPL"),
        (bars_page(*reversed(GOOD)), "stamps that rise"),
        (bars_page(GOOD[0], *GOOD), "stamps that rise"),
        (bars_page({"t": APRIL_1 - 86_400_000 * 9}), "bars from"),
        (bars_page({"t": APRIL_1, "c": -1}), "prices"),
        (bars_page({"t": APRIL_1, "c": None}), "prices"),
        (bars_page({"t": APRIL_1, "c": float("nan")}), "prices"),
        (bars_page({"t": APRIL_1, "v": "many"}), "prices"),
        (bars_page({"t": None}), "a stamp"),
        (bars_page({"x": 1}), "promised form"),
    ],
)
def test_a_broken_answer_is_an_error(page, told):
    with pytest.raises(Unreadable, match=told):
        asked({AAPL: Reply(body=page)}, DAY)


PAGE_2 = "/v2/aggs/ticker/AAPL/range/1/day/1112587200000/2005-04-04"


def pages(**more):
    first = bars_page(GOOD[0], next_url="{address}" + PAGE_2 + "?cursor=abc")
    return {AAPL: first, f"{PAGE_2}?cursor=abc": bars_page(GOOD[1]), f"{AAPL}?sort=desc": bars_page(GOOD[1])} | more


def test_pages_are_followed_to_the_end_and_the_end_is_proved():
    (answer,), server = asked(pages(), DAY)
    assert len(answer.table) == 2
    assert answer.requests == len(server.seen) == 3


@pytest.mark.parametrize(
    ("routes", "told"),
    [
        ({f"{PAGE_2}?cursor=abc": bars_page(GOOD[1], next_url=f"{PAGE_2}?cursor=abc")}, "come to an end"),
        ({f"{PAGE_2}?cursor=abc": bars_page(GOOD[0])}, "stamps that rise"),
        ({f"{PAGE_2}?cursor=abc": bars_page()}, "reach the end"),
        ({f"{PAGE_2}?cursor=abc": "{}"}, "status is OK"),
    ],
)
def test_pages_that_end_early_or_lead_in_a_circle_are_an_error(routes, told):
    with pytest.raises(Unreadable, match=told):
        asked(pages(**routes), DAY)


# --- errors


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(status=401, body={"status": "ERROR", "error": f"Unknown API Key {KEY}"}), Refused),
        (Reply(status=403, body={"status": "NOT_AUTHORIZED", "message": "upgrade your plan"}), Refused),
        (Reply(status=404, body={"status": "NOT_FOUND"}), Refused),
        (Reply(status=302, headers={"Location": "http://127.0.0.1:1/"}), Unreadable),
        (Reply(status=500, body="oops"), Unavailable),
        (Reply(status=503, body="<html>down</html>"), Unavailable),
        (Reply(reset=True), Unavailable),
        (Reply(body=bars_page(*GOOD), cut=40), Unreadable),
    ],
)
def test_an_error_is_ours_and_asked_once(reply, kind):
    with serving({AAPL: reply}) as server:
        provider = Massive(Settings(key=Secret(KEY), url=server.address), SettableClock(NOW))
        with pytest.raises(kind) as caught:
            asyncio.run(provider.ask(DAY))
        asyncio.run(provider.close())
        assert len(server.seen) == 1, "trying again is not the client's business"
    assert KEY not in f"{caught.value} {caught.value!r} {caught.value.facts}"


def test_it_waits_as_long_as_it_is_told_to():
    with pytest.raises(RateLimited) as caught:
        asked({AAPL: Reply(status=429, headers={"Retry-After": "7"}, body={"status": "ERROR"})}, DAY)
    assert caught.value.retry_after == 7


def test_nobody_there_is_unavailable():
    with pytest.raises(Unavailable):
        asked({}, DAY, url="http://127.0.0.1:9")


def test_a_slow_answer_is_given_up_at_the_deadline():
    gate = threading.Event()
    try:
        with pytest.raises(Unavailable, match="within 0"):
            asked({AAPL: Reply(body=bars_page(*GOOD), gate=gate)}, DAY, patience_seconds=0.2)
    finally:
        gate.set()


def test_asking_can_be_cancelled():
    gate, arrived = threading.Event(), threading.Event()

    def answer(seen):
        arrived.set()
        return Reply(body=bars_page(*GOOD), gate=gate)

    async def cancelled(address):
        provider = Massive(Settings(key=Secret(KEY), url=address), SettableClock(NOW))
        task = asyncio.create_task(provider.ask(DAY))
        await asyncio.to_thread(arrived.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        gate.set()
        await provider.close()

    with serving({AAPL: answer}) as server:
        asyncio.run(cancelled(server.address))


def test_without_a_key_nothing_is_asked():
    with serving({}) as server:
        provider = Massive(Settings(url=server.address), SettableClock(NOW))
        with pytest.raises(Refused, match="a key"):
            asyncio.run(provider.ask(DAY))
        assert not server.seen


def test_what_it_does_not_offer_is_refused():
    for want in (
        BarsWanted(symbols=("AAPL",), interval=Interval.WEEK, first=DAY.first, last=DAY.last),
        EventsWanted(kinds=("earnings",), first=dt.date(2022, 4, 1), last=dt.date(2022, 5, 1)),
    ):
        with pytest.raises(ProviderError) as caught:
            asked({}, want)
        assert caught.value.code == "refused"
