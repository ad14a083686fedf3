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
def begin(
    s: cython.pointer(cython.double),
    step: cython.Py_ssize_t,
    high: cython.double,
    low: cython.double,
    first: cython.double,
) -> cython.void:
    """The second bar: it falls where it went further down than up; the stop is the first bar's far end."""
    up: cython.double = high - s[5 * step]
    down: cython.double = s[6 * step] - low
    falling: cython.bint = down > 0.0 and up < down
    s[step] = -1.0 if falling else 1.0
    s[2 * step] = -s[5 * step] if falling else s[6 * step]
    s[3 * step] = -low if falling else high
    s[4 * step] = first
    s[5 * step] = high
    s[6 * step] = low


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def follow(
    s: cython.pointer(cython.double),
    step: cython.Py_ssize_t,
    high: cython.double,
    low: cython.double,
    first: cython.double,
    most: cython.double,
) -> cython.double:
    """One bar: the stop that holds for it; the state becomes that of the next bar."""
    side: cython.double = s[step]
    rising: cython.bint = side > 0.0
    far: cython.double = high if rising else -low
    near: cython.double = low if rising else -high
    far_before: cython.double = s[5 * step] if rising else -s[6 * step]
    near_before: cython.double = s[6 * step] if rising else -s[5 * step]
    stop: cython.double = s[2 * step]
    best: cython.double = s[3 * step]
    pace: cython.double = s[4 * step]
    edge: cython.double = far if far > far_before else far_before
    turned: cython.double = best if best > edge else edge
    turns: cython.bint = near <= stop
    shown: cython.double = turned if turns else stop
    grows: cython.bint = far > best
    faster: cython.double = pace + first if pace + first < most else most
    pace = faster if grows else pace
    pace = first if turns else pace
    best = far if grows else best
    best = near if turns else best
    stop = shown + pace * (best - shown)
    near_before = near_before if near_before < near else near
    near_before = stop if stop < near_before else near_before
    edge = stop if stop > edge else edge
    stop = edge if turns else near_before
    s[step] = -side if turns else side
    s[2 * step] = -stop if turns else stop
    s[3 * step] = -best if turns else best
    s[4 * step] = pace
    s[5 * step] = high
    s[6 * step] = low
    return shown if rising else -shown


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance(tile: cython.pointer(Tile)) -> cython.void:
    t: cython.Py_ssize_t
    j: cython.Py_ssize_t
    high: cython.pointer(cython.const[cython.double])
    low: cython.pointer(cython.const[cython.double])
    into: cython.pointer(cython.double)
    s: cython.pointer(cython.double)
    step: cython.Py_ssize_t = tile.state_step
    most: cython.double = tile.params[1]
    first: cython.double = tile.params[0] if tile.params[0] < most else most
    for t in range(tile.rows):
        high = tile.x[0] + t * tile.step[0]
        low = tile.x[1] + t * tile.step[1]
        into = tile.out[0] + t * tile.out_step[0]
        for j in range(tile.width):
            s = tile.state + j
            if (
                (tile.bar != cython.NULL and tile.bar[t * tile.bar_step + j] == 0)
                or high[j] != high[j]
                or low[j] != low[j]
            ):
                into[j] = NAN
                continue
            if s[0] == 0.0:
                s[5 * step] = high[j]
                s[6 * step] = low[j]
                s[0] = 1.0
                into[j] = NAN
                continue
            if s[0] == 1.0:
                begin(s, step, high[j], low[j], first)
                s[0] = 2.0
            into[j] = follow(s, step, high[j], low[j], first, most)


def addresses() -> dict:
    """The kernels of this file by name."""
    return {"psar": cython.cast(cython.size_t, cython.address(advance))}
