"""How symbols are shared out: blocks of neighbours that always have a bar, and gathered blocks of the others.

Symbols without holes share their positions in every window, so a block of them runs vectorised and needs no mask. A
symbol with holes among them would spoil that; it runs in a gathered block, and what the neighbours' block computed in
its column is overwritten.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from scanwright.model.panel import Bytes, Floats, Ints

if TYPE_CHECKING:
    from scanwright.engine.rows import Ready

WIDTH = 512
GATHERED = 256
NARROWEST = 64
LINE = 8
_WORTH_A_SLICE = 0.5


@dataclasses.dataclass(kw_only=True, eq=False, slots=True)
class Block:
    """Some columns of the panel with their state, one array `[rows, width]` a stage.

    `start` is the first column where they are neighbours, -1 where they are gathered. `full` says that nobody lacks a
    bar. `own` marks the columns whose state and results count. `ready` is what the runner was told about a single row.
    """

    columns: Ints
    start: int
    full: bool
    own: Ints
    state: list[Floats]
    ready: dict[tuple[int, str], Ready] = dataclasses.field(default_factory=dict[tuple[int, str], "Ready"])

    @property
    def width(self) -> int:
        """How many symbols run together."""
        return len(self.columns)

    @property
    def stride(self) -> int:
        """How many doubles a row of its state or scratch takes: whole lines of the processor's cache."""
        return -(-len(self.columns) // LINE) * LINE


def in_lines(rows: int, width: int) -> Floats:
    """Zeros `[rows, width]`, each row beginning with a line of the cache: a load across two lines takes twice as long.

    >>> found = in_lines(3, 5)
    >>> found.shape, found.strides
    ((3, 5), (64, 8))
    """
    stride = -(-width // LINE) * LINE
    room = np.zeros(rows * stride + LINE)
    skip = -(int(room.__array_interface__["data"][0]) // 8) % LINE
    return room[skip : skip + rows * stride].reshape(rows, stride)[:, :width]


def complete(bar: Bytes, columns: Ints) -> Bytes:
    """1 for the columns that have a bar in every row."""
    found = np.ones(bar.shape[1], np.uint8)
    for start in range(0, bar.shape[0], 256):
        np.minimum(found, bar[start : start + 256].min(axis=0), out=found)
    return found[columns]


def count_bars(bar: Bytes, columns: Ints) -> Ints:
    """How many bars each of the columns has."""
    return np.take(bar, columns, axis=1).sum(axis=0, dtype=np.int64)


def wide(symbols: int, threads: int) -> int:
    """How many symbols a block takes, so that every thread has one at least.

    Wider than `WIDTH` a block's state leaves the processor's caches; narrower than `NARROWEST` the steps of a row cost
    more than its symbols.

    >>> wide(5000, 2), wide(500, 2), wide(20, 2)
    (512, 256, 64)
    """
    return min(WIDTH, max(NARROWEST, -(-symbols // (threads * LINE)) * LINE))


def share_out(columns: Ints, full: Bytes, width: int = WIDTH, *, bars: Ints | None = None) -> list[Block]:
    """Blocks over the wanted columns; `full` says which of them never lack a bar.

    bars: how many bars each of the others has, so that those with as many are gathered together.
    """
    blocks: list[Block] = []
    holed = columns[full == 0]
    apart = [holed if bars is None else holed[np.argsort(-bars, kind="stable")]]
    regular = columns[full == 1]
    for start, wanted in _stretches(regular, width):
        span = int(wanted[-1]) - start + 1
        if len(wanted) >= _WORTH_A_SLICE * span:
            blocks.append(_block(np.arange(start, start + span), wanted - start, start=start, full=True))
        else:
            apart.append(wanted)
    loose = np.concatenate(apart)
    blocks += [_block(part, np.arange(len(part)), start=-1, full=False) for part in _split(loose, min(width, GATHERED))]
    return blocks


def neighbours(columns: Ints, width: int) -> list[Block]:
    """Blocks for one bar at a time: all symbols in their order, holes judged as they come."""
    return [_block(part, np.arange(len(part)), start=-1, full=False) for part in _split(columns, width)]


def _block(columns: Ints, own: Ints, *, start: int, full: bool) -> Block:
    return Block(columns=columns, start=start, full=full, own=own, state=[])


def _stretches(columns: Ints, width: int) -> Iterator[tuple[int, Ints]]:
    """The wanted columns by stretches of the panel that are `width` wide."""
    at = 0
    while at < len(columns):
        end = int(np.searchsorted(columns, int(columns[at]) + width))
        yield int(columns[at]), columns[at:end]
        at = end


def _split(columns: Ints, width: int) -> Iterator[Ints]:
    for start in range(0, len(columns), width):
        yield columns[start : start + width]
