"""Spellings: which column of a stranger's table is which of ours, and which table it is."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence

from scanwright.model.errors import BadBars
from scanwright.model.panel import FIELDS
from scanwright.store.layouts import Layout, layout_of
from scanwright.store.report import Kind

SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "symbol": ("symbol", "ticker", "sym", "instrument", "code", "tckrsymb"),
    "ts": (
        *("ts", "timestamp", "datetime", "date_time", "date", "day", "session", "time", "open_time", "dt"),
        *("traddt", "date1"),
    ),
    "open": ("open", "o", "opening", "open_price", "price_open", "opnpric"),
    "high": ("high", "h", "high_price", "price_high", "hghpric"),
    "low": ("low", "l", "low_price", "price_low", "lwpric"),
    "close": ("close", "c", "last", "closing", "close_last", "close_price", "price_close", "price", "clspric"),
    "volume": (
        *("volume", "v", "vol", "volume_traded", "base_volume", "shares_traded"),
        *("tottrdqty", "ttltradgvol", "ttl_trd_qnty"),
    ),
}
SPLIT_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "symbol": SPELLINGS["symbol"],
    "date": ("date", "ts", "ex_date", "effective_date", "execution_date", "day"),
    "ratio": ("ratio", "split_ratio", "split", "splits", "stock_splits", "split_factor"),
}
DIVIDEND_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "symbol": SPELLINGS["symbol"],
    "date": ("date", "ts", "ex_date", "ex_dividend_date", "day"),
    "amount": ("amount", "dividend", "dividends", "cash", "cash_amount", "dividend_amount"),
}
FACT_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "symbol": SPELLINGS["symbol"],
    "name": ("name", "company", "company_name", "security", "security_name"),
    "kind": ("kind", "type", "asset_type", "security_type"),
    "exchange": ("exchange", "mic", "listing_exchange", "primary_exchange"),
    "currency": ("currency", "ccy"),
    "sector": ("sector", "gics_sector"),
    "industry": ("industry", "gics_industry", "gics_sub_industry", "sub_industry"),
}
PRICES = ("open", "high", "low", "close")
ADJUSTED = ("adj_close", "adjclose", "adjusted_close", "close_adj", "close_adjusted")
CLOCKS = ("time", "hour")
DATES = ("date", "day")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Understood:
    """A table that was recognised.

    names: our name of a column -> the name it has in the table.
    clock: the column that holds the time of day where it stands apart from the date.
    layout: of a publisher whose symbols need more than a spelling; marks: the columns that it needs for that.
    said: what a person should know of how it was understood.
    """

    kind: Kind
    names: Mapping[str, str]
    clock: str | None = None
    layout: Layout = ""
    marks: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    said: tuple[str, ...] = ()


def folded(name: str) -> str:
    """A column's name without what differs from house to house.

    >>> folded(" 1. Open "), folded("<DTYYYYMMDD>"), folded("Close/Last"), folded("Adj Close")
    ('open', 'dtyyyymmdd', 'close_last', 'adj_close')
    """
    plain = re.sub(r"^\s*\d+\.\s+", "", name.lstrip("\ufeff")).lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def understand(columns: Sequence[str], source: str, *, named_by_file: bool = True) -> Understood:
    """Recognise bars, splits, dividends or the symbol table by their columns; `BadBars` says which spelling is missing.

    named_by_file: the symbol of bars may be the file's name.

    >>> understand(["Date", "Open", "High", "Low", "Close", "Volume", "Name"], "all.csv").names["symbol"]
    'Name'
    """
    known = {folded(name): name for name in reversed(columns)}
    if "dtyyyymmdd" in known:
        known["date"] = known["dtyyyymmdd"]
    bars = _match(known, SPELLINGS)
    splits = _match(known, SPLIT_SPELLINGS)
    if len(bars.keys() & set(PRICES)) > 1 or ("close" in bars and "ts" in bars):
        return _bars(known, bars, source, named_by_file=named_by_file)
    if splits.keys() == SPLIT_SPELLINGS.keys():
        return Understood(kind="splits", names=splits, said=_renamed(splits))
    dividends = _match(known, DIVIDEND_SPELLINGS)
    if dividends.keys() == DIVIDEND_SPELLINGS.keys():
        return Understood(kind="dividends", names=dividends, said=_renamed(dividends))
    if "symbol" in bars and "ts" not in bars and len(columns) > 1:
        return _facts(columns, _match(known, FACT_SPELLINGS))
    raise BadBars(
        source=source,
        expected="bars (symbol, date, open, high, low, close, volume), splits (symbol, date, ratio), "
        "dividends (symbol, date, amount) or the symbol table (symbol, sector ...)",
        found=_shown(columns),
        todo="rename the columns",
    )


def _match(known: Mapping[str, str], spellings: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Our name -> theirs, the first spelling winning."""
    found = (
        (ours, next((known[each] for each in theirs if each in known), None)) for ours, theirs in spellings.items()
    )
    return {ours: name for ours, name in found if name is not None}


def _bars(known: Mapping[str, str], names: dict[str, str], source: str, *, named_by_file: bool) -> Understood:
    said: list[str] = []
    if "symbol" not in names and "name" in known:
        names["symbol"] = known["name"]
    adjusted = next((known[each] for each in ADJUSTED if each in known), None)
    if adjusted and "close" not in names:
        names["close"] = adjusted
        said.append("the close is the adjusted one, the other prices may not be")
    elif adjusted:
        said.append(f"passed over {adjusted!r}: prices are kept as traded")
    needed = [
        name for name in ("symbol", "ts", *FIELDS) if name not in names and (name, named_by_file) != ("symbol", True)
    ]
    if needed:
        spelled = "; ".join(f"{name} (also spelled {', '.join(SPELLINGS[name][1:5])})" for name in needed)
        found = _shown(list(known.values()))
        raise BadBars(source=source, expected=f"a column {spelled}", found=found, todo="rename the column")
    if "symbol" not in names:
        said.append("took the symbol from the file's name")
    clock = next((known[each] for each in CLOCKS if each in known and known[each] != names["ts"]), None)
    if clock and folded(names["ts"]) not in DATES:
        clock = None
    layout, marks, told = layout_of(known)
    said = [*_renamed(names), *said, *filter(None, [told])]
    return Understood(kind="bars", names=names, clock=clock, layout=layout, marks=marks, said=tuple(said))


def _facts(columns: Sequence[str], names: dict[str, str]) -> Understood:
    taken = set(names.values())
    further = {folded(name): name for name in columns if name not in taken and folded(name) not in names}
    return Understood(kind="symbols", names=names | further, said=_renamed(names))


def _renamed(names: Mapping[str, str]) -> tuple[str, ...]:
    """Say each column that is not spelled as we do."""
    return tuple(f"understood {theirs!r} as {ours}" for ours, theirs in names.items() if theirs != ours)


def _shown(columns: Sequence[str], most: int = 12) -> str:
    listed = ", ".join(columns[:most])
    return f"columns {listed}{' ...' if len(columns) > most else ''}"
