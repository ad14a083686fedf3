"""A scan that is told as it goes: hits as they come above a progress line, then the ranked table and the receipt."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import signal
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scanwright.app.cli.console import Sink, say, warn
from scanwright.app.documents import receipt_object
from scanwright.app.market import Market
from scanwright.app.records import going
from scanwright.app.records import opened as records_of
from scanwright.app.rows import Format, Rows, number, of_objects
from scanwright.app.running import Ask, record_of, with_good
from scanwright.app.settings import Settings
from scanwright.app.under_way import leave, under_way
from scanwright.app.wiring import clock
from scanwright.model.run import Event, RunRecord
from scanwright.scan.now import Hit
from scanwright.scan.run.run import Before, Run

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from scanwright.store.records.database import Database

SHOWN = 50
Tell = Callable[[Event], None]


def streamed(market: Market, ask: Ask, settings: Settings, sink: Sink, limit: int | None) -> None:
    """Run, tell as it goes, and keep the record; Ctrl-C ends it with a receipt."""
    record = record_of(ask, market, clock().now())
    if ask.providers:
        with records_of(market.folder, settings, clock()) as records, going(market.folder, record.id):
            run = asyncio.run(_story(market, ask, settings, sink, record, records))
    else:
        run = asyncio.run(_story(market, ask, settings, sink, record, None))
        leave(market, run, record, settings, clock(), say=say)
    told_end(market, ask, run, record, sink, limit)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Kept:
    """A run that was interrupted: its record, where it is kept, and what there was of it."""

    record: RunRecord
    records: Database
    before: Before


def continued(market: Market, ask: Ask, settings: Settings, sink: Sink, limit: int | None, kept: Kept) -> None:
    """Go on with a run that was interrupted."""
    with going(market.folder, kept.record.id):
        run = asyncio.run(_story(market, ask, settings, sink, kept.record, kept.records, kept.before))
    told_end(market, ask, run, kept.record, sink, limit)


async def _story(
    market: Market,
    ask: Ask,
    settings: Settings,
    sink: Sink,
    record: RunRecord,
    records: Database | None,
    before: Before | None = None,
) -> Run:
    way = under_way(market, ask, settings, clock(), say=say, record=record, records=records, before=before)
    async with way as run:
        loop = asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, run.cancel)
        with _told(sink) as tell:
            async for event in run.journal.read(before.last if before else 0):
                tell(event)
    return run


def told_end(market: Market, ask: Ask, run: Run, record: RunRecord, sink: Sink, limit: int | None) -> None:
    """The ranked table and the receipt, and what the exit code is to say."""
    if run.failure is not None:
        raise run.failure
    hits = run.found.ranked()
    rows = rows_of(ask, hits, run.found.beside).first(SHOWN if limit is None and sink.is_table else limit)
    if sink.format is not Format.JSONL and (hits or not sink.is_table):
        sink.write(rows, lambda: _document(record, run, rows))
    if run.receipt is not None:
        say(f"{run.reason}: {run.receipt.sentence()}")
        if run.receipt.worth is not None:
            say(run.receipt.worth.sentence())
        warn(run.receipt.warnings)
    if len(rows.rows) < len(hits) and sink.format is not Format.JSONL:
        say(f"the first {len(rows.rows):,} are shown; --limit 0 shows all")
    say(f"run {record.id}; scanwright runs show {record.id} --market {market.folder}")
    if run.reason == "cancelled":
        raise KeyboardInterrupt


def rows_of(ask: Ask, hits: Sequence[Hit], beside: Mapping[str, Mapping[str, float | str]]) -> Rows:
    """Hits as rows: symbol, ts, close, the ranking, the columns, and what stands beside them."""
    scan = with_good(ask.scan, ask.stop)
    names = ("symbol", "ts", "close", *(("rank",) if scan.rank else ()), *scan.columns)
    further = dict.fromkeys(name for each in beside.values() for name in each if name not in names)
    facts = ({**beside.get(hit.symbol, {}), "symbol": hit.symbol, "ts": hit.ts, **hit.values} for hit in hits)
    return of_objects((*names, *further), facts)


def _document(record: RunRecord, run: Run, rows: Rows) -> Mapping[str, object]:
    receipt = None if run.receipt is None else receipt_object(run.receipt)
    facts = {"run": record.id, "reason": run.reason, "scan": dict(record.definition)}
    return facts | {"results": rows.objects(), "receipt": receipt}


@contextlib.contextmanager
def _told(sink: Sink) -> Generator[Tell]:
    """Who tells each event: as lines of JSON, on a terminal as hits above a progress line, else nobody."""
    if sink.format is Format.JSONL:
        with _lines(sink) as write:
            yield write
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import Progress, TextColumn

        with Progress(TextColumn("{task.description}"), console=Console(stderr=True), transient=True) as shown:
            yield _Shown(shown, shown.add_task("looking at what is there"))
    else:
        yield _unheard


@contextlib.contextmanager
def _lines(sink: Sink) -> Generator[Tell]:
    """Each event to standard output as it comes; a file is written whole."""
    kept: list[bytes] = []

    def written(event: Event) -> None:
        sys.stdout.buffer.write(event.line + b"\n")
        sys.stdout.buffer.flush()

    def taken(event: Event) -> None:
        kept.append(event.line)

    yield written if sink.path is None else taken
    if sink.path is not None:
        sink.write_text("".join(f"{line.decode()}\n" for line in kept))


def _unheard(event: Event) -> None:
    del event


@dataclasses.dataclass(frozen=True)
class _Shown:
    """A terminal: hits stay, the line below them moves on."""

    progress: Progress
    task: TaskID

    def __call__(self, event: Event) -> None:
        said = event.read()
        if event.type == "hit":
            values = "  ".join(f"{name} {_worded(value)}" for name, value in said["columns"].items())
            rank = "" if said["rank"] is None else f"  rank {_worded(said['rank'])}"
            mark = "  provisional" if said.get("provisional") else ""
            self.progress.console.print(f"{said['symbol']:<10} {said['ts']}  {values}{rank}{mark}", highlight=False)
        elif event.type == "stage":
            self.progress.update(self.task, description=line_of(said))


def line_of(said: Mapping[str, Any]) -> str:
    """The progress of a stage in a line.

    >>> line_of({"stage": "bars", "done": 20, "total": 100, "hits": 3, "rate": 9.8, "requests": 22, "cached": 0,
    ...          "eta": {"seconds": 8.2, "low": 6.0, "high": 12.4}})
    'bars: 20 of 100, 9.8 a second, 8 s left (6 to 12), 3 hits, 22 requests, 0 from the cache'
    """
    parts = [f"{said['stage']}: {said['done']:,} of {said['total']:,}"]
    if "rate" in said:
        parts.append(f"{said['rate']:.3g} a second")
    if "eta" in said:
        left = said["eta"]
        parts.append(f"{left['seconds']:.0f} s left ({left['low']:.0f} to {left['high']:.0f})")
    parts.append(f"{said['hits']:,} hit{'s' if said['hits'] != 1 else ''}")
    if "requests" in said:
        parts.append(f"{said['requests']:,} requests, {said['cached']:,} from the cache")
    return ", ".join(parts)


def _worded(value: object) -> str:
    return number(float(value)) if isinstance(value, float | int) and not isinstance(value, bool) else str(value)
