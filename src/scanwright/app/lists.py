"""The watch lists of a market in Python: `market.lists["mine"]`."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from scanwright.app.rows import Rows, of_objects
from scanwright.app.wiring import clock
from scanwright.data.lists import csv_text, entry_of, read_list, tradingview_text
from scanwright.data.symbols import called, renames_of
from scanwright.model.errors import SettingsError
from scanwright.store.lists import Changed, Entry, Lists
from scanwright.store.market import Market

if TYPE_CHECKING:
    import polars as pl

NAMES = ("symbol", "exchange", "section", "added", "note")


class WatchLists(Mapping[str, "WatchList"]):
    """The lists by name.

    >>> import scanwright as sw
    >>> from scanwright.app.demo import written
    >>> lists = sw.open(written(symbols=10, years=1)).lists
    >>> lists.add("mine", ["SPY", "NASDAQ:AAPL"], note="to watch").added
    2
    >>> lists["mine"].symbols, list(lists)
    (('SPY', 'NASDAQ:AAPL'), ['mine'])
    """

    def __init__(self, market: Market) -> None:
        """The lists of a market."""
        self._market = market
        self._kept = Lists(market=market.folder)

    def __getitem__(self, name: str) -> WatchList:
        """A list; `Absent` with the nearest name where there is none."""
        return WatchList(name=name, entries=self._kept.read(name))

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self._kept.names())

    def __len__(self) -> int:
        """How many lists."""
        return len(self._kept.names())

    def __contains__(self, name: object) -> bool:
        """Whether there is a list of that name."""
        return name in self._kept.names()

    def add(self, name: str, symbols: Sequence[str], *, note: str = "", section: str = "") -> Changed:
        """Put symbols on a list, which is made where it is not there; unknown ones are kept too."""
        today = clock().now().date().isoformat()
        entries = [entry_of(each) for each in symbols]
        whole = [
            Entry(symbol=each.symbol, exchange=each.exchange, section=section, added=today, note=note)
            for each in entries
        ]
        return self._kept.add(name, whole)

    def remove(self, name: str, symbols: Sequence[str]) -> Changed:
        """Take symbols off a list."""
        return self._kept.remove(name, [entry_of(each) for each in symbols])

    def delete(self, name: str) -> None:
        """Remove a list."""
        self._kept.delete(name)

    def import_file(self, name: str, path: str | os.PathLike[str], *, replace: bool = False) -> Changed:
        """Put the symbols of a file on a list: TradingView's text, one a line, or CSV with a column `symbol`."""
        try:
            entries = read_list(Path(path).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            found = getattr(error, "strerror", None) or str(error)
            raise SettingsError(expected=f"a list at {path}", found=found, todo="check the path") from None
        if not entries:
            raise SettingsError(
                expected=f"symbols in {path}", found="none", todo="one symbol a line, or NASDAQ:AAPL,..."
            )
        return self._kept.replace(name, entries) if replace else self._kept.add(name, entries)

    def indexes(self) -> tuple[str, ...]:
        """The indexes whose members the market knows."""
        table = self._market.table("members")
        return () if table is None else tuple(table["list"].unique().sort())

    def unknown(self, symbols: Sequence[str], known: Sequence[str]) -> Unknown:
        """Which of some symbols are not among those that are known, under whatever name."""
        held, renames = frozenset(known), renames_of(self._market.table("renames"))
        found = [called(each, held, renames) for each in symbols]
        return Unknown(
            unknown=tuple(each.symbol for each in found if each.symbol not in held),
            notes=tuple(dict.fromkeys(each.note for each in found if each.note)),
        )

    def text(self, name: str, form: Literal["tradingview", "csv"] = "tradingview") -> str:
        """A list as other programs read it; exchanges that the list does not name come from the symbol table."""
        entries = self._kept.read(name)
        if form == "csv":
            return csv_text(entries)
        return f"{tradingview_text(entries, self._exchanges())}\n"

    def _exchanges(self) -> Mapping[str, str]:
        table = self._market.table("symbols")
        if table is None or "exchange" not in table.columns:
            return {}
        return dict(table.select("symbol", "exchange").drop_nulls().iter_rows())


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Unknown:
    """Symbols that a market does not have, and what is to be said of the others."""

    unknown: tuple[str, ...]
    notes: tuple[str, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class WatchList:
    """A list as it was when it was read: its entries, each a symbol with what is known of it."""

    name: str
    entries: tuple[Entry, ...]

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols as they are written."""
        return tuple(each.written for each in self.entries)

    def __len__(self) -> int:
        """How many symbols."""
        return len(self.entries)

    def rows(self) -> Rows:
        """A row a symbol."""
        return of_objects(NAMES, ({name: getattr(each, name) or None for name in NAMES} for each in self.entries))

    def frame(self) -> pl.DataFrame:
        """A row a symbol: symbol, exchange, section, added, note."""
        return self.rows().frame()


__all__ = ["Changed", "Entry", "WatchList", "WatchLists"]
