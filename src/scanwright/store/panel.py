"""Reading a panel: arrays mapped from the derived files, with numpy alone."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, cast

import numpy as np

from scanwright.model.dated import Dated
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS, Attribute, Bytes, Floats, Ints, Panel, Split
from scanwright.store.derived import (
    BAR,
    CODES,
    META,
    NUMBERS,
    TS,
    Cells,
    PlacedSplit,
    State,
    adjusted,
    factor_of,
    factors_at,
    field_file,
    of_column,
    raw_file,
    read_patch,
    read_state,
)
from scanwright.store.steps import read_steps
from scanwright.store.zones import date_of, midnight

Calendar = Literal["us_stocks", "always_open"]
Adjusted = Literal["raw", "splits"]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where the derived files of an interval are, and what they are called to people."""

    interval: Interval
    home: Path
    key: str
    attributes: Path | None
    calendar: Calendar
    data_hash: str
    market: str


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Undone:
    """Bars as they stood before later revisions: `symbol`, `ts` in seconds, `raw` `[n, 5]` with NaN for no bar."""

    symbol: Sequence[str]
    ts: Ints
    raw: Floats


def open_panel(
    place: Place, as_of: np.datetime64 | None, undone: Undone | None = None, adjust: Adjusted = "splits"
) -> Panel:
    """Map the panel as it was known at `as_of`: without later frames, later splits and later revisions.

    adjust: by the splits, or `raw`, as traded.

    Raises `OSError`, `ValueError`, `KeyError` or `TypeError` where the derived files are absent or cut short.
    """
    state = read_state(place.home, place.key)
    base = place.home / state.base
    intraday = place.interval.is_intraday
    ts = stamps(base, state)
    known, rows = state.splits, state.frames
    if as_of is not None:
        rows = _rows(ts, as_of, place.calendar, intraday=intraday)
        date = str(date_of(as_of, place.calendar) if intraday and not _is_date(as_of) else as_of.astype("M8[D]"))
        end = moment_of(as_of, place.calendar)
        known = tuple(each for each in state.splits if each.date <= date and each.known <= end)
    if adjust == "raw":
        known = ()
    cells = read_patch(place.home, state)
    if undone is not None:
        cells = cells.under(_placed(undone, state, ts))
    width = len(state.symbols)
    attributes, dated = _described(place, width, as_of)
    fields, bar = arrays(base, state, known, cells)
    return Panel(
        interval=place.interval,
        symbols=state.symbols,
        ts=ts[:rows].astype("M8[s]"),
        fields={name: values[:rows, :width] for name, values in fields.items()},
        bar=bar[:rows, :width],
        attributes=attributes,
        dated=dated,
        splits=[_split(state, each) for each in known],
        calendar=place.calendar,
        data_hash=place.data_hash,
        market=place.market,
    )


def stamps(base: Path, state: State) -> Ints:
    """The times of all frames, in seconds; raises `ValueError` where the file is cut short."""
    ts = np.fromfile(base / TS, dtype=np.int64)
    if len(ts) != state.room or state.frames > state.room:
        message = f"{len(ts)} times for {state.frames} frames"
        raise ValueError(message)
    return np.concatenate([ts[: state.sealed], np.array(state.ts, np.int64)])


def moment_of(as_of: np.datetime64, calendar: str) -> int:
    """The moment in seconds that an as-of stands for: a date for its end in the calendar's zone.

    >>> moment_of(np.datetime64("1970-01-01"), "always_open"), moment_of(np.datetime64("1970-01-01T01"), "us_stocks")
    (86400, 3600)
    """
    if _is_date(as_of):
        return midnight(as_of.astype("M8[D]") + np.timedelta64(1, "D"), calendar)
    return int(as_of.astype("M8[s]").astype(np.int64))


def _is_date(moment: np.datetime64) -> bool:
    return np.datetime_data(moment.dtype)[0] in {"D", "W", "M", "Y"}


def _rows(ts: Ints, as_of: np.datetime64, calendar: Calendar, *, intraday: bool) -> int:
    """How many frames are not after the as-of; a date stands for its end."""
    moment = moment_of(as_of, calendar) if intraday else int(as_of.astype("M8[D]").astype("M8[s]").astype(np.int64))
    return int(np.searchsorted(ts, moment, side="right"))


def _placed(undone: Undone, state: State, ts: Ints) -> Cells:
    """The places of revised bars; a bar without trade, in a symbol that has volumes, is none."""
    columns = {symbol: at for at, symbol in enumerate(state.symbols)}
    column = np.array([columns[each] for each in undone.symbol], np.int64)
    raw = undone.raw.copy()
    traded = np.frombuffer(state.traded.encode(), np.uint8) == ord("1")
    raw[traded[column] & (raw[:, -1] == 0)] = np.nan
    return Cells(row=np.searchsorted(ts, undone.ts), column=column, raw=raw)


def arrays(base: Path, state: State, known: Sequence[PlacedSplit], cells: Cells) -> tuple[dict[str, Floats], Bytes]:
    """The arrays as they are on disk; what differs is laid over a private copy of the pages that it touches."""
    concerned = [
        column
        for column in sorted({each.column for each in (*state.based, *known)})
        if [(each.date, each.ratio) for each in of_column(state.based, column)]
        != [(each.date, each.ratio) for each in of_column(known, column)]
    ]
    shape = (state.room, state.capacity)
    mode: Literal["c", "r"] = "c" if concerned or len(cells) or state.ts else "r"
    fields = {name: _mapped(base / field_file(name), shape, mode) for name in FIELDS}
    bar = cast("Bytes", np.memmap(base / BAR, np.uint8, mode, shape=shape))
    if mode == "r":
        return fields, bar
    for at, name in enumerate(FIELDS):
        fields[name][state.sealed : state.frames] = np.nan
        for column in concerned:
            raw = as_traded(base, state, name, column)
            own = cells.where(cells.column == column)
            raw[own.row] = own.raw[:, at]
            fields[name][: state.frames, column] = adjusted(
                raw, name, factor_of(state.frames, of_column(known, column))
            )
    bar[state.sealed : state.frames] = 0
    rest = cells.where(~np.isin(cells.column, concerned)) if concerned else cells
    factor = factors_at(rest, [each for each in known if each.column not in concerned])
    for at, name in enumerate(FIELDS):
        fields[name][rest.row, rest.column] = adjusted(rest.raw[:, at], name, factor)
        fields[name].flags.writeable = False
    bar[cells.row, cells.column] = ~np.isnan(cells.raw[:, FIELDS.index("close")])
    bar.flags.writeable = False
    return fields, bar


def as_traded(base: Path, state: State, name: str, column: int) -> Floats:
    """One symbol's values as traded, over all frames; those after the sealed ones are NaN."""
    found = np.full(state.frames, np.nan)
    if column in state.raw_columns:
        kept = _mapped(base / raw_file(name), (state.room, len(state.raw_columns)), "r")
        found[: state.sealed] = kept[: state.sealed, state.raw_columns.index(column)]
    else:
        whole = _mapped(base / field_file(name), (state.room, state.capacity), "r")
        found[: state.sealed] = whole[: state.sealed, column]
    return found


def _mapped(path: Path, shape: tuple[int, int], mode: Literal["c", "r"]) -> Floats:
    return cast("Floats", np.memmap(path, np.float64, mode, shape=shape))


def _split(state: State, split: PlacedSplit) -> Split:
    return Split(symbol=state.symbols[split.column], date=np.datetime64(split.date), ratio=split.ratio)


def _described(place: Place, width: int, as_of: np.datetime64 | None) -> tuple[Mapping[str, Attribute], Dated]:
    """All facts of the symbols, those by when they were known in the place of the symbol table's, and what is dated."""
    if place.attributes is None:
        return {}, Dated()
    dated, facts = read_steps(place.attributes, width, None if as_of is None else moment_of(as_of, place.calendar))
    return {**_attributes(place.attributes, width), **facts}, dated


def _attributes(folder: Path, width: int) -> Mapping[str, Attribute]:
    """The symbol table's columns: categories and numbers."""
    meta = json.loads((folder / META).read_bytes())
    codes = np.fromfile(folder / CODES, dtype=np.int32).reshape(len(meta["categories"]), width)
    numbers = np.fromfile(folder / NUMBERS, dtype=np.float64).reshape(len(meta["numbers"]), width)
    categories = {
        each["name"]: Attribute(codes=codes[at], names=tuple(each["names"]))
        for at, each in enumerate(meta["categories"])
    }
    return categories | {name: Attribute(numbers=numbers[at]) for at, name in enumerate(meta["numbers"])}
