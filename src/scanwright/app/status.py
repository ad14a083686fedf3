"""The state of a market: what it holds and from whom, how complete and how old it is, who can be asked, the cache."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from scanwright.app.offered import lacks_of
from scanwright.app.rows import Cell, Rows, of_objects
from scanwright.app.worth import chains_worth, table_worth, worth_of
from scanwright.data.cache.tier import Tally
from scanwright.data.cache.tiers import totals
from scanwright.data.completeness import Presence, presence
from scanwright.model.interval import Interval

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


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Kept:
    """The cache of a folder: what each tier did, and the entries and bytes on the disk."""

    folder: Path
    tiers: Mapping[str, Tally]
    entries: int
    bytes: int


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Status:
    """A market as it stands.

    lacks: of each provider, why it cannot be asked here, empty where it can. tables, chains: from whom what is not bars
    came, and how old it is.
    """

    market: MarketStatus
    intervals: Sequence[Standing]
    lacks: Mapping[str, str]
    tables: Mapping[str, str]
    chains: str
    kept: Kept


def status_of(market: Market, settings: Settings, clock: Clock) -> Status:
    """The state of a market now."""
    held = market.stored.status()
    now = clock.now()
    tiers, (entries, size) = asyncio.run(totals(settings.cache.folder, clock))
    return Status(
        market=held,
        intervals=[_standing(market, each, now) for each in held.intervals if each.bars],
        tables={name: table_worth(market.stored, name, now) for name in market.stored.tables()},
        chains=chains_worth(market.stored, now),
        lacks=lacks_of(settings),
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
NAMES = (*PLAIN, "bars", "files", "bytes", "data_hash")


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
    return [{**whole, **_of_source(each, held)} for each in standing.sources] or [whole]


def _of_source(source: Source, held: IntervalStatus) -> Mapping[str, Cell]:
    """A source, from where to where the bars are that it speaks of: it may have been asked for more than there is."""
    return {
        "source": source.name,
        "symbols": source.symbols,
        "first": max(source.first, held.first),
        "last": min(source.last, held.last),
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
        "tables": [{"table": name, "worth": told} for name, told in found.tables.items()],
        "option_chains": found.chains or None,
        "providers": [{"provider": name, "lacks": lacks} for name, lacks in found.lacks.items()],
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
        "sources": [dict(_of_source(each, held)) for each in standing.sources],
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
    for each in found.intervals:
        lines.append(f"{each.held.interval}: {each.worth.sentence()}")
        refused = sorted(each.held.quarantined.items(), key=lambda item: (-item[1], item[0]))
        if refused:
            lines.append(f"{each.held.interval} in quarantine: " + ", ".join(f"{n:,} {why}" for why, n in refused))
    lines += [*found.tables.values(), found.chains or "no option chains"]
    able = ", ".join(name for name, lacks in found.lacks.items() if not lacks)
    unable = ", ".join(name for name, lacks in found.lacks.items() if lacks)
    lines.append(f"can be asked: {able}" + (f"; not yet: {unable} (scanwright data providers)" if unable else ""))
    tiers = "; ".join(
        f"{name} {each.hits:,} hits, {each.misses:,} misses, {each.stale:,} stale served, "
        f"{each.bytes_read:,} bytes read, {each.bytes_written:,} written"
        for name, each in kept.tiers.items()
    )
    amount = f"{kept.entries:,} entries, {kept.bytes:,} bytes"
    lines.append(f"cache in {kept.folder}: {amount}; {tiers}" if tiers else f"cache in {kept.folder}: nothing yet")
    return lines
