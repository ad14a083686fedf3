"""What changes at moments of its own, beside the bars: facts by when they were known, events, memberships."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EVER = -(1 << 62)
"""The moment of what holds from ever on, such as a fact without a date."""


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Steps:
    """A number of each symbol that holds from a moment on, until the next one; missing before the first.

    begin, end: `[N]`, where each symbol's steps lie in `at` and `value`. at: seconds since 1970, UTC, rising within a
    symbol. value: `[K]` float64.

    >>> steps = steps_of(2, column=[0, 0, 1], at=[10, 20, 15], value=[1.0, 2.0, 7.0])
    >>> steps.table(np.array([9, 10, 25])).tolist()
    [[nan, nan], [1.0, nan], [2.0, 7.0]]
    """

    begin: Ints
    end: Ints
    at: Ints
    value: Floats

    def take(self, columns: Ints) -> Steps:
        """Those of some symbols, in the order given."""
        return dataclasses.replace(self, begin=self.begin[columns], end=self.end[columns])

    def known_by(self, moment: int) -> Steps:
        """Without the steps after a moment."""
        return dataclasses.replace(self, end=self._after(moment))

    def changed(self, value: Floats) -> Steps:
        """Other values at the same moments."""
        return dataclasses.replace(self, value=value)

    def table(self, moments: Ints) -> Floats:
        """The value of every symbol at each of the moments, which rise: `[moments, symbols]`."""
        out = np.full((len(moments), len(self.begin)), np.nan)
        if not out.size:
            return out
        first = self._after(int(moments[0]))
        has = first > self.begin
        out[0, has] = self.value[first[has] - 1]
        if len(moments) > 1:
            self._go_on(out, moments, first)
        return out

    def until(self, moment: int) -> tuple[Ints, Ints, Floats]:
        """What there is up to a moment, in arrays that can be compared: how many steps of each symbol, then all."""
        count = self._after(moment) - self.begin
        chosen = _ranges(self.begin, count)
        return count, self.at[chosen], self.value[chosen]

    def _go_on(self, out: Floats, moments: Ints, first: Ints) -> None:
        """Write each step where it is first seen, then carry values forward."""
        count = self._after(int(moments[-1])) - first
        chosen = _ranges(first, count)
        seen = np.zeros(out.shape, np.bool_)
        row = np.searchsorted(moments, self.at[chosen], side="left")
        column = np.repeat(np.arange(len(count)), count)
        out[row, column] = self.value[chosen]  # of several steps at one place the last one stays
        seen[row, column] = True
        for at in range(1, len(out)):
            np.copyto(out[at], out[at - 1], where=~seen[at])

    def _after(self, moment: int) -> Ints:
        """The first step of each symbol that is after a moment, found by halving all ranges together."""
        low, high, last = self.begin.copy(), self.end.copy(), len(self.at) - 1
        while (open_ := low < high).any():
            middle = (low + high) >> 1
            before = open_ & (self.at[np.minimum(middle, last)] <= moment)
            low = np.where(before, middle + 1, low)
            high = np.where(open_ & ~before, middle, high)
        return low


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Dated:
    """The steps of a panel by name; symbols are picked when a name is asked for, so that nobody else pays.

    names: a fact's own (`market_cap`), or what a word of the language looks for (`events_so_far earnings`).
    key: equal keys, equal steps.
    """

    series: Mapping[str, Steps] = dataclasses.field(default_factory=dict[str, Steps])
    columns: Ints | None = None
    key: str = ""

    def __contains__(self, name: object) -> bool:
        """Whether there are steps of that name."""
        return name in self.series

    def get(self, name: str) -> Steps | None:
        """The steps of that name, of the symbols that were taken."""
        found = self.series.get(name)
        return found if found is None or self.columns is None else found.take(self.columns)

    def take(self, columns: Ints) -> Dated:
        """Those of some symbols."""
        if not self.series:
            return self
        return dataclasses.replace(self, columns=columns if self.columns is None else self.columns[columns])

    def told(self, word: str) -> tuple[str, ...]:
        """What a word of the language has steps for: the kinds of `events_so_far`, the lists of `member_of`."""
        lead = f"{word} "
        return tuple(name.removeprefix(lead) for name in self.series if name.startswith(lead))


def steps_of(width: int, column: ArrayLike, at: ArrayLike, value: ArrayLike) -> Steps:
    """Steps from rows that are sorted by column and moment."""
    edges = np.searchsorted(np.asarray(column, np.int64), np.arange(width + 1))
    return Steps(begin=edges[:-1], end=edges[1:], at=np.asarray(at, np.int64), value=np.asarray(value, np.float64))


def _ranges(begin: Ints, count: Ints) -> Ints:
    """All places of ranges that start at `begin`, one range after the other."""
    total = int(count.sum())
    starts = np.repeat(begin - (np.cumsum(count) - count), count)
    return starts + np.arange(total)
