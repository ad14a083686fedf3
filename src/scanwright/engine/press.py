"""Gathered symbols pressed together: each one's own bars from the top, so that symbols with holes share positions too.

All that a kernel counts it counts in own bars. So the n-th row of a pressed block holds everybody's n-th bar,
and the block runs vectorised like one without holes; only below a symbol's last bar is there nothing.
"""

from __future__ import annotations

from functools import cache
from types import ModuleType

import numpy as np

from scanwright.kernels import _compiled
from scanwright.model.panel import Bytes, Floats, Ints

UNKNOWN = 2


class Press:
    """Where the bars of some columns of these rows go when they are pressed together.

    rows: the most bars that one of the columns has. bar: `[rows, width]`, 1 where the pressed block holds a bar; None
    where it does everywhere.
    """

    def __init__(self, present: Bytes, columns: Ints) -> None:
        """Count every column's bars; `present` is the columns' own mask."""
        place = np.cumsum(present, axis=0, dtype=np.int32)
        counts = place[-1].copy()
        place -= 1
        place[present == 0] = -1
        self._place = place
        self._columns = np.ascontiguousarray(columns, np.int64)
        self._first = np.zeros_like(self._columns)
        self.rows = int(counts.max())
        full = int(counts.min()) == self.rows
        self.bar = None if full else (np.arange(self.rows)[:, None] < counts[None, :]).astype(np.uint8)

    def empty(self, kind: np.dtype[np.uint8]) -> Bytes:
        """Room for bytes that will be spread."""
        return np.empty((self.rows, len(self._columns)), kind)

    @property
    def size(self) -> int:
        """How many values a pressed array holds."""
        return self.rows * len(self._columns)

    def press(self, whole: Floats, room: Floats) -> Floats:
        """The columns' values, from whole rows, in `room`; what stands below the last bars is left to chance."""
        return self._pressed(self._whole(whole), room)

    def times(self, whole: Floats, room: Floats) -> Floats:
        """What belongs to a time, at each symbol's own times; any column of the whole rows says it."""
        at, row_bytes, _, *rest = self._whole(whole)
        return self._pressed((at, row_bytes, _at(self._first), *rest), room)

    def _pressed(self, whole: tuple[int, ...], room: Floats) -> Floats:
        part = room[: self.size].reshape(self.rows, len(self._columns))
        _loops().press(*whole, _at(part))
        return part

    def spread(self, part: np.ndarray, whole: np.ndarray) -> None:
        """Put values back into whole rows: NaN, or unknown as a byte, where a column has no bar."""
        if whole.dtype == np.uint8:
            _loops().spread_bytes(*self._whole(whole), _at(part), UNKNOWN)
        else:
            _loops().spread(*self._whole(whole), _at(part), np.nan)

    def _whole(self, whole: np.ndarray) -> tuple[int, ...]:
        apart = whole.shape[1] > 1 and whole.strides[1] != whole.itemsize  # of a single column it says nothing
        if apart or whole.shape[0] != self._place.shape[0]:
            raise ValueError(f"expected {self._place.shape[0]} rows, contiguous over symbols, found {whole.shape}")
        return _at(whole), whole.strides[0], _at(self._columns), _at(self._place), *self._place.shape


@cache
def _loops() -> ModuleType:
    return _compiled.load("press")


def _at(array: np.ndarray) -> int:
    return int(array.__array_interface__["data"][0])
