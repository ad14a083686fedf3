"""From the words of `scan` to a run: its order, its rules, its budget."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from scanwright.app.running import Ask
from scanwright.app.updating import UNITS, seconds_of
from scanwright.model.errors import SettingsError
from scanwright.model.run import Stop
from scanwright.scan.run.queue import Order

if TYPE_CHECKING:
    import numpy as np

    from scanwright.app.cli.console import Sink
    from scanwright.scan.definition import Scan


@dataclasses.dataclass(frozen=True, kw_only=True)
class Given:
    """What a person said of the order and the end of a run."""

    order: Order = "smart"
    stop_after: int | None = None
    good: str = ""
    top: int | None = None
    budget: str = ""

    def stop(self) -> Stop:
        """The rules."""
        hits, good = (None, self.stop_after) if self.good else (self.stop_after, None)
        return dataclasses.replace(budget_of(self.budget), hits=hits, good=good, good_if=self.good, top=self.top)


def run_asked(
    scan: Scan,
    given: Given,
    providers: str,
    url: str,
    preset: str,
    moment: np.datetime64 | None,
    market: Path | None,
    settings: Path | None,
    sink: Sink,
    limit: int | None,
    workers: str = "",
) -> None:
    """Run a scan as it was asked."""
    from scanwright.app.cli.scan_run import streamed
    from scanwright.app.importing import Arrival, arrived, unmade
    from scanwright.app.market import Market
    from scanwright.app.presets import preset as laid_over
    from scanwright.app.providers import chosen_of
    from scanwright.app.settings import Settings
    from scanwright.app.workers import on_workers

    known = Settings.read(file=settings)
    ask = Ask(scan=scan, order=given.order, stop=given.stop(), providers=providers, url=url, as_of=moment)
    ask = laid_over(preset, ask) if preset else ask
    folder = market or known.market
    if not ask.providers:
        from scanwright.store.market import Market as Stored

        with on_workers(Market(Stored.open(folder), threads=known.threads), workers) as shared:
            streamed(shared, ask, known, sink, limit)
        return
    chosen = chosen_of(ask.providers, known, ask.url)
    stored, made = arrived(Arrival(folder=folder).kept_by(chosen[0][0]))
    try:
        with on_workers(Market(stored, threads=known.threads), workers) as shared:
            streamed(shared, ask, known, sink, limit)
    finally:
        if made is not None and not stored.status().generation:
            unmade(made)


def budget_of(text: str) -> Stop:
    """What may be spent: a time, a number of requests, an amount of money, joined with commas.

    >>> budget_of("60s,200r,$1.50")
    Stop(hits=None, good=None, good_if='', seconds=60.0, requests=200, dollars=1.5, top=None)
    """
    found = Stop()
    for part in (each.strip() for each in text.split(",") if each.strip()):
        if part.startswith("$"):
            found = dataclasses.replace(found, dollars=_number(part[1:], part))
        elif part.endswith("r"):
            found = dataclasses.replace(found, requests=int(_number(part[:-1], part)))
        elif part[-1] in UNITS:
            found = dataclasses.replace(found, seconds=seconds_of(part))
        else:
            raise _unread(part)
    return found


def _number(text: str, part: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise _unread(part) from None


def _unread(part: str) -> SettingsError:
    return SettingsError(
        expected="a budget", found=repr(part), todo="write 60s or 10m, 200r for requests, $1.50, joined with commas"
    )
