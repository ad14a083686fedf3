"""Bars of Yahoo through the real yfinance and its real HTTP client: as traded, whole, or an error."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading

import pytest

from scanwright.data.providers.yahoo import PROVIDER, Settings
from scanwright.model.clock import SettableClock
from scanwright.model.errors import RateLimited, Refused, Unavailable, Unreadable
from scanwright.model.interval import Interval
from tests.recorded import Reply, serving
from tests.yahoo import CHART, NOW, TRADED, asked, at, bars, charted, failed, routes


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
