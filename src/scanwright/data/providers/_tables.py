"""The tables of answers: the columns that the port states, and what no table of bars may hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from scanwright.data.ports import (
    ActionsWanted,
    ChainWanted,
    EventsWanted,
    FactsWanted,
    QuotesWanted,
    SymbolsWanted,
)
from scanwright.data.providers._translated import made
from scanwright.model.errors import Unreadable
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS

if TYPE_CHECKING:
    import polars as pl

PRICES = ("open", "high", "low", "close")
_TEXT, _DATE, _MOMENT = "text", "date", "moment"
_COLUMNS: Mapping[type, Mapping[str, str]] = {
    SymbolsWanted: dict.fromkeys("symbol name kind exchange currency".split(), _TEXT)
    | dict.fromkeys(("listed", "delisted"), _DATE),
    ActionsWanted: {"symbol": _TEXT, "date": _DATE, "kind": _TEXT, "value": "number", "text": _TEXT},
    EventsWanted: {"symbol": _TEXT, "kind": _TEXT, "ts": _MOMENT, "known": _MOMENT}
    | dict.fromkeys(("status", "timing", "headline"), _TEXT),
    ChainWanted: {"underlying": _TEXT, "contract": _TEXT, "expiry": _DATE, "strike": "number"}
    | dict.fromkeys(("right", "style"), _TEXT)
    | dict.fromkeys("bid ask last volume open_interest implied_volatility delta gamma theta vega".split(), "number")
    | {"quoted": _MOMENT, "underlying_price": "number"},
    QuotesWanted: {"symbol": _TEXT, "quoted": _MOMENT}
    | dict.fromkeys("bid ask bid_size ask_size last volume".split(), "number"),
    FactsWanted: {"symbol": _TEXT, "fact": _TEXT, "known": _MOMENT, "value": "number"},
}


def table(want: type, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows under the columns of a want; what a row does not say is null.

    >>> table(ActionsWanted, [{"symbol": "A", "kind": "split", "value": 2}]).row(0)
    ('A', None, 'split', 2.0, None)
    """
    import polars as pl

    kinds = {_TEXT: pl.String, _DATE: pl.Date, _MOMENT: pl.Datetime("ms", "UTC"), "number": pl.Float64}
    schema = {name: kinds[kind] for name, kind in _COLUMNS[want].items()}
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema, strict=False)


def story(symbol: str, published: dt.datetime, headline: str | None) -> dict[str, Any]:
    """A story about a symbol, as a row of events: it is known from when it was published."""
    facts = {"symbol": symbol, "kind": "news", "ts": published, "known": published}
    return {**facts, "status": "confirmed", "headline": headline}


def bars(
    symbols: Sequence[str], starts: Sequence[int], columns: Mapping[str, Sequence[Any]], interval: Interval, zone: str
) -> pl.DataFrame:
    """Bars from the stamps that clients give: starts, in milliseconds UTC.

    A daily bar's start lies on its session's date in the exchange's `zone`; an intraday bar's end is an interval later.

    >>> one = {name: [1] for name in FIELDS}
    >>> bars(["A"], [1112331600000], one, Interval.DAY, "America/New_York")["ts"].item()
    datetime.date(2005, 4, 1)
    """
    import polars as pl

    raw = pl.DataFrame(
        {"symbol": symbols, "ts": starts, **{name: columns[name] for name in FIELDS}},
        schema={"symbol": pl.String, "ts": pl.Int64, **dict.fromkeys(FIELDS, pl.Float64)},
        strict=False,
    )
    start = pl.from_epoch("ts", "ms").dt.replace_time_zone("UTC")
    length = pl.duration(seconds=interval.seconds, time_unit="ms")
    ends = start + length if interval.is_intraday else start.dt.convert_time_zone(zone).dt.date()
    return raw.with_columns(ends.alias("ts"))


def judged(
    frame: pl.DataFrame,
    *,
    provider: str,
    asked: str,
    symbols: Collection[str] | None,
    first: np.datetime64,
    last: np.datetime64,
) -> pl.DataFrame:
    """The same bars; `Unreadable` where they are not an answer.

    No answer: symbols that nobody asked for, prices or volumes that are missing or negative, stamps of a symbol that do
    not rise, bars outside of the stretch. A bar that contradicts itself (a high below its low) is one, and bad: the
    market keeps it in quarantine.
    """
    for what, found in _faults(frame, symbols, first, last):
        if not found.is_empty():
            row = found.row(0, named=True)
            told = f"{len(found)} of {len(frame)} rows otherwise, first {row['symbol']} {row['ts']}"
            raise made(Unreadable, provider=provider, asked=asked, expected=what, found=told)
    return frame


def _faults(
    frame: pl.DataFrame, symbols: Collection[str] | None, first: np.datetime64, last: np.datetime64
) -> list[tuple[str, pl.DataFrame]]:
    import polars as pl

    good = [pl.col(name).is_finite().fill_null(value=False) & (pl.col(name) >= 0) for name in FIELDS]
    stamps = frame.schema["ts"]
    since, until = (pl.lit(each.astype("M8[s]").item()).cast(_plain(stamps)) for each in (first, last))
    stamp = pl.col("ts").cast(_plain(stamps))
    strangers = frame.filter(~pl.col("symbol").is_in(list(symbols))) if symbols is not None else frame.clear()
    return [
        ("symbols that were asked for", strangers),
        ("a stamp, prices and a volume in every bar", frame.filter(~pl.all_horizontal(stamp.is_not_null(), *good))),
        ("stamps that rise", frame.filter((stamp <= stamp.shift(1).over("symbol")).fill_null(value=False))),
        (f"bars from {first} to {last}", frame.filter(~stamp.is_between(since, until))),
    ]


def _plain(kind: pl.DataType) -> pl.DataType:
    import polars as pl

    return pl.Date() if kind == pl.Date else pl.Datetime("ms")
