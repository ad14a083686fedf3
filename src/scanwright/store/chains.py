"""Option chains as they were: snapshots in files of a day, never changed once they are kept.

A snapshot is what one provider said of one underlying's contracts at one moment. The files of a day hold whole
snapshots, sorted by underlying, each file as many as make it worth one; the day's index says which file holds which, so
that one underlying is read from the files that it is in and no others. The manifest names the index of each day, as it
names everything else: a reader sees a snapshot whole or not at all.

Chains are no part of the data hash: a scan of bars cannot see them. What is made of one for scans is a fact, and facts
are.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from scanwright.model.errors import BadBars
from scanwright.store.files import disk
from scanwright.store.manifest import Kept, Manifest
from scanwright.store.merging import keep, kept_frame
from scanwright.store.progress import unheard
from scanwright.store.publish import publish
from scanwright.store.report import ImportReport
from scanwright.store.sweep import OPENED
from scanwright.store.tables import MOMENT

NUMBERS = (
    *("bid", "ask", "mark", "last", "volume", "open_interest", "implied_volatility"),
    *("delta", "gamma", "theta", "vega", "rho", "underlying_price"),
)
CHAIN = pl.Schema(
    {
        "underlying": pl.String,
        "contract": pl.String,
        "expiry": pl.Date,
        "strike": pl.Float64,
        "right": pl.String,
        "style": pl.String,
        "multiplier": pl.Float64,
        "deliverable": pl.String,
        **dict.fromkeys(NUMBERS, pl.Float64),
        "quoted": MOMENT,
        "implied_from": pl.String,
        "greeks_from": pl.String,
        "rate": pl.Float64,
        "dividend_yield": pl.Float64,
        "provider": pl.String,
        "taken": MOMENT,
        "delayed_seconds": pl.Float64,
    }
)
"""The columns of a chain, as they are kept.

contract: the OCC's name without blanks (`AAPL140606C00490000`). right: `call put`. style: `american european`.
multiplier: shares of a contract, and deliverable what else it delivers; null where nobody said.
mark: the provider's own middle, where it has one. theta is of a calendar day, vega of one point of volatility (0.20 to
0.21), rho of one point of interest; implied_volatility is a fraction (0.2 is 20 % a year).
implied_from, greeks_from: `given`, `computed`, or the reason why there is none; rate and dividend_yield are what was
computed with, or told.
taken: the moment that the snapshot speaks for. quoted: when the contract was last quoted, by its exchange.
"""

NEEDED = ("underlying", "contract", "expiry", "strike", "right", "style", "provider", "taken")
SNAPSHOT = ("underlying", "taken", "provider")
SORTED = ("underlying", "taken", "provider", "expiry", "strike", "right", "contract")
INDEX = pl.Schema(
    {
        "underlying": pl.String,
        "taken": MOMENT,
        "provider": pl.String,
        "contracts": pl.UInt32,
        "file": pl.String,
        "sha256": pl.String,
    }
)
FULL = 50_000  # rows of a file that stays as it is
ALIKE = 2  # a file is put together with what comes, unless it has so many times its rows


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Which:
    """Some snapshots: of these underlyings (None: all), taken from `first` to `last`, both included."""

    underlyings: Sequence[str] | None = None
    first: dt.datetime | None = None
    last: dt.datetime | None = None

    def days(self, held: Mapping[str, Kept]) -> list[str]:
        """The days that may have some, rising."""
        low, high = (each.astimezone(dt.UTC).date().isoformat() if each else "" for each in (self.first, self.last))
        return sorted(day for day in held if (not low or day >= low) and (not high or day <= high))

    def of(self, index: pl.DataFrame) -> pl.DataFrame:
        """Those of an index, or of chains."""
        if self.underlyings is not None:
            index = index.filter(pl.col("underlying").is_in(list(self.underlyings)))
        if self.first is not None:
            index = index.filter(pl.col("taken") >= self.first)
        return index if self.last is None else index.filter(pl.col("taken") <= self.last)


def checked_chains(frame: pl.DataFrame, source: str) -> pl.DataFrame:
    """Rows of our own making under the types of a chain, missing columns as nulls; `BadBars` says what is wrong."""
    lacking = [name for name in NEEDED if name not in frame.columns]
    if lacking:
        expected, found = f"chains with {', '.join(NEEDED)}", f"no {', '.join(lacking)}"
        raise BadBars(source=source, expected=expected, found=found, todo="add them")
    try:
        found = frame.select(
            pl.col(name).cast(kind) if name in frame.columns else pl.lit(None, dtype=kind).alias(name)
            for name, kind in CHAIN.items()
        )
    except pl.exceptions.PolarsError as error:
        told = str(error).splitlines()[0]
        raise BadBars(source=source, expected="chains of the right types", found=told, todo="correct them") from error
    wrong = found.filter(
        pl.any_horizontal(pl.col(name).is_null() for name in NEEDED)
        | ~pl.col("right").is_in(["call", "put"])
        | ~pl.col("style").is_in(["american", "european"])
        | ~pl.col("strike").is_finite()
        | (pl.col("strike") <= 0)
    )
    if not wrong.is_empty():
        shown = ", ".join(f"{name} {value}" for name, value in wrong.select(NEEDED).row(0, named=True).items())
        expected = f"{', '.join(NEEDED)} in every row, rights of call and put, styles of american and european"
        raise BadBars(source=source, expected=expected, found=f"{len(wrong)} rows without, the first {shown}", todo="")
    return found.with_columns(pl.col(NUMBERS).fill_nan(None))


def keep_chains(folder: Path, calendar: str, frame: pl.DataFrame, source: str) -> ImportReport:
    """Add snapshots to a market; on the disk when this returns. One that is there already stays as it is."""
    checked = checked_chains(frame, source)
    return publish(folder, calendar, functools.partial(_added, folder, checked, source), unheard, derive=False)


def listed(folder: Path, manifest: Manifest, which: Which) -> pl.DataFrame:
    """The snapshots that are kept: underlying, taken, provider, contracts, and the file of each."""
    found = [which.of(kept_frame(folder, manifest.chains[day])) for day in which.days(manifest.chains)]
    return pl.concat(found).sort(SNAPSHOT) if found else INDEX.to_frame()


def read_chains(folder: Path, index: pl.DataFrame) -> pl.DataFrame:
    """The rows of some snapshots of an index, sorted by underlying, moment, expiry, strike and right."""
    found = [
        kept_frame(folder, Kept(file=file, rows=0, sha256=sha256)).join(
            index.filter(pl.col("file") == file), on=SNAPSHOT, how="semi"
        )
        for file, sha256 in index.select("file", "sha256").unique(maintain_order=True).iter_rows()
    ]
    return pl.concat(found).sort(SORTED) if found else CHAIN.to_frame()


def latest(folder: Path, manifest: Manifest, underlying: str, at: dt.datetime | None) -> pl.DataFrame | None:
    """The last snapshot of an underlying at or before a moment; None where there is none."""
    which = Which(underlyings=(underlying,), last=at)
    for day in reversed(which.days(manifest.chains)):
        index = which.of(kept_frame(folder, manifest.chains[day]))
        if not index.is_empty():
            return read_chains(folder, index.sort("taken", "provider").tail(1))
    return None


def _added(folder: Path, rows: pl.DataFrame, source: str, now: Manifest) -> tuple[Manifest, ImportReport]:
    """The manifest with these snapshots, and what came of them."""
    once = rows.unique([*SNAPSHOT, "contract"], keep="first", maintain_order=True)
    twice = len(rows) - len(once)
    chains, new, unlike = dict(now.chains), 0, 0
    for (day,), part in once.group_by(pl.col("taken").dt.date().alias("day"), maintain_order=True):
        name = str(day)
        index = kept_frame(folder, chains[name]) if name in chains else INDEX.to_frame()
        fresh = part.join(index, on=SNAPSHOT, how="anti")
        unlike += _unlike(folder, index, part)
        if not fresh.is_empty():
            chains[name] = _day(folder, name, index, fresh)
            new += len(fresh)
    report = ImportReport(
        kind="chains",
        source=source,
        rows_read=len(rows),
        rows_new=new,
        rows_same=len(once) - new,
        quarantined={"duplicate": twice} if twice else {},
        symbols=once["underlying"].n_unique(),
        first=_said(once["taken"].min()),
        last=_said(once["taken"].max()),
        warnings=(f"{unlike:,} snapshots are kept already, with other values; they stay as they were",)
        if unlike
        else (),
    )
    return dataclasses.replace(now, chains=chains), report


def _unlike(folder: Path, index: pl.DataFrame, part: pl.DataFrame) -> int:
    """How many snapshots come again with other values."""
    again = index.join(part, on=SNAPSHOT, how="semi")
    if again.is_empty():
        return 0
    stood = read_chains(folder, again)
    came = part.join(again, on=SNAPSHOT, how="semi")
    both = pl.concat([stood.with_columns(which=0), came.with_columns(which=1)])
    counts = both.group_by(list(CHAIN)).agg(pl.len().alias("times"))
    return counts.filter(pl.col("times") == 1).select(SNAPSHOT).n_unique()


def _day(folder: Path, day: str, index: pl.DataFrame, fresh: pl.DataFrame) -> Kept:
    """The index of a day with further snapshots, put together with the files that are alike in size."""
    home = folder / "chains" / day
    with disk(home):
        home.mkdir(parents=True, exist_ok=True)
        (home / OPENED).touch()
    near, rows = _near(index, len(fresh))
    whole = pl.concat([read_chains(folder, near), fresh]).sort(SORTED) if len(near) else fresh.sort(SORTED)
    shares = whole.group_by(SNAPSHOT, maintain_order=True).agg(pl.len().alias("contracts"))
    count = max(1, round(rows / FULL))
    part = (pl.col("contracts").cum_sum() - 1) * count // rows
    indexes = [index.join(near, on="file", how="anti")]
    for (_,), held in shares.group_by(part.alias("part"), maintain_order=True):
        kept = keep(folder, f"chains/{day}/part", whole.join(held, on=SNAPSHOT, how="semi", maintain_order="left"))
        file = pl.lit(kept.file).alias("file"), pl.lit(kept.sha256).alias("sha256")
        indexes.append(held.select(*SNAPSHOT, pl.col("contracts").cast(pl.UInt32), *file))
    after = pl.concat(indexes).sort(SNAPSHOT)
    stem = f"chains/{day}/index"
    return dataclasses.replace(keep(folder, stem, after), rows=int(after["contracts"].sum()))


def _near(index: pl.DataFrame, rows: int) -> tuple[pl.DataFrame, int]:
    """The snapshots of the files that are put together with so many rows, and how many rows that makes."""
    sizes = index.group_by("file").agg(pl.col("contracts").sum().alias("rows")).sort("rows", "file")
    taken: list[str] = []
    for file, size in sizes.iter_rows():
        if size < min(ALIKE * rows, FULL):
            taken.append(file)
            rows += size
    return index.filter(pl.col("file").is_in(taken)), rows


def _said(moment: object) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S") if isinstance(moment, dt.datetime) else ""
