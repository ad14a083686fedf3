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
def confirm(
    s: cython.pointer(cython.double), step: cython.Py_ssize_t, high: cython.double, low: cython.double, up: cython.bint
) -> cython.void:
    """The candidate becomes the pivot; the present bar begins the new leg."""
    candidate: cython.pointer(cython.double) = s + (4 if up else 2) * step
    s[6 * step] = candidate[0]
    s[7 * step] = candidate[step]
    s[step] = 1.0 if up else -1.0
    s[2 * step] = high
    s[3 * step] = 0.0
    s[4 * step] = low
    s[5 * step] = 0.0


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def judge(
    s: cython.pointer(cython.double),
    step: cython.Py_ssize_t,
    high: cython.double,
    low: cython.double,
    rise: cython.double,
    fall: cython.double,
) -> cython.bint:
    """One bar with its values: move the candidates, and say whether one is confirmed."""
    way: cython.double = s[step]
    higher: cython.bint = high > s[2 * step]
    lower: cython.bint = low < s[4 * step]
    if way <= 0.0 and not lower and high >= s[4 * step] * rise:
        confirm(s, step, high, low, True)
        return True
    if way >= 0.0 and not higher and low <= s[2 * step] * fall:
        confirm(s, step, high, low, False)
        return True
    if higher:
        s[2 * step] = high
        s[3 * step] = 0.0
    if lower:
        s[4 * step] = low
        s[5 * step] = 0.0
    return False


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance(tile: cython.pointer(Tile)) -> cython.void:
    t: cython.Py_ssize_t
    j: cython.Py_ssize_t
    k: cython.Py_ssize_t
    step: cython.Py_ssize_t = tile.state_step
    s: cython.pointer(cython.double)
    high: cython.double
    low: cython.double
    turned: cython.bint
    shown: cython.double[4]
    for t in range(tile.rows):
        for j in range(tile.width):
            s = tile.state + j
            for k in range(4):
                shown[k] = NAN
            if tile.bar == cython.NULL or tile.bar[t * tile.bar_step + j] != 0:
                high = tile.x[0][t * tile.step[0] + j]
                low = tile.x[1][t * tile.step[1] + j]
                s[3 * step] += 1.0
                s[5 * step] += 1.0
                s[7 * step] += 1.0
                if high == high and low == low:
                    turned = False
                    if s[0] == 0.0:
                        s[0] = 1.0
                        s[2 * step] = high
                        s[3 * step] = 0.0
                        s[4 * step] = low
                        s[5 * step] = 0.0
                    else:
                        turned = judge(s, step, high, low, tile.params[0], tile.params[1])
                    shown[3] = 1.0 if turned else 0.0
                    if s[step] != 0.0:
                        shown[0] = s[6 * step]
                        shown[1] = s[step]
                        shown[2] = s[7 * step]
            for k in range(4):
                tile.out[k][t * tile.out_step[k] + j] = shown[k]


def addresses() -> dict:
    """The kernels of this file by name."""
    return {"zigzag": cython.cast(cython.size_t, cython.address(advance))}
