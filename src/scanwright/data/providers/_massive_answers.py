"""What Massive's rows say, in our words: its spelling of symbols, its kinds and exchanges, its stamps."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from scanwright.data.ports import BarsWanted, SymbolsWanted
from scanwright.data.providers._tables import bars as bars_table
from scanwright.data.providers._tables import story, table
from scanwright.model.calendars import Calendar, calendar
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS

if TYPE_CHECKING:
    import polars as pl

Row = Mapping[str, Any]
DAY = Interval.DAY
ZONE = "America/New_York"
SPANS: Mapping[Interval, tuple[int, str]] = {
    Interval.MINUTE: (1, "minute"),
    Interval.MINUTES_5: (5, "minute"),
    Interval.MINUTES_15: (15, "minute"),
    Interval.MINUTES_30: (30, "minute"),
    Interval.HOUR: (1, "hour"),
    Interval.DAY: (1, "day"),
}
A_MONTH = 20  # sessions
KINDS = {
    "CS": "common",
    "OS": "common",
    "ADRC": "adr",
    "GDR": "adr",
    "NYRS": "adr",
    "ADRP": "preferred",
    "ADRR": "right",
    "ADRW": "warrant",
    "PFD": "preferred",
    "WARRANT": "warrant",
    "RIGHT": "right",
    "UNIT": "unit",
    "ETF": "etf",
    "ETS": "etf",
    "ETV": "etf",
    "ETN": "etn",
    "BOND": "note",
    "SP": "note",
    "FUND": "fund",
}
EXCHANGES = {
    "XNAS": "NASDAQ",
    "XNYS": "NYSE",
    "XASE": "AMEX",
    "ARCX": "ARCA",
    "BATS": "BATS",
    "IEXG": "IEX",
    "XCHI": "CHX",
}
FACTS = {"market_cap": "market_cap", "share_class_shares_outstanding": "shares_out"}
_PREFERRED = re.compile(r"^([A-Z]+)p([A-Z]*)$")


def spelled(symbol: str) -> str:
    """Massive's spelling of a symbol.

    >>> [spelled(each) for each in ("AAPL", "BRK.B", "BAC.PRL", "XYZ.WS")]
    ['AAPL', 'BRK.B', 'BACpL', 'XYZ.WS']
    """
    root, _, suffix = symbol.partition(".")
    return f"{root}p{suffix[2:]}" if suffix.startswith("PR") else symbol


def read(ticker: str) -> str:
    """Our spelling of a symbol of theirs.

    >>> [read(each) for each in ("AAPL", "BRK.B", "BACpL")]
    ['AAPL', 'BRK.B', 'BAC.PRL']
    """
    return _PREFERRED.sub(r"\1.PR\2", ticker)


def ends(want: BarsWanted) -> tuple[str | int, str | int]:
    """From where to where is asked: dates, or the bars' starts in milliseconds."""
    if not want.interval.is_intraday:
        return dates(want)
    first, last = (int(each.astype("M8[s]").astype(np.int64)) for each in (want.first, want.last))
    return (first - want.interval.seconds) * 1000, (last - want.interval.seconds) * 1000


def dates(want: BarsWanted) -> tuple[str, str]:
    """The dates of a stretch."""
    return str(want.first.astype("M8[D]")), str(want.last.astype("M8[D]"))


def is_within(date: dt.date, want: BarsWanted) -> bool:
    """Whether the whole of a session lies in a stretch."""
    first, last = (each.astype("M8[D]").item() for each in (want.first, want.last))
    return first < date < last if want.interval.is_intraday else first <= date <= last


def moment(date: dt.date) -> np.datetime64:
    """A date as the stamp of a daily bar."""
    return np.datetime64(date, "s")


def sessions(first: str, last: str) -> int:
    """How many sessions US stocks have from one date to another."""
    known = calendar("us_stocks")
    low, high = max(np.datetime64(first), known.first), min(np.datetime64(last), known.last)
    return len(known.sessions(low, high)) if low <= high else 0


def is_over(known: Calendar, date: dt.date, now: dt.datetime) -> bool:
    """Whether a date has a session, and it has ended."""
    stamp = np.array([date], "M8[s]")
    if not known.first <= np.datetime64(date) <= known.last or not known.is_session(stamp)[0]:
        return False
    return bool(known.open_close(stamp)[1][0].item().replace(tzinfo=dt.UTC) < now)


def bars(rows: Sequence[Row], interval: Interval) -> pl.DataFrame:
    """Rows of `T` (the ticker), `t` (the start), `o h l c v`."""
    columns = {name: [row.get(name[0]) for row in rows] for name in FIELDS}
    return bars_table([read(row["T"]) for row in rows], [row["t"] for row in rows], columns, interval, ZONE)


def symbols(rows: Sequence[Row]) -> pl.DataFrame:
    """The list: a ticker that was used again belongs to who has it now, or had it last."""
    latest: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: (bool(row.get("active")), str(row.get("delisted_utc") or ""))):
        latest[row["ticker"]] = row
    return table(
        SymbolsWanted,
        [
            {
                "symbol": read(ticker),
                "name": row.get("name"),
                "kind": KINDS.get(row["type"], "other") if row.get("type") else None,
                "exchange": EXCHANGES.get(row.get("primary_exchange", ""), row.get("primary_exchange")),
                "currency": str(row.get("currency_name") or "").upper() or None,
                "delisted": date_of(row.get("delisted_utc")),
            }
            for ticker, row in sorted(latest.items())
        ],
    )


def split(row: Row) -> dict[str, Any]:
    """A split: `split_from` old shares become `split_to` new ones."""
    ratio = row["split_to"] / row["split_from"]
    return {"symbol": read(row["ticker"]), "date": date_of(row["execution_date"]), "kind": "split", "value": ratio}


def dividend(row: Row) -> dict[str, Any]:
    """A dividend in cash."""
    when = date_of(row["ex_dividend_date"])
    return {"symbol": read(row["ticker"]), "date": when, "kind": "dividend", "value": row["cash_amount"]}


def in_dollars(row: Row) -> bool:
    """Whether a dividend is in the currency of the prices: another's amount says nothing about them."""
    return str(row.get("currency") or "USD").upper() == "USD"


def renames(page: Row, ticker: str, first: dt.date, last: dt.date) -> list[Row]:
    """The changes of a ticker within a stretch: each from the one that was held before."""
    events: list[Row] = part(page, "results").get("events") or []
    held = sorted((dt.date.fromisoformat(each["date"]), str(each["ticker_change"]["ticker"])) for each in events)
    return [
        {"symbol": read(ticker), "date": date, "kind": "rename", "text": read(was)}
        for (_, was), (date, _) in itertools.pairwise(held)
        if first <= date <= last
    ]


def facts(page: Row, symbol: str) -> list[Row]:
    """The figures of a company, which carry no date."""
    told = part(page, "results")
    return [
        {"symbol": symbol, "fact": fact, "value": float(told[name])}
        for name, fact in FACTS.items()
        if told.get(name) is not None
    ]


def news(rows: Sequence[Row], wanted: Sequence[str]) -> list[Row]:
    """One event for each symbol that a story names."""
    return [
        story(read(ticker), instant(row["published_utc"]), row.get("title"))
        for row in rows
        for ticker in dict.fromkeys(row.get("tickers") or ())
        if not wanted or read(ticker) in wanted
    ]


def quote(row: Row) -> dict[str, Any]:
    """A snapshot of a stock; sizes are as the provider counts them."""
    bid_ask, trade, day = (part(row, name) for name in ("lastQuote", "lastTrade", "day"))
    return {
        "symbol": read(row["ticker"]),
        "quoted": at(bid_ask.get("t") or row.get("updated")),
        "bid": bid_ask.get("p"),
        "ask": bid_ask.get("P"),
        "bid_size": bid_ask.get("s"),
        "ask_size": bid_ask.get("S"),
        "last": trade.get("p"),
        "volume": day.get("v"),
    }


def contract(row: Row, underlying: str) -> dict[str, Any]:
    """A snapshot of an option."""
    details, bid_ask, trade, day, greeks, asset = (
        part(row, name) for name in ("details", "last_quote", "last_trade", "day", "greeks", "underlying_asset")
    )
    return {
        "underlying": underlying,
        "contract": str(details.get("ticker", "")).removeprefix("O:"),
        "expiry": date_of(details.get("expiration_date")),
        "strike": details.get("strike_price"),
        "right": details.get("contract_type"),
        "style": details.get("exercise_style"),
        "bid": bid_ask.get("bid"),
        "ask": bid_ask.get("ask"),
        "last": trade.get("price"),
        "volume": day.get("volume"),
        "open_interest": row.get("open_interest"),
        "implied_volatility": row.get("implied_volatility"),
        "quoted": at(bid_ask.get("last_updated")),
        "underlying_price": asset.get("price", asset.get("value")),
        **{name: greeks.get(name) for name in ("delta", "gamma", "theta", "vega")},
    }


def is_late(row: Row) -> bool:
    """Whether a contract's quote is marked as held back."""
    return any(part(row, name).get("timeframe") == "DELAYED" for name in ("last_quote", "underlying_asset"))


def is_stranger(row: Row, ticker: str) -> bool:
    """Whether a contract is of another underlying, or of none that can be told."""
    details, named = part(row, "details"), part(row, "underlying_asset").get("ticker", ticker)
    return named != ticker or not all(details.get(name) for name in ("ticker", "expiration_date", "strike_price"))


def part(row: Row, name: str) -> Row:
    """A part of a row, empty where it is left out."""
    found: Row | None = row.get(name)
    return found or {}


def date_of(text: str | None) -> dt.date | None:
    """The date of a date or of a time."""
    return dt.date.fromisoformat(text[:10]) if text else None


def instant(text: str) -> dt.datetime:
    """A time with a zone, in UTC."""
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def at(nanoseconds: int | None) -> dt.datetime | None:
    """A moment of nanoseconds since 1970."""
    return dt.datetime.fromtimestamp(nanoseconds // 1_000_000 / 1000, dt.UTC) if nanoseconds else None
