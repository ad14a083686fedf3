"""Bringing files into a market, which is made when the first of them comes."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Literal

from scanwright.model.errors import Absent, SettingsError
from scanwright.model.interval import Interval
from scanwright.store.market import Market, create
from scanwright.store.progress import Progress, Stamps, unheard
from scanwright.store.report import ImportReport


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """The market that files are to come into; name and calendar are for one that is not there yet."""

    folder: Path
    name: str | None = None
    calendar: Literal["us_stocks", "always_open"] | None = None

    def kept_by(self, provider: str) -> Arrival:
        """With the calendar of a provider, where nobody named one and the market is not there yet."""
        if self.calendar is not None or (self.folder / "market.json").exists():
            return self
        from scanwright.data.providers import declared

        return dataclasses.replace(self, calendar=declared(provider).calendar)


def importing(
    arrival: Arrival,
    path: Path,
    *,
    interval: str | None = None,
    stamps: Stamps = "start",
    zone: str = "UTC",
    progress: Progress = unheard,
) -> ImportReport:
    """Import a file or a folder, and derive the panel so that the next scan finds it.

    Where nothing could be imported, a market that was made for it is taken away again.
    """
    known = None if interval is None else Interval.read(interval)
    market, made = arrived(arrival)
    try:
        report = market.import_file(path, interval=known, stamps=stamps, zone=zone, progress=progress)
    finally:
        if made is not None and not market.status().generation:
            unmade(made)
    if report.interval is not None and market.intervals():
        market.panel(report.interval)
    return report


def arrived(arrival: Arrival) -> tuple[Market, Path | None]:
    """The market, and the topmost folder that was made for it, if any."""
    folder = arrival.folder
    if folder.is_file():
        raise SettingsError(expected="a folder for the market", found=f"a file at {folder}", todo="name another place")
    try:
        market = Market.open(folder)
    except Absent:
        top = folder
        while not top.exists() and not top.parent.exists():
            top = top.parent
        fresh = not top.exists()
        name = arrival.name or folder.absolute().name
        market = create(folder, name=name, calendar=arrival.calendar or "us_stocks")
        return market, top if fresh else folder / "market.json"
    if arrival.calendar not in {None, market.calendar}:
        raise SettingsError(
            expected=f"the calendar of {folder}, {market.calendar}",
            found=arrival.calendar,
            todo="choose another folder for another calendar",
        ) from None
    return market, None


def unmade(made: Path) -> None:
    """Take away what was made, and nothing else."""
    if made.name == "market.json":
        for name in ("market.json", "manifest.json", "lock"):
            (made.parent / name).unlink(missing_ok=True)
    else:
        shutil.rmtree(made, ignore_errors=True)
