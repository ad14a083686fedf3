# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False, language_level=3
"""Kernels without memory: arithmetic, comparison, three-valued logic, choice.

Yes/no is 1, 0 or NaN (unknown). Comparing with a missing value is unknown; `and or not` follow Kleene. Division by zero
and the logarithm or root of what has none are missing, never infinite and never an invented number.
"""

import cython
from cython.cimports.libc.math import NAN, exp, fabs, log, pow, rint, sqrt
from cython.cimports.scanwright.kernels._compiled.tile import Tile


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def apply(op: Op, a: cython.double, b: cython.double, c: cython.double) -> cython.double:
    """One value; `op` is known when this is compiled, so that only its own branch remains."""
    nan: cython.double = NAN
    if op == ADD:
        return a + b
    if op == SUB:
        return a - b
    if op == MUL:
        return a * b
    if op == DIV:
        return a / b if b != 0.0 else nan
    if op == POW:
        return pow(a, b)
    if op == NEG:
        return -a
    if op == ABS:
        return fabs(a)
    if op == LOG:
        return log(a) if a > 0.0 else nan
    if op == EXP:
        return exp(a)
    if op == SQRT:
        return sqrt(a) if a >= 0.0 else nan
    if op == SIGN:
        return (1.0 if a > 0.0 else 0.0) - (1.0 if a < 0.0 else 0.0) if a == a else nan
    if op == ROUND:
        return rint(a)
    if op == POSITIVE:
        return a if (a > 0.0) | (a != a) else 0.0
    if op == LESS:
        return (1.0 if a < b else 0.0) if (a == a) & (b == b) else nan
    if op == LESS_EQUAL:
        return (1.0 if a <= b else 0.0) if (a == a) & (b == b) else nan
    if op == EQUAL:
        return (1.0 if a == b else 0.0) if (a == a) & (b == b) else nan
    if op == NOT_EQUAL:
        return (1.0 if a != b else 0.0) if (a == a) & (b == b) else nan
    if op == AND:
        return 0.0 if (a == 0.0) | (b == 0.0) else a * b
    if op == OR:
        return 1.0 if (a == 1.0) | (b == 1.0) else a + b
    if op == NOT:
        return 1.0 - a
    if op == MIN:
        return a if (a < b) | (a != a) else b
    if op == MAX:
        return a if (a > b) | (a != a) else b
    if op == WHERE:
        return b if a == 1.0 else (c if a == 0.0 else nan)
    if op == FILL:
        return a if a == a else b
    if op == IS_MISSING:
        return 1.0 if a != a else 0.0
    return nan


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def sweep(op: Op, tile: cython.pointer(Tile), inputs: cython.int) -> cython.void:
    """All values of a tile."""
    t: cython.Py_ssize_t
    j: cython.Py_ssize_t
    a: cython.pointer(cython.const[cython.double])
    b: cython.pointer(cython.const[cython.double])
    c: cython.pointer(cython.const[cython.double])
    into: cython.pointer(cython.double)
    width: cython.Py_ssize_t = tile.width
    for t in range(tile.rows):
        a = tile.x[0] + t * tile.step[0]
        b = tile.x[1] + t * tile.step[1] if inputs > 1 else a
        c = tile.x[2] + t * tile.step[2] if inputs > 2 else a
        into = tile.out[0] + t * tile.out_step[0]
        for j in range(width):
            into[j] = apply(op, a[j], b[j], c[j])


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_add(tile: cython.pointer(Tile)) -> cython.void:
    sweep(ADD, tile, 2)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_sub(tile: cython.pointer(Tile)) -> cython.void:
    sweep(SUB, tile, 2)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_mul(tile: cython.pointer(Tile)) -> cython.void:
    sweep(MUL, tile, 2)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_div(tile: cython.pointer(Tile)) -> cython.void:
    sweep(DIV, tile, 2)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_pow(tile: cython.pointer(Tile)) -> cython.void:
    sweep(POW, tile, 2)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_neg(tile: cython.pointer(Tile)) -> cython.void:
    sweep(NEG, tile, 1)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_abs(tile: cython.pointer(Tile)) -> cython.void:
    sweep(ABS, tile, 1)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_log(tile: cython.pointer(Tile)) -> cython.void:
    sweep(LOG, tile, 1)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_exp(tile: cython.pointer(Tile)) -> cython.void:
    sweep(EXP, tile, 1)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_sqrt(tile: cython.pointer(Tile)) -> cython.void:
    sweep(SQRT, tile, 1)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_sign(tile: cython.pointer(Tile)) -> cython.void:
    sweep(SIGN, tile, 1)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_round(tile: cython.pointer(Tile)) -> cython.void:
    sweep(ROUND, tile, 1)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_positive(tile: cython.pointer(Tile)) -> cython.void:
    sweep(POSITIVE, tile, 1)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_less(tile: cython.pointer(Tile)) -> cython.void:
    sweep(LESS, tile, 2)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_less_equal(tile: cython.pointer(Tile)) -> cython.void:
    sweep(LESS_EQUAL, tile, 2)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_equal(tile: cython.pointer(Tile)) -> cython.void:
    sweep(EQUAL, tile, 2)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_not_equal(tile: cython.pointer(Tile)) -> cython.void:
    sweep(NOT_EQUAL, tile, 2)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_and(tile: cython.pointer(Tile)) -> cython.void:
    sweep(AND, tile, 2)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_or(tile: cython.pointer(Tile)) -> cython.void:
    sweep(OR, tile, 2)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_not(tile: cython.pointer(Tile)) -> cython.void:
    sweep(NOT, tile, 1)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_min(tile: cython.pointer(Tile)) -> cython.void:
    sweep(MIN, tile, 2)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_max(tile: cython.pointer(Tile)) -> cython.void:
    sweep(MAX, tile, 2)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_where(tile: cython.pointer(Tile)) -> cython.void:
    sweep(WHERE, tile, 3)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_fill(tile: cython.pointer(Tile)) -> cython.void:
    sweep(FILL, tile, 2)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_is_missing(tile: cython.pointer(Tile)) -> cython.void:
    sweep(IS_MISSING, tile, 1)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_pack(tile: cython.pointer(Tile)) -> cython.void:
    """Yes/no as one byte: 0 no, 1 yes, 2 unknown; written to the output as bytes."""
    t: cython.Py_ssize_t
    j: cython.Py_ssize_t
    a: cython.pointer(cython.const[cython.double])
    present: cython.pointer(cython.const[cython.uchar])
    into: cython.pointer(cython.uchar)
    width: cython.Py_ssize_t = tile.width
    for t in range(tile.rows):
        a = tile.x[0] + t * tile.step[0]
        into = cython.cast(cython.pointer(cython.uchar), tile.out[0]) + t * tile.out_bytes[0]
        for j in range(width):
            into[j] = 1 if a[j] == 1.0 else (0 if a[j] == 0.0 else 2)
        if tile.bar != cython.NULL:
            present = tile.bar + t * tile.bar_step
            for j in range(width):
                into[j] = into[j] if present[j] != 0 else 2


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_copy(tile: cython.pointer(Tile)) -> cython.void:
    """The value as it is, where the bar is; missing elsewhere."""
    t: cython.Py_ssize_t
    j: cython.Py_ssize_t
    a: cython.pointer(cython.const[cython.double])
    present: cython.pointer(cython.const[cython.uchar])
    into: cython.pointer(cython.double)
    width: cython.Py_ssize_t = tile.width
    nan: cython.double = NAN
    for t in range(tile.rows):
        a = tile.x[0] + t * tile.step[0]
        into = tile.out[0] + t * tile.out_step[0]
        if tile.bar == cython.NULL:
            for j in range(width):
                into[j] = a[j]
        else:
            present = tile.bar + t * tile.bar_step
            for j in range(width):
                into[j] = a[j] if present[j] != 0 else nan


def addresses() -> dict:
    """The kernels of this file by name."""
    return {
        "add": cython.cast(cython.size_t, cython.address(advance_add)),
        "sub": cython.cast(cython.size_t, cython.address(advance_sub)),
        "mul": cython.cast(cython.size_t, cython.address(advance_mul)),
        "div": cython.cast(cython.size_t, cython.address(advance_div)),
        "pow": cython.cast(cython.size_t, cython.address(advance_pow)),
        "neg": cython.cast(cython.size_t, cython.address(advance_neg)),
        "abs": cython.cast(cython.size_t, cython.address(advance_abs)),
        "log": cython.cast(cython.size_t, cython.address(advance_log)),
        "exp": cython.cast(cython.size_t, cython.address(advance_exp)),
        "sqrt": cython.cast(cython.size_t, cython.address(advance_sqrt)),
        "sign": cython.cast(cython.size_t, cython.address(advance_sign)),
        "round": cython.cast(cython.size_t, cython.address(advance_round)),
        "positive": cython.cast(cython.size_t, cython.address(advance_positive)),
        "less": cython.cast(cython.size_t, cython.address(advance_less)),
        "less_equal": cython.cast(cython.size_t, cython.address(advance_less_equal)),
        "equal": cython.cast(cython.size_t, cython.address(advance_equal)),
        "not_equal": cython.cast(cython.size_t, cython.address(advance_not_equal)),
        "and": cython.cast(cython.size_t, cython.address(advance_and)),
        "or": cython.cast(cython.size_t, cython.address(advance_or)),
        "not": cython.cast(cython.size_t, cython.address(advance_not)),
        "min": cython.cast(cython.size_t, cython.address(advance_min)),
        "max": cython.cast(cython.size_t, cython.address(advance_max)),
        "where": cython.cast(cython.size_t, cython.address(advance_where)),
        "fill": cython.cast(cython.size_t, cython.address(advance_fill)),
        "is_missing": cython.cast(cython.size_t, cython.address(advance_is_missing)),
        "pack": cython.cast(cython.size_t, cython.address(advance_pack)),
        "copy": cython.cast(cython.size_t, cython.address(advance_copy)),
    }
