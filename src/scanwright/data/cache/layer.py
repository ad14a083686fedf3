"""A provider behind the cache: what was asked already, and is still good, costs nothing.

1. A want whose kind is not kept goes through.
2. Where one address may serve this data or that, on a day of its own, it is asked once which: others' answers are
   not its own.
3. A fresh entry is the answer, or the refusal that was.
4. Else one process asks and the others wait for what it comes with.
5. Where nobody answers, an entry that is past its time stands in, and says so.
"""

from __future__ import annotations

import asyncio
import dataclasses

from scanwright.data.cache.entry import Entry, key_of
from scanwright.data.cache.lifetimes import REFUSED, is_kept, lifetime_of
from scanwright.data.cache.tiers import Tiers
from scanwright.data.fetching.around import Around
from scanwright.data.ports import Answer, PresentWanted, Provider, Want
from scanwright.model.calendars import Calendar
from scanwright.model.clock import Clock
from scanwright.model.errors import DataError, ProviderError, Refused, UnknownSymbol


class Cached(Around):
    """A provider whose answers are kept.

    scope: what else an answer depends on (address, account), so that others do not get it.
    """

    def __init__(self, inner: Provider, tiers: Tiers, clock: Clock, sessions: Calendar, *, scope: str = "") -> None:
        """Stand before a provider; the tiers may be shared with other providers."""
        super().__init__(inner)
        self._tiers, self._clock, self._sessions = tiers, clock, sessions
        self._scope = f"{inner.name} {scope}"
        self._edition: str | None = None
        self._turn = asyncio.Lock()

    async def ask(self, want: Want) -> Answer:
        """The kept answer while it is good, else the provider's."""
        if not is_kept(want):
            return await self.inner.ask(want)
        scope = self._scope if isinstance(want, PresentWanted) else f"{self._scope}{await self._served()}"
        key = key_of(scope, want)
        found = await self._tiers.find(key)
        if found and found[0].is_fresh(self._clock.now()):
            return _given(*found)
        try:
            came = await self._tiers.claim(key)
            return await self._asked(key, want, found) if came is None else _given(*came)
        finally:
            await self._tiers.release(key)

    async def _served(self) -> str:
        """Which data is served, and on which day of its own; nothing where that cannot change."""
        if PresentWanted not in self.inner.offers.wants:
            return ""
        async with self._turn:
            if self._edition is None:
                now = await self.ask(PresentWanted())
                self._edition = f" {now.edition} {now.as_of:%Y-%m-%d}"
        return self._edition

    async def _asked(self, key: str, want: Want, old: tuple[Entry, str] | None) -> Answer:
        now = self._clock.now()
        try:
            answer = await self.inner.ask(want)
        except (Refused, UnknownSymbol) as error:
            await self._tiers.keep(key, Entry(found=error, fresh=now + REFUSED, keep=now + REFUSED))
            raise
        except ProviderError:
            if old is None or isinstance(old[0].found, DataError) or not old[0].is_usable(now):
                raise
            self._tiers.served_stale(old[1])
            return dataclasses.replace(_given(*old), stale=True)
        fresh, keep = lifetime_of(want, now, self._sessions)
        await self._tiers.keep(key, Entry(found=answer, fresh=fresh, keep=keep))
        return answer


def _given(entry: Entry, tier: str) -> Answer:
    """An entry's answer, with the tier that had it; its refusal is raised again."""
    if isinstance(entry.found, Answer):
        return dataclasses.replace(entry.found, tier=tier, requests=0)
    raise entry.found
