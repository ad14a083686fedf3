"""Providers in a person's order: what one does not offer, refuses, does not know or cannot give, the next is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from scanwright.data.ports import Answer, BarsWanted, Costs, Offers, Provider, Want
from scanwright.model.errors import ProviderError, Refused


class Chained:
    """Several providers as one."""

    def __init__(self, providers: Sequence[Provider]) -> None:
        """The first is asked first."""
        self._providers = providers

    @property
    def name(self) -> str:
        """All of them."""
        return ",".join(each.name for each in self._providers)

    @property
    def offers(self) -> Offers:
        """What the first offers, and the wants of all."""
        import dataclasses

        first = self._providers[0].offers
        wants = frozenset(want for each in self._providers for want in each.offers.wants)
        return dataclasses.replace(first, wants=wants)

    @property
    def costs(self) -> Costs:
        """What the first costs."""
        return self._providers[0].costs

    async def ask(self, want: Want) -> Answer:
        """The first whole answer; the last error says what each one said."""
        told: list[str] = []
        best: Answer | None = None
        last: ProviderError | None = None
        for provider in self._providers:
            if not _offers(provider, want):
                told.append(f"{provider.name} does not offer it")
                continue
            try:
                answer = await provider.ask(want)
            except ProviderError as error:
                told.append(
                    str(error.facts.get("found", error))
                    if len(self._providers) == 1
                    else f"{provider.name}: {error.facts.get('found')}"
                )
                last = error
                continue
            if not answer.absent or provider is self._providers[-1]:
                return answer if best is None or len(answer.table) else best
            best = best or answer
        if best is not None:
            return best
        if last is not None and len(told) == 1:
            raise last
        raise (type(last) if last else Refused)(
            provider=self.name,
            asked=type(want).__name__,
            expected="an answer from one of them",
            found="; ".join(told),
            todo="name another provider after a comma",
        )

    async def close(self) -> None:
        """Close all of them."""
        for each in self._providers:
            await each.close()


def _offers(provider: Provider, want: Want) -> bool:
    offered = provider.offers
    return type(want) in offered.wants and not (isinstance(want, BarsWanted) and want.interval not in offered.intervals)
