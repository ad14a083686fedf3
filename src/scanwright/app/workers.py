"""Executors as people name them, and a market whose scans are done by workers."""

from __future__ import annotations

import contextlib
from collections.abc import Generator

from scanwright.app.market import Market
from scanwright.app.rows import Rows
from scanwright.app.settings import environment_of_ray, processors
from scanwright.app.wiring import catalogue
from scanwright.expr.catalogue import Catalogue
from scanwright.model.errors import SettingsError
from scanwright.model.panel import Panel
from scanwright.scan.blocks.block import Block
from scanwright.scan.blocks.spread import Disk, Spread
from scanwright.scan.definition import Scan
from scanwright.scan.members import Sets
from scanwright.scan.now import Found
from scanwright.workers import Executor, declared, names, unavailable

FACTORY = "scanwright.app.workers:block"


def block() -> Block:
    """What a worker keeps of a market: this is what `FACTORY` names, and what a worker calls."""
    return Block(catalogue())


@contextlib.contextmanager
def executor(text: str, *, workers: int = 0) -> Generator[Executor]:
    """The executor that a person named: `inline`, `threads`, `ray` or `ray=HOST:PORT`; closed at the end.

    workers: how many, where the executor is not to choose.

    >>> with executor("threads", workers=3) as found:
    ...     found.workers
    3
    """
    name, given, address = text.partition("=")
    wanted = declared(name)
    if given and not (wanted.addressed and address):
        todo = f"{name}=HOST:PORT" if wanted.addressed else f"write {name} alone"
        raise SettingsError(expected="an executor, with an address where it has one", found=repr(text), todo=todo)
    lacking = unavailable(wanted)
    if lacking:
        raise SettingsError(expected=f"the executor {name}", found=lacking, todo="threads need no library")
    environment_of_ray()
    found = wanted.open(address, workers or (0 if wanted.addressed else processors()))
    try:
        yield found
    finally:
        found.close()


@contextlib.contextmanager
def on_workers(market: Market, text: str, *, workers: int = 0) -> Generator[Market]:
    """The market, its scans of now done by an executor as long as this lasts; an empty text changes nothing."""
    if not text:
        yield market
        return
    before = market.warm
    with executor(text, workers=workers) as found:
        market.warm = OnWorkers(market, found)
        try:
            yield market
        finally:
            market.warm = before


class OnWorkers:
    """A market's scans of now by an executor; it stands where `Warm` stands."""

    def __init__(self, market: Market, executor: Executor) -> None:
        """Share the market out among the executor's workers."""
        self._market = market
        self._spread = Spread(executor, FACTORY)

    def now(
        self,
        scan: Scan,
        panel: Panel,
        catalogue: Catalogue,
        *,
        threads: int = 1,  # noqa: ARG002 - a worker is one thread, and the executor has its own number of them
        sets: Sets | None = None,
    ) -> Found:
        """What `scan.now` gives."""
        return self._spread.now(scan, panel, catalogue, sets=sets, disk=disk_of(self._market, panel))


def disk_of(market: Market, panel: Panel) -> Disk | None:
    """Where a panel that the market gave can be mapped again; None where it was made from what is stored."""
    read = market.read_as(panel)
    if read is None:
        return None
    interval, as_of, adjust = read
    return Disk(folder=str(market.folder.resolve()), interval=interval, as_of=as_of, adjust=adjust)


def executor_rows() -> Rows:
    """Every executor, what it is, and what it lacks here."""
    found = [declared(name) for name in names()]
    rows = [(each.name, each.summary, unavailable(each) or None) for each in found]
    return Rows(names=("executor", "what", "lacks"), rows=rows)
