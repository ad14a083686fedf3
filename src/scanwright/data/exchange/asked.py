"""What a request asks, read out of its query."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from scanwright.model.errors import SettingsError

if TYPE_CHECKING:
    import polars as pl
    from starlette.requests import Request


def asked(request: Request, name: str) -> str:
    """A word of the query; `SettingsError` where it is missing."""
    if name not in request.query_params:
        raise SettingsError(expected=f"{name} in the query", found="none", todo="see docs/exchange.md")
    return request.query_params[name]


def names(request: Request) -> list[str]:
    """The symbols of the query; none stands for all."""
    return [each for each in request.query_params.get("symbols", "").split(",") if each]


def seconds(text: str, name: str) -> int:
    """A date or a time in UTC, in seconds since 1970; `SettingsError` where it is none.

    >>> seconds("1970-01-02", "first"), seconds("1970-01-01T00:01:00Z", "last")
    (86400, 60)
    """
    try:
        return int(np.datetime64(text.removesuffix("Z"), "s").astype(np.int64))
    except ValueError:
        todo = "write 2015-01-02, or 2015-01-02T14:30:00Z"
        raise SettingsError(expected=f"a date or time in {name}", found=repr(text), todo=todo) from None


def page(request: Request) -> int:
    """The first row of the page that is asked for."""
    text = request.query_params.get("page", "0")
    if not text.isdecimal():
        raise SettingsError(expected="a row number in page", found=repr(text), todo="take `next` of the page before")
    return int(text)


def within(frame: pl.DataFrame | None, request: Request, column: str) -> pl.DataFrame | None:
    """The rows between two dates, of some symbols."""
    import polars as pl

    if frame is None:
        return None
    day = pl.col(column).dt.date() if frame.schema[column] != pl.Date else pl.col(column)
    for name, keep in (("first", day.ge), ("last", day.le)):
        if name in request.query_params:
            date = seconds(request.query_params[name], name)
            frame = frame.filter(keep(dt.datetime.fromtimestamp(date, dt.UTC).date()))
    return of(frame, request)


def of(frame: pl.DataFrame | None, request: Request) -> pl.DataFrame | None:
    """The rows of the symbols that are asked for."""
    import polars as pl

    wanted = names(request)
    return frame.filter(pl.col("symbol").is_in(wanted)) if frame is not None and wanted else frame
