"""Score: hits in the order of the ranking, the highest first, each at its place as soon as it is found.

It costs no request. A place is found by bisecting the order that there is, so that the last of very many hits costs
hardly more than the first.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable, Sequence

from scanwright.scan.now import Hit


class Ranking:
    """The places of hits, the highest ranking first, equals by symbol.

    >>> ranking = Ranking(Hit(symbol=each, ts="2026-01-05", values={"rank": 2.0}) for each in "BA")
    >>> ranking.put(Hit(symbol="C", ts="2026-01-05", values={"rank": 9.0}))
    >>> [ranking.position(each) for each in "ABC"], ranking.best(2)
    ([2, 3, 1], [9.0, 2.0])
    >>> ranking.put(Hit(symbol="B", ts="2026-01-06", values={"rank": 10.0}))
    >>> ranking.position("B"), len(ranking)
    (1, 3)
    """

    def __init__(self, hits: Iterable[Hit] = ()) -> None:
        """Of the hits that there are."""
        self._keys = {hit.symbol: key_of(hit) for hit in hits}
        self._order = sorted(self._keys.values())

    def __len__(self) -> int:
        """How many there are."""
        return len(self._order)

    def put(self, hit: Hit) -> None:
        """Add a hit, or what a known symbol's is by now."""
        before = self._keys.get(hit.symbol)
        if before is not None:
            del self._order[bisect.bisect_left(self._order, before)]
        self._keys[hit.symbol] = key_of(hit)
        bisect.insort(self._order, self._keys[hit.symbol])

    def position(self, symbol: str) -> int:
        """The place of a symbol, from 1."""
        return bisect.bisect_left(self._order, self._keys[symbol]) + 1

    def symbol(self, position: int) -> str:
        """Who stands at a place, from 1."""
        return self._order[position - 1][1]

    def best(self, count: int) -> Sequence[float]:
        """The rankings of the first so many."""
        return [-negative for negative, _ in self._order[:count]]


def key_of(hit: Hit) -> tuple[float, str]:
    """What hits are sorted by."""
    return -height(hit), hit.symbol


def height(hit: Hit) -> float:
    """A hit's ranking; the lowest of all where it has none."""
    rank = hit.values.get("rank")
    known = isinstance(rank, int | float) and not math.isnan(rank)
    return float(rank) if known and isinstance(rank, int | float) else -math.inf
