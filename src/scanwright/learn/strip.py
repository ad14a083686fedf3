"""A block of symbols with each one's own bars next to each other, so that `h bars later` is `h rows further`."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scanwright.model.panel import Bytes, Floats, Ints, Panel


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Strip:
    """Bars of some symbols, holes closed up.

    open, close, volume: `[T, L]`, NaN where there is no bar, and for prices where one is missing or not positive.
    first, last: `[L]`, each symbol's first and last row (first above last where it has no bar at all).
    place: `[T, L]`, the row in the strip of each frame's bar or, in a hole, of the next one; None where every
        symbol's bars already stood next to each other, so that the strip's rows are the panel's frames.
    frame: `[T, L]`, the frame of each row; None where `place` is.
    """

    open: Floats
    close: Floats
    volume: Floats
    first: Ints
    last: Ints
    place: Ints | None = None
    frame: Ints | None = None

    def rows_of(self, frames: Ints, columns: Ints) -> Ints:
        """Where these frames' bars stand; for a hole, where the next bar stands."""
        return frames if self.place is None else self.place[frames, columns]

    def frames_of(self, rows: Ints, columns: Ints) -> Ints:
        """The frames of these rows."""
        return rows if self.frame is None else self.frame[rows, columns]


def strips(panel: Panel, start: int, stop: int) -> list[tuple[Ints, Strip]]:
    """The symbols of columns `start` up to `stop`: those without inner holes as they stand, the others closed up."""
    bar = np.ascontiguousarray(panel.bar[:, start:stop])
    if not len(bar):
        return []
    count = bar.sum(axis=0, dtype=np.int64)
    first = bar.argmax(axis=0).astype(np.int64)
    last = len(bar) - 1 - bar[::-1].argmax(axis=0).astype(np.int64)
    first[count == 0], last[count == 0] = 0, -1
    holed = count < last - first + 1
    found: list[tuple[Ints, Strip]] = []
    if not holed.all():
        at = np.flatnonzero(~holed)
        found.append((at + start, _straight(panel, at + start, first[at], last[at])))
    if holed.any():
        at = np.flatnonzero(holed)
        found.append((at + start, _closed_up(panel, at + start, bar[:, at], count[at])))
    return found


def _straight(panel: Panel, columns: Ints, first: Ints, last: Ints) -> Strip:
    values = {name: _take(panel, name, columns) for name in ("open", "close", "volume")}
    return Strip(
        open=_price(values["open"]), close=_price(values["close"]), volume=values["volume"], first=first, last=last
    )


def _closed_up(panel: Panel, columns: Ints, bar: Bytes, count: Ints) -> Strip:
    seen: Ints = bar.cumsum(axis=0, dtype=np.int64)
    frames, at = np.nonzero(bar)
    rows = seen[frames, at] - 1
    frame = np.full(bar.shape, -1, dtype=np.int64)
    frame[rows, at] = frames

    def packed(name: str) -> Floats:
        out = np.full(bar.shape, np.nan)
        out[rows, at] = _take(panel, name, columns)[frames, at]
        return out

    return Strip(
        open=_price(packed("open")),
        close=_price(packed("close")),
        volume=packed("volume"),
        first=np.zeros(len(columns), dtype=np.int64),
        last=count - 1,
        place=seen - bar.astype(np.int64),
        frame=frame,
    )


def _take(panel: Panel, name: str, columns: Ints) -> Floats:
    values = panel.fields[name]
    if columns[-1] - columns[0] + 1 == len(columns):
        return np.ascontiguousarray(values[:, columns[0] : columns[-1] + 1])
    return values[:, columns]


def _price(values: Floats) -> Floats:
    wrong = values <= 0
    if wrong.any():
        values = np.where(wrong, np.nan, values)
    return values
