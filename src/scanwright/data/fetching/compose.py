"""How the layers stand, from the provider outwards: read from the bottom up, a want passes them from the top down."""

from __future__ import annotations

from collections.abc import Sequence

from scanwright.data.cache.layer import Cached
from scanwright.data.cache.tiers import Tiers
from scanwright.data.calendars import Calendar
from scanwright.data.fetching.chained import Chained
from scanwright.data.fetching.coalesced import Coalesced
from scanwright.data.fetching.guarded import Guarded
from scanwright.data.fetching.limited import Limited
from scanwright.data.fetching.retried import Retried
from scanwright.data.fetching.tally import Tally
from scanwright.data.ports import Provider
from scanwright.model.clock import Clock


def bearable(
    providers: Sequence[tuple[Provider, str]], clock: Clock, tally: Tally, *, tiers: Tiers | None, sessions: Calendar
) -> Provider:
    """Providers in the order in which they are to be asked, each with what its answers depend on beside its name."""
    each: list[Provider] = []
    for provider, scope in providers:
        limited = Limited(provider, clock, tally)
        guarded = Guarded(limited, clock, tally)
        retried = Retried(guarded, tally)
        kept = Cached(retried, tiers, clock, sessions, scope=scope) if tiers else retried
        each.append(kept)
    return Coalesced(each[0] if len(each) == 1 else Chained(each), tally)
