"""Providers in a person's order: what one does not offer, refuses, does not know or cannot give, the next is asked."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from scanwright.data.ports import (
    Answer,
    BarsWanted,
    Costs,
    FactsWanted,
    Offers,
    PresentWanted,
    Provider,
    QuotesWanted,
    Want,
)
from scanwright.model.errors import ProviderError, Refused

UNKNOWN = "unknown"
"""How the reason begins why a provider has nothing of a symbol that another one may know."""


class Chained:
    """Several providers as one; who gave what is said by `provider` and `given_by` of the answer."""

    def __init__(self, providers: Sequence[Provider]) -> None:
        """The first is asked first."""
        self._providers = providers

    @property
    def name(self) -> str:
        """All of them."""
        return ",".join(each.name for each in self._providers)

    @property
    def offers(self) -> Offers:
        """What the first that has bars offers, and the wants, intervals and events of all; the present is its own."""
        every = [each.offers for each in self._providers]
        first = self._first.offers
        intervals = {interval: depth for each in reversed(every) for interval, depth in each.intervals.items()}
        events = tuple(dict.fromkeys(kind for each in every for kind in each.events))
        others = frozenset(want for each in every for want in each.wants) - {PresentWanted}
        wants = others | (first.wants & {PresentWanted})
        return dataclasses.replace(first, wants=wants, intervals=intervals, events=events)

    @property
    def costs(self) -> Costs:
        """What the first that has bars costs."""
        return self._first.costs

    @property
    def _first(self) -> Provider:
        """The first that has bars."""
        return next((each for each in self._providers if BarsWanted in each.offers.wants), self._providers[0])

    async def ask(self, want: Want) -> Answer:
        """The first whole answer, with symbols that it does not know from the next; an error says what each said."""
        if isinstance(want, PresentWanted):
            return await self._first.ask(want)
        told: list[str] = []
        last: ProviderError | None = None
        for at, provider in enumerate(self._providers):
            if not _offers(provider, want):
                told.append(f"{provider.name} does not offer it")
                continue
            try:
                answer = await provider.ask(want)
            except ProviderError as error:
                told.append(f"{provider.name}: {error.facts.get('found')}")
                last = error
                continue
            return await self._completed(answer, want, self._providers[at + 1 :])
        if last is not None and len(self._providers) == 1:
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

    async def _completed(self, answer: Answer, want: Want, others: Sequence[Provider]) -> Answer:
        """An answer with what the others have of the symbols that are unknown in it."""
        for other in others:
            lacking = tuple(each for each, reason in answer.absent.items() if reason.startswith(UNKNOWN))
            if not lacking or not isinstance(want, BarsWanted | QuotesWanted | FactsWanted) or not _offers(other, want):
                continue
            try:
                more = await other.ask(dataclasses.replace(want, symbols=lacking))
            except ProviderError:
                continue  # what the first said of these symbols stands
            answer = _joined(answer, more, lacking)
        return answer


def _joined(answer: Answer, more: Answer, lacking: Sequence[str]) -> Answer:
    """Two answers as one: who gave which symbols stays known."""
    import polars as pl

    given = {each: more.provider for each in lacking if each not in more.absent}
    absent = {**answer.absent, **more.absent}
    return dataclasses.replace(
        answer,
        table=pl.concat([answer.table, more.table], how="diagonal_relaxed"),
        absent={symbol: reason for symbol, reason in absent.items() if symbol not in given},
        given_by={**answer.given_by, **given, **more.given_by},
        as_of=min(answer.as_of, more.as_of),
        requests=answer.requests + more.requests,
    )


def _offers(provider: Provider, want: Want) -> bool:
    offered = provider.offers
    return type(want) in offered.wants and not (isinstance(want, BarsWanted) and want.interval not in offered.intervals)
