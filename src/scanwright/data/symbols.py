"""What symbols are called: the table of them, tables that bring it in, and symbols that had another name before."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

DATES = ("listed", "delisted")
FACTS = ("name", "kind", "exchange", "currency", "sector", "industry", *DATES)
NEEDED = ("name", "kind", "exchange", "sector")
COMPANIES = {"common", "adr"}


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Rename:
    """From `date` on, what was called `was` is called `symbol`."""

    symbol: str
    date: dt.date
    was: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Called:
    """The symbol that a market has for a name that was asked for, and what a person should know of it."""

    symbol: str
    note: str = ""


def called(name: str, symbols: Collection[str], renames: Sequence[Rename] = ()) -> Called:
    """The market's symbol for a name: the same, the one behind an exchange, or the one that it is called today.

    A symbol that somebody has today is theirs, whoever had it before; a name is followed from one change to the next.

    >>> meta = Rename(symbol="META", date=dt.date(2022, 6, 9), was="FB")
    >>> called("NASDAQ:FB", ["META"], [meta])
    Called(symbol='META', note='FB is META since 2022-06-09')
    >>> called("FB", ["META", "FB"], [meta]).symbol, called("GOOG", ["META"], [meta]).symbol
    ('FB', 'GOOG')
    """
    if name in symbols:
        return Called(symbol=name, note=_once(name, symbols, renames))
    bare = name.rpartition(":")[2]
    if bare != name and bare in symbols:
        return Called(symbol=bare)
    for each in sorted((each for each in renames if each.was == bare), key=lambda each: each.date, reverse=True):
        today = _today(each, symbols, renames)
        if today:
            return Called(symbol=today, note=f"{bare} is {today} since {each.date}")
    return Called(symbol=name)


def _today(first: Rename, symbols: Collection[str], renames: Sequence[Rename]) -> str:
    """What somebody who was renamed is called now, "" where the market does not have them."""
    at, seen = first, {first.was}
    while at.symbol not in symbols and at.symbol not in seen:
        seen.add(at.symbol)
        later = [each for each in renames if each.was == at.symbol and each.date >= at.date]
        if not later:
            return ""
        at = min(later, key=lambda each: each.date)
    return at.symbol if at.symbol in symbols else ""


def _once(name: str, symbols: Collection[str], renames: Sequence[Rename]) -> str:
    """That a symbol was another company's before, where that one is in the market under its present name."""
    for each in renames:
        if each.was == name and (today := _today(each, symbols, renames)) and today != name:
            return f"{name} was the symbol of {today} until {each.date}; this is another one"
    return ""


def renames_of(table: pl.DataFrame | None) -> tuple[Rename, ...]:
    """The rows of the table of renames."""
    if table is None:
        return ()
    rows = table.select("symbol", "date", "was").iter_rows()
    return tuple(Rename(symbol=symbol, date=date, was=was) for symbol, date, was in rows)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """The first and the last bar of a symbol, as people read them, and how many it has."""

    first: str
    last: str
    bars: int


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A symbol of the market: its facts as text ("" where unknown), its bars, and its former names with their ends."""

    symbol: str
    facts: Mapping[str, str]
    span: Span | None
    before: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """What a scan may ask for and nobody knows; a sector is missed of companies only."""
        company = self.facts.get("kind", "") in COMPANIES | {""}
        lacking = [name for name in NEEDED if not self.facts.get(name) and (name != "sector" or company)]
        return (*lacking, *(() if self.span else ("bars",)))


def known_symbols(
    table: pl.DataFrame | None, spans: Mapping[str, Span], renames: Sequence[Rename] = ()
) -> tuple[Known, ...]:
    """Every symbol that has bars or stands in the symbol table, in the order of their names."""
    rows: dict[str, dict[str, str]] = {}
    if table is not None:
        for row in table.iter_rows(named=True):
            rows[row["symbol"]] = {name: _text(value) for name, value in row.items() if name != "symbol"}
    before: dict[str, list[str]] = {}
    for each in sorted(renames, key=lambda each: each.date):
        before.setdefault(each.symbol, []).append(f"{each.was} until {each.date}")
    return tuple(
        Known(symbol=symbol, facts=rows.get(symbol, {}), span=spans.get(symbol), before=tuple(before.get(symbol, ())))
        for symbol in sorted({*rows, *spans})
    )


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def matching(found: Sequence[Known], search: str) -> tuple[Known, ...]:
    """Those whose symbol, name or former symbol holds a text, whatever the letters' size; exact symbols first."""
    text = search.casefold()

    def rank(each: Known) -> int:
        former = [name.partition(" ")[0].casefold() for name in each.before]
        if text in {each.symbol.casefold(), *former}:
            return 0
        if each.symbol.casefold().startswith(text):
            return 1
        return 2 if text in each.facts.get("name", "").casefold() or text in each.symbol.casefold() else 3

    return tuple(sorted((each for each in found if rank(each) < 3), key=lambda each: (rank(each), each.symbol)))
