"""A circuit breaker for each provider and kind of want: what does not answer is left alone, and tried by one at a time."""

from __future__ import annotations

import asyncio

from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.model import OpenedState

from scanwright.data.fetching.around import Around
from scanwright.data.fetching.tally import Tally
from scanwright.data.ports import Answer, Provider, Want
from scanwright.model.clock import Clock
from scanwright.model.errors import ProviderError, Unavailable

FAILURES = 8  # one after the other
LEFT_ALONE = 2.0  # seconds until somebody tries
PATIENCE = 120.0  # seconds that a want waits for a provider to come back
CLOSED = "closed"


class Guarded(Around):
    """A provider that is left alone while it is out; wants wait for it rather than fail one by one."""

    def __init__(
        self, inner: Provider, clock: Clock, tally: Tally, *, left_alone: float = LEFT_ALONE, patience: float = PATIENCE
    ) -> None:
        """Left alone for so many seconds at a time; a want waits at most `patience` seconds."""
        super().__init__(inner)
        self._clock, self._tally, self._left_alone, self._patience = clock, tally, left_alone, patience
        self._breakers = AsyncCircuitBreakerFactory(
            default_threshold=FAILURES, default_ttl=left_alone, exclude=[(ProviderError, _is_no_outage)]
        )
        self._probe = asyncio.Lock()
        self._since: dict[str, str] = {}

    async def ask(self, want: Want) -> Answer:
        """Ask where the provider is up; where it is out, wait until it is back, or until patience ends."""
        circuit = f"{self.name} {type(want).__name__}"
        begun = self._clock.monotonic()
        while True:
            breaker = await self._breakers.get_breaker(circuit)
            if breaker.context.state == CLOSED:
                self._since.pop(circuit, None)
                return await self._asked(circuit, want)
            if self._clock.monotonic() - begun > self._patience:
                raise self._out(circuit, want)
            async with self._probe:
                if (await self._breakers.get_breaker(circuit)).context.state == CLOSED:
                    continue
                try:
                    return await self._asked(circuit, want)
                except (OpenedState, Unavailable):
                    await asyncio.sleep(self._left_alone / 2)

    async def _asked(self, circuit: str, want: Want) -> Answer:
        breaker = await self._breakers.get_breaker(circuit)
        async with breaker:
            try:
                return await self.inner.ask(want)
            finally:
                if breaker.context.state != CLOSED and circuit not in self._since:
                    self._since[circuit] = f"{self._clock.now():%Y-%m-%d %H:%M:%S} UTC"
                    self._tally.outages += 1

    def _out(self, circuit: str, want: Want) -> Unavailable:
        return Unavailable(
            provider=self.name,
            asked=type(want).__name__,
            expected="an answer",
            found=f"none since {self._since.get(circuit, 'a while')}",
            todo="try again later, or name another provider after a comma",
        )


def _is_no_outage(error: BaseException) -> bool:
    """Refusals, limits and broken answers say that somebody is there."""
    return not isinstance(error, Unavailable)
