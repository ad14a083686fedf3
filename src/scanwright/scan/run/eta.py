"""How long a run still takes: what is left over the rate of its present stage, with an interval that past runs teach.

A rate that is higher than what the provider allows in the long run is a first burst, and does not last.

A run notes, when a fifth of it is done, how long it thinks the rest takes, and at its end how long it took. The ratios
of the runs before say how far such a forecast is off; the middle four fifths of them are the interval.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

EARLY = 0.05  # the share before which a rate tells of the first answers alone
NOTED = 0.2  # the share that is done when a forecast is noted
FIRST: tuple[float, ...] = (0.7, 0.8, 0.9, 0.95, 1.0, 1.05, 1.15, 1.3, 1.6, 2.0)
"""What the ratios are taken to be before there are any."""

MOST = 200  # of the latest runs
LOW, HIGH = 0.1, 0.9


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """Seconds to the end: the best guess, and the ends of an interval that holds four of five."""

    seconds: float
    low: float
    high: float


class Eta:
    """Forecasts of one run.

    >>> eta = Eta([1.0] * 50, begun=0.0)
    >>> eta.forecast(25, 100, now=10.0)
    Forecast(seconds=30.0, low=30.0, high=30.0)
    >>> eta.ratio(now=40.0)
    1.0
    >>> eta.forecast(50, 100, now=10.0, most=2.0).seconds
    25.0
    """

    def __init__(self, ratios: Sequence[float], *, begun: float) -> None:
        """ratios: of past runs, the true rest over the forecast one, the latest first."""
        known = list(ratios[:MOST])
        self._ratios = sorted([*known, *FIRST[: max(len(FIRST) - len(known), 0)]]) or sorted(FIRST)
        self._begun = begun
        self._noted: tuple[float, float] | None = None

    def begin(self, now: float) -> None:
        """A stage begins whose rate is its own."""
        self._begun = now

    def rate(self, done: int, now: float) -> float | None:
        """How much is done in a second of this stage; nothing before anything is."""
        return done / (now - self._begun) if done > 0 and now > self._begun else None

    def forecast(self, done: int, total: int, now: float, *, most: float = math.inf) -> Forecast | None:
        """What is left when so much is done; nothing before anything is. most: how much a second allows in the end."""
        rate = self.rate(done, now)
        if rate is None or done < EARLY * total:
            return None
        seconds = (total - done) / min(rate, most)
        if self._noted is None and done >= NOTED * total and done < total:
            self._noted = (now, seconds)
        return Forecast(seconds=seconds, low=seconds * self._at(LOW), high=seconds * self._at(HIGH))

    def ratio(self, now: float) -> float | None:
        """The true rest over the forecast one, where a forecast was noted."""
        if self._noted is None or self._noted[1] <= 0:
            return None
        return (now - self._noted[0]) / self._noted[1]

    def _at(self, share: float) -> float:
        return self._ratios[min(int(share * len(self._ratios)), len(self._ratios) - 1)]
