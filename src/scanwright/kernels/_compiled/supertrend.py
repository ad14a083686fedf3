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
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def follow(
    tile: cython.pointer(Tile),
    t: cython.Py_ssize_t,
    masked: cython.bint,
    present: cython.pointer(cython.const[cython.uchar]),
) -> cython.void:
    """One row; everything is read before anything is chosen, so that the compiler can vectorise."""
    j: cython.Py_ssize_t
    step: cython.Py_ssize_t = tile.state_step
    seen: cython.pointer(cython.double) = tile.state
    lower: cython.pointer(cython.double) = tile.state + step
    upper: cython.pointer(cython.double) = tile.state + 2 * step
    before: cython.pointer(cython.double) = tile.state + 3 * step
    line: cython.pointer(cython.double) = tile.state + 4 * step
    high: cython.pointer(cython.const[cython.double]) = tile.x[0] + t * tile.step[0]
    low: cython.pointer(cython.const[cython.double]) = tile.x[1] + t * tile.step[1]
    close: cython.pointer(cython.const[cython.double]) = tile.x[2] + t * tile.step[2]
    atr: cython.pointer(cython.const[cython.double]) = tile.x[3] + t * tile.step[3]
    into: cython.pointer(cython.double) = tile.out[0] + t * tile.out_step[0]
    rises: cython.pointer(cython.double) = tile.out[1] + t * tile.out_step[1]
    times: cython.double = tile.params[0]
    nan: cython.double = NAN
    here: cython.bint
    new: cython.bint
    up: cython.bint
    for j in range(tile.width):
        price: cython.double = close[j]
        middle: cython.double = (high[j] + low[j]) / 2.0
        apart: cython.double = times * atr[j]
        was: cython.double = before[j]
        floor: cython.double = lower[j]
        ceiling: cython.double = upper[j]
        shown: cython.double = line[j]
        age: cython.double = seen[j]
        under: cython.double = middle - apart
        over: cython.double = middle + apart
        here = (under == under) & (price == price)
        if masked:
            here = here & (present[j] != 0)
        new = age == 0.0
        under = under if new | (under > floor) | (was < floor) else floor
        over = over if new | (over < ceiling) | (was > ceiling) else ceiling
        up = ((shown == ceiling) & (price > over)) | ((shown != ceiling) & (price >= under))
        up = up & (not new)
        seen[j] = 1.0 if here else age
        lower[j] = under if here else floor
        upper[j] = over if here else ceiling
        before[j] = price if here else was
        over = under if up else over
        line[j] = over if here else shown
        into[j] = over if here else nan
        rises[j] = (1.0 if up else 0.0) if here else nan


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance(tile: cython.pointer(Tile)) -> cython.void:
    t: cython.Py_ssize_t
    for t in range(tile.rows):
        if tile.bar == cython.NULL:
            follow(tile, t, False, cython.NULL)
        else:
            follow(tile, t, True, tile.bar + t * tile.bar_step)


def addresses() -> dict:
    """The kernels of this file by name."""
    return {"supertrend": cython.cast(cython.size_t, cython.address(advance))}
