"""How long a run still takes: what is left over the rate of its present stage, with an interval that past runs teach.

1. The rate is counted from the first answer on: what came before it is the way there and back, and comes once. A rate
   that is higher than what the provider allows in the long run is a first burst, and does not last.
2. A run notes its forecasts, and at its end by which factor the true rest was another one (`Past`).
3. The factors of past runs are weighed by how much they are alike: of the same kind, as long, as far. Between the tenth
   and the ninetieth percent of them, and of the wide ones that are assumed before there are any, lies the interval.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np

EARLY = 0.05  # the share before which a rate tells of the first answers alone
NOTED = (0.1, 0.2, 0.4, 0.6, 0.8)  # the shares that were done when a forecast is worth to be remembered
MOST = 200  # of the latest runs
LOW, HIGH = 0.1, 0.9
ASSUMED = (0.5, 0.7, 0.85, 0.95, 1.0, 1.05, 1.15, 1.3, 1.6, 2.5)
"""What the factors are taken to be before there are any; each counts as half a run."""

OTHER, WIDTH = 0.1, 0.1  # what a run of another kind counts; how far shares may differ to be alike
SHORTEST = 0.01  # seconds, below which all are the same
FIRST = 5  # that came after the first answer, before a rate is counted from there


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """A forecast of a past run: its kind, the share that was done, the seconds foretold, the true ones over these."""

    kind: str
    share: float
    seconds: float
    factor: float


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """Seconds to the end: the best guess, and the ends of an interval that holds four of five."""

    seconds: float
    low: float
    high: float


class Eta:
    """Forecasts of one run.

    >>> alike = [Past(kind="cold", share=0.2, seconds=30.0, factor=1.0)] * 50
    >>> eta = Eta(alike, begun=0.0, kind="cold")
    >>> eta.forecast(25, 75, now=10.0)
    Forecast(seconds=30.0, low=30.0, high=30.0)
    >>> [each.factor for each in eta.past(now=40.0, done=100)]
    [1.0]
    >>> eta.forecast(50, 50, now=10.0, most=2.0).seconds
    25.0
    """

    def __init__(self, past: Sequence[Past], *, begun: float, kind: str = "") -> None:
        """past: what runs before have noted, the latest first. kind: of this one, as far as it matters."""
        self.kind = kind
        assumed = [Past(kind=kind, share=0.0, seconds=1.0, factor=each) for each in ASSUMED]
        known = sorted([*past[: MOST * len(NOTED)], *assumed], key=lambda each: each.factor)
        self._factors, self._shares = (
            np.array([getattr(each, name) for each in known]) for name in ("factor", "share")
        )
        self._seconds = np.array([max(each.seconds, SHORTEST) for each in known])
        self._kinds = np.array([1.0 if each.kind == kind else OTHER for each in known])
        self._is_assumed = np.array([any(each is other for other in assumed) for each in known])
        self._begun, self._first = begun, (0, begun)
        self._noted: list[tuple[float, int, float]] = []

    def rate(self, done: int, now: float) -> float | None:
        """How much is done in a second of this stage; nothing before anything is."""
        return done / (now - self._begun) if done > 0 and now > self._begun else None

    def forecast(
        self,
        done: int,
        left: float,
        now: float,
        *,
        most: float = math.inf,
        after: float = 0.0,
        within: float = math.inf,
    ) -> Forecast | None:
        """What is left when so much is done; nothing before anything is.

        most: how much a second allows in the end. after: seconds of what comes after this stage. within: seconds that
        there are.
        """
        rate = self._steady(done, now)
        if rate is None or done < EARLY * (done + left):
            return None
        seconds = min(left / min(rate, most) + after, within)
        self._noted.append((now, done, seconds))
        low, high = self._ends(done / (done + left) if left else 1.0, seconds)
        return Forecast(seconds=seconds, low=min(seconds * low, within), high=min(seconds * high, within))

    def past(self, now: float, done: int) -> Sequence[Past]:
        """What the forecasts have proved to be, now that it is over and so much was done."""
        found: list[Past] = []
        for share in NOTED:
            noted = next((each for each in self._noted if each[1] >= share * done), None)
            if noted is None or noted[2] <= 0 or noted[1] >= done:
                continue
            told = Past(
                kind=self.kind,
                share=round(noted[1] / done, 4),
                seconds=round(noted[2], 4),
                factor=round((now - noted[0]) / noted[2], 4),
            )
            found += [] if found and found[-1] == told else [told]
        return found

    def _steady(self, done: int, now: float) -> float | None:
        """The rate since the first answer, once there are some more."""
        if self._first[0] == 0 and done > 0:
            self._first = (done, now)
        more, time = done - self._first[0], now - self._first[1]
        return more / time if more >= FIRST and time > 0 else self.rate(done, now)

    def _ends(self, share: float, seconds: float) -> tuple[float, float]:
        """The factors between which four of five lie, of what is like a run that is so far and still takes so long."""
        longer = np.abs(np.log(self._seconds / max(seconds, SHORTEST)))
        alike = self._kinds * np.exp(-(((self._shares - share) / WIDTH) ** 2)) / (1 + longer)
        sums = np.cumsum(np.where(self._is_assumed, 0.5, alike))
        below, above = np.searchsorted(sums, [LOW * sums[-1], HIGH * sums[-1]])
        return float(self._factors[below]), float(self._factors[min(above, len(sums) - 1)])
