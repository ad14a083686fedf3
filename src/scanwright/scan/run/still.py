"""How many more a run looks at until it ends: everybody who waits, or fewer where a rule is met before."""

from __future__ import annotations

import dataclasses

from scanwright.model.run import Stop

UNSEEN = 0.5  # of a hit, or of a request, that counts as seen where none was


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """What the rules count, at some moment of a run."""

    hits: int = 0
    good: int = 0
    requests: int = 0
    dollars: float = 0.0


def still(stop: Stop, begun: Counts, now: Counts, done: int, waiting: int) -> float:
    """How many are looked at from now on, if it goes on as it did.

    begun: what there was when the first of those who wait was asked for; done: how many of them have come since.

    >>> still(Stop(), Counts(), Counts(hits=2), 10, 90)
    90
    >>> still(Stop(hits=6), Counts(hits=1), Counts(hits=4), 10, 90)
    6.666666666666667
    >>> still(Stop(requests=50), Counts(), Counts(requests=20), 10, 90)
    15.0
    """
    found: list[float] = [waiting]
    for each in dataclasses.fields(Counts):
        wanted, had, have = (getattr(rule, each.name) for rule in (stop, begun, now))
        if wanted is not None and (each.name != "dollars" or have > had):
            found.append((wanted - have) * done / max(have - had, UNSEEN))
    return max(min(found), 0)
