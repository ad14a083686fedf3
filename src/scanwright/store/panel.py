"""Reading a panel: arrays mapped from the derived files, with numpy alone."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, cast

import numpy as np

from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS, Attribute, Bytes, Floats, Ints, Panel, Split
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
    raw_file,
    read_meta,
)
from scanwright.store.zones import date_of, midnight

Calendar = Literal["us_stocks", "always_open"]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where the derived files of an interval are, and what they are called to people."""

    interval: Interval
    prices: Path
    attributes: Path | None
    calendar: Calendar
    data_hash: str
    market: str


def open_panel(place: Place, as_of: np.datetime64 | None) -> Panel:
    """Map the panel as it was known at `as_of`: without later frames, without the splits that came later.

    Raises `OSError` or `ValueError` where the derived files are absent or cut short.
    """
    meta = read_meta(place.prices)
    intraday = place.interval.is_intraday
    ts = np.fromfile(place.prices / TS, dtype=np.int64)
    if len(ts) != meta.frames:
        message = f"{len(ts)} times for {meta.frames} frames"
        raise ValueError(message)
    known, rows = meta.splits, meta.frames
    if as_of is not None:
        rows = _rows(ts, as_of, place.calendar, intraday=intraday)
        date = str(date_of(as_of, place.calendar) if intraday and not _is_date(as_of) else as_of.astype("M8[D]"))
        known = tuple(each for each in meta.splits if each.date <= date)
    width = len(meta.symbols)
    bar = cast("Bytes", np.memmap(place.prices / BAR, np.uint8, "r", shape=(meta.frames, meta.capacity)))
    return Panel(
        interval=place.interval,
        symbols=meta.symbols,
        ts=ts[:rows].astype("M8[s]"),
        fields={name: values[:rows, :width] for name, values in _fields(place.prices, meta, known).items()},
        bar=bar[:rows, :width],
        attributes=_attributes(place.attributes, width) if place.attributes else {},
        splits=[_split(meta, each) for each in known],
        calendar=place.calendar,
        data_hash=place.data_hash,
        market=place.market,
    )


def _is_date(moment: np.datetime64) -> bool:
    return np.datetime_data(moment.dtype)[0] in {"D", "W", "M", "Y"}


def _rows(ts: Ints, as_of: np.datetime64, calendar: Calendar, *, intraday: bool) -> int:
    """How many frames are not after the as-of; a date stands for its end."""
    if not intraday:
        moment = int(as_of.astype("M8[D]").astype("M8[s]").astype(np.int64))
    elif _is_date(as_of):
        moment = midnight(as_of.astype("M8[D]") + np.timedelta64(1, "D"), calendar)
    else:
        moment = int(as_of.astype("M8[s]").astype(np.int64))
    return int(np.searchsorted(ts, moment, side="right"))


def _fields(folder: Path, meta: PricesMeta, known: Sequence[PlacedSplit]) -> dict[str, Floats]:
    """The fields as they are on disk; where a split is not known yet, a private copy of the pages that it touches."""
    concerned = [
        (at, column)
        for at, column in enumerate(meta.split_columns)
        if len(_of(meta.splits, column)) != len(_of(known, column))
    ]
    shape = (meta.frames, meta.capacity)
    mode: Literal["c", "r"] = "c" if concerned else "r"
    fields = {name: _mapped(folder / field_file(name), shape, mode) for name in FIELDS}
    factors = {column: factor_of(meta.frames, _of(known, column)) for _, column in concerned}
    for name, values in fields.items() if concerned else ():
        raw = _mapped(folder / raw_file(name), (meta.frames, len(meta.split_columns)), "r")
        for at, column in concerned:
            values[:, column] = adjusted(raw[:, at], name, factors[column])
        values.flags.writeable = False
    return fields


def _mapped(path: Path, shape: tuple[int, int], mode: Literal["c", "r"]) -> Floats:
    return cast("Floats", np.memmap(path, np.float64, mode, shape=shape))


def _of(splits: Sequence[PlacedSplit], column: int) -> list[PlacedSplit]:
    return [each for each in splits if each.column == column]


def _split(meta: PricesMeta, split: PlacedSplit) -> Split:
    return Split(symbol=meta.symbols[split.column], date=np.datetime64(split.date), ratio=split.ratio)


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
