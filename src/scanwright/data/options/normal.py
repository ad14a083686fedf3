"""The normal distribution over arrays, to the last few bits.

W. J. Cody, Rational Chebyshev Approximations for the Error Function, Mathematics of Computation 23, 1969; the constants
are those of his program CALERF.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from scanwright.model.panel import Floats

_A = (1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3)
_B = (1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3)
_C = (
    *(2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1),
    *(2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3),
    1.23033935479799725e3,
)
_D = (
    *(1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3),
    *(3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3),
)
_P = (
    *(1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1),
    *(1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4),
)
_Q = (
    1.0,
    2.56852019228982242,
    1.87295284992346725,
    5.27905102951428412e-1,
    6.05183413124413191e-2,
    2.33520497626869185e-3,
)
_MIDDLE, _FAR, _BEYOND = 0.46875, 4.0, 26.6


def density(x: Floats) -> Floats:
    """The density of the standard normal.

    >>> density(np.array([0.0]))
    array([0.39894228])
    """
    return np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


def below(x: Floats) -> Floats:
    """How likely a standard normal value is below each of these; exact in the left tail too.

    >>> below(np.array([-10.0, 0.0, 1.959963984540054])).round(30)
    array([7.619853e-24, 5.000000e-01, 9.750000e-01])
    """
    return 0.5 * _complement(-x / math.sqrt(2))


def _complement(x: Floats) -> Floats:
    """One less the error function."""
    size = np.minimum(np.abs(x), _BEYOND)
    near = size <= _MIDDLE
    square = np.where(near, size * size, 0.0)
    inner = 1 - x * _ratio(square, _A, _B)
    # exp(-x^2) is split, so that the square's rounding does not spoil the tail
    cut = np.trunc(size * 16) / 16
    gauss = np.exp(-cut * cut) * np.exp(-(size - cut) * (size + cut))
    middle = gauss * _ratio(np.minimum(size, _FAR), _C, _D)
    over = 1 / np.maximum(size, _FAR) ** 2
    far = gauss * np.sqrt(over) * (1 / math.sqrt(math.pi) - over * _ratio(over, _P, _Q))
    tail = np.where(size <= _FAR, middle, far)
    return np.where(near, inner, np.where(x < 0, 2 - tail, np.where(np.abs(x) > _BEYOND, 0.0, tail)))


def _ratio(x: Floats, above: Sequence[float], under: Sequence[float]) -> Floats:
    return np.polyval(np.array(above), x) / np.polyval(np.array(under), x)
