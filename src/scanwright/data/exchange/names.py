"""Who is known by which name at a moment: late listings, delistings, renames."""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def day_of(moment: int) -> str:
    """The date of a moment in UTC.

    >>> day_of(86_400)
    '1970-01-02'
    """
    return dt.datetime.fromtimestamp(moment, dt.UTC).date().isoformat()


class Names:
    """The names of a market's symbols, as they are called on each day.

    A symbol is known from its first bar, or the day it is listed; one that is renamed has its former name before.
    """

    def __init__(self, firsts: Mapping[str, int], symbols: pl.DataFrame | None, renames: pl.DataFrame | None) -> None:
        """`firsts`: when the first bar of each symbol begins; the tables as the store has them, dates as text."""
        self._firsts = firsts
        self._order = sorted(firsts, key=lambda each: (firsts[each], each))
        self._starts = [firsts[each] for each in self._order]
        self._listed = _dates(symbols, "listed")
        self._gone = _dates(symbols, "delisted")
        self._before: dict[str, list[tuple[str, str]]] = {}
        self._later: dict[str, list[tuple[str, str]]] = {}
        if renames is not None:
            for symbol, date, was in renames.select("symbol", "date", "was").sort("date").iter_rows():
                self._before.setdefault(symbol, []).append((date.isoformat(), was))
                self._later.setdefault(was, []).append((date.isoformat(), symbol))

    def known(self, moment: int) -> list[str]:
        """The symbols that are known at a moment, as the market's tables have them, in their order."""
        return [symbol for symbol in self._firsts if self._is_known(symbol, moment)]

    def called(self, symbol: str, moment: int) -> str:
        """What a symbol of the tables is called at a moment."""
        changes = self._before.get(symbol, ())
        at = bisect.bisect_right([date for date, _ in changes], day_of(moment))
        return changes[at][1] if at < len(changes) else symbol

    def find(self, name: str, moment: int) -> str | None:
        """The symbol of the tables that has a name at a moment; nothing where nobody has it."""
        holders = [name, *(symbol for _, symbol in self._later.get(name, ()))]
        return next(
            (each for each in holders if self._is_known(each, moment) and self.called(each, moment) == name), None
        )

    def renamed(self, name: str, moment: int) -> str | None:
        """The present name and its date of a symbol that once had this one, where nobody has it now."""
        past = [(date, symbol) for date, symbol in self._later.get(name, ()) if date <= day_of(moment)]
        return f"{self.called(past[-1][1], moment)} {past[-1][0]}" if past else None

    def ended(self, names: Iterable[str], moment: int) -> Mapping[str, str]:
        """The last days of those of some names that were delisted before the day of a moment."""
        found = {name: self._gone.get(self.find(name, moment) or "", "9") for name in names}
        return {name: date for name, date in found.items() if date < day_of(moment)}

    def begun(self, after: int, by: int) -> list[str]:
        """The symbols whose first bar begins after one moment and by another."""
        low, high = (bisect.bisect_left(self._starts, each) for each in (after, by))
        return self._order[low:high]

    def renamed_on(self, after: str, by: str) -> list[tuple[str, str, str]]:
        """Date, former and new name of the renames after one day and by another."""
        found = ((date, was, to) for was, changes in self._later.items() for date, to in changes if after < date <= by)
        return sorted(found)

    def gone_on(self, after: str, by: str) -> list[tuple[str, str]]:
        """Last day and symbol of those that are gone by a day, and were there by another."""
        return sorted((date, symbol) for symbol, date in self._gone.items() if after <= date < by)

    def _is_known(self, symbol: str, moment: int) -> bool:
        first = self._firsts.get(symbol)
        return first is not None and (first < moment or self._listed.get(symbol, "9") <= day_of(moment))


def _dates(symbols: pl.DataFrame | None, column: str) -> dict[str, str]:
    import polars as pl

    if symbols is None or column not in symbols.columns:
        return {}
    dated = symbols.select("symbol", pl.col(column).cast(pl.String).str.slice(0, 10)).drop_nulls()
    return dict(dated.iter_rows())
