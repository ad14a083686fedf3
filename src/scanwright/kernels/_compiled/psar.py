# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False, language_level=3
"""Wilder's parabolic stop, as TA-Lib's SAR.

Parameters: step, most. The state is kept as a rising trend sees it: in a falling one prices are held with the other
sign, which changes no bit. A symbol without a bar, or with a missing value, keeps its state and yields NaN. State:
bars seen (0, 1, 2), side (1 rising, -1 falling), stop, extreme, acceleration, high and low of the bar before.
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
    sides: cython.pointer(cython.double) = tile.state + step
    stops: cython.pointer(cython.double) = tile.state + 2 * step
    bests: cython.pointer(cython.double) = tile.state + 3 * step
    paces: cython.pointer(cython.double) = tile.state + 4 * step
    highs: cython.pointer(cython.double) = tile.state + 5 * step
    lows: cython.pointer(cython.double) = tile.state + 6 * step
    x: cython.pointer(cython.const[cython.double]) = tile.x[0] + t * tile.step[0]
    y: cython.pointer(cython.const[cython.double]) = tile.x[1] + t * tile.step[1]
    into: cython.pointer(cython.double) = tile.out[0] + t * tile.out_step[0]
    most: cython.double = tile.params[1]
    first: cython.double = tile.params[0] if tile.params[0] < most else most
    nan: cython.double = NAN
    here: cython.bint
    second: cython.bint
    falls: cython.bint
    rises: cython.bint
    turns: cython.bint
    for j in range(tile.width):
        high: cython.double = x[j]
        low: cython.double = y[j]
        age: cython.double = seen[j]
        old_side: cython.double = sides[j]
        old_stop: cython.double = stops[j]
        old_best: cython.double = bests[j]
        old_pace: cython.double = paces[j]
        old_high: cython.double = highs[j]
        old_low: cython.double = lows[j]
        here = (high == high) & (low == low)
        if masked:
            here = here & (present[j] != 0)
        # The second bar falls where it went further down than up; its stop is the first bar's far end.
        second = age == 1.0
        falls = (old_low - low > 0.0) & (high - old_high < old_low - low)
        side: cython.double = (-1.0 if falls else 1.0) if second else old_side
        stop: cython.double = (-old_high if falls else old_low) if second else old_stop
        best: cython.double = (-low if falls else high) if second else old_best
        pace: cython.double = first if second else old_pace
        last_high: cython.double = high if second else old_high
        last_low: cython.double = low if second else old_low
        rises = side > 0.0
        far: cython.double = high if rises else -low
        near: cython.double = low if rises else -high
        last_far: cython.double = last_high if rises else -last_low
        last_near: cython.double = last_low if rises else -last_high
        edge: cython.double = far if far > last_far else last_far
        turned: cython.double = best if best > edge else edge
        turns = near <= stop
        shown: cython.double = turned if turns else stop
        faster: cython.double = pace + first if pace + first < most else most
        pace = faster if far > best else pace
        pace = first if turns else pace
        best = far if far > best else best
        best = near if turns else best
        stop = shown + pace * (best - shown)
        nearest: cython.double = last_near if last_near < near else near
        nearest = stop if stop < nearest else nearest
        edge = stop if stop > edge else edge
        stop = edge if turns else nearest
        side = -side if turns else side
        stop = -stop if turns else stop
        best = -best if turns else best
        seen[j] = (1.0 if age == 0.0 else 2.0) if here else age
        sides[j] = side if here else old_side
        stops[j] = stop if here else old_stop
        bests[j] = best if here else old_best
        paces[j] = pace if here else old_pace
        highs[j] = high if here else old_high
        lows[j] = low if here else old_low
        shown = shown if rises else -shown
        into[j] = shown if here & (age > 0.0) else nan


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
    return {"psar": cython.cast(cython.size_t, cython.address(advance))}
