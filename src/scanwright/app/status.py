"""The state of a market: what it holds and from whom, how complete and how old it is, who can be asked, the cache."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from scanwright.app.rows import Cell, Rows, of_objects
from scanwright.app.worth import worth_of
from scanwright.data import providers
from scanwright.data.cache.tier import Tally
from scanwright.data.cache.tiers import totals
from scanwright.data.completeness import Presence, presence
from scanwright.model.interval import Interval
from scanwright.model.secret import Secret

if TYPE_CHECKING:
    from pathlib import Path

    from scanwright.app.market import Market
    from scanwright.app.settings import Settings
    from scanwright.model.clock import Clock
    from scanwright.model.panel import Ints, Panel, Times
    from scanwright.model.worth import Worth
    from scanwright.store.manifest import Series, Source
    from scanwright.store.status import IntervalStatus, MarketStatus

SOURCES = 8  # shown of an interval, the latest ones


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Standing:
    """One interval: what the store counts, where it came from, its worth, and how complete it is, in percent."""

    held: IntervalStatus
    sources: Sequence[Source]
    worth: Worth
    complete: float


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """A provider: whether it can be asked here, and why not; key: `set`, `not set`, or empty where it has none."""

    provider: str
    available: bool
    reason: str
    key: str
    title: str


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Kept:
    """The cache of a folder: what each tier did, and the entries and bytes on the disk."""

    folder: Path
    tiers: Mapping[str, Tally]
    entries: int
    bytes: int


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Status:
    """A market as it stands."""

    market: MarketStatus
    intervals: Sequence[Standing]
    asking: Sequence[Asking]
    kept: Kept


def status_of(market: Market, settings: Settings, clock: Clock) -> Status:
    """The state of a market now."""
    held = market.stored.status()
    now = clock.now()
    tiers, (entries, size) = asyncio.run(totals(settings.cache.folder, clock))
    return Status(
        market=held,
        intervals=[_standing(market, each, now) for each in held.intervals if each.bars],
        asking=[_asking(name, settings) for name in providers.names()],
        kept=Kept(folder=settings.cache.folder, tiers=tiers, entries=entries, bytes=size),
    )


def presence_of(market: Market, interval: Interval) -> Presence | None:
    """The sessions of a stored interval by symbol; nothing of weeks and months."""
    if interval > Interval.DAY:
        return None
    panel = market.stored.panel(interval)
    return presence(panel, _untraded(market, interval, panel))


def _untraded(market: Market, interval: Interval, panel: Panel) -> tuple[Ints, Times]:
    """The stored bars on which nothing was traded, by column and stamp."""
    import polars as pl

    found = market.stored.untraded(interval)
    columns = found["symbol"].cast(pl.Enum(panel.symbols)).to_physical().to_numpy().astype(np.int64)
    return columns, found["ts"].cast(pl.Datetime("ms")).to_numpy().astype("M8[s]")


def _standing(market: Market, held: IntervalStatus, now: dt.datetime) -> Standing:
    series: Series = market.stored.series(held.interval)
    found = presence_of(market, held.interval)
    worth = worth_of(series, market.stored.panel(held.interval), None, now)
    if found is not None:
        worth = dataclasses.replace(worth, lacking=found.lacking)
    complete = float("nan") if found is None else found.percent
    return Standing(held=held, sources=series.sources[-SOURCES:], worth=worth, complete=complete)


def _asking(name: str, settings: Settings) -> Asking:
    declared = providers.declared(name)
    own = settings.provider(name)
    keys = [each for field in dataclasses.fields(own) if isinstance(each := getattr(own, field.name), Secret)]
    reason = providers.unavailable(declared)
    key = "" if not keys else "set" if any(each.reveal() for each in keys) else "not set"
    return Asking(provider=name, available=not reason, reason=reason, key=key, title=declared.title)


NAMES = (
    "interval",
    "source",
    "symbols",
    "first",
    "last",
    "behind",
    "complete",
    "lacking",
    "quarantined",
    "delayed",
    "asked",
    "bars",
    "files",
    "bytes",
    "data_hash",
)
PLAIN = (
    "interval",
    "source",
    "symbols",
    "first",
    "last",
    "behind",
    "complete",
    "lacking",
    "quarantined",
    "delayed",
    "asked",
)


def status_rows(found: Status, names: Sequence[str] = NAMES) -> Rows:
    """A row for each interval and source; what is of the interval stands in each."""
    return of_objects(names, (row for each in found.intervals for row in _rows_of(each)))


def _rows_of(standing: Standing) -> Sequence[Mapping[str, Cell]]:
    held = standing.held
    whole: dict[str, Cell] = {
        "interval": str(held.interval),
        "source": "",
        "symbols": held.symbols,
        "first": held.first,
        "last": held.last,
        "behind": standing.worth.behind,
        "complete": _rounded(standing.complete),
        "lacking": standing.worth.lacking,
        "quarantined": sum(held.quarantined.values()),
        "delayed": None,
        "asked": None,
        "bars": held.bars,
        "files": held.files,
        "bytes": held.size,
        "data_hash": held.data_hash,
    }
    return [{**whole, **_of_source(each)} for each in standing.sources] or [whole]


def _of_source(source: Source) -> Mapping[str, Cell]:
    return {
        "source": source.name,
        "symbols": source.symbols,
        "first": source.first,
        "last": source.last,
        "delayed": source.delayed,
        "asked": f"{source.asked}Z" if source.asked else None,
    }


def status_document(found: Status) -> Mapping[str, object]:
    """A market's facts: intervals with their refused rows by reason and their sources, providers, the cache."""
    held = found.market
    facts = {"name": held.name, "calendar": held.calendar, "generation": held.generation}
    return {
        **facts,
        "symbols_described": held.known,
        "splits": held.splits,
        "intervals": [_interval(each) for each in found.intervals],
        "providers": [dataclasses.asdict(each) for each in found.asking],
        "cache": {
            "folder": str(found.kept.folder),
            "entries": found.kept.entries,
            "bytes": found.kept.bytes,
            "tiers": {name: dataclasses.asdict(each) for name, each in found.kept.tiers.items()},
        },
    }


def _interval(standing: Standing) -> Mapping[str, object]:
    held, worth = standing.held, standing.worth
    return {
        "interval": str(held.interval),
        "symbols": held.symbols,
        "bars": held.bars,
        "first": held.first,
        "last": held.last,
        "behind": worth.behind,
        "complete": _rounded(standing.complete),
        "lacking": worth.lacking,
        "files": held.files,
        "bytes": held.size,
        "quarantined": dict(held.quarantined),
        "data_hash": held.data_hash,
        "sources": [dict(_of_source(each)) for each in standing.sources],
    }


def _rounded(percent: float) -> float | None:
    """Two digits, rounded down: what is not whole does not look whole."""
    return None if percent != percent else int(percent * 100) / 100  # noqa: PLR0124 - NaN is not itself


def symbol_rows(found: Presence, symbols: Sequence[str]) -> Rows:
    """Completeness of some symbols, or of all, the least complete first."""
    chosen = set(symbols)
    rows = [each for each in found.of_symbols() if not chosen or each.symbol in chosen]
    names = ("symbol", "first", "last", "expected", "present", "complete", "missed_last", "behind")
    ordered = sorted(rows, key=lambda each: (each.percent, each.symbol))
    return of_objects(names, ({**dataclasses.asdict(each), "complete": _rounded(each.percent)} for each in ordered))


def day_rows(found: Presence) -> Rows:
    """Completeness of each session, the latest last."""
    names = ("day", "expected", "present", "complete", "bars", "missing")
    return of_objects(
        names,
        (
            {**dataclasses.asdict(each), "complete": _rounded(each.percent), "missing": ",".join(each.missing)}
            for each in found.of_days()
        ),
    )


def status_lines(found: Status) -> Sequence[str]:
    """What stands under the table: the market, the providers, the cache."""
    held, kept = found.market, found.kept
    lines = [f"{held.name}: calendar {held.calendar}, {held.known:,} symbols described, {held.splits:,} splits known"]
    lines += [f"{each.held.interval}: {each.worth.sentence()}" for each in found.intervals]
    lines.append(f"providers: {', '.join(_asked(each) for each in found.asking)}")
    tiers = "; ".join(
        f"{name} {each.hits:,} hits, {each.misses:,} misses, {each.stale:,} stale served"
        for name, each in kept.tiers.items()
    )
    amount = f"{kept.entries:,} entries, {kept.bytes:,} bytes"
    lines.append(f"cache in {kept.folder}: {amount}; {tiers}" if tiers else f"cache in {kept.folder}: nothing yet")
    return lines


def _asked(asking: Asking) -> str:
    if not asking.available:
        return f"{asking.provider} not ({asking.reason})"
    return f"{asking.provider} (no key)" if asking.key == "not set" else asking.provider
