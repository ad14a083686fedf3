"""Laying out a panel's base from nothing: every stored bar at its place in time-major arrays with room to grow."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl

from scanwright.model.errors import Absent
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS, Floats, Ints
from scanwright.store.derived import (
    BAR,
    TS,
    PlacedSplit,
    State,
    adjusted,
    factor_of,
    field_file,
    of_column,
    raw_file,
    row_after,
)
from scanwright.store.files import write_through
from scanwright.store.manifest import Manifest
from scanwright.store.merging import kept_frame, read_bars
from scanwright.store.progress import Progress
from scanwright.store.zones import midnight

ALIGN = 8  # float64 in a cache line: each row starts on one
SPARE = 32  # one spare row and column for so many
LEAST = 8
LEAST_ROWS = 64


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Rows:
    """The bars of an interval, ready to be laid out: the place of each in a flat `[frames, capacity]` array."""

    state: State
    ts: Ints
    at: Ints
    bars: pl.DataFrame


def laid_out(
    folder: Path,
    interval: Interval,
    manifest: Manifest,
    calendar: str,
    symbols: tuple[str, ...],
    part: Path,
    said: Progress,
) -> State:
    """Fill an empty folder with the arrays of all stored bars, and say what is in there."""
    rows = _rows(folder, interval, manifest, calendar, symbols)
    state = rows.state
    factors = {column: factor_of(state.sealed, of_column(state.splits, column)) for column in state.raw_columns}
    _padded(part / TS, rows.ts, state.room * 8)
    for at, name in enumerate(FIELDS):
        _field(part, name, rows, factors)
        said(at + 1, len(FIELDS) + 1, "panel")
    bar = np.zeros(state.sealed * state.capacity, dtype=np.uint8)
    bar[rows.at] = 1
    _padded(part / BAR, bar, state.room * state.capacity)
    said(len(FIELDS) + 1, len(FIELDS) + 1, "panel")
    return state


def _rows(folder: Path, interval: Interval, manifest: Manifest, calendar: str, symbols: tuple[str, ...]) -> Rows:
    """Every stored bar's place; bars without trade in a symbol that has volumes are left out."""
    series = manifest.intervals[interval]
    bars = read_bars(folder, series.bars)
    if bars is None:
        raise Absent(place=folder, expected="files of bars", found="none", todo="import bars first")
    columns = bars["symbol"].cast(pl.Enum(symbols)).to_physical().to_numpy().astype(np.int64)
    stamps = seconds(bars["ts"])
    ts = np.asarray(seconds(bars["ts"].unique().sort()))
    volume = bars["volume"].to_numpy()
    traded = np.zeros(len(symbols), dtype=np.bool_)
    traded[columns[volume > 0]] = True
    held = np.flatnonzero((volume > 0) | ~traded[columns])
    capacity = -(-(len(symbols) + max(LEAST, len(symbols) // SPARE)) // ALIGN) * ALIGN
    splits = placed_splits(folder, manifest, symbols, ts, interval, calendar)
    state = State(
        base="",
        room=len(ts) + max(LEAST_ROWS, len(ts) // SPARE),
        capacity=capacity,
        sealed=len(ts),
        symbols=symbols,
        traded="".join("01"[each] for each in traded.tolist()),
        based=splits,
        splits=splits,
        parts=tuple(each.file for each in series.bars),
    )
    at = np.searchsorted(ts, stamps[held]) * capacity + columns[held]
    return Rows(state=state, ts=ts, at=at, bars=bars if len(held) == len(bars) else bars[held])


def seconds(stamps: pl.Series) -> Ints:
    """Stamps in seconds since 1970."""
    return stamps.cast(pl.Datetime("ms")).to_physical().to_numpy() // 1000


def placed_splits(
    folder: Path, manifest: Manifest, symbols: tuple[str, ...], ts: Ints, interval: Interval, calendar: str
) -> tuple[PlacedSplit, ...]:
    """The known splits of the panel's symbols, each with the first row after it, by column and date.

    One that has no frame after it is not applied yet.
    """
    if manifest.splits is None:
        return ()
    since = _known_since(folder, manifest)
    columns = {symbol: at for at, symbol in enumerate(symbols)}
    zone = calendar if interval.is_intraday else "always_open"
    placed = [
        PlacedSplit(
            column=columns[symbol],
            date=date.isoformat(),
            ratio=ratio,
            row=row_after(ts, midnight(np.datetime64(date), zone), intraday=interval.is_intraday),
            known=since.get((symbol, date), 0),
        )
        for symbol, date, ratio in kept_frame(folder, manifest.splits).select("symbol", "date", "ratio").iter_rows()
        if symbol in columns
    ]
    applied = (each for each in placed if each.row < len(ts))
    return tuple(sorted(applied, key=lambda each: (each.column, each.date)))


def _known_since(folder: Path, manifest: Manifest) -> dict[tuple[str, dt.date], int]:
    """The moments from which splits were known that a correction brought."""
    kept = manifest.tables.get("corrections")
    if kept is None:
        return {}
    found = kept_frame(folder, kept).filter(pl.col("table") == "splits", pl.col("was").is_null())
    return {
        (symbol, date): int(until.timestamp()) for symbol, date, until in found.select("symbol", "date", "until").rows()
    }


def _field(part: Path, name: str, rows: Rows, factors: Mapping[int, Floats]) -> None:
    """Lay out one field, set its split symbols' values as traded apart, and adjust them."""
    state = rows.state
    flat = np.full(state.sealed * state.capacity, np.nan)
    flat[rows.at] = rows.bars[name].to_numpy()
    values = flat.reshape(state.sealed, state.capacity)
    if factors:
        raw = np.ascontiguousarray(values[:, list(factors)])
        _padded(part / raw_file(name), raw, state.room * len(factors) * 8)
        for at, (column, factor) in enumerate(factors.items()):
            values[:, column] = adjusted(raw[:, at], name, factor)
    _padded(part / field_file(name), flat, state.room * state.capacity * 8)


def _padded(path: Path, array: np.ndarray, size: int) -> None:
    """Write an array, and room after it that takes no disk before it is used."""
    write_through(path, np.ascontiguousarray(array).data, size)
