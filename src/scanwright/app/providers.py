"""Providers as a command asks them: made from the settings, bearable on a bad network, behind the cache."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import difflib
import hashlib
import typing
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any

from scanwright.app.settings import Settings
from scanwright.data import providers
from scanwright.data.cache import tiers as cache
from scanwright.data.cache.tiers import Tiers
from scanwright.data.fetching.around import Around
from scanwright.data.fetching.compose import bearable
from scanwright.data.fetching.tally import Tally
from scanwright.data.ports import Answer, Provider, Want
from scanwright.data.providers._declared import Address, address_of
from scanwright.model.calendars import calendar
from scanwright.model.clock import Clock
from scanwright.model.errors import SettingsError
from scanwright.model.secret import Secret


class Asked(Around):
    """A provider, or a chain of them, with the counts of what asking took.

    tally: of all providers together. tiers: the cache, for its own counts.
    """

    def __init__(self, inner: Provider, tally: Tally, tiers: Tiers) -> None:
        """Look like `inner`."""
        super().__init__(inner)
        self.tally, self.tiers = tally, tiers

    async def ask(self, want: Want) -> Answer:
        """The answer, counted."""
        answer = await self.inner.ask(want)
        if answer.tier:
            self.tally.cached += 1
        return answer

    async def close(self) -> None:
        """Close the providers and the cache."""
        try:
            await self.inner.close()
        finally:
            await self.tiers.close()


@contextlib.asynccontextmanager
async def asking(
    names: str,
    settings: Settings,
    clock: Clock,
    *,
    say: Callable[[str], None],
    url: str = "",
    sessions: str = "us_stocks",
    fresh: frozenset[type] = frozenset(),
) -> AsyncGenerator[Asked]:
    """The providers of `names` (`massive,yahoo`: the first is asked first), closed at the end.

    say: told when a provider or the shared cache is lost and when it is back. url: where the provider is, instead of
    its settings. sessions: the calendar whose hours say how long an answer is good. fresh: kinds of want that go past
    the cache.
    """
    chosen = chosen_of(names, settings, url)
    tally = Tally()
    kept = settings.cache
    tiers = cache.opened(kept.folder, clock, say=say, memory=kept.memory, disk=kept.disk, redis=kept.redis.reveal())
    made = await asyncio.to_thread(_made, chosen, clock)
    inner = bearable(made, clock, tally, tiers=tiers, sessions=calendar(sessions), say=say, fresh=fresh)
    asked = Asked(inner, tally, tiers)
    try:
        yield asked
    finally:
        await asked.close()


def _made(chosen: Sequence[tuple[str, Any]], clock: Clock) -> Sequence[tuple[Provider, str]]:
    """Each provider with its scope; a provider's library may take a second to load."""
    return [(providers.declared(name).make(own, clock), scope_of(own)) for name, own in chosen]


def chosen_of(names: str, settings: Settings, url: str = "") -> Sequence[tuple[str, Any]]:
    """Each provider with its settings; `SettingsError` says of all that cannot be asked why not."""
    wanted = list(dict.fromkeys(each.strip() for each in names.split(",") if each.strip()))
    wrong: list[str] = [] if wanted else ["no provider at all"]
    known = [each for each in wanted if each in providers.names()]
    for name in (each for each in wanted if each not in known):
        near = difflib.get_close_matches(name, providers.names(), 1, 0.5)
        wrong.append(f"{name!r}" + (f" (did you mean {near[0]}?)" if near else ""))
    found = [(name, settings.provider(name)) for name in known]
    if url and found:
        found = _addressed(found, url)
    wrong += [reason for name, own in found if (reason := providers.lacking(providers.declared(name), own))]
    if wrong:
        raise SettingsError(
            expected=f"providers that can be asked ({' '.join(providers.names())}), with commas between",
            found="; ".join(wrong),
            todo="scanwright data providers says what each needs",
        )
    return found


def _addressed(chosen: list[tuple[str, Any]], url: str) -> list[tuple[str, Any]]:
    """The first that can be told where it is, told so."""
    for at, (name, own) in enumerate(chosen):
        fields = typing.get_type_hints(providers.declared(name).settings, include_extras=True)
        if "url" in fields:
            _checked(url, fields["url"])
            return [*chosen[:at], (name, dataclasses.replace(own, url=url)), *chosen[at + 1 :]]
    named = ", ".join(name for name, _ in chosen)
    raise SettingsError(expected="a provider that has an address", found=named, todo="leave --url out")


def _checked(url: str, kind: object) -> None:
    """Refuse what is no address where one of HTTP is needed."""
    try:
        if kind == Address:
            address_of(url)
    except ValueError as error:
        raise SettingsError(
            expected="an address in --url", found=repr(url), todo=str(error).replace("expected", "give")
        ) from None


def scope_of(own: Any) -> str:  # noqa: ANN401 - each provider has a dataclass of its own
    """What a provider's answers depend on beside the want: its settings, keys too, as a name that tells nothing.

    >>> from scanwright.data.providers.simulated import Settings as Own
    >>> scope_of(Own(key=Secret("a"))) == scope_of(Own(key=Secret("b")))
    False
    """
    values = [(each.name, getattr(own, each.name)) for each in dataclasses.fields(own)]
    told = [(name, value.reveal() if isinstance(value, Secret) else str(value)) for name, value in values]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]
