"""Who can be asked: what each provider has, what asking costs, and what is lacking before it can be."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from scanwright.app.rows import Cell, Rows, of_objects
from scanwright.data import providers
from scanwright.data.ports import (
    ActionsWanted,
    ChainWanted,
    Costs,
    DayWanted,
    FactsWanted,
    MembersWanted,
    Offers,
    QuotesWanted,
    SymbolsWanted,
)

if TYPE_CHECKING:
    from scanwright.app.settings import Settings
    from scanwright.model.clock import Clock

TABLES: Mapping[type, str] = {
    DayWanted: "whole days",
    SymbolsWanted: "symbols",
    ActionsWanted: "splits and dividends",
    ChainWanted: "chains",
    QuotesWanted: "quotes",
    FactsWanted: "figures",
    MembersWanted: "lists",
}
"""What wants are about, beside bars and events, in a person's words."""

NAMES = (
    *("provider", "lacks", "bars", "back", "per_request", "adjusted", "tables", "events"),
    *("limit", "at_once", "dollars", "delayed", "title"),
)
PLAIN = ("provider", "bars", "back", "per_request", "limit", "delayed", "tables", "events")


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Offered:
    """A provider under the settings that hold; lacks: why it cannot be asked, empty where it can."""

    provider: str
    title: str
    lacks: str
    offers: Offers | None
    costs: Costs | None


def offered(settings: Settings, clock: Clock) -> Sequence[Offered]:
    """Every provider; of one whose library is not installed only what it is and what installs it."""
    return [_offered(name, settings, clock) for name in providers.names()]


def lacks_of(settings: Settings) -> Mapping[str, str]:
    """Why each provider cannot be asked; empty for those that can."""
    return {name: providers.lacking(providers.declared(name), settings.provider(name)) for name in providers.names()}


def _offered(name: str, settings: Settings, clock: Clock) -> Offered:
    declared, own = providers.declared(name), settings.provider(name)
    made = None if providers.unavailable(declared) else declared.make(own, clock)
    return Offered(
        provider=name,
        title=declared.title,
        lacks=providers.lacking(declared, own),
        offers=None if made is None else made.offers,
        costs=None if made is None else made.costs,
    )


def offered_rows(found: Sequence[Offered], names: Sequence[str] = NAMES) -> Rows:
    """A row for each provider."""
    return of_objects(names, (_row(each) for each in found))


def offered_lines(found: Sequence[Offered]) -> Sequence[str]:
    """What stands under the table: who cannot be asked, and why."""
    return [f"cannot be asked yet: {each.lacks}" for each in found if each.lacks]


def _row(each: Offered) -> Mapping[str, Cell]:
    said: dict[str, Cell] = dict.fromkeys(NAMES)
    said |= {"provider": each.provider, "title": each.title, "lacks": each.lacks}
    if each.offers is not None and each.costs is not None:
        said |= {**_of_offers(each.offers), **_of_costs(each.costs)}
    return said


def _of_offers(offers: Offers) -> Mapping[str, Cell]:
    has_bars = bool(offers.intervals)
    return {
        "bars": " ".join(str(each) for each in sorted(offers.intervals)),
        "back": _back(offers) if has_bars else "",
        "per_request": offers.most_symbols if has_bars else None,
        "adjusted": offers.adjusted if has_bars else "",
        "tables": ", ".join(word for want, word in TABLES.items() if want in offers.wants),
        "events": ", ".join(offers.events),
        "delayed": None if offers.delayed is None else offers.delayed.total_seconds(),
    }


def _of_costs(costs: Costs) -> Mapping[str, Cell]:
    limit = f"{costs.requests:g} in {costs.seconds:g} s"
    return {"limit": limit, "at_once": costs.at_once, "dollars": costs.dollars}


def _back(offers: Offers) -> str:
    """How far back bars reach: once where all intervals reach as far, else of each.

    >>> from scanwright.model.interval import Interval
    >>> days = {Interval.MINUTE: 29, Interval.HOUR: 729, Interval.MINUTES_30: 29, Interval.DAY: None}
    >>> _back(Offers(wants=frozenset(), intervals=days))
    '1m 30m 29 days, 1h 729 days, 1d all'
    """
    alike: dict[int | None, list[str]] = {}
    for interval in sorted(offers.intervals):
        alike.setdefault(offers.intervals[interval], []).append(str(interval))
    told = {"all" if days is None else f"{days:,} days": names for days, names in alike.items()}
    if len(told) == 1:
        return next(iter(told))
    return ", ".join(f"{' '.join(names)} {depth}" for depth, names in told.items())
