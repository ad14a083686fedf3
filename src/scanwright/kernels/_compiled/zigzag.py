# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False, language_level=3
"""Turning points that are confirmed: a high is one when a later bar's low lies far enough below it, and so for a low.

Parameters: the factors of a rise and of a fall that confirm. A bar that goes beyond the candidate only moves it: what
came first within a bar is not known. Nothing is shown before the bar that confirms it, and nothing shown is taken
back. Before the first turning point both a highest and a lowest are candidates; of a bar that confirms both, the low
is taken. A bar with a missing value yields NaN and moves no candidate; it counts as a bar. State: whether anything
was seen, direction, candidate high and bars since, candidate low and bars since, pivot, bars since.
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
    ways: cython.pointer(cython.double) = tile.state + step
    tops: cython.pointer(cython.double) = tile.state + 2 * step
    since_tops: cython.pointer(cython.double) = tile.state + 3 * step
    bottoms: cython.pointer(cython.double) = tile.state + 4 * step
    since_bottoms: cython.pointer(cython.double) = tile.state + 5 * step
    pivots: cython.pointer(cython.double) = tile.state + 6 * step
    since_pivots: cython.pointer(cython.double) = tile.state + 7 * step
    highs: cython.pointer(cython.const[cython.double]) = tile.x[0] + t * tile.step[0]
    lows: cython.pointer(cython.const[cython.double]) = tile.x[1] + t * tile.step[1]
    out_pivot: cython.pointer(cython.double) = tile.out[0] + t * tile.out_step[0]
    out_way: cython.pointer(cython.double) = tile.out[1] + t * tile.out_step[1]
    out_bars: cython.pointer(cython.double) = tile.out[2] + t * tile.out_step[2]
    out_turned: cython.pointer(cython.double) = tile.out[3] + t * tile.out_step[3]
    rise: cython.double = tile.params[0]
    fall: cython.double = tile.params[1]
    nan: cython.double = NAN
    here: cython.bint
    known: cython.bint
    first: cython.bint
    higher: cython.bint
    lower: cython.bint
    up: cython.bint
    down: cython.bint
    for j in range(tile.width):
        high: cython.double = highs[j]
        low: cython.double = lows[j]
        age: cython.double = seen[j]
        way: cython.double = ways[j]
        top: cython.double = tops[j]
        bottom: cython.double = bottoms[j]
        pivot: cython.double = pivots[j]
        here = True
        if masked:
            here = present[j] != 0
        passed: cython.double = 1.0 if here else 0.0
        since_top: cython.double = since_tops[j] + passed
        since_bottom: cython.double = since_bottoms[j] + passed
        since: cython.double = since_pivots[j] + passed
        known = here & (high == high) & (low == low)
        first = known & (age == 0.0)
        higher = known & (first | (high > top))
        lower = known & (first | (low < bottom))
        up = known & (not lower) & (way <= 0.0) & (high >= bottom * rise)
        down = known & (not higher) & (not up) & (way >= 0.0) & (low <= top * fall)
        pivot = bottom if up else (top if down else pivot)
        since = since_bottom if up else (since_top if down else since)
        way = 1.0 if up else (-1.0 if down else way)
        higher = higher | up | down
        lower = lower | up | down
        seen[j] = 1.0 if known else age
        ways[j] = way
        tops[j] = high if higher else top
        since_tops[j] = 0.0 if higher else since_top
        bottoms[j] = low if lower else bottom
        since_bottoms[j] = 0.0 if lower else since_bottom
        pivots[j] = pivot
        since_pivots[j] = since
        out_turned[j] = (1.0 if up | down else 0.0) if known else nan
    # In a loop of its own: with more rows in one the compiler gives up on telling them apart.
    for j in range(tile.width):
        known = (out_turned[j] == out_turned[j]) & (ways[j] != 0.0)
        out_pivot[j] = pivots[j] if known else nan
        out_way[j] = ways[j] if known else nan
        out_bars[j] = since_pivots[j] if known else nan


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
    return {"zigzag": cython.cast(cython.size_t, cython.address(advance))}
