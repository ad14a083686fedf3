# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False, language_level=3
"""Runs a program over a block of symbols: all instructions on one tile of rows, then on the next.

A tile is small enough that what one instruction wrote is still in the cache when the next one reads it. The whole block
runs without the interpreter, so blocks run on threads.

An instruction is a row of `INSTRUCTION` int64: address of the kernel, inputs, outputs, slots of up to six inputs and
four outputs, first row of its state, first of its parameters, and whether it is only wanted in the last tile.
A slot is a row of `SLOT` int64: address, bytes from one row to the next, and 1 where the address stays (scratch) and
does not move on with the tile (panel and result).
"""

import cython
from cython.cimports.scanwright.kernels._compiled.tile import Advance, Tile, is_full

INSTRUCTION = 16
SLOT = 3


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def run_tile(
    code: cython.pointer(cython.longlong),
    count: cython.Py_ssize_t,
    slots: cython.pointer(cython.longlong),
    tile: cython.pointer(Tile),
    params: cython.pointer(cython.double),
    state: cython.pointer(cython.double),
    start: cython.Py_ssize_t,
    last: cython.bint,
) -> cython.void:
    i: cython.Py_ssize_t
    k: cython.Py_ssize_t
    here: cython.pointer(cython.longlong)
    slot: cython.pointer(cython.longlong)
    kernel: Advance
    moved: cython.Py_ssize_t
    for i in range(count):
        here = code + i * 16
        if here[15] != 0 and not last:
            continue
        for k in range(here[1]):
            slot = slots + here[3 + k] * 3
            moved = 0 if slot[2] != 0 else start * slot[1]
            tile.x[k] = cython.cast(
                cython.pointer(cython.const[cython.double]), cython.cast(cython.size_t, slot[0] + moved)
            )
            tile.step[k] = slot[1] // 8
        for k in range(here[2]):
            slot = slots + here[9 + k] * 3
            moved = 0 if slot[2] != 0 else start * slot[1]
            tile.out[k] = cython.cast(cython.pointer(cython.double), cython.cast(cython.size_t, slot[0] + moved))
            tile.out_step[k] = slot[1] // 8
            tile.out_bytes[k] = slot[1]
        tile.state = state + here[13] * tile.state_step
        tile.params = params + here[14]
        kernel = cython.cast(Advance, cython.cast(cython.size_t, here[0]))
        kernel(tile)


def run(
    code: cython.size_t,
    count: cython.Py_ssize_t,
    slots: cython.size_t,
    params: cython.size_t,
    state: cython.size_t,
    state_step: cython.Py_ssize_t,
    bar: cython.size_t,
    bar_step: cython.Py_ssize_t,
    rows: cython.Py_ssize_t,
    width: cython.Py_ssize_t,
    tile_rows: cython.Py_ssize_t,
):
    """Run `count` instructions over `rows` x `width` values in tiles of `tile_rows` rows.

    Addresses are of numpy arrays.
    `bar` 0 says that everybody has a bar in every row.
    """
    tile: Tile
    start: cython.Py_ssize_t = 0
    present: cython.pointer(cython.const[cython.uchar]) = cython.cast(cython.pointer(cython.const[cython.uchar]), bar)
    with cython.nogil:
        tile.width = width
        tile.state_step = state_step
        tile.bar_step = bar_step
        while start < rows:
            tile.rows = tile_rows if rows - start > tile_rows else rows - start
            tile.bar = cython.NULL
            if bar != 0:
                tile.bar = present + start * bar_step
                if is_full(cython.address(tile)):
                    tile.bar = cython.NULL
            run_tile(
                cython.cast(cython.pointer(cython.longlong), code),
                count,
                cython.cast(cython.pointer(cython.longlong), slots),
                cython.address(tile),
                cython.cast(cython.pointer(cython.double), params),
                cython.cast(cython.pointer(cython.double), state),
                start,
                start + tile.rows >= rows,
            )
            start += tile.rows
