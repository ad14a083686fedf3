"""What a price of an option depends on, as arrays, and what is wanted to know of it."""

from __future__ import annotations

import dataclasses
import enum
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scanwright.model.panel import Bytes, Floats

YEAR = 365.0  # days; of the calendar, as in every figure here


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Cash:
    """A dividend of so many dollars a share, `years` from the moment that prices are of."""

    years: float
    amount: float


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Options:
    """Options of one underlying at one moment, each an entry of the arrays.

    spot: the underlying's price. years: until the option expires, 365 days each. call: 1 for a call, 0 for a put.
    rate, dividend_yield: continuous, of a year, as fractions. cash: dividends that are known in dollars; those that
    come before an option expires count for it.
    """

    spot: Floats
    strike: Floats
    years: Floats
    call: Bytes
    rate: float = 0.0
    dividend_yield: float = 0.0
    cash: Sequence[Cash] = ()

    def __len__(self) -> int:
        return len(self.strike)

    def take(self, which: NDArray[np.bool_]) -> Options:
        """Those that a mask names."""
        parts = {name: getattr(self, name)[which] for name in ("spot", "strike", "years", "call")}
        return dataclasses.replace(self, **parts)

    @property
    def sign(self) -> Floats:
        """1 for a call, -1 for a put."""
        return np.where(self.call == 1, 1.0, -1.0)

    @property
    def early(self) -> NDArray[np.bool_]:
        """Which of them may be worth exercising before they expire: of the others, American ones are as European ones.

        A call waits where nothing is paid meanwhile, a put where its strike bears no interest.
        """
        paid = np.zeros(len(self), np.bool_)
        for each in self.cash:
            paid |= each.years <= self.years
        calls = paid | (self.dividend_yield > 0) | (self.rate < 0)
        return np.where(self.call == 1, calls, self.rate > 0 or self.dividend_yield < 0)

    @property
    def discount(self) -> Floats:
        """What a dollar at expiry is worth."""
        return np.exp(-self.rate * self.years)

    @property
    def held(self) -> Floats:
        """What a share at expiry is worth: the spot without the dividends until then."""
        paid = sum(
            (each.amount * math.exp(-self.rate * each.years) * (each.years <= self.years) for each in self.cash), 0
        )
        return (self.spot - paid) * np.exp(-self.dividend_yield * self.years)


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Greeks:
    """How a price moves with a dollar of the underlying (delta, gamma), a day, a point of volatility, one of rate."""

    delta: Floats
    gamma: Floats
    theta: Floats
    vega: Floats
    rho: Floats


class Why(enum.StrEnum):
    """Where a volatility or a greek is from, or why there is none."""

    GIVEN = "given"
    COMPUTED = "computed"
    EXPIRED = "expired"
    NO_UNDERLYING = "no price of the underlying"
    NO_EXPIRY = "expiry beyond the calendar"
    NO_QUOTE = "no quote"
    NO_BID = "no bid"
    NO_ASK = "no ask"
    CROSSED = "bid above ask"
    NO_TIME_VALUE = "at or below what it is worth exercised"
    TOO_DEAR = "above what any volatility explains"
    NO_LIBRARY = "QuantLib is not installed"
    NO_VOLATILITY = "no volatility"
