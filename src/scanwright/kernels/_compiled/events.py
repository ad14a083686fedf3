# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False, language_level=3
"""What a symbol remembers since something happened: a condition that was true, an anchor that changed.

An anchor is a number such as the session's; where it differs from the last known one, the memory starts anew with the
present bar. A bar with a missing value or anchor is passed over: it keeps the memory and yields NaN.
"""

import cython
from cython.cimports.libc.math import NAN, fabs
from cython.cimports.scanwright.kernels._compiled.tile import Tile


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_bars_since(tile: cython.pointer(Tile)) -> cython.void:
    """State: bars since the last true one, and 1; 0 before the first. An unknown condition counts as not true."""
    t: cython.Py_ssize_t
    j: cython.Py_ssize_t
    since: cython.pointer(cython.double) = tile.state
    present: cython.pointer(cython.const[cython.uchar]) = tile.bar
    condition: cython.pointer(cython.const[cython.double])
    into: cython.pointer(cython.double)
    here: cython.bint
    now: cython.double
    for t in range(tile.rows):
        condition = tile.x[0] + t * tile.step[0]
        into = tile.out[0] + t * tile.out_step[0]
        if tile.bar != cython.NULL:
            present = tile.bar + t * tile.bar_step
        for j in range(tile.width):
            here = True
            if tile.bar != cython.NULL:
                here = present[j] != 0
            now = since[j] + 1.0 if since[j] > 0.0 else 0.0
            now = 1.0 if condition[j] == 1.0 else now
            into[j] = now - 1.0 if here & (now > 0.0) else NAN
            since[j] = now if here else since[j]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_value_when(tile: cython.pointer(Tile)) -> cython.void:
    """State: whether the condition was ever true, and the value at its latest time."""
    t: cython.Py_ssize_t
    j: cython.Py_ssize_t
    ever: cython.pointer(cython.double) = tile.state
    kept: cython.pointer(cython.double) = tile.state + tile.state_step
    present: cython.pointer(cython.const[cython.uchar]) = tile.bar
    condition: cython.pointer(cython.const[cython.double])
    x: cython.pointer(cython.const[cython.double])
    into: cython.pointer(cython.double)
    here: cython.bint
    happens: cython.bint
    seen: cython.double
    value: cython.double
    for t in range(tile.rows):
        condition = tile.x[0] + t * tile.step[0]
        x = tile.x[1] + t * tile.step[1]
        into = tile.out[0] + t * tile.out_step[0]
        if tile.bar != cython.NULL:
            present = tile.bar + t * tile.bar_step
        for j in range(tile.width):
            here = True
            if tile.bar != cython.NULL:
                here = present[j] != 0
            happens = here & (condition[j] == 1.0)
            seen = 1.0 if happens else ever[j]
            value = x[j] if happens else kept[j]
            ever[j] = seen
            kept[j] = value
            into[j] = value if here & (seen > 0.0) else NAN


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_cumulative(tile: cython.pointer(Tile)) -> cython.void:
    """State: whether anything was seen, the anchor, the sum, and what rounding took from it (Neumaier 1974).

    An infinite value is passed over as a missing one is: nothing could be told from the sum after it.
    """
    t: cython.Py_ssize_t
    j: cython.Py_ssize_t
    seen: cython.pointer(cython.double) = tile.state
    anchored: cython.pointer(cython.double) = tile.state + tile.state_step
    total: cython.pointer(cython.double) = tile.state + 2 * tile.state_step
    lost: cython.pointer(cython.double) = tile.state + 3 * tile.state_step
    present: cython.pointer(cython.const[cython.uchar]) = tile.bar
    x: cython.pointer(cython.const[cython.double])
    anchor: cython.pointer(cython.const[cython.double])
    into: cython.pointer(cython.double)
    here: cython.bint
    old: cython.bint
    before: cython.double
    error: cython.double
    after: cython.double
    for t in range(tile.rows):
        x = tile.x[0] + t * tile.step[0]
        anchor = tile.x[1] + t * tile.step[1]
        into = tile.out[0] + t * tile.out_step[0]
        if tile.bar != cython.NULL:
            present = tile.bar + t * tile.bar_step
        for j in range(tile.width):
            here = (x[j] - x[j] == 0.0) & (anchor[j] == anchor[j])
            if tile.bar != cython.NULL:
                here = here & (present[j] != 0)
            old = (seen[j] != 0.0) & (anchored[j] == anchor[j])
            before = total[j] if old else 0.0
            error = lost[j] if old else 0.0
            after = before + x[j]
            error += (before - after) + x[j] if fabs(before) >= fabs(x[j]) else (x[j] - after) + before
            into[j] = after + error if here else NAN
            seen[j] = 1.0 if here else seen[j]
            anchored[j] = anchor[j] if here else anchored[j]
            total[j] = after if here else total[j]
            lost[j] = error if here else lost[j]


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def extreme(tile: cython.pointer(Tile), upper: cython.bint) -> cython.void:
    """State: whether anything was seen, the anchor, the extreme."""
    t: cython.Py_ssize_t
    j: cython.Py_ssize_t
    seen: cython.pointer(cython.double) = tile.state
    anchored: cython.pointer(cython.double) = tile.state + tile.state_step
    kept: cython.pointer(cython.double) = tile.state + 2 * tile.state_step
    present: cython.pointer(cython.const[cython.uchar]) = tile.bar
    x: cython.pointer(cython.const[cython.double])
    anchor: cython.pointer(cython.const[cython.double])
    into: cython.pointer(cython.double)
    here: cython.bint
    stays: cython.bint
    value: cython.double
    for t in range(tile.rows):
        x = tile.x[0] + t * tile.step[0]
        anchor = tile.x[1] + t * tile.step[1]
        into = tile.out[0] + t * tile.out_step[0]
        if tile.bar != cython.NULL:
            present = tile.bar + t * tile.bar_step
        for j in range(tile.width):
            here = (x[j] == x[j]) & (anchor[j] == anchor[j])
            if tile.bar != cython.NULL:
                here = here & (present[j] != 0)
            stays = kept[j] > x[j] if upper else kept[j] < x[j]
            stays = stays & (seen[j] != 0.0) & (anchored[j] == anchor[j])
            value = kept[j] if stays else x[j]
            into[j] = value if here else NAN
            seen[j] = 1.0 if here else seen[j]
            anchored[j] = anchor[j] if here else anchored[j]
            kept[j] = value if here else kept[j]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_highest_since(tile: cython.pointer(Tile)) -> cython.void:
    extreme(tile, True)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_lowest_since(tile: cython.pointer(Tile)) -> cython.void:
    extreme(tile, False)


def addresses() -> dict:
    """The kernels of this file by name."""
    return {
        "bars_since": cython.cast(cython.size_t, cython.address(advance_bars_since)),
        "value_when": cython.cast(cython.size_t, cython.address(advance_value_when)),
        "cumulative": cython.cast(cython.size_t, cython.address(advance_cumulative)),
        "highest_since": cython.cast(cython.size_t, cython.address(advance_highest_since)),
        "lowest_since": cython.cast(cython.size_t, cython.address(advance_lowest_since)),
    }
