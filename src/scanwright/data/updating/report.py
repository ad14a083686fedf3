"""What an update came to: every symbol is complete, or missed with its reason."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from scanwright.data.cache.tier import Tally
from scanwright.model.errors import DataError, Unreadable
from scanwright.model.interval import Interval


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Missed:
    """A symbol that is not up to date. may_pass: whether another update can help."""

    symbol: str
    reason: str
    may_pass: bool = True


def reason_of(error: DataError) -> str:
    """Why something did not come, in a few words.

    >>> reason_of(Unreadable(provider="p", asked="bars", expected="20 rows", found="19"))
    'expected 20 rows, found 19'
    """
    found = str(error.facts.get("found", error))
    return f"expected {error.facts['expected']}, found {found}" if isinstance(error, Unreadable) else found


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class UpdateReport:
    """The end of an update; `symbols = complete + missed`, or it cannot be made.

    market, provider: their names. until: the last stamp that everything is now known up to, as text.
    quiet: symbols that are complete and have no bar in the last ten sessions, though nobody says that they ended; each
        with the date of its last bar. stopped: why it ended early; empty where it did not.
    rows_new, rows_changed, rows_same, quarantined: bars that came. tables: rows that came into each small table.
    given_by: how many symbols' bars each provider gave in this run.
    bars_requests: requests for bars among `requests`, which also counts those that failed.
    needed: requests that were planned, each once. cached: answers of the cache. cache: what each of its tiers did.
    dollars: what the requests cost.
    notes: what a person should know.
    """

    market: str
    provider: str
    interval: Interval
    until: str
    symbols: int
    complete: int
    missed: tuple[Missed, ...] = ()
    quiet: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    stopped: str = ""
    rows_new: int = 0
    rows_changed: int = 0
    rows_same: int = 0
    quarantined: int = 0
    tables: Mapping[str, int] = dataclasses.field(default_factory=dict[str, int])
    given_by: Mapping[str, int] = dataclasses.field(default_factory=dict[str, int])
    needed: int = 0
    bars_requests: int = 0
    requests: int = 0
    retries: int = 0
    told_to_wait: int = 0
    outages: int = 0
    cached: int = 0
    cache: Mapping[str, Tally] = dataclasses.field(default_factory=dict[str, Tally])
    dollars: float = 0.0
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse counts that do not add up."""
        if self.complete + len(self.missed) != self.symbols:
            found = f"{self.complete} complete and {len(self.missed)} missed"
            todo = "tell the authors: this is a fault of scanwright"
            raise DataError(expected=f"{self.symbols} symbols accounted for", found=found, todo=todo)

    @property
    def may_pass(self) -> bool:
        """Whether another update can bring what this one did not."""
        return bool(self.stopped) or any(each.may_pass for each in self.missed)

    @property
    def is_failure(self) -> bool:
        """Whether it did not do what was asked: something is left to bring, or nobody has a bar of these days."""
        return self.may_pass or len(self.quiet) == self.complete
