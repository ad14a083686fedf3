"""The manifest: which files a market consists of at this moment, replaced as a whole."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scanwright.model.errors import StoreError
from scanwright.model.interval import Interval
from scanwright.store.files import DIGITS, disk, joint_digest, write_whole

MANIFEST = "manifest.json"
FORMAT = 2
PANEL_FORMAT = 2
FACTS_FORMAT = 4
DESCRIBING = ("symbols", "facts", "events", "splits", "dividends", "members")
"""The tables that a panel's facts, events and memberships are derived from."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """One file of the market: its path inside the folder, its rows and the hash of its bytes.

    first, last: the stamps of a file of bars, as text; empty where nobody wrote them down.
    """

    file: str
    rows: int
    sha256: str
    first: str = ""
    last: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where bars, or the rows of a small table, came from: a provider, or an imported file.

    first, last: the stamps of bars that it speaks of, as text; empty for other rows. symbols: how many. asked: when it
    was asked last, in UTC; empty for a file. delayed: for how many seconds it holds its data back; None where it does
    not say.
    """

    name: str
    first: str
    last: str
    symbols: int
    asked: str = ""
    delayed: float | None = None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """The files of one interval.

    bars: by year (month for intraday) in order of time; of one year first the old file, then what came later, which
        stands where both have a bar.
    rows: how many bars these files hold, each bar counted once.
    closed: bars after this stamp were still forming when they came; empty where all of them were whole.
    revisions: what stood before a bar was changed. stretches: what was asked of whom.
    columns: the file that lists the symbols in the order of their permanent columns.
    quarantine: the rows that were refused, counted by reason in `quarantined`.
    first, last: the stamps of the first and the last frame, as text (`2015-03-20`, `2015-03-20T14:31:00`).
    sources: where the bars came from, the one that came last at the end.
    """

    bars: tuple[Kept, ...]
    columns: Kept | None
    first: str = ""
    last: str = ""
    quarantine: Kept | None = None
    quarantined: Mapping[str, int] = dataclasses.field(default_factory=dict[str, int])
    rows: int = 0
    closed: str = ""
    revisions: Kept | None = None
    stretches: Kept | None = None
    sources: tuple[Source, ...] = ()

    def files(self) -> Iterator[Kept]:
        """Every file of the interval."""
        yield from self.bars
        yield from (each for each in (self.columns, self.quarantine, self.revisions, self.stretches) if each)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """All files of a market; `generation` counts the changes.

    tables: the small tables that are not bars, by name (`symbols splits dividends renames events facts members`).
    told: where the rows of each of these came from, the one that came last at the end.
    chains: by day (UTC) the index of the option chains taken on it, with how many rows they have.
    """

    generation: int = 0
    intervals: Mapping[Interval, Series] = dataclasses.field(default_factory=dict[Interval, Series])
    tables: Mapping[str, Kept] = dataclasses.field(default_factory=dict[str, Kept])
    chains: Mapping[str, Kept] = dataclasses.field(default_factory=dict[str, Kept])
    told: Mapping[str, tuple[Source, ...]] = dataclasses.field(default_factory=dict[str, tuple[Source, ...]])

    @property
    def symbols(self) -> Kept | None:
        """The symbol table."""
        return self.tables.get("symbols")

    @property
    def splits(self) -> Kept | None:
        """The splits."""
        return self.tables.get("splits")

    @property
    def describes(self) -> bool:
        """Whether anything is known of the symbols beside their bars."""
        return any(name in self.tables for name in DESCRIBING)

    def files(self) -> frozenset[str]:
        """The paths of all files, inside the market's folder; those of chains stand in the indexes named here."""
        tables = [each.file for each in (*self.tables.values(), *self.chains.values())]
        return frozenset(tables + [each.file for series in self.intervals.values() for each in series.files()])

    def prices_key(self, interval: Interval) -> str:
        """Names the derived arrays of bars: equal keys, equal arrays."""
        series = self.intervals[interval]
        parts = [each.sha256 for each in series.bars]
        return joint_digest(
            str(PANEL_FORMAT), *parts, _hash(series.columns), _hash(self.splits), _hash(self.tables.get("corrections"))
        )[:DIGITS]

    def attributes_key(self, interval: Interval) -> str:
        """Names the derived facts of symbols, dated ones and events included."""
        columns = _hash(self.intervals[interval].columns)
        tables = [_hash(self.tables.get(name)) for name in DESCRIBING]
        return joint_digest(str(FACTS_FORMAT), columns, *tables)[:DIGITS]

    def data_hash(self, interval: Interval) -> str:
        """Names the data that a scan of the interval can see, over the hashes of the files and never of the panel."""
        series = self.intervals[interval]
        parts = [each.sha256 for each in series.bars]
        further = [_hash(kept) for _, kept in sorted(self.tables.items())]
        return joint_digest(interval, *parts, _hash(series.revisions), *further)[:16]

    def panel_names(self) -> frozenset[str]:
        """The states and the folders of facts that belong to these files, inside the market's folder."""
        return frozenset(
            f"panel/{interval}/{name}"
            for interval in self.intervals
            for name in (f"{self.prices_key(interval)}.json", f"attributes-{self.attributes_key(interval)}")
        )


def _hash(kept: Kept | None) -> str:
    return kept.sha256 if kept else ""


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Make these files the market, at once."""
    write_whole(folder / MANIFEST, _text(manifest).encode())


def read_manifest(folder: Path) -> Manifest:
    """The files of a market as they are now."""
    path = folder / MANIFEST
    with disk(path):
        text = path.read_text(encoding="utf-8")
    try:
        return _manifest(json.loads(text))
    except (ValueError, KeyError, TypeError) as error:
        todo = "restore the file from a copy, or import into a new folder"
        raise StoreError(place=path, expected="a manifest of format 1 or 2", found=repr(error), todo=todo) from error


def _text(manifest: Manifest) -> str:
    series = {interval.value: dataclasses.asdict(each) for interval, each in manifest.intervals.items()}
    return json.dumps(dataclasses.asdict(manifest) | {"intervals": series, "format": FORMAT}, indent=1)


def _manifest(raw: dict[str, Any]) -> Manifest:
    if raw["format"] == 1:
        raw = {**raw, "tables": {name: raw[name] for name in ("symbols", "splits") if raw[name]}}
    elif raw["format"] != FORMAT:
        message = f"format {raw['format']}"
        raise ValueError(message)
    return Manifest(
        generation=raw["generation"],
        intervals={Interval(name): _series(each) for name, each in raw["intervals"].items()},
        tables={name: Kept(**each) for name, each in raw["tables"].items()},
        chains={day: Kept(**each) for day, each in raw.get("chains", {}).items()},
        told={name: tuple(Source(**each) for each in told) for name, told in raw.get("told", {}).items()},
    )


def _series(raw: dict[str, Any]) -> Series:
    return Series(
        bars=tuple(Kept(**each) for each in raw["bars"]),
        columns=_kept(raw["columns"]),
        first=raw["first"],
        last=raw["last"],
        quarantine=_kept(raw["quarantine"]),
        quarantined=raw["quarantined"],
        rows=raw.get("rows", sum(each["rows"] for each in raw["bars"])),
        closed=raw.get("closed", ""),
        revisions=_kept(raw.get("revisions")),
        stretches=_kept(raw.get("stretches")),
        sources=tuple(Source(**each) for each in raw.get("sources", ())),
    )


def _kept(raw: dict[str, Any] | None) -> Kept | None:
    return Kept(**raw) if raw else None
