# What a compiled kernel is handed: some rows of a block of symbols, its state, and where to write.
#
# Rows are contiguous over symbols; consecutive rows lie `step` doubles apart (0: one row that serves all times).
# `bar` is NULL where every symbol of the block has a bar in every row. State is a matrix of doubles with one column a
# symbol and rows `state_step` doubles apart; all zeros is the state before the first bar.

cdef struct Tile:
    Py_ssize_t rows
    Py_ssize_t width
    const double *x[6]
    Py_ssize_t step[6]
    const unsigned char *bar
    Py_ssize_t bar_step
    double *out[4]
    Py_ssize_t out_step[4]
    Py_ssize_t out_bytes[4]
    double *state
    Py_ssize_t state_step
    const double *params

ctypedef void (*Advance)(Tile *) noexcept nogil


cdef inline bint is_full(Tile *tile) noexcept nogil:
    """Whether every symbol of the block has a bar in every row."""
    cdef Py_ssize_t t, j
    cdef unsigned char seen
    cdef const unsigned char *present
    if tile.bar == NULL:
        return True
    for t in range(tile.rows):
        present = tile.bar + t * tile.bar_step
        seen = 1
        for j in range(tile.width):
            seen &= present[j]
        if seen == 0:
            return False
    return True


cdef inline bint is_level(const double *row, Py_ssize_t width) noexcept nogil:
    """Whether all entries of a row are the same number."""
    cdef Py_ssize_t j
    cdef double first = row[0]
    cdef int differ = 0
    for j in range(width):
        differ |= row[j] != first
    return differ == 0


cdef inline Py_ssize_t run_end(const double *count, const unsigned char *present, Py_ssize_t j, Py_ssize_t width) noexcept nogil:
    """Where the run of symbols ends that starts at `j`, all with a bar and the same count."""
    cdef Py_ssize_t end = j + 1
    while end < width and (present == NULL or present[end] != 0) and count[end] == count[j]:
        end += 1
    return end
