"""Bars into the market's files: by symbol and time, the later import winning, an unchanged file staying as it is."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from scanwright.model.errors import StoreError
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS
from scanwright.store.files import DIGITS, digest, disk, write_whole
from scanwright.store.manifest import Kept
from scanwright.store.progress import Progress
from scanwright.store.reading import polars_says

KEYS = ("symbol", "ts")
ALIKE = 2  # a file is put together with the one before it, unless that has so many times its bars


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Bars:
    """The files of an interval after a merge, and how many rows were new, changed, or the same.

    before: what stood where rows were changed, and nulls where rows are new: symbol, ts and the five values.
    """

    files: tuple[Kept, ...]
    new: int = 0
    changed: int = 0
    same: int = 0
    before: tuple[pl.DataFrame, ...] = ()


def keep(folder: Path, stem: str, frame: pl.DataFrame, after: Sequence[Kept] = ()) -> Kept:
    """Write a frame as a file that is named by its content, and by the files that it comes after.

    So bars that are put back to what they were are a new file: a panel that has the former one sees that it is behind.
    """
    buffer = io.BytesIO()
    told = {"after": " ".join(each.sha256 for each in after)} if after else None
    frame.write_parquet(buffer, compression="zstd", metadata=told)
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
    """Put good bars, sorted by symbol and ts, beside the files of the years (months, for intraday) that they touch.

    What is new or changed becomes a file of its own, so that one more day costs one more day. A file that is no longer
    small beside the one before it is put together with it: of n bars there are about log n files.
    """
    files = _by_period(stored)
    total = Bars(files=())
    parts = list(_parts(interval, bars))
    for at, (period, part) in enumerate(parts):
        coming, came = _differing(folder, files.get(period, ()), part)
        if len(coming):
            stem = f"bars/{interval}/{period}"
            files[period] = _with(folder, stem, files.get(period, ()), coming)
        total = _sum(total, came)
        progress(at + 1, len(parts), "files written")
    return dataclasses.replace(total, files=tuple(each for period in sorted(files) for each in files[period]))


def read_bars(folder: Path, stored: Sequence[Kept], first: str = "", last: str = "") -> pl.DataFrame | None:
    """The bars of some files between two stamps, each once, sorted by symbol and ts; None where there is none."""
    periods = [
        _whole(folder, chosen)
        for kept in _by_period(stored).values()
        if (chosen := [each for each in kept if _overlaps(each, first, last)])
    ]
    found = pl.concat(periods).sort(KEYS) if len(periods) > 1 else periods[0] if periods else None
    if found is None or not (first or last):
        return found
    later = pl.col("ts") >= read_stamp(first) if first else pl.lit(value=True)
    earlier = pl.col("ts") <= read_stamp(last) if last else pl.lit(value=True)
    return found.filter(later & earlier)


def bars_near(
    folder: Path, stored: Sequence[Kept], spans: Sequence[tuple[np.datetime64, np.datetime64]]
) -> pl.DataFrame:
    """Symbol, ts and volume of the stored bars between some pairs of dates, both included."""
    found = [_near(folder / each.file, spans) for each in stored]
    return (
        pl.concat(found) if found else pl.DataFrame(schema={"symbol": pl.String, "ts": pl.Date, "volume": pl.Float64})
    )


def untraded_bars(folder: Path, stored: Sequence[Kept]) -> pl.DataFrame:
    """Symbol and ts of the stored bars without volume."""
    found: list[pl.DataFrame] = []
    for each in stored:
        path = folder / each.file
        with disk(path), polars_says(path.name):
            rows = pl.scan_parquet(path, glob=False).filter(pl.col("volume") == 0)
            found.append(rows.select("symbol", "ts").collect())
    return pl.concat(found) if found else pl.DataFrame(schema={"symbol": pl.String, "ts": pl.Date})


def _near(path: Path, spans: Sequence[tuple[np.datetime64, np.datetime64]]) -> pl.DataFrame:
    day = pl.col("ts").cast(pl.Date)
    inside = pl.any_horizontal(day.is_between(first.item(), last.item()) for first, last in spans)
    with disk(path), polars_says(path.name):
        return pl.scan_parquet(path, glob=False).filter(inside).select("symbol", "ts", "volume").collect()


def stamp_text(stamp: object) -> str:
    """A stamp as the manifest writes it.

    >>> import datetime as dt
    >>> stamp_text(dt.date(2015, 3, 20)), stamp_text(dt.datetime(2015, 3, 20, 14, 31, tzinfo=dt.UTC))
    ('2015-03-20', '2015-03-20T14:31:00')
    """
    if isinstance(stamp, dt.datetime):
        return stamp.strftime("%Y-%m-%dT%H:%M:%S")
    return stamp.isoformat() if isinstance(stamp, dt.date) else ""


def read_stamp(text: str) -> pl.Expr:
    """What `stamp_text` wrote, to compare bars with."""
    if "T" in text:
        return pl.lit(dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)).cast(pl.Datetime("ms", "UTC"))
    return pl.lit(dt.date.fromisoformat(text))


def _by_period(stored: Sequence[Kept]) -> dict[str, tuple[Kept, ...]]:
    found: dict[str, tuple[Kept, ...]] = {}
    for each in stored:
        period = each.file.rsplit("/", 1)[1].rsplit("-", 1)[0]
        found[period] = (*found.get(period, ()), each)
    return found


def _parts(interval: Interval, bars: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    style = "%Y-%m" if interval.is_intraday else "%Y"
    period = bars["ts"].dt.truncate("1mo" if interval.is_intraday else "1y")
    for start in period.unique().sort():
        yield f"{start:{style}}", bars.filter(period == start)


def _differing(folder: Path, stored: Sequence[Kept], part: pl.DataFrame) -> tuple[pl.DataFrame, Bars]:
    """The rows that are not stored like this yet, and how many rows were new, changed or the same."""
    met = _stood(folder, stored, part)
    stood = pl.col("close stood").is_not_null()
    differing = met.filter(~stood | DIFFERS)
    new = len(differing) - differing.select(stood.sum()).item()
    counts = Bars(
        files=(),
        new=new,
        changed=len(differing) - new,
        same=len(part) - len(differing),
        before=(differing.select(*KEYS, *(pl.col(f"{name} stood").alias(name) for name in FIELDS)),),
    )
    return differing.select(part.columns), counts


DIFFERS = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name} stood")) for name in FIELDS)


def _stood(folder: Path, stored: Sequence[Kept], part: pl.DataFrame) -> pl.DataFrame:
    """The coming rows beside what is stored of them."""
    first, last = part["ts"].min(), part["ts"].max()
    near = [each for each in stored if _overlaps(each, stamp_text(first), stamp_text(last))]
    if not near:
        return part.with_columns(pl.lit(None, dtype=part.schema[name]).alias(f"{name} stood") for name in FIELDS)
    own = pl.col("ts").is_between(first, last) & pl.col("symbol").is_in(part["symbol"].unique().implode())
    return part.join(_whole(folder, near, own), on=KEYS, how="left", suffix=" stood", maintain_order="left")


def _overlaps(kept: Kept, first: str, last: str) -> bool:
    return not ((first and kept.last and kept.last < first) or (last and kept.first and kept.first > last))


def _whole(folder: Path, files: Sequence[Kept], own: pl.Expr | None = None) -> pl.DataFrame:
    """The bars of one period's files, or some of them, the later ones standing, sorted."""
    frames = [kept_frame(folder, each) if own is None else kept_frame(folder, each).filter(own) for each in files]
    if len(frames) == 1:
        return frames[0]
    return pl.concat(frames).unique(KEYS, keep="last", maintain_order=True).sort(KEYS)


def _with(folder: Path, stem: str, stored: Sequence[Kept], coming: pl.DataFrame) -> tuple[Kept, ...]:
    """The files of a period with further bars, those put together that are alike in size."""
    files, rows = list(stored), len(coming)
    near: list[Kept] = []
    while files and files[-1].rows < ALIKE * rows:
        rows += files[-1].rows
        near.insert(0, files.pop())
    if near:
        coming = pl.concat([_whole(folder, near), coming]).unique(KEYS, keep="last", maintain_order=True).sort(KEYS)
    kept = keep(folder, stem, coming, after=stored)
    first, last = stamp_text(coming["ts"].min()), stamp_text(coming["ts"].max())
    return (*files, dataclasses.replace(kept, first=first, last=last))


def _sum(one: Bars, other: Bars) -> Bars:
    return Bars(
        files=(),
        new=one.new + other.new,
        changed=one.changed + other.changed,
        same=one.same + other.same,
        before=(*one.before, *other.before),
    )
