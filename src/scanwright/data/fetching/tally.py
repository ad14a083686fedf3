"""What asking took: counted where it happens, told in progress lines and reports."""

from __future__ import annotations

import dataclasses
from collections import Counter


@dataclasses.dataclass(kw_only=True, slots=True)
class Tally:
    """Counts of one provider's requests.

    requests: sent, also those that failed. told_to_wait: answered 429. failed: that came to nothing. retries: asked
    again. dollars: what the requests cost. cached: answered by the cache. shared: answered together with an equal want.
    outages: how often it was given up for a while. kinds: the requests by the kind of want.
    """

    requests: int = 0
    told_to_wait: int = 0
    failed: int = 0
    retries: int = 0
    dollars: float = 0.0
    cached: int = 0
    shared: int = 0
    outages: int = 0
    kinds: Counter[str] = dataclasses.field(default_factory=Counter[str])
