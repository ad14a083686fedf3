"""How long a run still takes: what is left over the rate of its present stage, with an interval that past runs teach.

1. Those who are asked for are ahead of those who are judged. The rate is that of asking, of its later half, and never
   above what the provider allows in the long run; to it comes the least time that lay between asking and judging.
2. A forecast says how much it doubts itself: by more where a rule ends the run that few have met so far.
3. A run notes its forecasts, and at its end how far off each was, in units of its own doubt (`Past`). Those of past
   runs are weighed by how much they are alike: of the same kind, as long, as far. Between the tenth and the ninetieth
   percent of them, and of those that are assumed before there are any, lies the interval (split conformal prediction
   with normalised and weighted scores).
"""

from __future__ import annotations

import bisect
import dataclasses
import math
from collections.abc import Sequence

import numpy as np

from scanwright.model.panel import Floats

EARLY = 0.05  # the share before which a rate tells of the first answers alone
NOTED = (0.1, 0.2, 0.4, 0.6, 0.8)  # the shares that were done when a forecast is worth to be remembered
MOST = 200  # of the latest runs
LOW, HIGH = 0.1, 0.9
DOUBT = 0.35  # of the logarithm of any rest
ASSUMED = (-3.0, -2.2, -1.5, -0.9, -0.5, -0.1, 0.3, 0.8, 1.3, 2.0)
"""How far off forecasts are taken to be before there are any; each counts as half a run.

They are rather too long than too short: whatever is used for the first time takes longer.
"""

OTHER, WIDTH = 0.1, 0.1  # what a run of another kind counts; how far shares may differ to be alike
SHORTEST = 0.01  # seconds, below which all are the same


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """A forecast of a past run: its kind, the share that was done, the seconds foretold, how far off they were.

    off: the logarithm of the true seconds over the foretold ones, in units of the doubt that was stated.
    """

    kind: str
    share: float
    seconds: float
    off: float


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """Seconds to the end: the best guess, and the ends of an interval that holds four of five."""

    seconds: float
    low: float
    high: float


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """What is left of a run's stage, as far as can be said.

    count: how many there are still to come; doubt: of its logarithm, where a rule ends the run. ahead: how many of them
    are asked for already. most: how many they can be. pace: how many a second there can be in the long run. after:
    seconds of what comes afterwards. within: that there are.
    """

    count: float
    ahead: int = 0
    doubt: float = 0.0
    most: float = math.inf
    pace: float = math.inf
    after: float = 0.0
    within: float = math.inf


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class _Noted:
    now: float
    done: int
    seconds: float
    doubt: float


class Eta:
    """Forecasts of one run.

    >>> alike = [Past(kind="cold", share=0.2, seconds=30.0, off=0.0)] * 50
    >>> eta = Eta(alike, begun=0.0, kind="cold")
    >>> eta.forecast(25, Left(count=75), now=10.0)
    Forecast(seconds=30.0, low=30.0, high=30.0)
    >>> [each.off for each in eta.past(now=40.0, done=100)]
    [0.0]
    >>> eta.forecast(50, Left(count=50, pace=2.0), now=20.0).seconds
    25.0
    """

    def __init__(self, past: Sequence[Past], *, begun: float, kind: str = "") -> None:
        """past: what runs before have noted, the latest first. kind: of this one, as far as it matters."""
        self.kind = kind
        assumed = [Past(kind="", share=0.0, seconds=1.0, off=each) for each in ASSUMED]
        known = sorted([*past[: MOST * len(NOTED)], *assumed], key=lambda each: each.off)
        self._off, self._shares = (np.array([getattr(each, name) for each in known]) for name in ("off", "share"))
        self._seconds = np.array([max(each.seconds, SHORTEST) for each in known])
        self._kinds = np.array([1.0 if each.kind == kind else OTHER for each in known])
        self._is_assumed = np.array([any(each is other for other in assumed) for each in known])
        self._begun = begun
        self._asked: list[tuple[int, float]] = [(0, begun)]
        self._lag = math.inf
        self._noted: list[_Noted] = []

    def rate(self, done: int, now: float) -> float | None:
        """How much is done in a second of this stage; nothing before anything is."""
        return done / (now - self._begun) if done > 0 and now > self._begun else None

    def forecast(self, done: int, left: Left, now: float) -> Forecast | None:
        """How long what is left takes when so much is done; nothing before anything is."""
        rate = self._lately(done + left.ahead, now)
        counts, times = (np.array(each, float) for each in zip(*self._asked, strict=True))
        self._lag = min(self._lag, now - float(np.interp(done, counts, times)))
        if rate is None or done < EARLY * (done + left.count):
            return None
        rate = min(rate, left.pace)
        seconds = min(self._seconds_of(left.count, left, rate), left.within)
        doubt = math.hypot(DOUBT, left.doubt if seconds < left.within else 0.0)
        self._noted.append(_Noted(now=now, done=done, seconds=seconds, doubt=doubt))
        low, high = self._ends(done / (done + left.count) if left.count else 1.0, seconds)
        utmost = self._seconds_of(left.most, left, rate) * math.exp(high * DOUBT)
        return Forecast(
            seconds=seconds, low=seconds * math.exp(low * doubt), high=min(seconds * math.exp(high * doubt), utmost)
        )

    def past(self, now: float, done: int) -> Sequence[Past]:
        """How far off the forecasts were, now that it is over and so much was done."""
        found: list[Past] = []
        for share in NOTED:
            noted = next((each for each in self._noted if each.done >= share * done), None)
            if noted is None or noted.done >= done:
                continue
            off = math.log(max(now - noted.now, SHORTEST) / max(noted.seconds, SHORTEST)) / noted.doubt
            told = Past(
                kind=self.kind, share=round(noted.done / done, 4), seconds=round(noted.seconds, 4), off=round(off, 4)
            )
            found += [] if found and found[-1] == told else [told]
        return found

    def _lately(self, asked: int, now: float) -> float | None:
        """The rate of asking, of the later half; of all where that came together."""
        self._asked.append((asked, now))
        half, since = self._asked[bisect.bisect_left(self._asked, (asked // 2, -math.inf))]
        return (asked - half) / (now - since) if now > since and asked > half > 0 else self.rate(asked, now)

    def _seconds_of(self, count: float, left: Left, rate: float) -> float:
        """How long so many take, of whom some are asked for already."""
        under_way = min(count / left.ahead, 1.0) * self._lag if left.ahead else 0.0
        return max(count - left.ahead, 0.0) / rate + under_way + left.after

    def _ends(self, share: float, seconds: float) -> tuple[float, float]:
        """Between what four of five are off, of what is like a run that is so far and still takes so long."""
        longer = np.abs(np.log(self._seconds / max(seconds, SHORTEST)))
        alike = self._kinds * np.exp(-(((self._shares - share) / WIDTH) ** 2)) / (1 + longer)
        sums: Floats = np.cumsum(np.where(self._is_assumed, 0.5, alike))
        whole = float(sums[-1])
        below, above = np.searchsorted(sums, LOW * whole), np.searchsorted(sums, HIGH * whole, side="right")
        return float(self._off[below]), float(self._off[min(int(above), len(sums) - 1)])
