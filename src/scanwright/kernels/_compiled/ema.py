# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False, language_level=3
"""Exponential memory: a seed from the first values, then y += (x - y) * weight.

Parameters: skip (known values passed over first), seed (values in the seed), divisor (of the seed's sum), first (values
seen before one is shown), weight. `ema`, Wilder's mean and his directional sums differ in these only. A symbol
without a bar, or with a missing value, keeps its state and yields NaN. State: values seen, memory.
"""

import cython
from cython.cimports.libc.math import NAN
from cython.cimports.scanwright.kernels._compiled.tile import Tile


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def young(
    tile: cython.pointer(Tile), t: cython.Py_ssize_t, present: cython.pointer(cython.const[cython.uchar])
) -> cython.void:
    """One row while some symbol may still be seeding or lacks its bar."""
    j: cython.Py_ssize_t
    row: cython.pointer(cython.const[cython.double]) = tile.x[0] + t * tile.step[0]
    into: cython.pointer(cython.double) = tile.out[0] + t * tile.out_step[0]
    seen: cython.pointer(cython.double) = tile.state
    memory: cython.pointer(cython.double) = tile.state + tile.state_step
    skip: cython.double = tile.params[0]
    seed: cython.double = tile.params[0] + tile.params[1]
    divisor: cython.double = tile.params[2]
    first: cython.double = tile.params[0] + tile.params[3]
    weight: cython.double = tile.params[4]
    nan: cython.double = NAN
    here: cython.bint
    k: cython.double
    y: cython.double
    for j in range(tile.width):
        here = row[j] == row[j]
        if present != cython.NULL:
            here = here & (present[j] != 0)
        k = seen[j] + 1.0
        y = memory[j] + row[j] / divisor if k <= seed else memory[j] + (row[j] - memory[j]) * weight
        y = y if k > skip else 0.0
        memory[j] = y if here else memory[j]
        seen[j] = k if here else seen[j]
        into[j] = y if here & (k >= first) else nan


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def grown(tile: cython.pointer(Tile), t: cython.Py_ssize_t) -> cython.void:
    """One row when all symbols are past their seed and have a bar; `seen` need not count on."""
    j: cython.Py_ssize_t
    row: cython.pointer(cython.const[cython.double]) = tile.x[0] + t * tile.step[0]
    into: cython.pointer(cython.double) = tile.out[0] + t * tile.out_step[0]
    memory: cython.pointer(cython.double) = tile.state + tile.state_step
    weight: cython.double = tile.params[4]
    y: cython.double
    for j in range(tile.width):
        y = memory[j] + (row[j] - memory[j]) * weight
        into[j] = y
        memory[j] = y if row[j] == row[j] else memory[j]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance(tile: cython.pointer(Tile)) -> cython.void:
    t: cython.Py_ssize_t
    j: cython.Py_ssize_t
    past: cython.double = tile.params[0] + max(tile.params[1], tile.params[3])
    seeding: cython.int = 0
    for j in range(tile.width):
        seeding |= tile.state[j] < past
    for t in range(tile.rows):
        if tile.bar != cython.NULL:
            young(tile, t, tile.bar + t * tile.bar_step)
        elif seeding == 0:
            grown(tile, t)
        else:
            young(tile, t, cython.NULL)


def addresses() -> dict:
    """The kernels of this file by name."""
    return {"ema": cython.cast(cython.size_t, cython.address(advance))}
