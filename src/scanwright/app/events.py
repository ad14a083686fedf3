"""The events of a market: a table of them, and files and providers that bring them in."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import difflib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scanwright.app.rows import Cell, Rows
from scanwright.model.errors import SettingsError

if TYPE_CHECKING:
    import polars as pl

    from scanwright.app.settings import Settings
    from scanwright.data.events import Layout
    from scanwright.data.ports import Answer, EventKind
    from scanwright.model.clock import Clock
    from scanwright.store.market import Market
    from scanwright.store.report import ImportReport

LONG_AGO = dt.date(1980, 1, 1)
AHEAD = dt.timedelta(days=120)
COLUMNS = ("symbol", "kind", "ts", "timing", "status", "known", "seen", "headline")

PERIODS = ("quarter", "year", "fiscal_year")
"""Figures that name a time, such as 20254, and no amount."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which events: of a kind, of some symbols, due from a date on, or due within so many days from a moment."""

    kind: str = ""
    symbols: Sequence[str] = ()
    since: dt.date | None = None
    upcoming: int | None = None
    now: dt.datetime


def events_of(market: Market, wanted: Wanted) -> pl.DataFrame:
    """The events that are wanted, the latest first; the next ones first where upcoming ones are."""
    import polars as pl

    found = market.table("events")
    if found is None:
        todo = f"scanwright data events --import FILE --kind KIND --market {market.folder}"
        raise SettingsError(expected="a market with events", found="one without", todo=todo)
    if wanted.kind:
        found = found.filter(pl.col("kind") == _held(wanted.kind, found))
    if wanted.symbols:
        found = found.filter(pl.col("symbol").is_in(list(wanted.symbols)))
    if wanted.since is not None:
        found = found.filter(pl.col("ts").dt.date() >= wanted.since)
    if wanted.upcoming is not None:
        last = wanted.now + dt.timedelta(days=wanted.upcoming)
        found = found.filter(pl.col("ts").dt.date() >= wanted.now.date(), pl.col("ts") <= last)
        return found.sort("ts", "symbol", "kind")
    return found.sort("ts", "symbol", "kind", descending=[True, False, False])


def _held(kind: str, events: pl.DataFrame) -> str:
    held = sorted(events["kind"].unique())
    if kind not in held:
        near = "".join(difflib.get_close_matches(kind, held, 1, 0.5))
        todo = f"did you mean {near}?" if near else f"scanwright data events --kind {kind} --import FILE"
        raise SettingsError(expected=f"a kind of event of this market ({' '.join(held)})", found=repr(kind), todo=todo)
    return kind


def event_rows(events: pl.DataFrame, *, short: bool) -> Rows:
    """A row an event: times in UTC, figures last.

    `short` is for people: without columns that none of them has; a date alone, which is kept as its midnight, is one.
    """
    import polars as pl

    figures = [name for name in events.columns if name not in COLUMNS]
    names = [*COLUMNS, *figures]
    if short:
        names = [name for name in names if name == "symbol" or events[name].null_count() < len(events)]
    if short:
        events = events.with_columns(pl.col(each).cast(pl.Int64).cast(pl.String) for each in PERIODS if each in names)
    rows = [tuple(_cell(each, short=short) for each in row) for row in events.select(names).iter_rows()]
    return Rows(names=names, rows=rows)


def _cell(value: object, *, short: bool) -> Cell:
    if isinstance(value, dt.datetime):
        alone = short and value.time() == dt.time()
        return value.date().isoformat() if alone else value.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    return float(value) if isinstance(value, (int, float)) else str(value) if value else None


def kinds_of(events: pl.DataFrame) -> Sequence[str]:
    """How many events of each kind there are, of how many symbols, from when to when."""
    import polars as pl

    told = events.group_by("kind").agg(
        pl.len().alias("count"),
        pl.col("symbol").n_unique(),
        pl.col("ts").min().dt.date().alias("first"),
        pl.col("ts").max().dt.date().alias("last"),
    )
    return [
        f"{count:,} {kind} of {symbols:,} symbols, {first} to {last}"
        for kind, count, symbols, first, last in told.sort("kind").iter_rows()
    ]


def import_events(market: Market, path: Path, layout: Layout, clock: Clock) -> tuple[ImportReport, Sequence[str]]:
    """Bring the events of a file in; what was done, and how it was understood."""
    from scanwright.data.events import read_events

    read = read_events(path, layout, clock.now())
    return market.put("events", read.frame, source=path.name), read.said


def fetch_events(
    market: Market,
    providers: str,
    wanted: Wanted,
    settings: Settings,
    clock: Clock,
    *,
    url: str,
    say: Callable[[str], None],
) -> Sequence[ImportReport]:
    """Ask providers for events: of the kind wanted, or of all kinds that they have."""
    from scanwright.app.providers import asking
    from scanwright.data.ports import EventsWanted
    from scanwright.data.updating.tables import event_rows as rows_of
    from scanwright.data.updating.tables import put_answer

    async def asked() -> Answer:
        async with asking(providers, settings, clock, say=say, url=url, sessions=market.calendar) as provider:
            offered = provider.offers.events
            kinds: list[EventKind] = [each for each in offered if wanted.kind in {"", str(each)}]
            if not kinds or EventsWanted not in provider.offers.wants:
                held = " ".join(offered) or "no events"
                raise SettingsError(
                    expected=f"{wanted.kind or 'events'} from {providers}", found=held, todo="ask another"
                )
            first, last = wanted.since or LONG_AGO, clock.now().date() + AHEAD
            return await provider.ask(
                EventsWanted(kinds=tuple(kinds), symbols=tuple(wanted.symbols), first=first, last=last)
            )

    answer = asyncio.run(asked())
    return [put_answer(market, name, table, answer) for name, table in rows_of(answer).items()]
