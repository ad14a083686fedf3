"""Alpaca's own clients against answers of its documented shapes, over a real socket.

No answer of the service itself could be recorded: bodies are written after its documentation and the library's models.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import threading

import numpy as np
import pytest

from scanwright.data.ports import ActionsWanted, BarsWanted, ChainWanted, EventsWanted, QuotesWanted, SymbolsWanted
from scanwright.data.providers.alpaca import Alpaca, Settings
from scanwright.model.clock import SettableClock
from scanwright.model.errors import ProviderError, RateLimited, Refused, SettingsError, Unavailable, Unreadable
from scanwright.model.interval import Interval
from scanwright.model.secret import Secret
from tests.recorded import Reply, serving

NOW = dt.datetime(2024, 1, 4, 18, tzinfo=dt.UTC)
KEY, SECRET = "PK-never-to-be-seen", "SK-never-to-be-seen"
BARS, LATEST = "/v2/stocks/bars", "/v2/stocks/bars/latest"


def wanted(*symbols, interval=Interval.DAY, first="2024-01-02", last="2024-01-03"):
    return BarsWanted(
        symbols=symbols or ("AAPL",),
        interval=interval,
        first=np.datetime64(first, "s"),
        last=np.datetime64(last, "s"),
    )


def asked(routes, *wants, **settings):
    """The answers to some wants, and the server that gave them."""

    async def all_of(address):
        given = {"key": Secret(KEY), "secret": Secret(SECRET), "url": address, "trading_url": address}
        given = given | {"requests_per_minute": 60_000.0} | settings
        provider = Alpaca(Settings(**given), SettableClock(NOW))
        try:
            return [await provider.ask(want) for want in wants]
        finally:
            await provider.close()

    with serving(routes) as server:
        return asyncio.run(all_of(server.address)), server


def bar(stamp, **more):
    return {"t": stamp, "o": 184.2, "h": 185.9, "l": 183.4, "c": 184.25, "v": 58414460, "n": 656853, "vw": 184.3} | more


def page(token=None, **bars):
    return {"bars": bars, "next_page_token": token}


TUESDAY, WEDNESDAY = bar("2024-01-02T05:00:00Z"), bar("2024-01-03T05:00:00Z")


# --- what it says when all is well


def test_daily_bars_of_several_symbols_in_one_request():
    (answer,), server = asked({BARS: page(AAPL=[TUESDAY, WEDNESDAY], MSFT=[TUESDAY])}, wanted("AAPL", "MSFT"))
    assert answer.table.select("symbol", "ts").rows() == [
        ("AAPL", dt.date(2024, 1, 2)),
        ("AAPL", dt.date(2024, 1, 3)),
        ("MSFT", dt.date(2024, 1, 2)),
    ]
    assert answer.table.row(0)[2:] == (184.2, 185.9, 183.4, 184.25, 58414460.0)
    (seen,) = server.seen
    assert seen.query == {
        "symbols": "AAPL,MSFT",
        "timeframe": "1Day",
        "start": "2024-01-02T05:00:00Z",
        "end": "2024-01-04T04:00:00Z",
        "sort": "asc",
        "limit": "10000",
        "feed": "sip",
        "adjustment": "raw",
    }
    assert (seen.headers["apca-api-key-id"], seen.headers["apca-api-secret-key"]) == (KEY, SECRET)


@pytest.mark.parametrize(("feed", "sent", "late"), [("delayed_sip", "sip", 15), ("sip", "sip", 0), ("iex", "iex", 0)])
def test_the_feed_says_how_late_the_data_is_and_is_never_asked_for_more(feed, sent, late):
    (answer,), server = asked({BARS: page(AAPL=[WEDNESDAY])}, wanted(last="2024-01-04"), feed=feed)
    assert answer.delayed == dt.timedelta(minutes=late)
    assert answer.as_of == NOW - answer.delayed
    assert server.seen[0].query["feed"] == sent
    assert server.seen[0].query["end"] == f"{NOW - answer.delayed:%Y-%m-%dT%H:%M:%SZ}"


def test_intraday_bars_are_asked_for_by_start_and_kept_by_end():
    want = wanted(interval=Interval.MINUTES_5, first="2024-01-03T14:35", last="2024-01-03T14:40")
    rows = [bar("2024-01-03T14:30:00Z"), bar("2024-01-03T14:35:00Z")]
    (answer,), server = asked({BARS: page(AAPL=rows)}, want)
    assert answer.table["ts"].dt.strftime("%H:%M").to_list() == ["14:35", "14:40"]
    assert server.seen[0].query["start"] == "2024-01-03T14:30:00Z"
    assert server.seen[0].query["end"] == "2024-01-03T14:35:00Z"


def test_coins_are_asked_for_where_they_are():
    crypto = page(**{"BTC/USD": [bar("2024-01-02T06:00:00Z"), bar("2024-01-03T06:00:00Z")]})
    (answer,), server = asked(
        {BARS: page(AAPL=[TUESDAY]), "/v1beta3/crypto/us/bars": crypto}, wanted("BTC/USD", "AAPL")
    )
    assert answer.table.filter(symbol="BTC/USD")["ts"].to_list() == [dt.date(2024, 1, 2), dt.date(2024, 1, 3)]
    assert answer.requests == len(server.seen) == 2
    assert "feed" not in server.asked("/v1beta3/crypto/us/bars")[0].query


def test_symbols_with_their_kinds():
    def assets(seen):
        if seen.query["asset_class"] == "crypto":
            return Reply(body=[{"class": "crypto", "exchange": "CRYPTO", "symbol": "BTC/USD", "name": "Bitcoin"}])
        rows = [("SPY", "SPDR S&P 500 ETF Trust", "NYSEARCA"), ("AAPL", "Apple Inc. Common Stock", "NASDAQ")]
        return Reply(
            body=[
                {"class": "us_equity", "exchange": exchange, "symbol": symbol, "name": name, "status": "active"}
                for symbol, name, exchange in rows
            ]
        )

    (answer,), _ = asked({"/v2/assets": assets}, SymbolsWanted())
    assert answer.table.select("symbol", "kind", "exchange", "currency").rows() == [
        ("AAPL", "common", "NASDAQ", "USD"),
        ("BTC/USD", "crypto", "CRYPTO", "USD"),
        ("SPY", "etf", "ARCA", "USD"),
    ]


def actions_page(**kinds):
    return {"corporate_actions": kinds, "next_page_token": None}


def test_corporate_actions_by_the_day_that_trades_on_the_new_terms():
    dates = {"ex_date": "2024-06-10", "process_date": "2024-06-10"}
    paid_later = {"ex_date": "2024-05-10", "process_date": "2024-07-16", "payable_date": "2024-07-16"}
    routes = {
        "/v1/corporate-actions": actions_page(
            forward_splits=[{"id": "1", "symbol": "NVDA", "new_rate": 10, "old_rate": 1, **dates}],
            reverse_splits=[{"id": "2", "symbol": "SIRI", "new_rate": 1, "old_rate": 10, **dates}],
            stock_dividends=[{"id": "3", "symbol": "TRN", "rate": 0.05, **dates}],
            cash_dividends=[
                {"id": "4", "symbol": "AAPL", "rate": 0.25, **paid_later},
                {"id": "5", "symbol": "KO", "rate": 0.48, **paid_later | {"ex_date": "2024-07-02"}},
            ],
            name_changes=[{"id": "6", "old_symbol": "FB", "new_symbol": "META", "process_date": "2024-06-09"}],
            stock_mergers=[{"id": "7", "acquiree_symbol": "OLD", "effective_date": "2024-06-03"}],
            spin_offs=[{"id": "8", "source_symbol": "GE"}],
        )
    }
    (answer,), server = asked(routes, ActionsWanted(first=dt.date(2024, 5, 1), last=dt.date(2024, 6, 30)))
    assert sorted(row[0::2] for row in answer.table.rows()) == [
        ("AAPL", "dividend", None),
        ("META", "rename", "FB"),
        ("NVDA", "split", None),
        ("OLD", "delisted", None),
        ("SIRI", "split", None),
        ("TRN", "split", None),
    ]
    assert dict(answer.table.filter(kind="split").select("symbol", "value").rows()) == {
        "NVDA": 10.0,
        "SIRI": 0.1,
        "TRN": 1.05,
    }
    assert server.seen[0].query["end"] == "2024-10-28", "a dividend is listed by the day it is paid on"


SNAPSHOT = {
    "latestQuote": {
        "ap": 182.6,
        "as": 1,
        "ax": "Q",
        "bp": 182.5,
        "bs": 3,
        "bx": "P",
        "t": "2024-01-04T17:44:59.123456789Z",
    },
    "latestTrade": {"p": 182.55, "s": 100, "t": "2024-01-04T17:44:59Z"},
    "dailyBar": bar("2024-01-04T05:00:00Z", v=40_000_000),
}


def test_quotes():
    routes = {
        "/v2/stocks/snapshots": {"AAPL": SNAPSHOT, "OLD": None},
        "/v1beta3/crypto/us/snapshots": {"snapshots": {"BTC/USD": SNAPSHOT | {"latestQuote": {"ap": 0, "bp": 43_000}}}},
    }
    (answer,), server = asked(routes, QuotesWanted(symbols=("AAPL", "BTC/USD", "OLD")))
    rows = {row["symbol"]: row for row in answer.table.to_dicts()}
    assert (rows["AAPL"]["bid"], rows["AAPL"]["ask"], rows["AAPL"]["last"]) == (182.5, 182.6, 182.55)
    assert rows["AAPL"]["quoted"].isoformat() == "2024-01-04T17:44:59.123000+00:00"
    assert (rows["BTC/USD"]["ask"], rows["BTC/USD"]["bid"]) == (None, 43_000.0), "a price of 0 is none"
    assert answer.absent == {"OLD": "unknown"}
    assert server.seen[0].query["feed"] == "delayed_sip"


CHAIN, CONTRACTS = "/v1beta1/options/snapshots/AAPL", "/v2/options/contracts"
CONTRACT = {
    "greeks": {"delta": 0.6, "gamma": 0.02, "rho": 0.01, "theta": -0.1, "vega": 0.2},
    "impliedVolatility": 0.31,
    "latestQuote": {"ap": 5.1, "bp": 4.9, "t": "2024-01-04T17:40:00Z"},
    "latestTrade": {"p": 5.0, "t": "2024-01-04T17:30:00Z"},
}


def chain(**names):
    snapshots = {"snapshots": names, "next_page_token": None}
    return {CHAIN: snapshots, "/v2/stocks/trades/latest": {"trades": {"AAPL": {"p": 182.5}}}}


def test_a_chain():
    (answer,), _ = asked(chain(AAPL240426C00162500=CONTRACT, AAPL1240426P00005000={}), ChainWanted(underlying="AAPL"))
    row = answer.table.row(0, named=True)
    assert (row["expiry"], row["strike"], row["right"], row["style"]) == (
        dt.date(2024, 4, 26),
        162.5,
        "call",
        "american",
    )
    assert (row["bid"], row["ask"], row["last"], row["delta"], row["vega"]) == (4.9, 5.1, 5.0, 0.6, 0.2)
    assert (row["implied_volatility"], row["underlying_price"], row["open_interest"]) == (0.31, 182.5, None)
    assert answer.table.row(1, named=True)["strike"] == 5.0, "an adjusted contract is one too"


def test_a_chain_of_nothing_is_one_only_where_nothing_is_listed():
    (answer,), _ = asked(chain() | {CONTRACTS: {"option_contracts": []}}, ChainWanted(underlying="AAPL"))
    assert answer.absent == {"AAPL": "no listed options"}
    with pytest.raises(Unreadable, match="listed contracts"):
        asked(chain() | {CONTRACTS: {"option_contracts": [{"symbol": "X"}]}}, ChainWanted(underlying="AAPL"))
    with pytest.raises(Unreadable, match="each contract of AAPL"):
        asked(chain(MSFT240426C00162500=CONTRACT), ChainWanted(underlying="AAPL"))


STORY = {
    "id": 1,
    "headline": "Apple does",
    "created_at": "2024-01-02T09:00:00Z",
    "updated_at": "2024-01-03T09:00:00Z",
    "symbols": ["AAPL", "MSFT"],
}
NEWS = EventsWanted(kinds=("news",), symbols=("AAPL",), first=dt.date(2024, 1, 2), last=dt.date(2024, 1, 3))


def test_news_is_known_when_it_is_written_not_when_it_is_changed():
    older = STORY | {"id": 2, "created_at": "2023-12-01T09:00:00Z"}
    (answer,), _ = asked({"/v1beta1/news": {"news": [STORY, older], "next_page_token": None}}, NEWS)
    assert answer.table.select("symbol", "headline").rows() == [("AAPL", "Apple does")]
    assert answer.table["known"].item().isoformat() == "2024-01-02T09:00:00+00:00"


# --- why there is nothing

JANUARY = wanted(first="2024-01-02", last="2024-01-03")
NONE = {"bars": {}, "next_page_token": None}


@pytest.mark.parametrize(
    ("latest", "earlier", "reason"),
    [
        ({}, NONE, "unknown"),
        ({"AAPL": bar("2023-12-20T20:59:00Z")}, NONE, "no trade since 2023-12-20"),
        ({"AAPL": bar("2024-01-04T17:00:00Z")}, NONE, "not traded yet"),
        ({"AAPL": bar("2024-01-04T17:00:00Z")}, page(AAPL=[bar("2023-12-20T05:00:00Z")]), "no trade"),
    ],
)
def test_no_bar_has_its_reason(latest, earlier, reason):
    (answer,), _ = asked({BARS: NONE, f"{BARS}?limit=1": earlier, LATEST: {"bars": latest}}, JANUARY)
    assert answer.absent == {"AAPL": reason}


def test_no_bar_where_the_latest_one_lies_is_a_broken_answer():
    with pytest.raises(Unreadable, match="its latest"):
        asked({BARS: NONE, LATEST: {"bars": {"AAPL": bar("2024-01-03T20:59:00Z")}}}, JANUARY)


def test_no_bar_for_weeks_between_trades_is_a_broken_answer_but_not_on_one_exchange():
    weeks = wanted(first="2023-11-01", last="2023-11-30")
    earlier = page(AAPL=[bar("2023-10-20T04:00:00Z")])
    routes = {BARS: NONE, f"{BARS}?limit=1": earlier, LATEST: {"bars": {"AAPL": bar("2024-01-03T20:59:00Z")}}}
    with pytest.raises(Unreadable, match="none in 21 sessions"):
        asked(routes, weeks)
    (answer,), _ = asked(routes, weeks, feed="iex")
    assert answer.absent == {"AAPL": "no trade"}


def test_what_no_plan_can_know_yet_is_not_asked_for():
    (answer,), server = asked({LATEST: {"bars": {}}}, wanted(first="2024-01-05", last="2024-01-05"))
    assert answer.table.is_empty()
    assert not server.asked(BARS)


# --- broken answers


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<html>busy</html>", "an answer"),
        ("", "with bars"),
        (b'{"bars": {"AAPL": [{"t"', "an answer"),
        ({"code": 42210000, "message": "no"}, "with bars"),
        ({"bars": {}, "code": 42210000, "message": "half of it"}, "with bars"),
        ([TUESDAY], "with bars"),
        (page(AAPL=[TUESDAY], TSLA=[TUESDAY]), "symbols that were asked for"),
        (page(AAPL=[WEDNESDAY, TUESDAY]), "stamps that rise"),
        (page(AAPL=[TUESDAY, TUESDAY]), "stamps that rise"),
        (page(AAPL=[bar("2020-01-02T05:00:00Z")]), "bars from"),
        (page(AAPL=[TUESDAY | {"c": -1}]), "prices"),
        (page(AAPL=[TUESDAY | {"c": float("nan")}]), "prices|an answer"),
        (page(AAPL=[TUESDAY | {"v": None}]), "prices"),
        (page(AAPL=[{"x": 1}]), "promised form"),
        (page(AAPL=[bar("yesterday")]), "promised form"),
    ],
)
def test_a_broken_answer_is_an_error(body, told):
    with pytest.raises(Unreadable, match=told):
        asked({BARS: Reply(body=body)}, wanted())


def pages(**more):
    routes = {
        BARS: page("two", AAPL=[TUESDAY]),
        f"{BARS}?page_token=two": page(AAPL=[WEDNESDAY]),
        f"{BARS}?sort=desc": page(AAPL=[WEDNESDAY]),
    }
    return routes | more


def test_pages_are_followed_to_the_end_and_the_end_is_proved():
    (answer,), server = asked(pages(), wanted())
    assert len(answer.table) == 2
    assert answer.requests == len(server.seen) == 3


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (page("two", AAPL=[WEDNESDAY]), "come to an end"),
        (page(AAPL=[TUESDAY]), "stamps that rise"),
        (page(), "an end before"),
        ({"next_page_token": None}, "with bars"),
    ],
)
def test_pages_that_end_early_or_lead_in_a_circle_are_an_error(second, told):
    with pytest.raises(Unreadable, match=told):
        asked(pages(**{f"{BARS}?page_token=two": second}), wanted())


def test_a_list_that_ends_early_is_an_error():
    routes = {
        "/v1beta1/news": {"news": [STORY], "next_page_token": "two"},
        "/v1beta1/news?page_token=two": {"news": [], "next_page_token": None},
        "/v1beta1/news?sort=desc": {"news": [STORY | {"id": 3}], "next_page_token": None},
    }
    with pytest.raises(Unreadable, match="end of the list"):
        asked(routes, NEWS)


# --- errors


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(status=401, body={"message": f"unauthorized {KEY} {SECRET}"}), Refused),
        (Reply(status=403, body={"message": "subscription does not permit querying recent SIP data"}), Refused),
        (Reply(status=404, body={"message": "not found"}), Refused),
        (Reply(status=422, body={"code": 42210000, "message": "invalid symbol"}), Refused),
        (Reply(status=302, headers={"Location": "http://127.0.0.1:1/"}), Unreadable),
        (Reply(status=429, body={"message": "too many requests"}), RateLimited),
        (Reply(status=500, body="oops"), Unavailable),
        (Reply(status=504, body="<html>late</html>"), Unavailable),
        (Reply(reset=True), Unavailable),
        (Reply(body=page(AAPL=[TUESDAY]), cut=40), Unreadable),
    ],
)
def test_an_error_is_ours_and_asked_once(reply, kind):
    with serving({BARS: reply}) as server:
        given = {"key": Secret(KEY), "secret": Secret(SECRET), "url": server.address}
        provider = Alpaca(Settings(**given), SettableClock(NOW))
        with pytest.raises(kind) as caught:
            asyncio.run(provider.ask(wanted()))
        asyncio.run(provider.close())
        assert len(server.seen) == 1, "trying again is not the client's business"
    said = f"{caught.value} {caught.value!r} {caught.value.facts} {caught.value.__cause__}"
    assert KEY not in said
    assert SECRET not in said


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"Retry-After": "7"}, 7), ({"X-RateLimit-Reset": str(int(NOW.timestamp()) + 12)}, 12), ({}, None)],
)
def test_it_waits_until_the_count_begins_anew(headers, seconds):
    with pytest.raises(RateLimited) as caught:
        asked({BARS: Reply(status=429, headers=headers, body={"message": "too many requests"})}, wanted())
    assert caught.value.retry_after == seconds


def test_nobody_there_is_unavailable():
    with pytest.raises(Unavailable):
        asked({}, wanted(), url="http://127.0.0.1:9")


def test_a_slow_answer_is_given_up_at_the_deadline():
    gate = threading.Event()
    try:
        with pytest.raises(Unavailable, match="within 0"):
            asked({BARS: Reply(body=page(AAPL=[TUESDAY]), gate=gate)}, wanted(), patience_seconds=0.2)
    finally:
        gate.set()


def test_without_both_keys_nothing_is_asked():
    with pytest.raises(Refused, match="a key and its secret"):
        asked({}, wanted(), secret=Secret(""))


def test_what_it_does_not_offer_is_refused():
    for want in (wanted(interval=Interval.WEEK), EventsWanted(kinds=("earnings",), first=NEWS.first, last=NEWS.last)):
        with pytest.raises(ProviderError) as caught:
            asked({}, want)
        assert caught.value.code == "refused"


def test_a_feed_that_it_has_not_is_a_wrong_setting():
    with pytest.raises(SettingsError, match="delayed_sip sip iex"):
        Alpaca(Settings(feed="best"), SettableClock(NOW))
