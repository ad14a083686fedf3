"""Runs as commands and the server start them: put together from a market, the settings and what was asked."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import secrets
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from typing import Any, cast

import numpy as np

from scanwright.app.market import Market
from scanwright.app.providers import Asked, asking
from scanwright.app.records import definition_of
from scanwright.app.settings import Settings, WallClock
from scanwright.app.wiring import catalogue
from scanwright.data.updating.preparing import Order as Bringing
from scanwright.model.clock import Clock
from scanwright.model.errors import SettingsError
from scanwright.model.panel import FIELDS, Panel
from scanwright.model.run import RunRecord, Stop
from scanwright.scan.definition import Scan, of_table
from scanwright.scan.now import Found
from scanwright.scan.ports import Bars, Records
from scanwright.scan.priority.smart import Smart
from scanwright.scan.run.eta import Past
from scanwright.scan.run.queue import ORDERS, Order
from scanwright.scan.run.recorder import FORETOLD
from scanwright.scan.run.run import Before, Parts, Run
from scanwright.scan.run.stages.bars import Fetched
from scanwright.scan.run.stages.enrich import Enriching
from scanwright.scan.run.stages.screen import Screen

LEARNED_FROM = 200  # runs whose forecasts teach the next
GOOD = "good"
MANY = 250.0  # bars that cost as much again as a request with one


@dataclasses.dataclass(frozen=True, kw_only=True)
class Ask:
    """What a run is asked beside the scan.

    providers: who bars are asked from, with commas; none where those at hand are all. url: where the provider is.
    as_of: a past moment; only bars at hand are looked at then. enriched: whether hits are told with news and options.
    """

    scan: Scan
    order: Order = "smart"
    stop: Stop = dataclasses.field(default_factory=Stop)
    providers: str = ""
    url: str = ""
    as_of: np.datetime64 | None = None
    enriched: bool = False

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        wrong = [] if self.order in ORDERS else [f"order {self.order!r}"]
        if self.as_of is not None and self.providers:
            wrong.append("a provider for a past moment")
        if wrong:
            todo = f"orders are {' '.join(ORDERS)}; leave the provider or the as-of out"
            raise SettingsError(expected="a run that can be made", found="; ".join(wrong), todo=todo)

    def plain(self) -> Mapping[str, object]:
        """As records keep it."""
        stop = {name: value for name, value in dataclasses.asdict(self.stop).items() if value not in (None, "")}
        as_of = None if self.as_of is None else str(self.as_of)
        given = {"order": self.order, "stop": stop, "providers": self.providers, "url": self.url, "as_of": as_of}
        return given | {"enriched": self.enriched}

    @classmethod
    def of(cls, record: RunRecord) -> Ask:
        """What a recorded run was asked."""
        asked: Mapping[str, Any] = record.asked
        return cls(
            scan=of_table({name: value for name, value in record.definition.items() if value}),
            order=asked["order"],
            stop=Stop(**asked["stop"]),
            providers=asked["providers"],
            url=asked["url"],
            as_of=None if asked["as_of"] is None else np.datetime64(asked["as_of"]),
            enriched=asked.get("enriched", False),
        )


def fresh_id() -> str:
    """A name for a run that nobody can guess.

    >>> len(fresh_id())
    16
    """
    return secrets.token_hex(8)


@contextlib.asynccontextmanager
async def running(
    market: Market,
    ask: Ask,
    settings: Settings,
    clock: Clock | None = None,
    *,
    say: Callable[[str], None],
    records: Records | None = None,
    before: Before | None = None,
) -> AsyncGenerator[Run]:
    """A run that is ready to go; what it asks of is closed at the end."""
    clock = clock or WallClock()
    scan = with_good(ask.scan, ask.stop)
    async with contextlib.AsyncExitStack() as open_things:
        bars = enricher = None
        if ask.providers:
            asked = asking(ask.providers, settings, clock, say=say, url=ask.url, sessions=market.stored.calendar)
            frame = np.datetime64(before.frame, "s") if before and before.frame else None
            provider = await open_things.enter_async_context(asked)
            bars = await fetched(market, scan, provider, clock, frame)
            if ask.enriched:
                enricher = Enriching(provider=provider, moment=bars.moment, calendar=market.stored.calendar)
        past = await asyncio.to_thread(past_of, records)
        parts = parts_of(market, scan, bars, clock, as_of=ask.as_of, past=past)
        parts = dataclasses.replace(parts, enricher=enricher)
        yield Run(definition_of(scan), parts, order=ask.order, stop=ask.stop, before=before)


async def fetched(
    market: Market, scan: Scan, provider: Asked, clock: Clock, frame: np.datetime64 | None = None
) -> Fetched:
    """Bars that are asked for: of the symbols that the universe names, or of everybody; of a frame, or of the last."""
    symbols = await asyncio.to_thread(named, market, scan)
    order = Bringing(market=market.stored, interval=scan.interval, symbols=symbols)

    def panel() -> Panel:
        if scan.interval not in market.stored.intervals():
            return nothing_yet(market, scan)
        return market.panel(scan.interval, None, scan.adjust)

    return await Fetched.ready(order, provider, provider.tally, clock, panel, frame)


def nothing_yet(market: Market, scan: Scan) -> Panel:
    """The panel of a market that has no bars."""
    empty = np.empty((0, 0))
    return Panel(
        interval=scan.interval,
        symbols=(),
        ts=np.array([], "M8[s]"),
        fields=dict.fromkeys(FIELDS, empty),
        bar=np.empty((0, 0), np.uint8),
        calendar=market.stored.calendar,
        market=market.name,
    )


def named(market: Market, scan: Scan) -> tuple[str, ...] | None:
    """The symbols that a universe names; None where it names none, so that it is about everybody."""
    groups = scan.universes()[0].groups
    if not groups:
        return None
    sets = market.sets(scan, nothing_yet(market, scan))
    called = [{each.symbol for each in sets.of(group)} for group in groups]
    return tuple(sorted(called[0].intersection(*called[1:])))


def parts_of(
    market: Market,
    scan: Scan,
    bars: Bars | None,
    clock: Clock,
    *,
    as_of: np.datetime64 | None = None,
    past: Sequence[Past] = (),
) -> Parts:
    """A run's parts over a market."""
    screen = Screen(scan, catalogue(), lambda panel: market.sets(scan, panel), threads=market.threads)

    def whole() -> Found:
        panel = market.panel(scan.interval, as_of, scan.adjust)
        found = market.warm.now(scan, panel, catalogue(), threads=market.threads, sets=market.sets(scan, panel))
        notes = [*market.notes(scan.interval, panel, as_of), *found.receipt.warnings]
        worth = market.worth(scan, panel, as_of)
        return dataclasses.replace(found, receipt=dataclasses.replace(found.receipt, warnings=notes, worth=worth))

    def first(panel: Panel, frame: np.datetime64, lacking: Mapping[str, int]) -> Smart:
        return first_of(screen, panel, frame, lacking)

    return Parts(
        screen=screen,
        whole=whole,
        clock=clock,
        catalogue=catalogue(),
        bars=bars,
        first=first,
        good=lambda hit: hit.values.get(GOOD) is True,
        past=past,
    )


def first_of(screen: Screen, panel: Panel, frame: np.datetime64, lacking: Mapping[str, int]) -> Smart:
    """The order for a frame: what is known is what ends before it."""
    row = int(np.searchsorted(panel.ts, frame))
    before = panel.rows(0, row)
    empty = {name: np.full((1, panel.shape[1]), np.nan) for name in panel.fields}
    after = dataclasses.replace(
        panel.rows(0, 0), ts=np.array([frame], "M8[s]"), fields=empty, bar=np.zeros((1, panel.shape[1]), np.uint8)
    )
    cost = np.array([1.0 + max(lacking.get(symbol, 1) - 1, 0) / MANY for symbol in panel.symbols])
    return Smart(screen.case(panel), before, after, cost)


def with_good(scan: Scan, stop: Stop) -> Scan:
    """The scan with what makes a hit good as a column, so that it is seen beside each."""
    if not stop.good_if:
        return scan
    if GOOD in scan.columns:
        raise SettingsError(expected=f"no column {GOOD!r} beside --good", found="one", todo="call the column otherwise")
    return dataclasses.replace(scan, columns={**scan.columns, GOOD: stop.good_if})


def past_of(records: Records | None) -> tuple[Past, ...]:
    """What the latest runs foretold of their ends, and what became of it."""
    runs = records.runs(LEARNED_FROM, status="finished") if records is not None else ()
    told = (cast("Iterable[Mapping[str, Any]]", run.receipt.get(FORETOLD, ())) for run in runs if run.receipt)
    return tuple(Past(**each) for noted in told for each in noted)


def record_of(ask: Ask, market: Market, now: dt.datetime, id: str = "") -> RunRecord:
    """The record of a run that starts."""
    return RunRecord(
        id=id or fresh_id(),
        status="running",
        started=now,
        definition=definition_of(ask.scan),
        asked=ask.plain(),
        market=str(market.folder),
    )
