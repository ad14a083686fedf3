"""What a market holds, counted from its manifest."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from scanwright.model.interval import Interval
from scanwright.store.files import disk
from scanwright.store.manifest import Manifest, read_manifest
from scanwright.store.panel import Calendar


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class IntervalStatus:
    """What a market holds of one interval: `bars` stored in `files` files of so many bytes, refused rows by reason."""

    interval: Interval
    symbols: int
    bars: int
    files: int
    size: int
    first: str
    last: str
    quarantined: Mapping[str, int]
    data_hash: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class MarketStatus:
    """What a market holds; `known` counts the rows of the symbol table."""

    name: str
    calendar: Calendar
    generation: int
    known: int
    splits: int
    intervals: tuple[IntervalStatus, ...]


def status_of(folder: Path, name: str, calendar: Calendar) -> MarketStatus:
    """What the market of a folder holds now."""
    manifest = read_manifest(folder)
    return MarketStatus(
        name=name,
        calendar=calendar,
        generation=manifest.generation,
        known=manifest.symbols.rows if manifest.symbols else 0,
        splits=manifest.splits.rows if manifest.splits else 0,
        intervals=tuple(_of(folder, manifest, each) for each in Interval if each in manifest.intervals),
    )


def _of(folder: Path, manifest: Manifest, interval: Interval) -> IntervalStatus:
    series = manifest.intervals[interval]
    with disk(folder):
        size = sum((folder / each.file).stat().st_size for each in series.bars)
    return IntervalStatus(
        interval=interval,
        symbols=series.columns.rows if series.columns else 0,
        bars=series.rows,
        files=len(series.bars),
        size=size,
        first=series.first,
        last=series.last,
        quarantined=series.quarantined,
        data_hash=manifest.data_hash(interval),
    )
