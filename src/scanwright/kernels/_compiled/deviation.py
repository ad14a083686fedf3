# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False, language_level=3
"""How far a symbol's last n own bars lie from their mean, as a mean of distances.

The mean moves with every bar, so every distance is taken anew: n steps a bar over a ring of the values. It is taken as
the present value and the mean distance to it, which is exact where nothing moves. State: count, place in the ring, the
mean, the sum of distances, the ring.
"""

import cython
from cython.cimports.libc.math import NAN, fabs
from cython.cimports.scanwright.kernels._compiled.tile import Tile


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def put(tile: cython.pointer(Tile), t: cython.Py_ssize_t, n: cython.Py_ssize_t) -> cython.void:
    """Put the row's values into their rings; a symbol without a bar keeps its own."""
    j: cython.Py_ssize_t
    step: cython.Py_ssize_t = tile.state_step
    x: cython.pointer(cython.const[cython.double]) = tile.x[0] + t * tile.step[0]
    count: cython.pointer(cython.double) = tile.state
    at: cython.pointer(cython.double) = tile.state + step
    ring: cython.pointer(cython.double) = tile.state + 4 * step
    for j in range(tile.width):
        if tile.bar != cython.NULL and tile.bar[t * tile.bar_step + j] == 0:
            continue
        ring[cython.cast(cython.Py_ssize_t, at[j]) * step + j] = x[j]
        at[j] = at[j] + 1.0 if at[j] + 1.0 < n else 0.0
        count[j] += 1.0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_mean_deviation(tile: cython.pointer(Tile)) -> cython.void:
    """Parameters: n."""
    t: cython.Py_ssize_t
    i: cython.Py_ssize_t
    j: cython.Py_ssize_t
    n: cython.Py_ssize_t = cython.cast(cython.Py_ssize_t, tile.params[0])
    step: cython.Py_ssize_t = tile.state_step
    width: cython.Py_ssize_t = tile.width
    count: cython.pointer(cython.double) = tile.state
    mean: cython.pointer(cython.double) = tile.state + 2 * step
    away: cython.pointer(cython.double) = tile.state + 3 * step
    ring: cython.pointer(cython.double) = tile.state + 4 * step
    row: cython.pointer(cython.double)
    x: cython.pointer(cython.const[cython.double])
    into: cython.pointer(cython.double)
    there: cython.bint
    for t in range(tile.rows):
        x = tile.x[0] + t * tile.step[0]
        into = tile.out[0] + t * tile.out_step[0]
        put(tile, t, n)
        for j in range(width):
            mean[j] = 0.0
            away[j] = 0.0
        for i in range(n):
            row = ring + i * step
            for j in range(width):
                mean[j] += row[j] - x[j]
        for j in range(width):
            mean[j] = x[j] + mean[j] / n
        for i in range(n):
            row = ring + i * step
            for j in range(width):
                away[j] += fabs(row[j] - mean[j])
        for j in range(width):
            there = count[j] >= n
            if tile.bar != cython.NULL:
                there = there & (tile.bar[t * tile.bar_step + j] != 0)
            into[j] = away[j] / n if there else NAN


def addresses() -> dict:
    """The kernels of this file by name."""
    return {"mean_deviation": cython.cast(cython.size_t, cython.address(advance_mean_deviation))}
