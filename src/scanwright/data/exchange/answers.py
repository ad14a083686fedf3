"""The exchange's answers: what is asked in a query, put into JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from scanwright.data.exchange.book import Part
from scanwright.model.errors import SettingsError
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS

if TYPE_CHECKING:
    import polars as pl

Json = dict[str, Any]


def stamp(seconds: int, interval: Interval) -> str:
    """A stamp as it is served: a date, or the END of the bar in UTC."""
    text = str(np.datetime64(seconds, "s"))
    return f"{text}Z" if interval.is_intraday else text[:10]


def seconds(text: str, name: str) -> int:
    """A date or a time in UTC, in seconds since 1970; `SettingsError` where it is none."""
    try:
        return int(np.datetime64(text.removesuffix("Z"), "s").astype(np.int64))
    except ValueError:
        todo = "write 2015-01-02, or 2015-01-02T14:30:00Z"
        raise SettingsError(expected=f"a date or time in {name}", found=repr(text), todo=todo) from None


def bars(parts: Sequence[Part], interval: Interval, *, page: int, rows: int, short: bool) -> Json:
    """A page of bars by symbol; `count` is how many there are in all pages, `next` where the next one begins."""
    total = sum(len(part.ts) for part in parts)
    end = min(page + rows, total)
    told: dict[str, Json] = {}
    passed = 0
    for part in parts:
        chosen = slice(max(page - passed, 0), max(end - passed, 0))
        passed += len(part.ts)
        if len(part.ts[chosen]):
            told[part.symbol] = _columns(part, chosen, interval)
    if short and told:
        for values in told[next(reversed(told))].values():
            values.pop()
    return {"count": total, "bars": told, "next": end if end < total else None}


def _columns(part: Part, chosen: slice, interval: Interval) -> Json:
    ts = part.ts[chosen].astype("M8[s]").astype("M8[s]" if interval.is_intraday else "M8[D]")
    stamps = np.datetime_as_string(ts).tolist()
    end = "Z" if interval.is_intraday else ""
    return {"ts": [f"{each}{end}" for each in stamps]} | {
        name: part.values[chosen, at].tolist() for at, name in enumerate(FIELDS)
    }


def table(frame: pl.DataFrame | None, *, page: int, rows: int, short: bool) -> Json:
    """A page of a table's rows."""
    count = 0 if frame is None else len(frame)
    told = [] if frame is None else frame[page : page + rows].to_dicts()
    if short and told:
        told.pop()
    end = page + rows
    return {"count": count, "rows": [_plain(row) for row in told], "next": end if end < count else None}


def _plain(row: Mapping[str, object]) -> Json:
    return {name: _text(value) for name, value in row.items()}


def _text(value: object) -> object:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, dt.date) else value
