"""The latest quotes of symbols: around the last trade of their finest bars."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from scanwright.data.exchange.book import Book
from scanwright.data.exchange.tape import around

if TYPE_CHECKING:
    import polars as pl

SIZE = 100.0
SCHEMA = ("symbol", "quoted", "bid", "ask", "bid_size", "ask_size", "last", "volume")


def quotes(book: Book, wanted: list[str], moment: int) -> pl.DataFrame:
    """A row for each symbol that was traded by a moment; `volume` is that of its present or last bar."""
    import polars as pl

    rows: list[tuple[object, ...]] = []
    for name in wanted:
        symbol = book.names.find(name, moment)
        shelf = book.source(symbol, moment) if symbol else None
        if symbol is None or shelf is None or symbol not in shelf.places:
            continue
        opened = shelf.open_at(symbol, moment)
        before = shelf.between(symbol, -(2**60), 2**60, moment)
        places = [] if opened is None else [opened]
        places += [before.stop - 1] if before.stop > before.start else []
        done = next((done for at in places if (done := book.tape.trades(book.bar(shelf, at), moment))), None)
        if done is None:
            continue
        bid, ask = around(done[-1].price)
        quoted = dt.datetime.fromtimestamp(done[-1].ts // 1000, dt.UTC)
        rows.append((name, quoted, bid, ask, SIZE, SIZE, done[-1].price, sum(each.size for each in done)))
    kinds = [pl.String, pl.Datetime("ms", "UTC"), *[pl.Float64] * 6]
    return pl.DataFrame(rows, schema=dict(zip(SCHEMA, kinds, strict=True)), orient="row")
