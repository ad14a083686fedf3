"""Building the derived panel from the market's files: time-major arrays that `panel` maps."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS, Floats, Ints
from scanwright.store.derived import (
    BAR,
    CODES,
    META,
    NUMBERS,
    TS,
    PlacedSplit,
    PricesMeta,
    adjusted,
    factor_of,
    field_file,
    meta_text,
    raw_file,
    read_meta,
    row_after,
)
from scanwright.store.files import PART, disk, sync_folder, write_through
from scanwright.store.lock import building
from scanwright.store.manifest import Manifest, Series
from scanwright.store.merging import kept_bytes, kept_frame
from scanwright.store.progress import Progress
from scanwright.store.zones import midnight

ALIGN = 8  # float64 in a cache line: each row starts on one


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Rows:
    """The bars of an interval, ready to be laid out: the place of each in a flat `[frames, capacity]` array."""

    meta: PricesMeta
    ts: Ints
    at: Ints
    bars: pl.DataFrame


def build(folder: Path, interval: Interval, manifest: Manifest, calendar: str, progress: Progress) -> None:
    """Make sure that the derived files of a manifest's interval are there."""
    home = folder / "panel" / interval.value
    with building(home):
        prices = home / manifest.prices_key(interval)
        if not _whole(prices):
            _in_place(prices, lambda part: _prices(folder, interval, manifest, calendar, part, progress))
        attributes = home / f"attributes-{manifest.attributes_key(interval)}"
        if manifest.symbols and not (attributes / META).exists():
            _in_place(attributes, lambda part: _facts(folder, manifest, manifest.intervals[interval], part))


def columns_of(folder: Path, series: Series) -> tuple[str, ...]:
    """The symbols of an interval in the order of their columns."""
    return tuple(json.loads(kept_bytes(folder, series.columns))) if series.columns else ()


def _whole(prices: Path) -> bool:
    """Whether every array is there in its full length; a copy that was cut short is built again."""
    try:
        return all((prices / name).stat().st_size == size for name, size in read_meta(prices).sizes().items())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _in_place(folder: Path, fill: Callable[[Path], None]) -> None:
    """Fill a folder beside, then give it its name."""
    part = folder.with_name(folder.name + PART)
    with disk(folder):
        for stale in (part, folder):
            if stale.exists():
                shutil.rmtree(stale)
        part.mkdir(parents=True)
        try:
            fill(part)
            sync_folder(part)
            part.rename(folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        sync_folder(folder.parent)


def _prices(
    folder: Path, interval: Interval, manifest: Manifest, calendar: str, part: Path, progress: Progress
) -> None:
    series = manifest.intervals[interval]
    splits = kept_frame(folder, manifest.splits) if manifest.splits else None
    rows = _rows(folder, series, interval, splits, calendar)
    files = [*FIELDS, "bar"]
    factors = {column: _factor(rows.meta, column) for column in rows.meta.split_columns}
    write_through(part / TS, rows.ts.data)
    for at, name in enumerate(FIELDS):
        _field(part, name, rows, factors)
        progress(at + 1, len(files), "panel")
    bar = np.zeros(rows.meta.frames * rows.meta.capacity, dtype=np.uint8)
    bar[rows.at] = 1
    write_through(part / BAR, bar.data)
    write_through(part / META, meta_text(rows.meta))
    progress(len(files), len(files), "panel")


def _rows(folder: Path, series: Series, interval: Interval, splits: pl.DataFrame | None, calendar: str) -> Rows:
    """Every stored bar's place; bars without trade in a symbol that has volumes are left out."""
    symbols = columns_of(folder, series)
    bars = pl.concat([kept_frame(folder, each) for each in series.bars])
    columns = bars["symbol"].cast(pl.Enum(symbols)).to_physical().to_numpy().astype(np.int64)
    stamps = _seconds(bars["ts"])
    ts = np.asarray(_seconds(bars["ts"].unique().sort()))
    volume = bars["volume"].to_numpy()
    traded = np.zeros(len(symbols), dtype=np.bool_)
    traded[columns[volume > 0]] = True
    held = np.flatnonzero((volume > 0) | ~traded[columns])
    capacity = -(-len(symbols) // ALIGN) * ALIGN
    placed = () if splits is None else _placed(splits, symbols, ts, interval, calendar)
    meta = PricesMeta(symbols=symbols, frames=len(ts), capacity=capacity, splits=placed)
    at = np.searchsorted(ts, stamps[held]) * capacity + columns[held]
    return Rows(meta=meta, ts=ts, at=at, bars=bars if len(held) == len(bars) else bars[held])


def _seconds(stamps: pl.Series) -> Ints:
    return stamps.cast(pl.Datetime("ms")).to_physical().to_numpy() // 1000


def _placed(
    splits: pl.DataFrame, symbols: Sequence[str], ts: Ints, interval: Interval, calendar: str
) -> tuple[PlacedSplit, ...]:
    """The splits of the panel's symbols, each with the first row after it, by column and date."""
    columns = {symbol: at for at, symbol in enumerate(symbols)}
    zone = calendar if interval.is_intraday else "always_open"
    placed = [
        PlacedSplit(
            column=columns[symbol],
            date=date.isoformat(),
            ratio=ratio,
            row=row_after(ts, midnight(np.datetime64(date), zone), intraday=interval.is_intraday),
        )
        for symbol, date, ratio in splits.select("symbol", "date", "ratio").iter_rows()
        if symbol in columns
    ]
    return tuple(sorted(placed, key=lambda each: (each.column, each.date)))


def _factor(meta: PricesMeta, column: int) -> Floats:
    return factor_of(meta.frames, [each for each in meta.splits if each.column == column])


def _field(part: Path, name: str, rows: Rows, factors: Mapping[int, Floats]) -> None:
    """Lay out one field, set its split symbols' values as traded apart, and adjust them."""
    meta = rows.meta
    flat = np.full(meta.frames * meta.capacity, np.nan)
    flat[rows.at] = rows.bars[name].to_numpy()
    values = flat.reshape(meta.frames, meta.capacity)
    if factors:
        raw = np.ascontiguousarray(values[:, list(factors)])
        write_through(part / raw_file(name), raw.data)
        for at, (column, factor) in enumerate(factors.items()):
            values[:, column] = adjusted(raw[:, at], name, factor)
    write_through(part / field_file(name), flat.data)


def _facts(folder: Path, manifest: Manifest, series: Series, part: Path) -> None:
    """The symbol table in the order of the columns: categories as codes, numbers as they are."""
    if manifest.symbols is None:
        return
    table = kept_frame(folder, manifest.symbols)
    order = pl.DataFrame({"symbol": columns_of(folder, series)}, schema={"symbol": pl.String})
    facts = order.join(table, on="symbol", how="left", maintain_order="left").drop("symbol")
    texts = [facts[name] for name in facts.columns if facts.schema[name] == pl.String]
    numbers = [facts[name] for name in facts.columns if facts.schema[name] != pl.String]
    categories = [(each.name, each.drop_nulls().unique().sort().to_list()) for each in texts]
    codes = [
        each.cast(pl.Enum(names)).to_physical().cast(pl.Int32).fill_null(-1).to_numpy()
        for each, (_, names) in zip(texts, categories, strict=True)
    ]
    values = [each.cast(pl.Float64).fill_null(np.nan).to_numpy() for each in numbers]
    write_through(part / CODES, np.ascontiguousarray(codes, dtype=np.int32).tobytes())
    write_through(part / NUMBERS, np.ascontiguousarray(values, dtype=np.float64).tobytes())
    meta = {
        "categories": [{"name": name, "names": names} for name, names in categories],
        "numbers": [each.name for each in numbers],
    }
    write_through(part / META, json.dumps(meta, separators=(",", ":")).encode())
