"""Some kinds of want go past the cache: whoever brings a market up to date wants what is true now."""

from __future__ import annotations

from scanwright.data.fetching.around import Around
from scanwright.data.ports import Answer, Provider, Want


class Fresh(Around):
    """A provider behind its cache, but for some kinds of want."""

    def __init__(self, kept: Provider, past: Provider, kinds: frozenset[type]) -> None:
        """`kept` stands behind the cache, `past` is the same without."""
        super().__init__(kept)
        self._past, self._kinds = past, kinds

    async def ask(self, want: Want) -> Answer:
        """The answer of the one or the other."""
        return await (self._past if type(want) in self._kinds else self.inner).ask(want)
