"""How badly an exchange behaves: seeded, so that the same requests in the same order meet the same fate."""

from __future__ import annotations

import dataclasses
import random
from typing import Literal

from scanwright.model.errors import SettingsError

Fate = Literal["well", "error", "busy", "reset", "cut", "short"]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Behaviour:
    """What a request may meet.

    rate: requests a second and key, as a bucket that holds one second's worth; 0 for no limit. latency_ms: the median
    of a lognormal time before each answer; latency_spread: the deviation of its logarithm. error_rate: the share that
    fails (status 500, 502, 503, or the connection ends in the middle). busy_rate: the share told 429 though the limit
    is kept. truncate_rate: the share whose answer is cut, or lacks rows against its own count. outage_at, outage_for:
    seconds after the start during which every request is answered 503 and the feed is closed. late_rate: the share of
    bars that come a day late. correct_rate: of bars that come wrong and are right a day later. lose_rate: of messages
    of the feed that do not reach a reader the first time. most_symbols: in one request. page_rows: in one page. keys:
    those that are let in; none: all.
    """

    rate: float = 0
    latency_ms: float = 0
    latency_spread: float = 0.15
    error_rate: float = 0
    busy_rate: float = 0
    truncate_rate: float = 0
    outage_at: float = 0
    outage_for: float = 0
    late_rate: float = 0
    correct_rate: float = 0
    lose_rate: float = 0
    most_symbols: int = 1
    page_rows: int = 50_000
    keys: tuple[str, ...] = ()
    seed: int = 7

    def __post_init__(self) -> None:
        """Refuse what cannot be, all of it at once."""
        shares = ("error_rate", "busy_rate", "truncate_rate", "late_rate", "correct_rate", "lose_rate")
        wrong = [f"{name}={getattr(self, name)}" for name in shares if not 0 <= getattr(self, name) <= 1]
        times = ("rate", "latency_ms", "latency_spread", "outage_at", "outage_for")
        wrong += [f"{name}={getattr(self, name)}" for name in times if not 0 <= getattr(self, name) < 1e9]
        wrong += [f"{name}={getattr(self, name)}" for name in ("most_symbols", "page_rows") if getattr(self, name) < 1]
        if self.error_rate + self.busy_rate + self.truncate_rate > 1:
            wrong.append("shares of errors, 429 and cut answers that add up to more than 1")
        if wrong:
            todo = "give shares from 0 to 1, times from 0, counts from 1"
            raise SettingsError(expected="an exchange that can be", found="; ".join(wrong), todo=todo)

    def is_out(self, elapsed: float) -> bool:
        """Whether nothing is answered so many seconds after the start."""
        return self.outage_at <= elapsed < self.outage_at + self.outage_for

    def fate(self, number: int) -> Fate:
        """What the request of this running number meets.

        >>> Behaviour().fate(1), Behaviour(error_rate=1.0).fate(1) in ("error", "reset")
        ('well', True)
        """
        dice = random.Random(f"{self.seed} fate {number}")  # noqa: S311 - a simulation, seeded
        drawn = dice.random()
        if drawn < self.error_rate:
            return "reset" if dice.random() < 0.25 else "error"
        if drawn < self.error_rate + self.busy_rate:
            return "busy"
        if drawn < self.error_rate + self.busy_rate + self.truncate_rate:
            return "cut" if dice.random() < 0.5 else "short"
        return "well"

    def latency(self, number: int) -> float:
        """Seconds before the request of this number is answered."""
        dice = random.Random(f"{self.seed} latency {number}")  # noqa: S311 - a simulation, seeded
        return self.latency_ms / 1000 * dice.lognormvariate(0, self.latency_spread) if self.latency_ms else 0.0

    def lot(self, what: str, share: float) -> bool:
        """Whether something of a name belongs to a share of all; the same for the same name."""
        if not share:
            return False
        return random.Random(f"{self.seed} {what}").random() < share  # noqa: S311 - a simulation, seeded


class Bucket:
    """A bucket of requests: it holds one second's worth and fills steadily."""

    def __init__(self, rate: float, now: float) -> None:
        """Full."""
        self._rate, self._held, self._then = rate, max(rate, 1.0), now

    def take(self, now: float) -> float:
        """Take one; 0, or the seconds to wait until there is one.

        >>> bucket = Bucket(2, 0.0)
        >>> [bucket.take(0.0), bucket.take(0.0), bucket.take(0.0), bucket.take(0.5)]
        [0.0, 0.0, 0.5, 0.0]
        """
        self._held = min(max(self._rate, 1.0), self._held + (now - self._then) * self._rate)
        self._then = now
        if self._held >= 1 - 1e-9:
            self._held -= 1
            return 0.0
        return (1 - self._held) / self._rate
