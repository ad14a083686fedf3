"""Yahoo's pages as a test serves them, in the shapes that its web pages are given.

Yahoo documents none of them: the shapes are those that yfinance reads and that its tests keep (`v8/finance/chart`,
`v10/finance/quoteSummary`, `v7/finance/options`, `v7/finance/quote`, `v1/finance/visualization`, `xhr/ncp`). The values
of AAPL around its split of 2020 are those that were traded; others are made up.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import zoneinfo

import numpy as np

from scanwright.data.ports import BarsWanted
from scanwright.data.providers.yahoo import PROVIDER, Settings
from scanwright.model.clock import SettableClock
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
