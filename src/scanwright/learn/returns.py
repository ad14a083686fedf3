"""Returns after each bar: bought at the next own bar's open, sold at the close of the h-th bar after."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from scanwright.learn.jumps import jumps
from scanwright.learn.strip import strips

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from scanwright.learn.jumps import Jumps
    from scanwright.learn.strip import Strip
    from scanwright.model.panel import Bytes, Floats, Ints, Panel

BLOCK = 256

Kind = TypeVar("Kind", bound=np.generic)


class Why(enum.IntEnum):
    """Why a window has no return; the first that applies, in this order.

    >>> Why.NO_NEXT_BAR.label
    'no_next_bar'
    """

    RETURN = 0
    NO_NEXT_BAR = 1
    ENDS = 2
    QUARANTINED = 3
    JUMP = 4
    MISSING = 5

    @property
    def label(self) -> str:
        """The word that people and files see."""
        return self.name.lower()


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Block:
    """Returns of some symbols.

    columns: `[L]`, which of the panel.
    returns: for each horizon `[T, L]` in percent, NaN where there is none.
    why: for each horizon `[T, L]` uint8 of `Why`; only to be read where the symbol has a bar.
    own: `[T, L]` or None: which of its own bars each is (None: the frame will do, there are no inner holes).
    """

    columns: Ints
    returns: tuple[Floats, ...]
    why: tuple[Bytes, ...]
    own: Ints | None


def forward(panel: Panel, horizons: Sequence[int], quarantined: Bytes | None = None) -> Iterator[Block]:
    """Returns after every bar of the panel, block by block of symbols, so that memory stays small.

    `quarantined` is `[T, N]`, 1 where a bar was refused; a window that holds such a frame has no return.
    """
    width = panel.shape[1]
    for start in range(0, width, BLOCK):
        for columns, strip in strips(panel, start, min(start + BLOCK, width)):
            refused = None if quarantined is None else _places(quarantined[:, columns])
            yield _block(columns, strip, horizons, refused)


def _places(mask: Bytes) -> tuple[Ints, Ints]:
    rows, at = np.nonzero(mask)
    return rows, at


def _block(columns: Ints, strip: Strip, horizons: Sequence[int], refused: tuple[Ints, Ints] | None) -> Block:
    found = jumps(strip, len(strip.close))
    at = None if refused is None else (strip.rows_of(*refused), refused[1])
    returns: list[Floats] = []
    why: list[Bytes] = []
    for horizon in horizons:
        values = _windows(strip, horizon)
        reasons = _reasons(strip, horizon, found, at)
        values[reasons != Why.RETURN] = np.nan
        reasons[np.isnan(values) & (reasons == Why.RETURN)] = Why.MISSING
        returns.append(_unpacked(strip, values, np.nan))
        why.append(_unpacked(strip, reasons, 0))
    return Block(columns=columns, returns=tuple(returns), why=tuple(why), own=strip.place)


def _windows(strip: Strip, horizon: int) -> Floats:
    values = np.full(strip.close.shape, np.nan)
    if horizon < len(values):
        within = values[:-horizon]
        entry = strip.open[1 : len(within) + 1]
        np.divide(strip.close[horizon:], entry, out=within)
        within -= 1.0
        within *= 100.0
        unborn = np.flatnonzero(strip.first > 0)
        values[strip.first[unborn] - 1, unborn] = np.nan
    return values


def _reasons(strip: Strip, horizon: int, found: Jumps, refused: tuple[Ints, Ints] | None) -> Bytes:
    """What each window runs into; the weightier reasons are written later, over the others."""
    reasons = np.zeros(strip.close.shape, dtype=np.uint8)
    _mark(reasons, found.breaks, range(2, horizon + 1), Why.JUMP)
    _mark(reasons, found.openings, range(1, 2), Why.JUMP)
    _mark(reasons, found.spoilt, range(1, horizon + 1), Why.JUMP)
    if refused is not None:
        _mark(reasons, refused, range(1, horizon + 1), Why.QUARANTINED)
    ends = (strip.last, np.arange(len(strip.last), dtype=np.int64))
    _mark(reasons, ends, range(horizon), Why.ENDS)
    _mark(reasons, ends, range(1), Why.NO_NEXT_BAR)
    return reasons


def _mark(reasons: Bytes, places: tuple[Ints, Ints], back: Iterable[int], why: Why) -> None:
    rows, at = places
    for steps in back:
        inside = rows >= steps
        reasons[rows[inside] - steps, at[inside]] = why


def _unpacked(strip: Strip, values: NDArray[Kind], blank: float) -> NDArray[Kind]:
    """The values back at their frames."""
    if strip.frame is None:
        return values
    out = np.full_like(values, blank)
    rows, at = np.nonzero(strip.frame >= 0)
    out[strip.frame[rows, at], at] = values[rows, at]
    return out
