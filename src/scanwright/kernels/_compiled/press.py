# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False, language_level=3
"""Presses the bars of some symbols together, each symbol's own bars from the top, and spreads what came of them again.

`place[t, j]` is the number of the bar that the j-th symbol has in row t, -1 where it has none. Rows are walked in their
order, so that the large array is read and written as it lies.
"""

import cython


def press(
    whole: cython.size_t,
    row_bytes: cython.Py_ssize_t,
    columns: cython.size_t,
    place: cython.size_t,
    rows: cython.Py_ssize_t,
    width: cython.Py_ssize_t,
    into: cython.size_t,
):
    """Take doubles of the whole rows into `[most bars, width]`."""
    at: cython.pointer(cython.longlong) = cython.cast(cython.pointer(cython.longlong), columns)
    number: cython.pointer(cython.int) = cython.cast(cython.pointer(cython.int), place)
    part: cython.pointer(cython.double) = cython.cast(cython.pointer(cython.double), into)
    row: cython.pointer(cython.double)
    t: cython.Py_ssize_t
    j: cython.Py_ssize_t
    with cython.nogil:
        for t in range(rows):
            row = cython.cast(cython.pointer(cython.double), whole + t * row_bytes)
            for j in range(width):
                if number[j] >= 0:
                    part[number[j] * width + j] = row[at[j]]
            number += width


def spread(
    whole: cython.size_t,
    row_bytes: cython.Py_ssize_t,
    columns: cython.size_t,
    place: cython.size_t,
    rows: cython.Py_ssize_t,
    width: cython.Py_ssize_t,
    given: cython.size_t,
    absent: cython.double,
):
    """Put doubles back into the whole rows, `absent` where a symbol has no bar."""
    at: cython.pointer(cython.longlong) = cython.cast(cython.pointer(cython.longlong), columns)
    number: cython.pointer(cython.int) = cython.cast(cython.pointer(cython.int), place)
    part: cython.pointer(cython.double) = cython.cast(cython.pointer(cython.double), given)
    row: cython.pointer(cython.double)
    t: cython.Py_ssize_t
    j: cython.Py_ssize_t
    with cython.nogil:
        for t in range(rows):
            row = cython.cast(cython.pointer(cython.double), whole + t * row_bytes)
            for j in range(width):
                row[at[j]] = part[number[j] * width + j] if number[j] >= 0 else absent
            number += width


def spread_bytes(
    whole: cython.size_t,
    row_bytes: cython.Py_ssize_t,
    columns: cython.size_t,
    place: cython.size_t,
    rows: cython.Py_ssize_t,
    width: cython.Py_ssize_t,
    given: cython.size_t,
    absent: cython.uchar,
):
    """The same for bytes."""
    at: cython.pointer(cython.longlong) = cython.cast(cython.pointer(cython.longlong), columns)
    number: cython.pointer(cython.int) = cython.cast(cython.pointer(cython.int), place)
    part: cython.pointer(cython.uchar) = cython.cast(cython.pointer(cython.uchar), given)
    row: cython.pointer(cython.uchar)
    t: cython.Py_ssize_t
    j: cython.Py_ssize_t
    with cython.nogil:
        for t in range(rows):
            row = cython.cast(cython.pointer(cython.uchar), whole + t * row_bytes)
            for j in range(width):
                row[at[j]] = part[number[j] * width + j] if number[j] >= 0 else absent
            number += width
