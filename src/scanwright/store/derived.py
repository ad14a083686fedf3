"""The derived panel's place and shape on disk: what the builder writes and the reader maps."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from scanwright.model.panel import FIELDS, Floats, Ints

META = "meta.json"
TS = "ts.i64"
BAR = "bar.u8"
CODES = "codes.i32"
NUMBERS = "numbers.f64"
PRICES = frozenset({"open", "high", "low", "close"})


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class PlacedSplit:
    """A split in a panel: the column, the date, the ratio, and the first row that is after it."""

    column: int
    date: str
    ratio: float
    row: int


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class PricesMeta:
    """The shape of the arrays: `frames` rows of `capacity` columns, of which the first `len(symbols)` are used."""

    symbols: tuple[str, ...]
    frames: int
    capacity: int
    splits: tuple[PlacedSplit, ...] = ()

    @property
    def split_columns(self) -> tuple[int, ...]:
        """The columns of which the prices as traded are kept too, in the order of those arrays."""
        return tuple(sorted({each.column for each in self.splits}))

    def sizes(self) -> dict[str, int]:
        """The bytes of each array's file."""
        cells, kept = self.frames * self.capacity, self.frames * len(self.split_columns) * 8
        raw = {raw_file(name): kept for name in FIELDS} if kept else {}
        return {TS: self.frames * 8, BAR: cells} | {field_file(name): cells * 8 for name in FIELDS} | raw


def field_file(name: str) -> str:
    """Where a field is: `[frames, capacity]` float64, adjusted by every split in the meta file."""
    return f"{name}.f64"


def raw_file(name: str) -> str:
    """Where a field as traded is, for the columns that have splits: `[frames, len(split_columns)]` float64."""
    return f"raw-{name}.f64"


def meta_text(meta: PricesMeta) -> bytes:
    """The text of a meta file."""
    splits = [[each.column, each.date, each.ratio, each.row] for each in meta.splits]
    raw = {"symbols": meta.symbols, "frames": meta.frames, "capacity": meta.capacity, "splits": splits}
    return json.dumps(raw, separators=(",", ":")).encode()


def read_meta(folder: Path) -> PricesMeta:
    """The meta file of a derived folder; raises `OSError` or `ValueError` where there is none or a damaged one."""
    raw = json.loads((folder / META).read_bytes())
    return PricesMeta(
        symbols=tuple(raw["symbols"]),
        frames=raw["frames"],
        capacity=raw["capacity"],
        splits=tuple(PlacedSplit(column=at, date=date, ratio=ratio, row=row) for at, date, ratio, row in raw["splits"]),
    )


def adjusted(raw: Floats, name: str, factor: Floats) -> Floats:
    """Values in today's shares: prices over the factor, volume times it, so that dollars never change.

    >>> adjusted(np.array([700.0, 93.0]), "close", np.array([7.0, 1.0])).tolist()
    [100.0, 93.0]
    """
    return raw / factor if name in PRICES else raw * factor


def factor_of(frames: int, splits: Sequence[PlacedSplit]) -> Floats:
    """The product of one symbol's ratios that lie after each row, taken in the order of dates."""
    factor = np.ones(frames)
    for split in sorted(splits, key=lambda each: each.date):
        factor[: split.row] *= split.ratio
    return factor


def row_after(ts: Ints, moment: int, *, intraday: bool) -> int:
    """The first row after a split: the session of its date, or the first bar that ends after its midnight.

    >>> row_after(np.array([0, 60, 120]), 60, intraday=True), row_after(np.array([0, 60, 120]), 60, intraday=False)
    (2, 1)
    """
    return int(np.searchsorted(ts, moment, side="right" if intraday else "left"))
