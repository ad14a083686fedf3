"""Foreign tables: Parquet and CSV files, one or a folder of them, with our columns. Nothing is judged here."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Generator, Sequence
from pathlib import Path

import polars as pl

from scanwright.model.errors import Absent, BadBars
from scanwright.model.panel import FIELDS
from scanwright.store.columns import Understood, understand
from scanwright.store.files import disk
from scanwright.store.layouts import Layout, arranged, of_file
from scanwright.store.progress import Progress
from scanwright.store.report import Kind

CSV = (".csv", ".txt", ".tsv", ".csv.gz")
PARQUET = (".parquet", ".pq")
SEPARATORS = ",;\t|"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table as it was found.

    frames: with our names for columns, each group of one schema; `origin` is an index into `files`.
    clock is a column of the frames where the time of day stands apart. layout: the publisher's, if a file has one.
    """

    kind: Kind
    source: str
    frames: tuple[pl.DataFrame, ...]
    files: tuple[str, ...]
    said: tuple[str, ...]
    layout: Layout = ""


def read_frame(path: Path) -> pl.DataFrame:
    """One file as it is: Parquet with its types, CSV as text."""
    with disk(path):
        path.open("rb").close()
    with polars_says(path.name):
        if path.name.endswith(PARQUET):
            return pl.read_parquet(path, glob=False)
        return pl.read_csv(path, infer_schema=False, glob=False)


def read_table(path: Path, progress: Progress) -> Table:
    """Read a file, or a folder of files of bars (one a symbol, the symbol in the file's name if in no column)."""
    table, *others = read_tables(path, progress)
    if others:
        first = [(each.kind, each.files[int(each.frames[0]["origin"][0])]) for each in (table, *others)]
        found = ", ".join(f"{kind} in {name}" for kind, name in first)
        raise BadBars(source=path.name, expected="one kind of table", found=found, todo="import them one by one")
    return table


def read_tables(path: Path, progress: Progress, files: Sequence[Path] | None = None) -> tuple[Table, ...]:
    """Read a file, or a folder: one table for each kind that its files are of, in the order of the first of them.

    files: some of those in the folder; else all.
    """
    files = files_in(path) if files is None else files
    kinds: dict[Kind, dict[tuple[object, ...], list[pl.DataFrame]]] = {}
    said: dict[Kind, dict[str, None]] = {}
    layouts: dict[Kind, Layout] = {}
    problems: list[BadBars] = []
    for at, file in enumerate(files):
        try:
            frame, understood = _one(file, at)
        except BadBars as error:
            problems.append(error)
            continue
        layouts[understood.kind] = layouts.get(understood.kind, "") or understood.layout
        kinds.setdefault(understood.kind, {}).setdefault(tuple(frame.schema.items()), []).append(frame)
        said.setdefault(understood.kind, {}).update(dict.fromkeys(understood.said))
        progress(at + 1, len(files), "files read")
    _refuse(path, problems, len(files))
    names = tuple(file.name for file in files)
    return tuple(
        Table(
            kind=kind,
            source=path.name,
            frames=tuple(pl.concat(group) for group in groups.values()),
            files=names,
            said=tuple(said[kind]),
            layout=layouts[kind],
        )
        for kind, groups in kinds.items()
    )


def table_of(frame: pl.DataFrame, source: str) -> Table:
    """A frame that was made here, under our names already, as a table."""
    understood = understand(frame.columns, source, named_by_file=False)
    if frame.is_empty():
        raise BadBars(source=source, expected="rows", found="none", todo="hand in at least one bar")
    picked = frame.select(*_picked(understood), pl.lit(0, dtype=pl.UInt32).alias("origin"))
    return Table(kind=understood.kind, source=source, frames=(picked,), files=(source,), said=understood.said)


def bars_table(bars: pl.DataFrame, source: str) -> Table:
    """Bars that come under our names and types, none at all included; `BadBars` where a column is missing."""
    needed = ("symbol", "ts", *FIELDS)
    lacking = [name for name in needed if name not in bars.columns]
    kind = bars.schema.get("ts")
    if lacking or not (kind == pl.Date or isinstance(kind, pl.Datetime)):
        found = f"no {', '.join(lacking)}" if lacking else f"ts of type {kind}"
        todo = "hand in dates, or times in UTC"
        raise BadBars(source=source, expected=f"the columns {', '.join(needed)}", found=found, todo=todo)
    picked = bars.select(*needed, pl.lit(0, dtype=pl.UInt32).alias("origin"))
    return Table(kind="bars", source=source, frames=(picked,), files=(source,), said=())


def files_in(path: Path) -> list[Path]:
    """The file itself, or every foreign file of a folder and the folders in it, in the order of their names."""
    with disk(path):
        if not path.exists():
            raise Absent(place=path, expected="a file or a folder of bars", found="nothing", todo="check the path")
        if not path.is_dir():
            return [path]
        inside = sorted(each for each in path.rglob("*") if each.name.endswith(CSV + PARQUET) and each.is_file())
    if (path / "manifest.json").exists():
        raise BadBars(source=path.name, expected="a folder of foreign files", found="a market", todo="name its source")
    if not inside:
        found = "a folder without any"
        raise BadBars(
            source=path.name, expected="files that end in .csv .txt .parquet", found=found, todo="check the path"
        )
    return inside


def _refuse(path: Path, problems: Sequence[BadBars], total: int) -> None:
    """Raise for files that could not be read: as it is for one file, with the first three for a folder."""
    if not problems:
        return
    if total == 1:
        raise problems[0]
    shown = "; ".join(problem.text for problem in problems[:3])
    found = f"{len(problems)} of {total} that cannot ({shown})"
    todo = "repair or remove these files; nothing was imported"
    raise BadBars(source=path.name, expected="files that can be read", found=found, todo=todo) from problems[0]


def _one(file: Path, at: int) -> tuple[pl.DataFrame, Understood]:
    """A file's rows under our names."""
    with disk(file):
        if not file.stat().st_size:
            raise BadBars(
                source=file.name, expected="a header and rows", found="an empty file", todo="fetch the file again"
            )
        file.open("rb").close()
    with polars_says(file.name):
        frame = _parquet(file) if file.name.endswith(PARQUET) else _csv(file)
    if frame.is_empty():
        raise BadBars(source=file.name, expected="rows", found="none", todo="fetch the file again")
    understood = understand(frame.columns, file.name)
    picked = _picked(understood)
    if "symbol" not in understood.names:
        picked.append(pl.lit(of_file(file.name.split(".csv")[0].rsplit(".", 1)[0])).alias("symbol"))
    origin = pl.lit(at, dtype=pl.UInt32).alias("origin")
    if not understood.layout:
        return frame.select(*picked, origin), understood
    marked = frame.select(*picked, origin, *understood.marks.values())
    whole = arranged(marked, understood.layout, understood.marks, file.name)
    return whole.drop(*understood.marks.values()), understood


def _picked(understood: Understood) -> list[pl.Expr]:
    """The columns that we know, under our names."""
    clock = [pl.col(understood.clock).alias("clock")] if understood.clock else []
    return [pl.col(theirs).alias(ours) for ours, theirs in understood.names.items()] + clock


def _parquet(file: Path) -> pl.DataFrame:
    return pl.read_parquet(file, glob=False, hive_partitioning=False)


def _csv(file: Path) -> pl.DataFrame:
    """A CSV as text: what is a number is decided by the column that it is in, so that the ticker NA stays a ticker."""
    return pl.read_csv(file, separator=_separator(file), infer_schema=False, glob=False)


def _separator(file: Path) -> str:
    if file.name.endswith(".gz"):
        return ","
    with file.open("rb") as opened:
        header = opened.readline(65536).decode("utf-8", errors="replace")
    return max(SEPARATORS, key=header.count)


@contextlib.contextmanager
def polars_says(source: str) -> Generator[None]:
    """What polars raises inside leaves as `BadBars`; its panics too, which are no plain exceptions.

    An `OSError` here is of the content (a stream that ends too early): that the file can be opened was seen before.
    """
    try:
        yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        first = (str(error).splitlines() or [""])[0]
        todo = "the file may be truncated or of another format"
        raise BadBars(source=source, expected="a whole CSV (UTF-8) or Parquet file", found=first, todo=todo) from error
