# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False, language_level=3
"""Kaufman's adaptive mean, with TA-Lib's seed: the value before the first bar that has n moves behind it.

Parameters: n, smoothing of the fastest mean less the slowest's, smoothing of the slowest. The sum of the last n moves
is taken anew over their ring at each bar; nothing is subtracted. A symbol without a bar, or with a missing value,
keeps its state and yields NaN. State: values seen, place in the rings, mean, last value, sum, ring of n values, ring
of n moves.
"""

import cython
from cython.cimports.libc.math import NAN, fabs
from cython.cimports.scanwright.kernels._compiled.tile import Tile


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def collect(
    total: cython.pointer(cython.double), moves: cython.pointer(cython.double), width: cython.Py_ssize_t
) -> cython.void:
    """Add one row of the ring of moves to the sums."""
    j: cython.Py_ssize_t
    for j in range(width):
        total[j] += moves[j]


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def smooth(
    tile: cython.pointer(Tile), mean: cython.double, value: cython.double, old: cython.double, path: cython.double
) -> cython.double:
    """The next mean: the straighter the way over n bars, the faster it follows."""
    way: cython.double = value - old
    ratio: cython.double = 1.0 if path <= way or path < 1e-14 else fabs(way / path)
    weight: cython.double = ratio * tile.params[1] + tile.params[2]
    return (value - mean) * (weight * weight) + mean


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance(tile: cython.pointer(Tile)) -> cython.void:
    t: cython.Py_ssize_t
    i: cython.Py_ssize_t
    j: cython.Py_ssize_t
    at: cython.Py_ssize_t
    n: cython.Py_ssize_t = cython.cast(cython.Py_ssize_t, tile.params[0])
    step: cython.Py_ssize_t = tile.state_step
    seen: cython.pointer(cython.double) = tile.state
    place: cython.pointer(cython.double) = tile.state + step
    mean: cython.pointer(cython.double) = tile.state + 2 * step
    last: cython.pointer(cython.double) = tile.state + 3 * step
    path: cython.pointer(cython.double) = tile.state + 4 * step
    ring: cython.pointer(cython.double) = tile.state + 5 * step
    moves: cython.pointer(cython.double) = ring + n * step
    x: cython.pointer(cython.const[cython.double])
    into: cython.pointer(cython.double)
    old: cython.double
    for t in range(tile.rows):
        x = tile.x[0] + t * tile.step[0]
        into = tile.out[0] + t * tile.out_step[0]
        for j in range(tile.width):
            path[j] = 0.0
            if (tile.bar != cython.NULL and tile.bar[t * tile.bar_step + j] == 0) or x[j] != x[j]:
                continue
            if seen[j] > 0.0:
                moves[cython.cast(cython.Py_ssize_t, place[j]) * step + j] = fabs(last[j] - x[j])
        for i in range(n):
            collect(path, moves + i * step, tile.width)
        for j in range(tile.width):
            if (tile.bar != cython.NULL and tile.bar[t * tile.bar_step + j] == 0) or x[j] != x[j]:
                into[j] = NAN
                continue
            at = cython.cast(cython.Py_ssize_t, place[j])
            old = ring[at * step + j]
            ring[at * step + j] = x[j]
            if seen[j] >= n:
                mean[j] = smooth(tile, last[j] if seen[j] == n else mean[j], x[j], old, path[j])
            into[j] = mean[j] if seen[j] >= n else NAN
            last[j] = x[j]
            place[j] = at + 1 if at + 1 < n else 0
            seen[j] += 1.0


def addresses() -> dict:
    """The kernels of this file by name."""
    return {"kama": cython.cast(cython.size_t, cython.address(advance))}
