"""Bars into the market's files: by symbol and time, the later import winning, an unchanged file staying as it is."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from scanwright.model.errors import StoreError
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS
from scanwright.store.files import DIGITS, digest, disk, write_whole
from scanwright.store.manifest import Kept
from scanwright.store.progress import Progress
from scanwright.store.reading import polars_says

KEYS = ("symbol", "ts")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Bars:
    """The files of an interval after a merge, and how many rows were new, changed, or the same."""

    files: tuple[Kept, ...]
    new: int = 0
    changed: int = 0
    same: int = 0


def keep(folder: Path, stem: str, frame: pl.DataFrame) -> Kept:
    """Write a frame as a file that is named by its content."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd")
    return keep_bytes(folder, stem, ".parquet", buffer.getvalue(), len(frame))


def keep_bytes(folder: Path, stem: str, suffix: str, content: bytes, rows: int) -> Kept:
    """Write bytes under a name that has their hash in it; what is there already is not written again."""
    sha256 = digest(content)
    kept = Kept(file=f"{stem}-{sha256[:DIGITS]}{suffix}", rows=rows, sha256=sha256)
    path = folder / kept.file
    with disk(path):
        present = path.exists() and digest(path.read_bytes()) == sha256
    if not present:
        write_whole(path, content)
    return kept


def kept_bytes(folder: Path, kept: Kept) -> bytes:
    """A file of the market, which must be the one that was written."""
    path = folder / kept.file
    with disk(path):
        content = path.read_bytes()
    if digest(content) != kept.sha256:
        todo = "restore the file from a copy, or import its bars into a new market"
        raise StoreError(place=path, expected="the bytes that were written", found="other bytes", todo=todo)
    return content


def kept_frame(folder: Path, kept: Kept) -> pl.DataFrame:
    """A table of the market."""
    with polars_says(kept.file):
        return pl.read_parquet(io.BytesIO(kept_bytes(folder, kept)))


def merge_bars(
    folder: Path, interval: Interval, stored: Sequence[Kept], bars: pl.DataFrame, progress: Progress
) -> Bars:
    """Merge good bars, sorted by symbol and ts, into the files of the years (months, for intraday) that they touch."""
    files = {_period(kept): kept for kept in stored}
    total = Bars(files=())
    parts = list(_parts(interval, bars))
    for at, (period, part) in enumerate(parts):
        stem = f"bars/{interval}/{period}"
        merged, counts = _merge(folder, stem, files.get(period), part)
        files[period] = merged
        total = _sum(total, counts)
        progress(at + 1, len(parts), "files written")
    return dataclasses.replace(total, files=tuple(files[period] for period in sorted(files)))


def _period(kept: Kept) -> str:
    return kept.file.rsplit("/", 1)[1].rsplit("-", 1)[0]


def _parts(interval: Interval, bars: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    style = "%Y-%m" if interval.is_intraday else "%Y"
    period = bars["ts"].dt.truncate("1mo" if interval.is_intraday else "1y")
    for start in period.unique().sort():
        yield f"{start:{style}}", bars.filter(period == start)


def _merge(folder: Path, stem: str, kept: Kept | None, coming: pl.DataFrame) -> tuple[Kept, Bars]:
    if kept is None:
        return keep(folder, stem, coming), Bars(files=(), new=len(coming))
    stored = kept_frame(folder, kept)
    met = coming.join(stored, on=KEYS, how="left", suffix=" stood", maintain_order="left")
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name} stood")) for name in FIELDS)
    stood = pl.col("close stood").is_not_null()
    new, changed = met.select((~stood).sum().alias("new"), (stood & differs).sum().alias("changed")).row(0)
    counts = Bars(files=(), new=new, changed=changed, same=len(coming) - new - changed)
    if not new + changed:
        return kept, counts
    rest = stored.join(coming, on=KEYS, how="anti")
    return keep(folder, stem, pl.concat([rest, coming]).sort(KEYS)), counts


def _sum(one: Bars, other: Bars) -> Bars:
    return Bars(files=(), new=one.new + other.new, changed=one.changed + other.changed, same=one.same + other.same)
