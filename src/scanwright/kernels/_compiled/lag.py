# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False, language_level=3
"""The value n own bars ago. State: count of bars, a ring of n values."""

import cython
from cython.cimports.libc.math import NAN
from cython.cimports.scanwright.kernels._compiled.tile import Tile, is_level, run_end


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def sweep(
    tile: cython.pointer(Tile),
    t: cython.Py_ssize_t,
    start: cython.Py_ssize_t,
    w: cython.Py_ssize_t,
    count: cython.double,
) -> cython.void:
    """One row of `w` neighbours that each have seen `count` bars before this one."""
    n: cython.Py_ssize_t = cython.cast(cython.Py_ssize_t, tile.params[0])
    r: cython.Py_ssize_t = cython.cast(cython.Py_ssize_t, count) % n
    x: cython.pointer(cython.const[cython.double]) = tile.x[0] + t * tile.step[0] + start
    ring: cython.pointer(cython.double) = tile.state + (1 + r) * tile.state_step + start
    into: cython.pointer(cython.double) = tile.out[0] + t * tile.out_step[0] + start
    nan: cython.double = NAN
    old: cython.double
    j: cython.Py_ssize_t
    if count < n:
        for j in range(w):
            into[j] = nan
            ring[j] = x[j]
    else:
        for j in range(w):
            old = ring[j]
            ring[j] = x[j]
            into[j] = old


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance(tile: cython.pointer(Tile)) -> cython.void:
    t: cython.Py_ssize_t
    j: cython.Py_ssize_t
    k: cython.Py_ssize_t
    end: cython.Py_ssize_t
    level: cython.bint = tile.bar == cython.NULL and is_level(tile.state, tile.width)
    count: cython.pointer(cython.double) = tile.state
    present: cython.pointer(cython.const[cython.uchar])
    for t in range(tile.rows):
        present = tile.bar + t * tile.bar_step if tile.bar != cython.NULL else cython.NULL
        j = 0
        while j < tile.width:
            if present != cython.NULL and present[j] == 0:
                tile.out[0][t * tile.out_step[0] + j] = NAN
                j += 1
                continue
            end = tile.width if level else run_end(count, present, j, tile.width)
            sweep(tile, t, j, end - j, count[j])
            for k in range(j, end):
                count[k] += 1.0
            j = end


def addresses() -> dict:
    """The kernels of this file by name."""
    return {"lag": cython.cast(cython.size_t, cython.address(advance))}
