"""Asked again where it can help: with jitter, a few times, and never so often that retries become the load."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import stamina
from stamina.instrumentation import set_on_retry_hooks

from scanwright.data.fetching.around import Around
from scanwright.data.fetching.tally import Tally
from scanwright.data.ports import Answer, Provider, Want
from scanwright.model.errors import ProviderError, RateLimited

ATTEMPTS = 6
FIRST, LONGEST, JITTER = 0.2, 5.0, 0.3  # seconds
BUDGET = 0.35  # retries for each request that went well
AT_HAND = 20  # retries that may be made before any went well


class Retried(Around):
    """A provider that is asked again after what may pass."""

    def __init__(self, inner: Provider, tally: Tally, *, first: float = FIRST, longest: float = LONGEST) -> None:
        """Begin with a small budget of retries; answers add to it. `first` and `longest` pause, in seconds."""
        super().__init__(inner)
        set_on_retry_hooks(())  # the tally tells of it, not a line for each
        self._tally, self._budget = tally, float(AT_HAND)
        self._caller = stamina.AsyncRetryingCaller(
            attempts=ATTEMPTS,
            timeout=None,
            wait_initial=first,
            wait_max=longest,
            wait_jitter=min(JITTER, longest),
        )

    async def ask(self, want: Want) -> Answer:
        """The answer, or the last error."""
        return await self._caller(self._again, self._once, want, itertools.count())

    async def _once(self, want: Want, tries: Iterator[int]) -> Answer:
        if next(tries):
            self._tally.retries += 1
        try:
            answer = await self.inner.ask(want)
        except ProviderError:
            self._tally.failed += 1
            raise
        self._budget = min(self._budget + BUDGET, 10.0 * AT_HAND)
        return answer

    def _again(self, error: Exception) -> bool:
        """Whether to ask again: where it can help, and the budget allows."""
        if not (isinstance(error, ProviderError) and error.retryable) or error.facts.get("given_up"):
            return False
        if isinstance(error, RateLimited):
            return True  # somebody is there, and is asked when it has said
        if self._budget < 1:
            return False
        self._budget -= 1
        return True
