"""The receipt: what a run looked at, what it could not judge and why, on which data, with hashes to compare."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence

from scanwright.model.worth import Worth

REASONS = {
    "no_bar": "no bar at this time",
    "warm_up": "fewer bars than the warm-up",
    "missing_value": "a value is missing or unknown",
    "unknown_symbol": "not a symbol of the market",
}
OUTSIDE = {
    "not_named": "not named",
    "not_listed": "not listed yet",
    "delisted": "delisted before",
    "condition": "the condition does not hold",
    "unknown": "the condition is unknown",
    "no_bar": "no bar to judge the condition by",
    "excluded": "excluded",
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Receipt:
    """Counts that add up: universe = judged + all missed + not reached.

    missed: symbols that could not be judged, by reason. outside: those that are not of the universe, by the first
    reason that keeps them out. seconds: of the whole run. requests, cached, dollars: what asking for bars took: sent,
    answered by the cache instead, and the price of those sent. warnings: sentences. worth: of the bars, where somebody
    said it.
    """

    universe: int
    judged: int
    hits: int
    missed: Mapping[str, int]
    not_reached: int
    data_from: str
    data_to: str
    frame: str
    warmup: int
    plan_hash: str
    data_hash: str
    result_hash: str
    seconds: float
    requests: int = 0
    cached: int = 0
    dollars: float = 0.0
    warnings: Sequence[str] = ()
    outside: Mapping[str, int] = dataclasses.field(default_factory=dict[str, int])
    worth: Worth | None = None

    def __post_init__(self) -> None:
        """Refuse counts that do not add up."""
        total = self.judged + sum(self.missed.values()) + self.not_reached
        if total != self.universe:
            raise ArithmeticError(f"expected judged + missed + not reached = {self.universe}, found {total}")

    def sentence(self, things: str = "symbols") -> str:
        """The receipt in words; `things` are what it counts.

        >>> facts = dict(frame="2015-01-05", warmup=3, plan_hash="", data_hash="", result_hash="", seconds=0.012)
        >>> Receipt(universe=3, judged=2, hits=1, missed={"no_bar": 1}, not_reached=0, data_from="2015-01-02",
        ...         data_to="2015-01-05", **facts).sentence()
        '1 hit of 2 judged on 2015-01-05; 1 of 3 symbols not judged (1 no bar at this time); 12 ms'
        """
        when = f" on {self.frame}" if self.frame else ""
        hits = f"{self.hits:,} hit{'s' if self.hits != 1 else ''} of {self.judged:,} judged{when}"
        count = sum(self.missed.values())
        reasons = ", ".join(f"{number:,} {REASONS.get(reason, reason)}" for reason, number in self.missed.items())
        whole = f"; all {self.universe:,} {things} judged" if self.universe else f"; no {things} to judge"
        missed = f"; {count:,} of {self.universe:,} {things} not judged ({reasons})" if count else whole
        later = f"; {self.not_reached:,} not reached" if self.not_reached else ""
        return f"{hits}{missed}{later}{self._outside()}{self._asked()}; {1000 * self.seconds:,.0f} ms"

    def _asked(self) -> str:
        price = f", ${self.dollars:,.2f}" if self.dollars else ""
        asked = f"; {self.requests:,} request{'s' if self.requests != 1 else ''}, {self.cached:,} from the cache{price}"
        return asked if self.requests or self.cached else ""

    def _outside(self) -> str:
        reasons = ", ".join(f"{number:,} {OUTSIDE.get(reason, reason)}" for reason, number in self.outside.items())
        return f"; {sum(self.outside.values()):,} outside the universe ({reasons})" if self.outside else ""


def result_hash(rows: Sequence[tuple[str, str, Mapping[str, float | str | bool | None]]]) -> str:
    """A hash of results that is the same on every machine: values rounded to nine digits, rows as given.

    >>> result_hash([("A", "2015-01-02", {"x": 1.0})]) == result_hash([("A", "2015-01-02", {"x": 1.0 + 1e-12})])
    True
    """
    digest = hashlib.sha256()
    for symbol, ts, values in rows:
        shown = ",".join(f"{name}={_rounded(value)}" for name, value in sorted(values.items()))
        digest.update(f"{symbol}|{ts}|{shown}\n".encode())
    return digest.hexdigest()[:16]


def _rounded(value: object) -> str:
    return f"{value:.9g}" if isinstance(value, float) else str(value)
