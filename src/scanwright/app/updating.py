"""Bringing a market up to date from providers, as commands and programs ask for it."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np

from scanwright.app.importing import Arrival, arrived, unmade
from scanwright.app.providers import asking, chosen_of
from scanwright.app.settings import Settings
from scanwright.app.universes import ever_named
from scanwright.data.fetching.tally import Tally
from scanwright.data.lists import read_list
from scanwright.data.updating.bringing import FRESH, bring
from scanwright.data.updating.preparing import Order
from scanwright.data.updating.report import UpdateReport
from scanwright.model.clock import Clock
from scanwright.model.errors import SettingsError
from scanwright.model.interval import Interval
from scanwright.store.market import Market

FURTHER = frozenset({"events", "facts"})
UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What is to be brought up to date, and from whom.

    providers: with commas, the first is asked first. url: where the provider is. universe: `all`, symbols with commas,
    or a file of them. deadline: seconds. only_bars: without events and facts. also: with commas, what of these is
    asked for however long it takes.
    """

    providers: str
    url: str = ""
    universe: str = "all"
    interval: Interval = Interval.DAY
    since: np.datetime64 | None = None
    deadline: float | None = None
    only_bars: bool = False
    also: str = ""


def updating(
    arrival: Arrival,
    wish: Wish,
    settings: Settings,
    clock: Clock,
    *,
    say: Callable[[str], None],
    told: Callable[[int, int, Tally], None],
) -> UpdateReport:
    """Bring a market up to date; it is made where it is not there, and taken away again where nothing came."""
    symbols_of(wish.universe, arrival.folder)
    chosen = chosen_of(wish.providers, settings, wish.url)
    market, made = arrived(arrival.kept_by(chosen[0][0]))
    try:
        return asyncio.run(updated(market, wish, settings, clock, say=say, told=told))
    finally:
        if made is not None and not market.status().generation:
            unmade(made)


async def updated(
    market: Market,
    wish: Wish,
    settings: Settings,
    clock: Clock,
    *,
    say: Callable[[str], None],
    told: Callable[[int, int, Tally], None],
) -> UpdateReport:
    """Bring a market that is there up to date; cancelled, it ends with the report of what has come."""
    order = Order(
        market=market,
        interval=wish.interval,
        symbols=symbols_of(wish.universe, market.folder),
        since=wish.since,
        deadline=wish.deadline,
        only_bars=wish.only_bars,
        also=_also(wish.also),
    )
    asked = asking(wish.providers, settings, clock, say=say, url=wish.url, sessions=market.calendar, fresh=FRESH)
    async with asked as provider:
        report = await bring(order, provider, clock, provider.tally, told)
    return dataclasses.replace(report, cache=provider.tiers.tallies(), dollars=provider.tally.dollars)


def _also(text: str) -> frozenset[str]:
    found = frozenset(each.strip() for each in text.split(",") if each.strip())
    if found - FURTHER:
        told = ", ".join(sorted(found - FURTHER))
        raise SettingsError(expected="events or facts in --also", found=told, todo="write --also events,facts")
    return found


def symbols_of(universe: str, folder: Path | None = None) -> tuple[str, ...] | None:
    """The symbols that a text or the file of that name lists, with the lists and indexes of a market; None for all.

    >>> symbols_of("AAPL, MSFT,AAPL"), symbols_of("all")
    (('AAPL', 'MSFT'), None)
    """
    if universe.strip() == "all":
        return None
    if folder is not None and any(sign in universe for sign in ("list:", "index:")):
        return ever_named(universe, Market.open(folder))
    path = Path(universe)
    if "," not in universe and path.is_file():
        found = [each.symbol for each in read_list(path.read_text(encoding="utf-8"))]
    elif path.suffix in {".txt", ".csv"}:
        todo = "write it first"
        raise SettingsError(expected="a file of symbols", found=f"no file {universe}", todo=todo)
    else:
        found = [each.strip() for each in universe.split(",") if each.strip()]
    if not found:
        raise SettingsError(expected="symbols", found=f"none in {universe!r}", todo="for example --universe AAPL,MSFT")
    return tuple(dict.fromkeys(found))


def date_of(text: str, option: str) -> np.datetime64:
    """A date; `SettingsError` where it is none.

    >>> date_of("2015-04-02", "--since")
    np.datetime64('2015-04-02')
    """
    try:
        return np.datetime64(dt.date.fromisoformat(text))
    except ValueError:
        raise SettingsError(expected=f"a date in {option}", found=repr(text), todo="write 2015-01-02") from None


def seconds_of(text: str) -> float:
    """A length of time as people write it.

    >>> seconds_of("90s"), seconds_of("10m"), seconds_of("2h")
    (90.0, 600.0, 7200.0)
    """
    number, unit = (text[:-1], text[-1:]) if text[-1:] in UNITS else (text, "s")
    try:
        seconds = float(number) * UNITS[unit]
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < float("inf"):
        raise SettingsError(expected="a length of time", found=repr(text), todo="for example 90s, 10m or 2h")
    return seconds
