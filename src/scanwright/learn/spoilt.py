"""Which windows hold a bar that cannot be believed: one that was refused, or a jump that no known action explains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scanwright.learn.jumps import jumps
from scanwright.learn.strip import strips
from scanwright.learn.ways import Fate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scanwright.model.panel import Bytes, Ints, Panel

BLOCK = 256


def spoilt(
    panel: Panel, columns: Ints, begin: Ints, entered: Ints, left: Ints, quarantined: Bytes | None
) -> dict[Fate, NDArray[np.bool_]]:
    """Windows `[K]` by what is wrong with them; of two reasons the later one counts.

    begin: the frame after which prices have to be of one scale. entered, left: the frames of entry and exit.
    """
    frames = panel.shape[0]
    key = columns * frames
    breaks, wrong, openings = (np.sort(each) for each in _jumps(panel, np.unique(columns)))
    jump = _any(breaks, key + begin + 1, key + left) | _any(wrong, key + entered, key + left)
    found = {Fate.JUMP: jump | _any(openings, key + entered, key + entered)}
    if quarantined is not None:
        rows, at = np.nonzero(quarantined)
        found[Fate.QUARANTINED] = _any(np.sort(at * frames + rows), key + entered, key + left)
    return found


def _any(keys: Ints, low: Ints, high: Ints) -> NDArray[np.bool_]:
    """Whether a key lies from low up to high."""
    return np.searchsorted(keys, low) < np.searchsorted(keys, high, "right")


def _jumps(panel: Panel, used: Ints) -> tuple[Ints, Ints, Ints]:
    """Breaks of scale, wrong closes and wrong opens as column times frames plus frame, of the blocks that are used."""
    frames, width = panel.shape
    found: list[list[Ints]] = [[np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]]
    for start in np.unique(used // BLOCK) * BLOCK:
        for columns, strip in strips(panel, int(start), min(int(start) + BLOCK, width)):
            each = jumps(strip, frames)
            for kind, (rows, at) in zip(found, (each.breaks, each.spoilt, each.openings), strict=True):
                kind.append(columns[at] * frames + strip.frames_of(rows, at))
    return np.concatenate(found[0]), np.concatenate(found[1]), np.concatenate(found[2])
