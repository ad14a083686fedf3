"""How the layers stand, from the provider outwards: read from the bottom up, a want passes them from the top down."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scanwright.data.cache.layer import Cached
from scanwright.data.cache.tiers import Tiers
from scanwright.data.fetching.chained import Chained
from scanwright.data.fetching.coalesced import Coalesced
from scanwright.data.fetching.fresh import Fresh
from scanwright.data.fetching.guarded import PATIENCE, Guarded
from scanwright.data.fetching.limited import Limited
from scanwright.data.fetching.retried import Retried
from scanwright.data.fetching.tally import Tally
from scanwright.data.ports import Provider
from scanwright.model.calendars import Calendar
from scanwright.model.clock import Clock

IN_A_CHAIN = 15.0  # seconds that an outage may last where another provider stands by


def bearable(
    providers: Sequence[tuple[Provider, str]],
    clock: Clock,
    tally: Tally,
    *,
    tiers: Tiers | None,
    sessions: Calendar,
    say: Callable[[str], None],
    fresh: frozenset[type] = frozenset(),
) -> Provider:
    """Providers in the order in which they are to be asked, each with what its answers depend on beside its name.

    say: told when one of them does not answer, and when it does again. fresh: the kinds of want for which the cache is
    not asked.
    """
    each: list[Provider] = []
    for at, (provider, scope) in enumerate(providers):
        limited = Limited(provider, clock, tally)
        patience = PATIENCE if at == len(providers) - 1 else IN_A_CHAIN
        guarded = Guarded(limited, clock, tally, say=say, patience=patience)
        retried = Retried(guarded, tally)
        kept = Cached(retried, tiers, clock, sessions, scope=scope) if tiers else retried
        each.append(Fresh(kept, retried, fresh) if fresh else kept)
    return Coalesced(each[0] if len(each) == 1 else Chained(each), tally)
