"""What American options are worth: a binomial tree over many contracts at once (Leisen and Reimer's probabilities)."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from scanwright.model.panel import Floats

STEPS = 51  # odd, as the method wants
BUMP = 0.01  # of volatility, for vega


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Terms:
    """Contracts on one underlying, an entry each; rate and dividend yield are continuous, a year."""

    spot: float
    strike: Floats
    years: Floats
    sigma: Floats
    call: NDArray[np.bool_]
    rate: float
    dividend: float


def values(terms: Terms) -> Floats:
    """The values.

    Source: D. Leisen, M. Reimer, Binomial models for option valuation, 1996.

    >>> put = Terms(spot=100.0, strike=np.array([100.0]), years=np.array([1.0]), sigma=np.array([0.2]),
    ...     call=np.array([False]), rate=0.05, dividend=0.0)
    >>> float(values(put)[0].round(2))
    6.09
    """
    return _rolled(terms)[0]


def greeks(terms: Terms) -> tuple[Floats, dict[str, Floats]]:
    """The values, and delta, gamma, theta (of a calendar day) and vega (of a point of volatility)."""
    value, delta, gamma, theta = _rolled(terms)
    up = values(dataclasses.replace(terms, sigma=terms.sigma + BUMP))
    return value, {"delta": delta, "gamma": gamma, "theta": theta, "vega": (up - value) * 0.01 / BUMP}


def _rolled(terms: Terms) -> tuple[Floats, Floats, Floats, Floats]:
    """Value, delta, gamma, theta, from the first steps of the tree."""
    dt = terms.years / STEPS
    grown = np.exp((terms.rate - terms.dividend) * dt)
    spread = terms.sigma * np.sqrt(terms.years)
    forward = np.log(terms.spot / terms.strike) + (terms.rate - terms.dividend) * terms.years
    d1, d2 = forward / spread + spread / 2, forward / spread - spread / 2
    p, q = _inverted(d2), _inverted(d1)
    up, down = grown * q / p, grown * (1 - q) / (1 - p)
    kept = np.exp(-terms.rate * dt)
    at = np.arange(STEPS + 1)
    spots = terms.spot * up[:, None] ** at * down[:, None] ** (STEPS - at)
    sign = np.where(terms.call, 1.0, -1.0)[:, None]
    strike = terms.strike[:, None]
    value = np.maximum(sign * (spots - strike), 0.0)
    first: list[tuple[Floats, Floats]] = []
    for step in range(STEPS - 1, -1, -1):
        spots = spots[:, 1:] / up[:, None]
        held = kept[:, None] * (p[:, None] * value[:, 1:] + (1 - p)[:, None] * value[:, :-1])
        value = np.maximum(held, sign * (spots - strike))
        if step < 3:
            first.append((spots, value))
    (spots2, value2), (spots1, value1), (_, value0) = first
    delta = (value1[:, 1] - value1[:, 0]) / (spots1[:, 1] - spots1[:, 0])
    slopes = np.diff(value2, axis=1) / np.diff(spots2, axis=1)
    gamma = (slopes[:, 1] - slopes[:, 0]) / ((spots2[:, 2] - spots2[:, 0]) / 2)
    gamma = np.maximum(gamma, 0.0)
    return value0[:, 0], delta, gamma, _decay(terms, value0[:, 0], delta, gamma)


def _decay(terms: Terms, value: Floats, delta: Floats, gamma: Floats) -> Floats:
    """What a day takes, as the equation of Black and Scholes has it; nothing from what is worth its exercise alone."""
    carried = terms.rate * value - (terms.rate - terms.dividend) * terms.spot * delta
    yearly = carried - 0.5 * (terms.sigma * terms.spot) ** 2 * gamma
    exercised = value <= np.where(terms.call, 1, -1) * (terms.spot - terms.strike) + 1e-9
    return np.where(exercised, 0.0, np.minimum(yearly, 0.0) / 365)


def _inverted(z: Floats) -> Floats:
    """The probability of a step, by the second inversion of Peizer and Pratt."""
    part = (z / (STEPS + 1 / 3 + 0.1 / (STEPS + 1))) ** 2 * (STEPS + 1 / 6)
    found = 0.5 + np.sign(z) * 0.5 * np.sqrt(1 - np.exp(-part))
    return np.clip(found, 1e-12, 1 - 1e-12)
