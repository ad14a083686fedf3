"""How many more a run looks at until it ends: everybody who waits, or fewer where a rule is met before."""

from __future__ import annotations

import dataclasses
import math

from scanwright.model.run import Stop

UNSEEN = 0.5  # of a hit that counts as seen where none was
COUNTED = {"hits", "good"}  # what comes by chance


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """What the rules count, at some moment of a run."""

    hits: int = 0
    good: int = 0
    requests: int = 0
    dollars: float = 0.0


def still(stop: Stop, begun: Counts, now: Counts, done: int, waiting: int, ahead: int = 0) -> tuple[float, float]:
    """How many are looked at from now on, if it goes on as it did; and how much that is to be doubted.

    begun: what there was when the first of those who wait was asked for; done: how many of them have come since; ahead:
    how many more were asked for. The doubt is the deviation of the logarithm, of waiting for so many more at a rate
    that so many have shown.

    >>> still(Stop(), Counts(), Counts(hits=2), 10, 90)
    (90.0, 0.0)
    >>> still(Stop(requests=50), Counts(), Counts(requests=20), 10, 90, ahead=10)
    (40.0, 0.0)
    >>> count, doubt = still(Stop(hits=6), Counts(hits=1), Counts(hits=4), 10, 90)
    >>> round(count, 2), round(doubt, 2)
    (5.71, 0.89)
    """
    count, doubt = float(waiting), 0.0
    for each in dataclasses.fields(Counts):
        wanted, had, have = (getattr(rule, each.name) for rule in (stop, begun, now))
        if wanted is None:
            continue
        need, seen = max(wanted - have, 0), have - had
        if each.name in COUNTED:
            found = need * done / (seen + UNSEEN)
            spread = math.sqrt(1 / max(need, 1) + 1 / (seen + UNSEEN))
            doubt = max(doubt, spread * min(waiting / max(found, 1e-9), 1.0))
        else:
            found = ahead + need * (done + ahead) / seen if seen > 0 else math.inf
        count = min(count, found)
    return count, doubt
