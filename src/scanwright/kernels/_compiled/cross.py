# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False, language_level=3
"""What a symbol is among the others of its time.

Inputs: values, member (1: in the universe), group (NaN: unknown), and one row with the columns in the order of the
symbols' keys. A symbol counts where it has a bar, is a member, and its value and group are known; the others get NaN.
Everything is gathered and added up in the order of keys, so that neither the place of a column nor a symbol that does
not count changes a bit. State rows are scratch.
"""

import cython
from cython.cimports.libc.math import NAN, sqrt
from cython.cimports.libc.stdint import uint64_t
from cython.cimports.libc.string import memcpy, memset
from cython.cimports.scanwright.kernels._compiled.tile import Tile


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def to_key(value: cython.double) -> uint64_t:
    """Bits that stand in the order of the numbers; minus zero as zero."""
    bits: uint64_t
    value = value + 0.0
    memcpy(cython.address(bits), cython.address(value), 8)
    sign: uint64_t = cython.cast(uint64_t, 1) << 63
    return ~bits if bits & sign else bits | sign


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def sort(
    key: cython.pointer(uint64_t),
    other: cython.pointer(uint64_t),
    place: cython.pointer(uint64_t),
    spare: cython.pointer(uint64_t),
    count: cython.Py_ssize_t,
) -> cython.void:
    """Order `place` by `key`, the lowest first, equals as they stood; a digit that all share is passed over."""
    tally: cython.uint[2048]
    digit: cython.Py_ssize_t
    i: cython.Py_ssize_t
    b: cython.Py_ssize_t
    start: cython.uint
    many: cython.uint
    shift: cython.int
    tally_of: cython.pointer(cython.uint)
    swaps: cython.int = 0
    memset(tally, 0, cython.sizeof(tally))
    for i in range(count):
        for digit in range(8):
            tally[digit * 256 + ((key[i] >> (8 * digit)) & 255)] += 1
    for digit in range(8):
        tally_of = tally + digit * 256
        shift = 8 * digit
        if count == 0 or tally_of[(key[0] >> shift) & 255] == count:
            continue
        start = 0
        for b in range(256):
            many = tally_of[b]
            tally_of[b] = start
            start += many
        for i in range(count):
            b = (key[i] >> shift) & 255
            other[tally_of[b]] = key[i]
            spare[tally_of[b]] = place[i]
            tally_of[b] += 1
        key, other = other, key
        place, spare = spare, place
        swaps += 1
    if swaps & 1:
        memcpy(other, key, count * 8)
        memcpy(spare, place, count * 8)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def gather(
    tile: cython.pointer(Tile), t: cython.Py_ssize_t, ordered: cython.bint, unknown: cython.bint
) -> cython.Py_ssize_t:
    """Write the columns of those who count into the third scratch row: by group, (`ordered`) by value, by key.

    `unknown` takes those too whose own value is not known.
    """
    j: cython.Py_ssize_t
    k: cython.Py_ssize_t
    count: cython.Py_ssize_t = 0
    x: cython.pointer(cython.const[cython.double]) = tile.x[0] + t * tile.step[0]
    member: cython.pointer(cython.const[cython.double]) = tile.x[1] + t * tile.step[1]
    group: cython.pointer(cython.const[cython.double]) = tile.x[2] + t * tile.step[2]
    order: cython.pointer(cython.const[cython.double]) = tile.x[3] + t * tile.step[3]
    key: cython.pointer(uint64_t) = cython.cast(cython.pointer(uint64_t), tile.state)
    other: cython.pointer(uint64_t) = cython.cast(cython.pointer(uint64_t), tile.state + tile.state_step)
    place: cython.pointer(uint64_t) = cython.cast(cython.pointer(uint64_t), tile.state + 2 * tile.state_step)
    spare: cython.pointer(uint64_t) = cython.cast(cython.pointer(uint64_t), tile.state + 3 * tile.state_step)
    for k in range(tile.width):
        j = cython.cast(cython.Py_ssize_t, order[k])
        if tile.bar != cython.NULL and tile.bar[t * tile.bar_step + j] == 0:
            continue
        if member[j] == 1.0 and group[j] == group[j] and (unknown or x[j] == x[j]):
            key[count] = to_key(x[j])
            place[count] = j
            count += 1
    if ordered:
        sort(key, other, place, spare, count)
    for k in range(count):
        key[k] = to_key(group[place[k]])
    sort(key, other, place, spare, count)
    return count


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def stretch(
    of: cython.pointer(cython.const[cython.double]),
    place: cython.pointer(uint64_t),
    start: cython.Py_ssize_t,
    end: cython.Py_ssize_t,
) -> cython.Py_ssize_t:
    """Where the neighbours end that share the number of the one at `start`."""
    k: cython.Py_ssize_t = start + 1
    while k < end and of[place[k]] == of[place[start]]:
        k += 1
    return k


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def ranks(tile: cython.pointer(Tile), kind: cython.int) -> cython.void:
    """0: rank from the highest, 1: percentile, 2: whether the rank is at most n. Ties share their mean rank."""
    t: cython.Py_ssize_t
    j: cython.Py_ssize_t
    k: cython.Py_ssize_t
    a: cython.Py_ssize_t
    b: cython.Py_ssize_t
    start: cython.Py_ssize_t
    end: cython.Py_ssize_t
    count: cython.Py_ssize_t
    x: cython.pointer(cython.const[cython.double])
    group: cython.pointer(cython.const[cython.double])
    value: cython.pointer(cython.double) = tile.state + tile.state_step
    place: cython.pointer(uint64_t) = cython.cast(cython.pointer(uint64_t), tile.state + 2 * tile.state_step)
    into: cython.pointer(cython.double)
    rank: cython.double
    for t in range(tile.rows):
        x = tile.x[0] + t * tile.step[0]
        group = tile.x[2] + t * tile.step[2]
        into = tile.out[0] + t * tile.out_step[0]
        count = gather(tile, t, True, False)
        for j in range(tile.width):
            value[j] = NAN
        start = 0
        while start < count:
            end = stretch(group, place, start, count)
            a = start
            while a < end:
                b = stretch(x, place, a, end)
                rank = ((a - start + 1) + (b - start)) / 2.0
                if kind == 1:
                    rank = 100.0 * (rank - 0.5) / (end - start)
                else:
                    rank = (end - start) + 1.0 - rank
                if kind == 2:
                    rank = 1.0 if rank <= tile.params[0] else 0.0
                for k in range(a, b):
                    value[place[k]] = rank
                a = b
            start = end
        for j in range(tile.width):
            into[j] = value[j]


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def centre(
    x: cython.pointer(cython.const[cython.double]),
    place: cython.pointer(uint64_t),
    count: cython.Py_ssize_t,
    value: cython.pointer(cython.double),
    scaled: cython.bint,
) -> cython.void:
    """One group's distances from its mean, in standard deviations of the population where `scaled`."""
    k: cython.Py_ssize_t
    total: cython.double = 0.0
    spread: cython.double = 0.0
    same: cython.bint = True
    mean: cython.double
    for k in range(count):
        total += x[place[k]]
        same = same & (x[place[k]] == x[place[0]])
    mean = x[place[0]] if same else total / count
    for k in range(count):
        value[place[k]] = x[place[k]] - mean
    if not scaled:
        return
    for k in range(count):
        spread += value[place[k]] * value[place[k]]
    spread = sqrt(spread / count)
    for k in range(count):
        value[place[k]] = NAN if same or spread == 0.0 else value[place[k]] / spread


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def divide(
    x: cython.pointer(cython.const[cython.double]),
    place: cython.pointer(uint64_t),
    count: cython.Py_ssize_t,
    value: cython.pointer(cython.double),
) -> cython.void:
    """One group's share of true ones among the known, for all of the group."""
    k: cython.Py_ssize_t
    known: cython.double = 0.0
    true: cython.double = 0.0
    for k in range(count):
        known += 1.0 if x[place[k]] == x[place[k]] else 0.0
        true += 1.0 if x[place[k]] == 1.0 else 0.0
    for k in range(count):
        value[place[k]] = true / known if known > 0.0 else NAN


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def groups(tile: cython.pointer(Tile), kind: cython.int) -> cython.void:
    """0: distance from the group's mean, 1: the same in standard deviations, 2: the group's share of true ones."""
    t: cython.Py_ssize_t
    j: cython.Py_ssize_t
    start: cython.Py_ssize_t
    end: cython.Py_ssize_t
    count: cython.Py_ssize_t
    x: cython.pointer(cython.const[cython.double])
    group: cython.pointer(cython.const[cython.double])
    value: cython.pointer(cython.double) = tile.state + tile.state_step
    place: cython.pointer(uint64_t) = cython.cast(cython.pointer(uint64_t), tile.state + 2 * tile.state_step)
    into: cython.pointer(cython.double)
    for t in range(tile.rows):
        x = tile.x[0] + t * tile.step[0]
        group = tile.x[2] + t * tile.step[2]
        into = tile.out[0] + t * tile.out_step[0]
        count = gather(tile, t, False, kind == 2)
        for j in range(tile.width):
            value[j] = NAN
        start = 0
        while start < count:
            end = stretch(group, place, start, count)
            if kind == 2:
                divide(x, place + start, end - start, value)
            else:
                centre(x, place + start, end - start, value, kind == 1)
            start = end
        for j in range(tile.width):
            into[j] = value[j]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_rank(tile: cython.pointer(Tile)) -> cython.void:
    ranks(tile, 0)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_percentile(tile: cython.pointer(Tile)) -> cython.void:
    ranks(tile, 1)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_top(tile: cython.pointer(Tile)) -> cython.void:
    ranks(tile, 2)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_demean(tile: cython.pointer(Tile)) -> cython.void:
    groups(tile, 0)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_zscore(tile: cython.pointer(Tile)) -> cython.void:
    groups(tile, 1)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_share(tile: cython.pointer(Tile)) -> cython.void:
    groups(tile, 2)


def addresses() -> dict:
    """The kernels of this file by name."""
    return {
        "rank": cython.cast(cython.size_t, cython.address(advance_rank)),
        "percentile": cython.cast(cython.size_t, cython.address(advance_percentile)),
        "top": cython.cast(cython.size_t, cython.address(advance_top)),
        "demean": cython.cast(cython.size_t, cython.address(advance_demean)),
        "zscore": cython.cast(cython.size_t, cython.address(advance_zscore)),
        "share": cython.cast(cython.size_t, cython.address(advance_share)),
    }
