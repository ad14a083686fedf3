cdef enum Kind:
    SUM
    HIGHEST
    LOWEST
    MOMENTS
    LAST_HIGHEST
    LAST_LOWEST
    COMOMENTS

cdef struct Summary:
    double a
    double b
    double c
    double d
    double e
