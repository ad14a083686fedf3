"""What every layer is: a provider that stands before another one and looks like it."""

from __future__ import annotations

from scanwright.data.ports import Answer, Costs, Offers, Provider, Want


class Around:
    """A provider before a provider; a layer says what is different in `ask`."""

    def __init__(self, inner: Provider) -> None:
        """Stand before `inner`."""
        self.inner = inner

    @property
    def name(self) -> str:
        """The inner one's."""
        return self.inner.name

    @property
    def offers(self) -> Offers:
        """The inner one's."""
        return self.inner.offers

    @property
    def costs(self) -> Costs:
        """The inner one's."""
        return self.inner.costs

    async def ask(self, want: Want) -> Answer:
        """The inner one's answer."""
        return await self.inner.ask(want)

    async def close(self) -> None:
        """Close the inner one."""
        await self.inner.close()
