"""The exchange's answers, put into JSON: columns for bars, rows for everything else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from scanwright.data.exchange.shelf import Part
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS

if TYPE_CHECKING:
    import polars as pl

    from scanwright.model.panel import Floats

Json = dict[str, Any]
FEW = 60  # bars
MOMENT = "%Y-%m-%dT%H:%M:%SZ"


def stamp(seconds: int, interval: Interval) -> str:
    """A stamp as it is served: a date, or the END of the bar in UTC."""
    text = str(np.datetime64(seconds, "s"))
    return f"{text}Z" if interval.is_intraday else text[:10]


def moment(seconds: int) -> str:
    """A moment as it is served.

    >>> moment(0)
    '1970-01-01T00:00:00Z'
    """
    return stamp(seconds, Interval.MINUTE)


def text(facts: Mapping[str, Any]) -> str:
    """Facts as JSON."""
    return json.dumps(facts, separators=(",", ":"))


def bars(parts: Sequence[Part], interval: Interval, *, page: int, rows: int, short: bool, more: Json) -> str:
    """A page of bars by symbol; `count` is how many there are in all pages, `next` where the next one begins.

    short: a row is left out against the count.
    """
    total = sum(len(part.ts) for part in parts)
    end = min(page + rows, total)
    told: list[str] = []
    passed, last = 0, end - 1 if short else end
    for part in parts:
        start, stop = max(page - passed, 0), max(min(last - passed, len(part.ts)), 0)
        passed += len(part.ts)
        if start < stop:
            told.append(f"{json.dumps(part.symbol)}:{columns(part, start, stop, interval)}")
    head = text({"count": total, "next": end if end < total else None} | more)
    return f'{head[:-1]},"bars":{{{",".join(told)}}}}}'


def row(part: Part, at: int, interval: Interval) -> Json:
    """One bar with its names."""
    values = dict(zip(FIELDS, part.values[at].tolist(), strict=True))
    return {"ts": stamp(int(part.ts[at]), interval), **values}


def columns(part: Part, start: int, stop: int, interval: Interval) -> str:
    """The bars of one symbol as columns of JSON."""
    ts = part.ts[start:stop].astype("M8[s]").astype("M8[s]" if interval.is_intraday else "M8[D]")
    end = 'Z"' if interval.is_intraday else '"'
    stamps = f'{end},"'.join(np.datetime_as_string(ts).tolist())
    lists = ",".join(f'"{name}":[{each}]' for name, each in zip(FIELDS, _joined(part.values[start:stop]), strict=True))
    return f'{{"ts":["{stamps}{end}],{lists}}}'


def _joined(values: Floats) -> Sequence[str]:
    """The numbers of each column, with commas between; polars writes many of them faster than Python does."""
    if len(values) < FEW:
        return [",".join(map(repr, column)) for column in values.T.tolist()]
    import polars as pl

    frame = pl.DataFrame({name: pl.Series(name, values[:, at]) for at, name in enumerate(FIELDS)})
    return frame.select(pl.all().cast(pl.String).str.join(",")).row(0)


def table(frame: pl.DataFrame | None, *, page: int, rows: int, short: bool, more: Json) -> str:
    """A page of a table's rows; `short` leaves one out against the count."""
    count = 0 if frame is None else len(frame)
    end = min(page + rows, count)
    head = text({"count": count, "next": end if end < count else None} | more)
    shown = "[]" if frame is None else _rows(frame[page : max(end - short, page)])
    return f'{head[:-1]},"rows":{shown}}}'


def _rows(frame: pl.DataFrame) -> str:
    import polars as pl
    import polars.selectors as cs

    plain = frame.with_columns(
        cs.datetime().dt.convert_time_zone("UTC").dt.strftime(MOMENT),
        cs.date().cast(pl.String),
        cs.float().fill_nan(None),
    )
    return plain.write_json() if len(frame) else "[]"
