"""The derived panel's place and shape on disk: what the builder writes and the reader maps.

A base folder holds `[room, capacity]` arrays with spare rows and columns. Its first `sealed` rows never change, so
that a reader who has them mapped sees no movement; a later frame is written after them, where no reader looks.
Everything that differs from the sealed rows (the frame that still grows, corrected and late bars) is a patch, which
each reader lays over its own private copy of the pages concerned. A state names the base, how far it is sealed, and the
patch; it is the file `<key>.json`, the key being that of the manifest's files, so that a state is whole or not there.
"""

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
CELL = 16 + 8 * len(FIELDS)  # bytes of a bar in a patch
PRICES = frozenset({"open", "high", "low", "close"})


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class PlacedSplit:
    """A split in a panel: the column, the date, the ratio, and the first row that is after it.

    known: the moment, in seconds, from which it was known; 0 where nobody wrote that down.
    """

    column: int
    date: str
    ratio: float
    row: int
    known: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """One state of a panel.

    base: the folder of the arrays. room, capacity: their rows and columns. sealed: the rows that hold.
    symbols: by column; further columns are spare. ts: of the frames after the sealed ones, in seconds.
    based: the splits that the base is adjusted by; for their columns it has the prices as traded too. splits: those
    that are known. traded: a letter a column, `1` for a symbol that ever had a volume.
    patch: the file of bars that differ; `patched` of them. parts: the files of bars that are in here.
    """

    base: str
    room: int
    capacity: int
    sealed: int
    symbols: tuple[str, ...]
    traded: str
    ts: tuple[int, ...] = ()
    based: tuple[PlacedSplit, ...] = ()
    splits: tuple[PlacedSplit, ...] = ()
    patch: str = ""
    patched: int = 0
    parts: tuple[str, ...] = ()

    @property
    def frames(self) -> int:
        """How many rows the panel has."""
        return self.sealed + len(self.ts)

    @property
    def raw_columns(self) -> tuple[int, ...]:
        """The columns of which the base has the prices as traded too, in the order of those arrays."""
        return tuple(sorted({each.column for each in self.based}))

    def sizes(self) -> dict[str, int]:
        """The bytes of each of the base's files."""
        cells, kept = self.room * self.capacity, self.room * len(self.raw_columns) * 8
        raw = {raw_file(name): kept for name in FIELDS} if kept else {}
        return {TS: self.room * 8, BAR: cells} | {field_file(name): cells * 8 for name in FIELDS} | raw


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Cells:
    """Bars by their place: `row`, `column` and `raw` `[n, 5]`, as traded; NaN for no bar."""

    row: Ints
    column: Ints
    raw: Floats

    def __len__(self) -> int:
        """How many."""
        return self.row.size

    @classmethod
    def none(cls) -> Cells:
        """No bars."""
        return cls(row=np.zeros(0, np.int64), column=np.zeros(0, np.int64), raw=np.zeros((0, len(FIELDS))))

    def where(self, chosen: np.ndarray) -> Cells:
        """Some of them."""
        return Cells(row=self.row[chosen], column=self.column[chosen], raw=self.raw[chosen])

    def under(self, later: Cells) -> Cells:
        """Both together, the later standing where both have a bar; by row and column."""
        row, column = np.concatenate([later.row, self.row]), np.concatenate([later.column, self.column])
        raw = np.concatenate([later.raw, self.raw])
        _, first = np.unique(np.stack([row, column]), axis=1, return_index=True)
        return Cells(row=row[first], column=column[first], raw=raw[first])


def field_file(name: str) -> str:
    """Where a field is: `[room, capacity]` float64, adjusted by the splits of the base."""
    return f"{name}.f64"


def raw_file(name: str) -> str:
    """Where a field as traded is, for the columns that have splits: `[room, len(raw_columns)]` float64."""
    return f"raw-{name}.f64"


def state_file(key: str) -> str:
    """The name of a state."""
    return f"{key}.json"


def state_text(state: State) -> bytes:
    """The text of a state's file."""
    raw = {each.name: getattr(state, each.name) for each in dataclasses.fields(state)}
    for name in ("based", "splits"):
        raw[name] = [[each.column, each.date, each.ratio, each.row, each.known] for each in getattr(state, name)]
    return json.dumps(raw, separators=(",", ":")).encode()


def read_state(home: Path, key: str) -> State:
    """A state; raises `OSError`, `ValueError`, `KeyError` or `TypeError` where there is none or a damaged one."""
    raw = json.loads((home / state_file(key)).read_bytes())
    for name in ("based", "splits"):
        raw[name] = tuple(
            PlacedSplit(column=at, date=date, ratio=ratio, row=row, known=known)
            for at, date, ratio, row, known in raw[name]
        )
    lists = {name: tuple(raw[name]) for name in ("symbols", "ts", "parts")}
    return State(**(raw | lists))


def patch_bytes(cells: Cells) -> bytes:
    """Cells as a file."""
    return cells.row.tobytes() + cells.column.tobytes() + np.ascontiguousarray(cells.raw).tobytes()


def read_patch(home: Path, state: State) -> Cells:
    """The patch of a state; raises `OSError` or `ValueError` where it is absent or cut short."""
    if not state.patched:
        return Cells.none()
    content = (home / state.patch).read_bytes()
    count = state.patched
    if len(content) != count * CELL:
        message = f"a patch of {len(content)} bytes for {count} bars"
        raise ValueError(message)
    places = np.frombuffer(content, np.int64, 2 * count)
    raw = np.frombuffer(content, np.float64, offset=16 * count).reshape(count, len(FIELDS))
    return Cells(row=places[:count], column=places[count:], raw=raw)


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


def of_column(splits: Sequence[PlacedSplit], column: int) -> list[PlacedSplit]:
    """One column's splits."""
    return [each for each in splits if each.column == column]


def factors_at(cells: Cells, splits: Sequence[PlacedSplit]) -> Floats:
    """The factor of each cell, as `factor_of` has it."""
    factor = np.ones(len(cells))
    for split in sorted(splits, key=lambda each: each.date):
        factor[(cells.column == split.column) & (cells.row < split.row)] *= split.ratio
    return factor


def row_after(ts: Ints, moment: int, *, intraday: bool) -> int:
    """The first row after a split: the session of its date, or the first bar that ends after its midnight.

    >>> row_after(np.array([0, 60, 120]), 60, intraday=True), row_after(np.array([0, 60, 120]), 60, intraday=False)
    (2, 1)
    """
    return int(np.searchsorted(ts, moment, side="right" if intraday else "left"))
