# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False, language_level=3
"""The supertrend's memory, by the rules of Pine's `ta.supertrend`: bands that only tighten, and the side of the price.

Inputs: high, low, close, average true range. Parameter: how many of these the bands are apart from the middle. It
starts falling. A symbol without a bar, or with a missing value, keeps its state and yields NaN. State: whether
anything was seen, lower band, upper band, close, line.
"""

import cython
from cython.cimports.libc.math import NAN
from cython.cimports.scanwright.kernels._compiled.tile import Tile


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance(tile: cython.pointer(Tile)) -> cython.void:
    t: cython.Py_ssize_t
    j: cython.Py_ssize_t
    step: cython.Py_ssize_t = tile.state_step
    seen: cython.pointer(cython.double) = tile.state
    lower: cython.pointer(cython.double) = tile.state + step
    upper: cython.pointer(cython.double) = tile.state + 2 * step
    before: cython.pointer(cython.double) = tile.state + 3 * step
    line: cython.pointer(cython.double) = tile.state + 4 * step
    high: cython.pointer(cython.const[cython.double])
    low: cython.pointer(cython.const[cython.double])
    close: cython.pointer(cython.const[cython.double])
    atr: cython.pointer(cython.const[cython.double])
    into: cython.pointer(cython.double)
    rises: cython.pointer(cython.double)
    times: cython.double = tile.params[0]
    here: cython.bint
    new: cython.bint
    up: cython.bint
    middle: cython.double
    price: cython.double
    under: cython.double
    over: cython.double
    shown: cython.double
    for t in range(tile.rows):
        high = tile.x[0] + t * tile.step[0]
        low = tile.x[1] + t * tile.step[1]
        close = tile.x[2] + t * tile.step[2]
        atr = tile.x[3] + t * tile.step[3]
        into = tile.out[0] + t * tile.out_step[0]
        rises = tile.out[1] + t * tile.out_step[1]
        for j in range(tile.width):
            middle = (high[j] + low[j]) / 2.0
            price = close[j]
            under = middle - times * atr[j]
            over = middle + times * atr[j]
            here = (under == under) & (price == price)
            if tile.bar != cython.NULL:
                here = here & (tile.bar[t * tile.bar_step + j] != 0)
            new = seen[j] == 0.0
            under = under if new | (under > lower[j]) | (before[j] < lower[j]) else lower[j]
            over = over if new | (over < upper[j]) | (before[j] > upper[j]) else upper[j]
            up = price > over if line[j] == upper[j] else price >= under
            up = up & (not new)
            shown = under if up else over
            seen[j] = 1.0 if here else seen[j]
            lower[j] = under if here else lower[j]
            upper[j] = over if here else upper[j]
            before[j] = price if here else before[j]
            line[j] = shown if here else line[j]
            into[j] = shown if here else NAN
            rises[j] = (1.0 if up else 0.0) if here else NAN


def addresses() -> dict:
    """The kernels of this file by name."""
    return {"supertrend": cython.cast(cython.size_t, cython.address(advance))}
