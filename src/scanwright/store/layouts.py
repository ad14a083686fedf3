"""Layouts of publishers that need more than a column's spelling: how they write the symbol, and which rows are bars.

Stooq (`<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>...`): US tickers end in `.US`, a class stands behind `-`, a preferred's
behind `_`. NSE bhavcopy (`cm01JAN2020bhav.csv`, `sec_bhavdata_full`, and since July 2024 the UDiFF file): a company's
shares are told from its bonds and gold by their series.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import polars as pl

from scanwright.model.errors import BadBars

Layout = Literal["", "stooq", "nse"]
SHARES = ("EQ", "BE", "BZ", "SM", "ST", "SZ")
"""The series of NSE in which a company's shares trade: normal, trade for trade, under surveillance, small companies."""

_SIGNS: Mapping[Layout, tuple[tuple[str, ...], ...]] = {
    "stooq": (("ticker", "per", "date", "openint"),),
    "nse": (("series", "tottrdqty"), ("series", "ttl_trd_qnty"), ("tckrsymb", "sctysrs")),
}
_MARKS = ("series", "sctysrs", "sgmt", "fininstrmtp")
_SAID: Mapping[Layout, str] = {
    "": "",
    "stooq": "understood the layout of Stooq: US symbols without .US",
    "nse": f"understood the layout of NSE's bhavcopy: series other than {' '.join(SHARES)} stand behind the symbol",
}


def layout_of(known: Mapping[str, str]) -> tuple[Layout, Mapping[str, str], str]:
    """The layout that columns (by folded name) are of, those of them that it needs, and what a person is told.

    >>> layout_of({name: name for name in ("tckrsymb", "sctysrs")})[:2]
    ('nse', {'sctysrs': 'sctysrs'})
    """
    for layout, ways in _SIGNS.items():
        if any(set(way) <= known.keys() for way in ways):
            return layout, {mark: known[mark] for mark in _MARKS if mark in known}, _SAID[layout]
    return "", {}, ""


def arranged(frame: pl.DataFrame, layout: Layout, marks: Mapping[str, str], source: str) -> pl.DataFrame:
    """A frame with our `symbol` as the house writes it; `marks` are columns of it."""
    if layout == "stooq":
        return frame.with_columns(_stooq(pl.col("symbol")).alias("symbol"))
    if layout == "nse":
        _cash(frame, marks, source)
        series = pl.col(marks.get("series") or marks["sctysrs"]).cast(pl.String).str.strip_chars()
        symbol = pl.col("symbol").cast(pl.String).str.strip_chars()
        spelled = pl.when(series.is_in(SHARES)).then(symbol).otherwise(symbol + "." + series)
        return frame.with_columns(spelled.alias("symbol"))
    return frame


def of_file(stem: str) -> str:
    """The symbol in a file's name: `AAPL`, Stooq's `aapl.us` and its download `aapl_us_d`.

    >>> of_file("msft"), of_file("brk-b.us"), of_file("aapl_us_d"), of_file("7203.jp")
    ('MSFT', 'BRK.B', 'AAPL', '7203.JP')
    """
    name = stem.upper().removesuffix("_US_D")
    return pl.select(_stooq(pl.lit(f"{name}.US"))).item() if name != stem.upper() or name.endswith(".US") else name


def _stooq(symbol: pl.Expr) -> pl.Expr:
    """Stooq's spelling of US symbols in ours; others only in capitals."""
    name = symbol.cast(pl.String).str.strip_chars().str.to_uppercase()
    plain = name.str.replace(r"(\.US)+$", "").str.replace("_", ".PR", literal=True).str.replace("-", ".", literal=True)
    return pl.when(name.str.ends_with(".US")).then(plain).otherwise(name)


def _cash(frame: pl.DataFrame, marks: Mapping[str, str], source: str) -> None:
    """Refuse NSE's file of futures and options, which has the columns of the cash market's."""
    segment = marks.get("sgmt")
    others = frame.filter(pl.col(segment).cast(pl.String).str.strip_chars() != "CM") if segment else frame.clear()
    if not others.is_empty():
        raise BadBars(
            source=source,
            expected="NSE's file of the cash market (Sgmt CM)",
            found=f"rows of {others[segment or ''][0]}",
            todo="leave the files of other segments out",
        )
