"""What Alpaca's rows say, in our words: bars by symbol, corporate actions by kind, contracts by their names."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from scanwright.data.kinds import kind_of
from scanwright.data.ports import BarsWanted, SymbolsWanted
from scanwright.data.providers._tables import bars as bars_table
from scanwright.data.providers._tables import story, table
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS

if TYPE_CHECKING:
    import polars as pl

Row = Mapping[str, Any]
ZONE = "America/New_York"
FRAMES: Mapping[Interval, str] = {
    Interval.MINUTE: "1Min",
    Interval.MINUTES_5: "5Min",
    Interval.MINUTES_15: "15Min",
    Interval.MINUTES_30: "30Min",
    Interval.HOUR: "1Hour",
    Interval.DAY: "1Day",
}
EXCHANGES = {"NYSEARCA": "ARCA"}
ACTIONS = (
    "forward_split,reverse_split,stock_dividend,cash_dividend,name_change,worthless_removal,"
    "cash_merger,stock_merger,stock_and_cash_merger"
)
PAID_LATER = dt.timedelta(days=120)
"""Actions are asked for by the day they are processed, which for a dividend is the one it is paid on."""
_CONTRACT = re.compile(r"^(?P<root>[A-Z]+\d?)(?P<date>\d{6})(?P<right>[CP])(?P<strike>\d{8})$")


def is_crypto(symbol: str) -> bool:
    """Whether a symbol is a pair of coins (`BTC/USD`), which trade day and night."""
    return "/" in symbol


def stretch(want: BarsWanted, latest: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """The starts of the first and the last bar that can be had: none later than `latest`."""
    first, last = (each.astype("M8[s]").item().replace(tzinfo=dt.UTC) for each in (want.first, want.last))
    if want.interval.is_intraday:
        length = dt.timedelta(seconds=want.interval.seconds)
        return first - length, min(last - length, latest)
    zone = dt.UTC if any(map(is_crypto, want.symbols)) else ZoneInfo(ZONE)
    begins, ends = (dt.datetime.combine(each.date(), dt.time(), zone) for each in (first, last))
    return begins.astimezone(dt.UTC), min(ends.astimezone(dt.UTC) + dt.timedelta(hours=23), latest)


def written(moment: dt.datetime) -> str:
    """A moment as a query has it."""
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


def instant(text: str) -> dt.datetime:
    """A moment as an answer has it; what is finer than a microsecond is dropped."""
    return dt.datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text)).astimezone(dt.UTC)


def bars(rows: Sequence[tuple[str, Row]], interval: Interval, zone: str) -> pl.DataFrame:
    """Rows of `t` (the start), `o h l c v`, each with its symbol."""
    columns = {name: [row.get(name[0]) for _, row in rows] for name in FIELDS}
    starts = [round(instant(row["t"]).timestamp() * 1000) for _, row in rows]
    return bars_table([symbol for symbol, _ in rows], starts, columns, interval, zone)


def stamp_of(row: Row, interval: Interval, zone: str) -> np.datetime64:
    """The stamp of the bar of an interval in which a finer one lies."""
    start = instant(row["t"])
    if interval.is_intraday:
        length = interval.seconds
        return np.datetime64(int(start.timestamp()) // length * length + length, "s")
    return np.datetime64(start.astimezone(ZoneInfo(zone)).date(), "s")


def by_symbol(pages: Sequence[Mapping[str, Any]], name: str) -> list[tuple[str, Row]]:
    """The rows of pages that hold them by symbol."""
    return [(symbol, row) for page in pages for symbol, rows in part(page, name).items() for row in rows]


def symbols(rows: Sequence[Row]) -> pl.DataFrame:
    """The assets that are traded now."""
    return table(
        SymbolsWanted,
        [
            {
                "symbol": row["symbol"],
                "name": row.get("name"),
                "kind": "crypto"
                if row.get("class") == "crypto"
                else kind_of(row.get("name", ""), symbol=row["symbol"]),
                "exchange": EXCHANGES.get(row.get("exchange", ""), row.get("exchange")),
                "currency": row["symbol"].partition("/")[2] or "USD",
            }
            for row in sorted(rows, key=lambda row: row["symbol"])
        ],
    )


def actions(pages: Sequence[Mapping[str, Any]], first: dt.date, last: dt.date) -> list[Row]:
    """Corporate actions whose date lies in a stretch."""
    told = [
        row
        for page in pages
        for kind, rows in page["corporate_actions"].items()
        for each in rows
        for row in _action(kind, each)
    ]
    return [row for row in told if first <= row["date"] <= last]


def _action(kind: str, row: Row) -> Iterator[dict[str, Any]]:
    match kind:
        case "forward_splits" | "reverse_splits":
            ratio = row["new_rate"] / row["old_rate"]
            yield {"symbol": row["symbol"], "date": _date(row["ex_date"]), "kind": "split", "value": ratio}
        case "stock_dividends":
            yield {"symbol": row["symbol"], "date": _date(row["ex_date"]), "kind": "split", "value": 1 + row["rate"]}
        case "cash_dividends":
            yield {"symbol": row["symbol"], "date": _date(row["ex_date"]), "kind": "dividend", "value": row["rate"]}
        case "name_changes":
            if row["old_symbol"] != row["new_symbol"]:
                was, now = row["old_symbol"], row["new_symbol"]
                yield {"symbol": now, "date": _date(row["process_date"]), "kind": "rename", "text": was}
        case "worthless_removals":
            yield {"symbol": row["symbol"], "date": _date(row["process_date"]), "kind": "delisted"}
        case "cash_mergers" | "stock_mergers" | "stock_and_cash_mergers":
            yield {"symbol": row["acquiree_symbol"], "date": _date(row["effective_date"]), "kind": "delisted"}
        case _:
            return


def news(rows: Sequence[Row], wanted: Sequence[str], first: dt.date, last: dt.date) -> list[Row]:
    """One event for each symbol that a story names; a story that was only changed in the stretch is not of it."""
    return [
        story(symbol, instant(row["created_at"]), row.get("headline"))
        for row in rows
        for symbol in dict.fromkeys(row.get("symbols") or ())
        if (not wanted or symbol in wanted) and first <= instant(row["created_at"]).date() <= last
    ]


def quote(symbol: str, row: Row) -> dict[str, Any]:
    """A snapshot; sizes are as the provider counts them, a price of 0 is none."""
    bid_ask, trade, day = (part(row, name) for name in ("latestQuote", "latestTrade", "dailyBar"))
    return {
        "symbol": symbol,
        "quoted": instant(bid_ask["t"]) if "t" in bid_ask else None,
        "bid": bid_ask.get("bp") or None,
        "ask": bid_ask.get("ap") or None,
        "bid_size": bid_ask.get("bs"),
        "ask_size": bid_ask.get("as"),
        "last": trade.get("p"),
        "volume": day.get("v"),
    }


def contract(name: str, row: Row, underlying: str, price: float | None) -> dict[str, Any] | None:
    """A snapshot of an option; nothing where its name is not that of a contract on this underlying."""
    found = _CONTRACT.match(name)
    if not found or found["root"].rstrip("0123456789") != underlying.replace(".", ""):
        return None
    bid_ask, trade, day, greeks = (part(row, each) for each in ("latestQuote", "latestTrade", "dailyBar", "greeks"))
    return {
        "underlying": underlying,
        "contract": name,
        "expiry": dt.datetime.strptime(found["date"], "%y%m%d").replace(tzinfo=dt.UTC).date(),
        "strike": int(found["strike"]) / 1000,
        "right": "call" if found["right"] == "C" else "put",
        "style": "american",
        "bid": bid_ask.get("bp"),
        "ask": bid_ask.get("ap"),
        "last": trade.get("p"),
        "volume": day.get("v"),
        "implied_volatility": row.get("impliedVolatility"),
        "quoted": instant(bid_ask["t"]) if "t" in bid_ask else None,
        "underlying_price": price,
        **{each: greeks.get(each) for each in ("delta", "gamma", "theta", "vega")},
    }


def part(row: Row, name: str) -> Row:
    """A part of a row, empty where it is left out."""
    found: Row | None = row.get(name)
    return found or {}


def _date(text: str) -> dt.date:
    return dt.date.fromisoformat(text[:10])
