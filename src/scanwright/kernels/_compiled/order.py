# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False, language_level=3
"""Order statistics of a symbol's last n own bars: a ring of the values, and the same values kept in order.

Nothing is added up, so nothing drifts. A missing value stands at the far end of the order, as infinity, and is
counted; while one is in the window the answer is missing. One pass over the ordered rows takes the value that leaves
out and puts the new one in; it is the same for all symbols whatever their count, so a row with holes costs no more
than a full one.
"""

import cython
from cython.cimports.libc.math import INFINITY, NAN, floor
from cython.cimports.scanwright.kernels._compiled.tile import Tile


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def turn(tile: cython.pointer(Tile), t: cython.Py_ssize_t) -> cython.void:
    """Put the row's values into their rings; say per symbol what leaves the order and what enters it.

    A symbol without a bar gives up one infinity for another, which changes nothing.
    """
    j: cython.Py_ssize_t
    i: cython.Py_ssize_t
    n: cython.Py_ssize_t = cython.cast(cython.Py_ssize_t, tile.params[0])
    step: cython.Py_ssize_t = tile.state_step
    x: cython.pointer(cython.const[cython.double]) = tile.x[0] + t * tile.step[0]
    count: cython.pointer(cython.double) = tile.state
    at: cython.pointer(cython.double) = tile.state + step
    missing: cython.pointer(cython.double) = tile.state + 2 * step
    leaves: cython.pointer(cython.double) = tile.state + 3 * step
    enters: cython.pointer(cython.double) = tile.state + 4 * step
    ring: cython.pointer(cython.double) = tile.state + 5 * step
    ordered: cython.pointer(cython.double) = ring + n * step
    place: cython.pointer(cython.double)
    value: cython.double
    old: cython.double
    for j in range(tile.width):
        leaves[j] = INFINITY
        enters[j] = INFINITY
        if tile.bar != cython.NULL and tile.bar[t * tile.bar_step + j] == 0:
            continue
        if count[j] == 0.0:
            for i in range(n):
                ordered[i * step + j] = INFINITY
        place = ring + cython.cast(cython.Py_ssize_t, at[j]) * step + j
        at[j] = at[j] + 1.0 if at[j] + 1.0 < n else 0.0
        value = x[j] + 0.0  # minus zero becomes zero
        if count[j] >= n:
            old = place[0]
            if old == old:
                leaves[j] = old
            else:
                missing[j] -= 1.0
        place[0] = value
        if value == value:
            enters[j] = value
        else:
            missing[j] += 1.0
        count[j] += 1.0


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def reorder(
    here: cython.pointer(cython.double),
    after: cython.pointer(cython.double),
    leaves: cython.pointer(cython.double),
    enters: cython.pointer(cython.double),
    width: cython.Py_ssize_t,
) -> cython.void:
    """One ordered row: close the gap of what leaves, and hand on the larger of what stood here and what enters."""
    j: cython.Py_ssize_t
    kept: cython.double
    new: cython.double
    for j in range(width):
        kept = here[j] if here[j] < leaves[j] else after[j]
        new = enters[j]
        here[j] = kept if kept < new else new
        enters[j] = new if kept < new else kept


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_quantile(tile: cython.pointer(Tile)) -> cython.void:
    """Parameters: n, q. Between two order statistics the answer is linear, as numpy's."""
    t: cython.Py_ssize_t
    i: cython.Py_ssize_t
    j: cython.Py_ssize_t
    n: cython.Py_ssize_t = cython.cast(cython.Py_ssize_t, tile.params[0])
    step: cython.Py_ssize_t = tile.state_step
    width: cython.Py_ssize_t = tile.width
    count: cython.pointer(cython.double) = tile.state
    missing: cython.pointer(cython.double) = tile.state + 2 * step
    leaves: cython.pointer(cython.double) = tile.state + 3 * step
    enters: cython.pointer(cython.double) = tile.state + 4 * step
    ordered: cython.pointer(cython.double) = tile.state + (5 + n) * step
    position: cython.double = tile.params[1] * (n - 1)
    lower: cython.Py_ssize_t = cython.cast(cython.Py_ssize_t, floor(position))
    share: cython.double = position - lower
    below: cython.pointer(cython.double) = ordered + lower * step
    above: cython.pointer(cython.double) = below + (step if lower + 1 < n else 0)
    into: cython.pointer(cython.double)
    there: cython.bint
    a: cython.double
    b: cython.double
    for t in range(tile.rows):
        turn(tile, t)
        for i in range(n - 1):
            reorder(ordered + i * step, ordered + (i + 1) * step, leaves, enters, width)
        i = n - 1
        for j in range(width):
            a = ordered[i * step + j]
            a = a if a < leaves[j] else enters[j]
            ordered[i * step + j] = a if a < enters[j] else enters[j]
        into = tile.out[0] + t * tile.out_step[0]
        for j in range(width):
            a = below[j]
            b = above[j]
            there = (count[j] >= n) & (missing[j] == 0.0)
            if tile.bar != cython.NULL:
                there = there & (tile.bar[t * tile.bar_step + j] != 0)
            a = b - (b - a) * (1.0 - share) if share >= 0.5 else a + (b - a) * share
            into[j] = a if there else NAN


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def compare(
    ring: cython.pointer(cython.double),
    step: cython.Py_ssize_t,
    x: cython.pointer(cython.const[cython.double]),
    reached: cython.pointer(cython.double),
    width: cython.Py_ssize_t,
) -> cython.void:
    """Four rows of the ring: how many of them the present value reaches."""
    j: cython.Py_ssize_t
    some: cython.double
    more: cython.double
    for j in range(width):
        some = (1.0 if ring[j] <= x[j] else 0.0) + (1.0 if ring[step + j] <= x[j] else 0.0)
        more = (1.0 if ring[2 * step + j] <= x[j] else 0.0) + (1.0 if ring[3 * step + j] <= x[j] else 0.0)
        reached[j] += some + more


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_percentile_rank(tile: cython.pointer(Tile)) -> cython.void:
    """Parameters: n. State: count, place in the ring, missing ones in it, a counter, the ring."""
    t: cython.Py_ssize_t
    i: cython.Py_ssize_t
    j: cython.Py_ssize_t
    n: cython.Py_ssize_t = cython.cast(cython.Py_ssize_t, tile.params[0])
    fours: cython.Py_ssize_t = n // 4 * 4
    step: cython.Py_ssize_t = tile.state_step
    width: cython.Py_ssize_t = tile.width
    count: cython.pointer(cython.double) = tile.state
    at: cython.pointer(cython.double) = tile.state + step
    missing: cython.pointer(cython.double) = tile.state + 2 * step
    reached: cython.pointer(cython.double) = tile.state + 3 * step
    ring: cython.pointer(cython.double) = tile.state + 4 * step
    place: cython.pointer(cython.double)
    x: cython.pointer(cython.const[cython.double])
    into: cython.pointer(cython.double)
    value: cython.double
    for t in range(tile.rows):
        x = tile.x[0] + t * tile.step[0]
        into = tile.out[0] + t * tile.out_step[0]
        for j in range(width):
            reached[j] = 0.0
        for i in range(0, fours, 4):
            compare(ring + i * step, step, x, reached, width)
        for i in range(fours, n):
            for j in range(width):
                reached[j] += 1.0 if ring[i * step + j] <= x[j] else 0.0
        for j in range(width):
            value = x[j]
            into[j] = NAN
            if tile.bar != cython.NULL and tile.bar[t * tile.bar_step + j] == 0:
                continue
            place = ring + cython.cast(cython.Py_ssize_t, at[j]) * step + j
            if count[j] >= n:
                if missing[j] == 0.0 and value == value:
                    into[j] = 100.0 * reached[j] / n
                if place[0] != place[0]:
                    missing[j] -= 1.0
            if value != value:
                missing[j] += 1.0
            place[0] = value
            at[j] = at[j] + 1.0 if at[j] + 1.0 < n else 0.0
            count[j] += 1.0


def addresses() -> dict:
    """The kernels of this file by name."""
    return {
        "quantile": cython.cast(cython.size_t, cython.address(advance_quantile)),
        "percentile_rank": cython.cast(cython.size_t, cython.address(advance_percentile_rank)),
    }
