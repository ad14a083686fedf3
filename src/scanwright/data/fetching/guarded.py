"""A circuit breaker for each provider and kind of want: what is out is left alone, and tried by one at a time."""

from __future__ import annotations

import asyncio
import collections
from collections.abc import Callable

from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.model import OpenedState

from scanwright.data.fetching.around import Around
from scanwright.data.fetching.tally import Tally
from scanwright.data.ports import Answer, Provider, Want
from scanwright.model.clock import Clock
from scanwright.model.errors import ProviderError, Unavailable

FAILURES = 8  # one after the other
LEFT_ALONE = 2.0  # seconds until somebody tries
PATIENCE = 120.0  # seconds that an outage may last before wants are given up
CLOSED = "closed"


class Guarded(Around):
    """A provider that is left alone while it is out; wants wait for it rather than fail one by one."""

    def __init__(
        self,
        inner: Provider,
        clock: Clock,
        tally: Tally,
        *,
        say: Callable[[str], None],
        left_alone: float = LEFT_ALONE,
        patience: float = PATIENCE,
    ) -> None:
        """Left alone for so many seconds at a time; in an outage longer than `patience` every want fails at once.

        say: told when an outage begins, and when it is over.
        """
        super().__init__(inner)
        self._clock, self._tally, self._left_alone, self._patience = clock, tally, left_alone, patience
        self._say, self._last = say, ""
        self._breakers = AsyncCircuitBreakerFactory(
            default_threshold=FAILURES,
            default_ttl=left_alone,
            exclude=[(ProviderError, _is_no_outage), asyncio.CancelledError],
        )
        self._probes: dict[str, asyncio.Lock] = collections.defaultdict(asyncio.Lock)
        self._out_since: dict[str, float] = {}

    async def ask(self, want: Want) -> Answer:
        """Ask where the provider is up; where it is out, wait until it is back, or until patience ends."""
        circuit = f"{self.name} {type(want).__name__}"
        if not await self._is_out(circuit):
            return await self._asked(circuit, want)
        async with self._probes[circuit]:
            while await self._is_out(circuit):
                try:
                    return await self._asked(circuit, want)
                except (OpenedState, Unavailable):
                    lasted = self._clock.monotonic() - self._out_since[circuit]
                    if lasted > self._patience:
                        raise self._given_up(want, lasted) from None
                await asyncio.sleep(self._left_alone / 2)
        return await self._asked(circuit, want)

    async def _is_out(self, circuit: str) -> bool:
        breaker = await self._breakers.get_breaker(circuit)
        if breaker.context.state == CLOSED:
            if self._out_since.pop(circuit, None) is not None and not self._out_since:
                self._say(f"{self.name} answers again")
            return False
        if circuit not in self._out_since:
            if not self._out_since:
                self._say(f"{self.name} does not answer ({self._last}); trying for up to {self._patience:.0f} seconds")
            self._out_since[circuit] = self._clock.monotonic()
            self._tally.outages += 1
        return True

    async def _asked(self, circuit: str, want: Want) -> Answer:
        async with await self._breakers.get_breaker(circuit):
            try:
                return await self.inner.ask(want)
            except Unavailable as error:
                self._last = str(error.facts.get("found", error))
                raise

    def _given_up(self, want: Want, lasted: float) -> Unavailable:
        return Unavailable(
            provider=self.name,
            asked=type(want).__name__,
            expected="an answer",
            found=f"none for {lasted:.0f} seconds: {self._last}",
            todo="try again later, or name another provider after a comma",
            given_up=True,
        )


def _is_no_outage(error: BaseException) -> bool:
    """Refusals, limits and broken answers say that somebody is there."""
    return not isinstance(error, Unavailable)
