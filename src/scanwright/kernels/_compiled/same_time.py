# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False, language_level=3
"""The mean over the last n sessions of what a running figure was at the same slot of the day.

Inputs: the figure (such as the session's volume so far), the slot, the session's number. Parameters: n, slots of a
day. A slot without a bar carries what stood at the slot before it, 0 before the session's first bar. Sessions are
those in which the symbol had a bar. A bar with a missing value, or outside the slots, is passed over: it keeps the
state and yields NaN. State: sessions ended and 1, session, place of its row, last slot and 1, then n + 1 rows of
slots.
"""

import cython
from cython.cimports.libc.math import NAN
from cython.cimports.scanwright.kernels._compiled.tile import Tile


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def carry(
    s: cython.pointer(cython.double),
    row: cython.pointer(cython.double),
    step: cython.Py_ssize_t,
    until: cython.Py_ssize_t,
) -> cython.void:
    """Fill the slots after the last one, up to `until`, with what stood there."""
    i: cython.Py_ssize_t
    filled: cython.Py_ssize_t = cython.cast(cython.Py_ssize_t, s[3 * step])
    value: cython.double = row[(filled - 1) * step] if filled > 0 else 0.0
    for i in range(filled, until):
        row[i * step] = value
    if until > filled:
        s[3 * step] = until


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def enter(
    s: cython.pointer(cython.double),
    step: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    slots: cython.Py_ssize_t,
    session: cython.double,
) -> cython.void:
    """Begin a session: the one before it is carried to its end, its oldest gives its row."""
    row: cython.Py_ssize_t = cython.cast(cython.Py_ssize_t, s[2 * step])
    if s[0] > 0.0:
        carry(s, s + (4 + row * slots) * step, step, slots)
        row = row + 1 if row < n else 0
    s[0] += 1.0
    s[step] = session
    s[2 * step] = row
    s[3 * step] = 0.0


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def mean(
    s: cython.pointer(cython.double),
    step: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    slots: cython.Py_ssize_t,
    slot: cython.Py_ssize_t,
) -> cython.double:
    """Over all rows but the present one, from the oldest."""
    _: cython.Py_ssize_t
    row: cython.Py_ssize_t = cython.cast(cython.Py_ssize_t, s[2 * step])
    total: cython.double = 0.0
    if s[0] <= n:
        return NAN
    for _ in range(n):
        row = row + 1 if row < n else 0
        total += s[(4 + row * slots + slot) * step]
    return total / n


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance(tile: cython.pointer(Tile)) -> cython.void:
    t: cython.Py_ssize_t
    j: cython.Py_ssize_t
    at: cython.Py_ssize_t
    n: cython.Py_ssize_t = cython.cast(cython.Py_ssize_t, tile.params[0])
    slots: cython.Py_ssize_t = cython.cast(cython.Py_ssize_t, tile.params[1])
    step: cython.Py_ssize_t = tile.state_step
    s: cython.pointer(cython.double)
    row: cython.pointer(cython.double)
    x: cython.double
    slot: cython.double
    session: cython.double
    into: cython.pointer(cython.double)
    for t in range(tile.rows):
        into = tile.out[0] + t * tile.out_step[0]
        for j in range(tile.width):
            s = tile.state + j
            x = tile.x[0][t * tile.step[0] + j]
            slot = tile.x[1][t * tile.step[1] + j]
            session = tile.x[2][t * tile.step[2] + j]
            into[j] = NAN
            if tile.bar != cython.NULL and tile.bar[t * tile.bar_step + j] == 0:
                continue
            if x != x or session != session or not (0.0 <= slot < slots):
                continue
            if s[0] == 0.0 or s[step] != session:
                enter(s, step, n, slots, session)
            at = cython.cast(cython.Py_ssize_t, slot)
            row = s + (4 + cython.cast(cython.Py_ssize_t, s[2 * step]) * slots) * step
            carry(s, row, step, at + 1)
            row[at * step] = x
            into[j] = mean(s, step, n, slots, at)


def addresses() -> dict:
    """The kernels of this file by name."""
    return {"same_time_mean": cython.cast(cython.size_t, cython.address(advance))}
