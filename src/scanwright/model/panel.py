"""Bars of many symbols as arrays: one row a time, one column a symbol."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scanwright.model.dated import Dated
from scanwright.model.errors import UnknownSymbol
from scanwright.model.interval import Interval

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Times = NDArray[np.datetime64]  # datetime64[s]

FIELDS = ("open", "high", "low", "close", "volume")


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Attribute:
    """A fact of each symbol: a category (`codes` into `names`, -1 unknown) or a number (`numbers`, NaN unknown).

    `dated` is False for facts known only as they are today, such as a snapshot of sectors. What a fact was before
    stands in the panel's `dated` under the same name; here it is as it became known last.
    """

    codes: NDArray[np.int32] | None = None
    names: tuple[str, ...] = ()
    numbers: Floats | None = None
    dated: bool = False

    def take(self, columns: Ints) -> Attribute:
        """The same fact for some of the symbols."""
        codes = None if self.codes is None else self.codes[columns]
        numbers = None if self.numbers is None else self.numbers[columns]
        return dataclasses.replace(self, codes=codes, numbers=numbers)


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Split:
    """From `date` on, one old share is `ratio` new ones (7.0 for 7:1, 0.1 for a reverse 1:10)."""

    symbol: str
    date: np.datetime64
    ratio: float


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Payout:
    """A dividend taken out of prices: those before `date`, the ex-date, are multiplied by `factor`."""

    symbol: str
    date: np.datetime64
    factor: float


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Panel:
    """Bars of one interval.

    ts: `[T]` datetime64[s], rising; of a day or longer the session's date, of less the bar's END in UTC.
    fields: `open high low close volume`, each `[T, N]` float64, rows contiguous, NaN where `bar` is 0; prices and
        volume are adjusted by the splits known at the as-of.
    bar: `[T, N]` uint8, 1 where the symbol has a bar (a bar of zero volume in a symbol that has volumes is none).
    splits: the splits applied, so that `raw(close)` can be given back. payouts: the dividends that are taken out too,
        none unless that was asked for.
    calendar: the name of the session calendar that the stamps follow (`us_stocks`, `always_open`).
    dated: facts by when they were known, events, memberships. until: `[T]` what each frame may know of them, where that
        is not all up to the frame's end, as on a bar that is still forming.
    """

    interval: Interval
    symbols: tuple[str, ...]
    ts: Times
    fields: Mapping[str, Floats]
    bar: Bytes
    attributes: Mapping[str, Attribute] = dataclasses.field(default_factory=dict[str, Attribute])
    splits: Sequence[Split] = ()
    payouts: Sequence[Payout] = ()
    calendar: Literal["us_stocks", "always_open"] = "us_stocks"
    data_hash: str = ""
    market: str = "the market"
    dated: Dated = dataclasses.field(default_factory=Dated)
    until: Times | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Times and symbols."""
        return self.bar.shape[0], self.bar.shape[1]

    def rows(self, start: int, stop: int) -> Panel:
        """The frames from `start` up to `stop`, as views."""
        fields = {name: values[start:stop] for name, values in self.fields.items()}
        until = None if self.until is None else self.until[start:stop]
        return dataclasses.replace(self, ts=self.ts[start:stop], fields=fields, bar=self.bar[start:stop], until=until)

    def columns(self, columns: Ints) -> Panel:
        """Some of the symbols, copied, in the order given."""
        return dataclasses.replace(
            self,
            symbols=tuple(self.symbols[int(at)] for at in columns),
            fields={name: np.ascontiguousarray(values[:, columns]) for name, values in self.fields.items()},
            bar=np.ascontiguousarray(self.bar[:, columns]),
            attributes={name: each.take(columns) for name, each in self.attributes.items()},
            dated=self.dated.take(columns),
        )

    def column(self, symbol: str) -> int:
        """Where a symbol stands; `UnknownSymbol` with the nearest one where it does not."""
        try:
            return self.symbols.index(symbol)
        except ValueError:
            raise UnknownSymbol(market=self.market, symbol=symbol, nearest=_nearest(symbol, self.symbols)) from None


def _nearest(symbol: str, symbols: Sequence[str]) -> str:
    import difflib

    return "".join(difflib.get_close_matches(symbol.upper(), symbols, 1, 0.5)) or "one of `data status`"
