"""Who waits for bars, the most worthwhile first; the order changes as others are judged."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

Order = Literal["smart", "random", "listed"]
ORDERS: tuple[Order, ...] = ("smart", "random", "listed")
CURIOUS = 0.03  # of the places go to somebody by lot, so that what the order believes is tried now and then


class Queue:
    """Symbols that wait; `take` hands out the next ones, until nobody waits or `enough` says so.

    >>> queue = Queue(["A", "B", "C"], lambda: False, seed=7, curious=0.0)
    >>> queue.reorder({"A": 0.1, "B": 0.9, "C": 0.5})
    >>> queue.take(2), len(queue), queue.take(5), queue.take(1)
    (('B', 'C'), 1, ('A',), ())
    """

    def __init__(
        self, symbols: Sequence[str], enough: Callable[[], bool], *, seed: int = 7, curious: float = CURIOUS
    ) -> None:
        """In the order given, until it is changed."""
        self._waiting = list(symbols)
        self._enough = enough
        self._lots = random.Random(seed)  # noqa: S311 - an order, seeded; nothing secret hangs on it
        self._curious = curious
        self.is_closed = False

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def __iter__(self) -> object:
        """Who waits, in the present order."""
        return iter(tuple(self._waiting))

    def close(self) -> None:
        """Hand out nobody more."""
        self.is_closed = True

    def shuffle(self) -> None:
        """An order by lot."""
        self._lots.shuffle(self._waiting)

    def reorder(self, values: Mapping[str, float]) -> None:
        """The highest value first, equals as they stand."""
        self._waiting.sort(key=lambda symbol: -values.get(symbol, 0.0))

    def take(self, most: int) -> tuple[str, ...]:
        """The next ones, at most so many."""
        found: list[str] = []
        while len(found) < most and self._waiting and not self.is_closed and not self._enough():
            by_lot = self._curious and self._lots.random() < self._curious
            found.append(self._waiting.pop(self._lots.randrange(len(self._waiting)) if by_lot else 0))
        return tuple(found)
