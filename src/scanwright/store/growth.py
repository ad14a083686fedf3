"""A panel's next state from the one before: what new files of bars bring, and nothing else, is read and written."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import numpy as np
import polars as pl

from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS, Ints
from scanwright.store.derived import (
    BAR,
    TS,
    Cells,
    PlacedSplit,
    State,
    adjusted,
    factors_at,
    field_file,
    of_column,
    patch_bytes,
    raw_file,
    read_patch,
)
from scanwright.store.files import fresh_folder, write_through, write_whole
from scanwright.store.layout import placed_splits, seconds
from scanwright.store.manifest import Manifest
from scanwright.store.merging import read_bars
from scanwright.store.panel import arrays, as_traded, stamps

MOST_NEW = 0.3  # of all bars: with more of them new it is quicker to lay everything out again
MOST_PAGES = 4000  # that a reader has to copy for each field
PAGE = 4096
CLOSE, VOLUME = FIELDS.index("close"), FIELDS.index("volume")


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Growth:
    """What is to be brought up to date, and from where: the state before, and the market's files as they are now."""

    home: Path
    state: State
    key: str
    folder: Path
    interval: Interval
    manifest: Manifest
    calendar: str
    symbols: tuple[str, ...]

    @property
    def base(self) -> Path:
        """The folder of the arrays."""
        return self.home / self.state.base


def grown(growth: Growth) -> State | None:
    """The next state, its frames sealed and its patch written; None where all is to be laid out again.

    1. Read the files of bars that are not in the state yet.
    2. Place their bars: new frames after the last one, new symbols in spare columns.
    3. Seal every frame but the newest, which may still grow.
    4. Keep as a patch what differs from the sealed rows, and the newest frame.
    5. Where a reader would have to copy too much for that, write another base with everything in it.
    """
    state, series = growth.state, growth.manifest.intervals[growth.interval]
    fresh = [each for each in series.bars if each.file not in state.parts]
    fits = growth.symbols[: len(state.symbols)] == state.symbols and len(growth.symbols) <= state.capacity
    if not fits or sum(each.rows for each in fresh) > MOST_NEW * series.rows:
        return None
    bars = read_bars(growth.folder, fresh)
    old = stamps(growth.base, state)
    ts = old if bars is None else np.union1d(old, seconds(bars["ts"]))
    if not np.array_equal(ts[: len(old)], old) or len(ts) > state.room:
        return None
    if bars is not None and _loses_volume(growth, bars, ts):
        return None
    splits = placed_splits(growth.folder, growth.manifest, growth.symbols, ts, growth.interval, growth.calendar)
    traded, coming = _coming(growth, bars, ts)
    cells = read_patch(growth.home, state).under(coming)
    sealed = max(len(ts) - 1, state.sealed)
    known = {_named(each) for each in state.based}
    following = dataclasses.replace(
        state,
        symbols=growth.symbols,
        traded=traded,
        splits=splits,
        based=tuple(each for each in splits if _named(each) in known),
        sealed=sealed,
        ts=tuple(ts[sealed:].tolist()),
        parts=tuple(each.file for each in series.bars),
    )
    if len(following.based) != len(known):
        return None
    return _settled(growth, following, cells, ts)


def _named(split: PlacedSplit) -> tuple[int, str, float]:
    """A split without its row, which moves as frames come."""
    return split.column, split.date, split.ratio


def _settled(growth: Growth, following: State, cells: Cells, ts: Ints) -> State:
    """The following state on the disk."""
    before = growth.state.sealed
    fresh = (cells.row >= before) & (cells.row < following.sealed)
    behind = _differing(growth, following, cells.where(cells.row < before))
    newest = cells.where(cells.row >= following.sealed)
    newest = newest.where(~np.isnan(newest.raw[:, CLOSE]))
    concerned = {each.column for each in following.splits} if following.splits != following.based else set[int]()
    changed = [c for c in concerned if of_column(following.splits, c) != of_column(following.based, c)]
    if _pages(behind, following.capacity) + len(changed) * following.sealed > MOST_PAGES:
        following = _rebased(growth, following, behind.under(cells.where(cells.row >= before)), ts)
        behind = Cells.none()
    elif following.sealed > before:
        _seal(growth.base, following, cells.where(fresh), ts, before)
    kept = behind.under(newest)
    name = f"{growth.key}.patch" if len(kept) else ""
    if name:
        write_whole(growth.home / name, patch_bytes(kept))
    return dataclasses.replace(following, patch=name, patched=len(kept))


def _coming(growth: Growth, bars: pl.DataFrame | None, ts: Ints) -> tuple[str, Cells]:
    """Who ever had a volume, and the places of new bars; one without trade, in a symbol that has volumes, is none."""
    state = growth.state
    traded = np.zeros(len(growth.symbols), np.bool_)
    traded[: len(state.symbols)] = np.frombuffer(state.traded.encode(), np.uint8) == ord("1")
    if bars is None:
        return "".join("01"[each] for each in traded.tolist()), Cells.none()
    column = bars["symbol"].cast(pl.Enum(growth.symbols)).to_physical().to_numpy().astype(np.int64)
    raw = np.column_stack([bars[name].to_numpy() for name in FIELDS]).astype(np.float64)
    before = traded.copy()
    traded[column[raw[:, VOLUME] > 0]] = True
    raw[traded[column] & (raw[:, VOLUME] == 0)] = np.nan
    coming = Cells(row=np.searchsorted(ts, seconds(bars["ts"])), column=column, raw=raw)
    for each in np.flatnonzero(traded & ~before)[: len(state.symbols)]:
        if each < len(state.symbols):
            coming = _untraded(growth, int(each)).under(coming)
    return "".join("01"[each] for each in traded.tolist()), coming


def _loses_volume(growth: Growth, bars: pl.DataFrame, ts: Ints) -> bool:
    """Whether a bar that had a volume has none any more: it may have been its symbol's only one."""
    state = growth.state
    none = bars.filter((pl.col("volume") == 0) & pl.col("symbol").is_in(list(state.symbols)))
    column = none["symbol"].cast(pl.Enum(growth.symbols)).to_physical().to_numpy().astype(np.int64)
    row = np.searchsorted(ts, seconds(none["ts"]))
    inside = row < state.sealed
    volume = np.memmap(growth.base / field_file("volume"), np.float64, "r", shape=(state.room, state.capacity))
    if (volume[row[inside], column[inside]] > 0).any():
        return True
    patch = read_patch(growth.home, state)
    lies = np.isin(patch.row * state.capacity + patch.column, row * state.capacity + column)
    return bool((patch.raw[lies, VOLUME] > 0).any())


def _untraded(growth: Growth, column: int) -> Cells:
    """The bars of a symbol that never traded until now: they become holes."""
    state = growth.state
    bar = np.memmap(growth.base / BAR, np.uint8, "r", shape=(state.room, state.capacity))
    patch = read_patch(growth.home, state)
    rows = np.union1d(np.flatnonzero(bar[: state.sealed, column]), patch.row[patch.column == column])
    return Cells(row=rows, column=np.full(rows.size, column), raw=np.full((rows.size, len(FIELDS)), np.nan))


def _seal(base: Path, state: State, cells: Cells, ts: Ints, first: int) -> None:
    """Write the frames from `first` up to the sealed ones of a state into the room of a base, through to the disk."""
    count = state.sealed - first
    factor = factors_at(cells, state.based)
    for at, name in enumerate(FIELDS):
        block = np.full((count, state.capacity), np.nan)
        block[cells.row - first, cells.column] = adjusted(cells.raw[:, at], name, factor)
        _put(base / field_file(name), block, first * state.capacity * 8)
        if state.raw_columns:
            block[cells.row - first, cells.column] = cells.raw[:, at]
            _put(base / raw_file(name), block[:, list(state.raw_columns)], first * len(state.raw_columns) * 8)
    bar = np.zeros((count, state.capacity), np.uint8)
    bar[cells.row - first, cells.column] = ~np.isnan(cells.raw[:, CLOSE])
    _put(base / BAR, bar, first * state.capacity)
    _put(base / TS, ts[first : state.sealed], first * 8)


def _put(path: Path, block: np.ndarray, offset: int) -> None:
    with path.open("r+b", buffering=0) as file:
        os.pwrite(file.fileno(), np.ascontiguousarray(block).tobytes(), offset)
        os.fsync(file.fileno())


def _rebased(growth: Growth, following: State, cells: Cells, ts: Ints) -> State:
    """Another base, in which everything up to the newest frame is sealed and adjusted by all known splits."""
    named, unsealed = f"base-{growth.key}", tuple(ts[growth.state.sealed :].tolist())
    tail = dataclasses.replace(growth.state, splits=following.splits, symbols=following.symbols, ts=unsealed)
    with fresh_folder(growth.home / named) as part:
        fields, bar = arrays(growth.base, tail, following.splits, cells)
        sealed, capacity = following.sealed, following.capacity
        state = dataclasses.replace(following, base=named, based=following.splits)
        for at, name in enumerate(FIELDS):
            write_through(part / field_file(name), fields[name][:sealed].data, state.room * capacity * 8)
            if state.raw_columns:
                raw = np.full((sealed, len(state.raw_columns)), np.nan)
                for place, column in enumerate(state.raw_columns):
                    whole = as_traded(growth.base, tail, name, column)
                    own = cells.where(cells.column == column)
                    whole[own.row] = own.raw[:, at]
                    raw[:, place] = whole[:sealed]
                write_through(part / raw_file(name), raw.data, state.room * len(state.raw_columns) * 8)
        write_through(part / BAR, bar[:sealed].data, state.room * capacity)
        write_through(part / TS, ts[:sealed].data, state.room * 8)
    return state


def _differing(growth: Growth, following: State, cells: Cells) -> Cells:
    """The cells of sealed rows that are not like this in the base."""
    if not len(cells):
        return cells
    state = growth.state
    factor = factors_at(cells, following.based)
    same = np.ones(len(cells), np.bool_)
    for at, name in enumerate(FIELDS):
        whole = np.memmap(growth.base / field_file(name), np.float64, "r", shape=(state.room, state.capacity))
        stands, comes = whole[cells.row, cells.column], adjusted(cells.raw[:, at], name, factor)
        same &= (stands == comes) | (np.isnan(stands) & np.isnan(comes))
    return cells.where(~same)


def _pages(cells: Cells, capacity: int) -> int:
    """How many pages of a field these cells lie on."""
    return np.unique((cells.row * capacity + cells.column) * 8 // PAGE).size
