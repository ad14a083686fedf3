# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False, language_level=3
"""Windows over a symbol's last n own bars, by merging summaries; nothing is ever subtracted.

A symbol's bars are counted off in blocks of n. The window that ends at place r of a block is: what is left of the block
before (places r + 1 to the end) and the present block up to r (`prefix`, grown bar by bar). What is left of the block
before is kept in two levels, so that no single bar pays for a whole block: within chunks of about sqrt(n) places as
suffixes, made when the chunk is full, and over whole chunks (`rest`), made when the block is full. This is the
two-stack queue of Tangwongsan, Hirzel and Schneider (2021) with the flip shared out.

State rows: count of bars, prefix, n places, rest of the chunks; each but the first as many doubles as the summary has.
The order of operations depends on the symbol's own count of bars only, so tiles, blocks and threads give the same bits.
Symbols that stand side by side with the same count run together, vectorised.
"""

import cython
from cython.cimports.libc.math import NAN, ceil, sqrt
from cython.cimports.scanwright.kernels._compiled.tile import Tile, is_level, run_end


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def doubles(kind: Kind) -> cython.Py_ssize_t:
    """How many doubles a summary of this kind has."""
    if kind == COMOMENTS:
        return 5
    return 1 if kind < MOMENTS else 2


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def load(kind: Kind, at: cython.pointer(cython.double), step: cython.Py_ssize_t) -> Summary:
    s: Summary
    s.a = at[0]
    if kind >= MOMENTS:
        s.b = at[step]
    if kind == COMOMENTS:
        s.c = at[2 * step]
        s.d = at[3 * step]
        s.e = at[4 * step]
    return s


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def store(kind: Kind, at: cython.pointer(cython.double), step: cython.Py_ssize_t, s: Summary) -> cython.void:
    at[0] = s.a
    if kind >= MOMENTS:
        at[step] = s.b
    if kind == COMOMENTS:
        at[2 * step] = s.c
        at[3 * step] = s.d
        at[4 * step] = s.e


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def leaf(kind: Kind, x: cython.double, y: cython.double, count: cython.double) -> Summary:
    """The summary of one bar."""
    s: Summary
    s.a = x
    if kind == MOMENTS:
        s.b = 0.0 * x
    elif kind == COMOMENTS:
        s.b = y
        s.c = 0.0 * x
        s.d = 0.0 * y
        s.e = s.c + s.d
    elif kind >= MOMENTS:
        s.b = count
    return s


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def merge(kind: Kind, s: Summary, left: cython.double, t: Summary, right: cython.double) -> Summary:
    """The summary of `left` earlier bars and `right` later ones; a missing value in either makes it missing."""
    m: Summary
    share: cython.double
    weight: cython.double
    dx: cython.double
    dy: cython.double
    later: cython.bint
    if kind == SUM:
        m.a = s.a + t.a
    elif kind == HIGHEST or kind == LOWEST:
        later = t.a >= s.a if kind == HIGHEST else t.a <= s.a
        m.a = t.a if later else s.a
        m.a = t.a if t.a != t.a else m.a
    elif kind == LAST_HIGHEST or kind == LAST_LOWEST:
        later = t.a >= s.a if kind == LAST_HIGHEST else t.a <= s.a
        m.a = t.a if later else s.a
        m.b = t.b if later else s.b
        m.a = t.a if t.a != t.a else m.a
    elif kind == MOMENTS:
        share = right / (left + right)
        weight = left * share
        dx = t.a - s.a
        m.a = s.a + dx * share
        m.b = (s.b + t.b) + (dx * dx) * weight
    else:
        share = right / (left + right)
        weight = left * share
        dx = t.a - s.a
        dy = t.b - s.b
        m.a = s.a + dx * share
        m.b = s.b + dy * share
        m.c = (s.c + t.c) + (dx * dx) * weight
        m.d = (s.d + t.d) + (dy * dy) * weight
        m.e = (s.e + t.e) + (dx * dy) * weight
    return m


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def blend(
    kind: Kind,
    left: cython.pointer(cython.double),
    earlier: cython.double,
    right: cython.pointer(cython.double),
    later: cython.double,
    into: cython.pointer(cython.double),
    step: cython.Py_ssize_t,
    w: cython.Py_ssize_t,
) -> cython.void:
    """Merge two rows of summaries into one, which may be one of the two.

    Co-moments are written in three loops, in an order that reads each double before it is overwritten: with so many
    rows in one loop the compiler gives up on telling them apart, and does not vectorise.
    """
    j: cython.Py_ssize_t
    s: Summary
    if kind != COMOMENTS:
        for j in range(w):
            store(
                kind,
                into + j,
                step,
                merge(kind, load(kind, left + j, step), earlier, load(kind, right + j, step), later),
            )
        return
    for j in range(w):
        into[4 * step + j] = merge(kind, load(kind, left + j, step), earlier, load(kind, right + j, step), later).e
    for j in range(w):
        s = merge(kind, load(kind, left + j, step), earlier, load(kind, right + j, step), later)
        into[3 * step + j] = s.d
        into[step + j] = s.b
    for j in range(w):
        s = merge(kind, load(kind, left + j, step), earlier, load(kind, right + j, step), later)
        into[2 * step + j] = s.c
        into[j] = s.a


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def answer(
    kind: Kind, part: cython.int, s: Summary, count: cython.double, first: cython.double, second: cython.double
) -> cython.double:
    """What the summary of the whole window says; `count` is the number of the present bar."""
    if kind == SUM:
        return s.a / second
    if kind == HIGHEST or kind == LOWEST:
        return s.a
    if kind == MOMENTS:
        return s.b / first
    if kind == COMOMENTS:
        return (s.e if part == 0 else (s.c if part == 1 else s.d)) / first
    return count - s.b if s.a == s.a else s.a


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def settle(
    kind: Kind,
    place: cython.pointer(cython.double),
    rest: cython.pointer(cython.double),
    step: cython.Py_ssize_t,
    w: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    chunk: cython.Py_ssize_t,
    r: cython.Py_ssize_t,
) -> cython.void:
    """Turn a chunk that is full into suffixes, and after the last chunk of a block sum up the chunks."""
    d: cython.Py_ssize_t = doubles(kind)
    i: cython.Py_ssize_t
    j: cython.Py_ssize_t
    q: cython.Py_ssize_t
    begin: cython.Py_ssize_t = (r // chunk) * chunk
    here: cython.pointer(cython.double)
    begun: cython.Py_ssize_t
    for i in range(r - 1, begin - 1, -1):
        here = place + i * d * step
        blend(kind, here, 1, here + d * step, r - i, here, step, w)
    if r == n - 1:
        for q in range(r // chunk, 0, -1):
            here = rest + q * d * step
            begun = q * chunk
            if q == r // chunk:
                for j in range(w):
                    store(kind, here + j, step, load(kind, place + begun * d * step + j, step))
            else:
                blend(kind, place + begun * d * step, chunk, here + d * step, n - begun - chunk, here, step, w)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def say(
    kind: Kind,
    part: cython.int,
    tile: cython.pointer(Tile),
    t: cython.Py_ssize_t,
    start: cython.Py_ssize_t,
    w: cython.Py_ssize_t,
    count: cython.double,
) -> cython.void:
    """One result of `w` neighbours: what is left of the block before, merged with the present block."""
    d: cython.Py_ssize_t = doubles(kind)
    n: cython.Py_ssize_t = cython.cast(cython.Py_ssize_t, tile.params[0])
    chunk: cython.Py_ssize_t = cython.cast(cython.Py_ssize_t, ceil(sqrt(tile.params[0])))
    i: cython.Py_ssize_t = cython.cast(cython.Py_ssize_t, count) % n + 1
    step: cython.Py_ssize_t = tile.state_step
    prefix: cython.pointer(cython.double) = tile.state + step + start
    place: cython.pointer(cython.double) = prefix + d * step
    tail: cython.pointer(cython.double) = place + i * d * step
    edge: cython.Py_ssize_t = ((i // chunk) + 1) * chunk
    more: cython.pointer(cython.double) = place + (n + (i // chunk) + 1) * d * step
    into: cython.pointer(cython.double) = tile.out[part] + t * tile.out_step[part] + start
    first: cython.double = tile.params[0]
    second: cython.double = tile.params[1] if kind == SUM else 1.0
    nan: cython.double = NAN
    j: cython.Py_ssize_t
    s: Summary
    edge = n if edge > n else edge
    if count + 1 < n:
        for j in range(w):
            into[j] = nan
    elif i == n:
        for j in range(w):
            into[j] = answer(kind, part, load(kind, prefix + j, step), count, first, second)
    elif edge == n:
        for j in range(w):
            s = merge(kind, load(kind, tail + j, step), n - i, load(kind, prefix + j, step), i)
            into[j] = answer(kind, part, s, count, first, second)
    else:
        for j in range(w):
            s = merge(kind, load(kind, tail + j, step), edge - i, load(kind, more + j, step), n - edge)
            s = merge(kind, s, n - i, load(kind, prefix + j, step), i)
            into[j] = answer(kind, part, s, count, first, second)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def sweep(
    kind: Kind,
    tile: cython.pointer(Tile),
    t: cython.Py_ssize_t,
    start: cython.Py_ssize_t,
    w: cython.Py_ssize_t,
    count: cython.double,
) -> cython.void:
    """One row of `w` neighbours that each have seen `count` bars before this one."""
    d: cython.Py_ssize_t = doubles(kind)
    n: cython.Py_ssize_t = cython.cast(cython.Py_ssize_t, tile.params[0])
    chunk: cython.Py_ssize_t = cython.cast(cython.Py_ssize_t, ceil(sqrt(tile.params[0])))
    r: cython.Py_ssize_t = cython.cast(cython.Py_ssize_t, count) % n
    step: cython.Py_ssize_t = tile.state_step
    prefix: cython.pointer(cython.double) = tile.state + step + start
    place: cython.pointer(cython.double) = prefix + d * step
    rest: cython.pointer(cython.double) = place + n * d * step
    here: cython.pointer(cython.double) = place + r * d * step
    i: cython.Py_ssize_t = r + 1
    x: cython.pointer(cython.const[cython.double]) = tile.x[0] + t * tile.step[0] + start
    y: cython.pointer(cython.const[cython.double]) = x
    j: cython.Py_ssize_t
    s: Summary
    if kind == COMOMENTS:
        y = tile.x[1] + t * tile.step[1] + start
    if r == 0:
        for j in range(w):
            s = leaf(kind, x[j], y[j], count)
            store(kind, here + j, step, s)
            store(kind, prefix + j, step, s)
    elif kind == COMOMENTS:
        for j in range(w):
            store(kind, here + j, step, leaf(kind, x[j], y[j], count))
        blend(kind, prefix, r, here, 1, prefix, step, w)
    else:
        for j in range(w):
            s = leaf(kind, x[j], y[j], count)
            store(kind, here + j, step, s)
            store(kind, prefix + j, step, merge(kind, load(kind, prefix + j, step), r, s, 1))
    say(kind, 0, tile, t, start, w, count)
    if kind == COMOMENTS:
        say(kind, 1, tile, t, start, w, count)
        say(kind, 2, tile, t, start, w, count)
    if i % chunk == 0 or i == n:
        settle(kind, place, rest, step, w, n, chunk, r)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def slide(kind: Kind, tile: cython.pointer(Tile)) -> cython.void:
    """All rows of the tile, each in runs of neighbours that share their count."""
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
                if kind == COMOMENTS:
                    tile.out[1][t * tile.out_step[1] + j] = NAN
                    tile.out[2][t * tile.out_step[2] + j] = NAN
                j += 1
                continue
            end = tile.width if level else run_end(count, present, j, tile.width)
            sweep(kind, tile, t, j, end - j, count[j])
            for k in range(j, end):
                count[k] += 1.0
            j = end


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_sum(tile: cython.pointer(Tile)) -> cython.void:
    slide(SUM, tile)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_highest(tile: cython.pointer(Tile)) -> cython.void:
    slide(HIGHEST, tile)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_lowest(tile: cython.pointer(Tile)) -> cython.void:
    slide(LOWEST, tile)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_moments(tile: cython.pointer(Tile)) -> cython.void:
    slide(MOMENTS, tile)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_comoments(tile: cython.pointer(Tile)) -> cython.void:
    slide(COMOMENTS, tile)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_last_highest(tile: cython.pointer(Tile)) -> cython.void:
    slide(LAST_HIGHEST, tile)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_last_lowest(tile: cython.pointer(Tile)) -> cython.void:
    slide(LAST_LOWEST, tile)


def addresses() -> dict:
    """The kernels of this file by name."""
    return {
        "sum": cython.cast(cython.size_t, cython.address(advance_sum)),
        "highest": cython.cast(cython.size_t, cython.address(advance_highest)),
        "lowest": cython.cast(cython.size_t, cython.address(advance_lowest)),
        "moments": cython.cast(cython.size_t, cython.address(advance_moments)),
        "comoments": cython.cast(cython.size_t, cython.address(advance_comoments)),
        "last_highest": cython.cast(cython.size_t, cython.address(advance_last_highest)),
        "last_lowest": cython.cast(cython.size_t, cython.address(advance_last_lowest)),
    }
