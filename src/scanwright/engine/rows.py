"""The rows that a fold is working on: where every value lies, for blocks of neighbours and for gathered ones."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from scanwright.engine.dated import ends_of, over_rows, source_of
from scanwright.engine.lower import RAW
from scanwright.engine.press import Press
from scanwright.expr.nodes import Call, Constant, Field, Node, Text
from scanwright.expr.words import field_of
from scanwright.model.calendars import calendar
from scanwright.model.panel import Attribute, Bytes, Floats, Ints, Panel

if TYPE_CHECKING:
    from scanwright.engine.blocks import Block
    from scanwright.engine.fold import Frame
    from scanwright.engine.program import Program, Slot

NO_CATEGORY = -2.0
PRESSED_FROM = 16
NOWHERE = np.empty(0)


@dataclasses.dataclass(kw_only=True, eq=False, slots=True)
class View:
    """What the runner is told about one block, and what must be put back into whole rows afterwards.

    press: how a gathered block lies over many rows, None where it is taken row by row as it is. rooms: the buffers that
    it is pressed into; `spare` takes them when it is done, for the next block.
    """

    slots: Ints
    rows: int
    bar: Bytes | None
    press: Press | None
    rooms: list[Floats]
    spare: list[Floats]
    held: list[np.ndarray]
    later: list[tuple[np.ndarray, np.ndarray]]
    columns: Ints

    def give_back(self) -> None:
        """Scatter what a gathered block wrote into the whole rows."""
        for whole, part in self.later:
            if self.press is None:
                whole[:, self.columns] = part
            else:
                self.press.spread(part, whole)
        self.spare.extend(self.rooms)
        self.rooms.clear()


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Ready:
    """What the runner needs for one block beside the rows' own bars.

    addresses: of the instructions, how many they are, of the slots, the parameters and the state.
    """

    view: View
    scratch: Floats
    tile: int
    addresses: tuple[int, int, int, int, int]


class Rows:
    """One set of rows: the panel's arrays, values between stages, and results."""

    def __init__(self, panel: Panel, frame: Frame, widest: int, constants: dict[float, Floats]) -> None:
        """Put rows aside that lie outside the session; `constants` are rows of one number, kept from before."""
        self.frame = frame
        self.whole = panel
        self.kept = self._inside(panel, frame.session)
        self.panel = panel if self.kept is None else _rows_of(panel, self.kept)
        self.shape = self.panel.shape
        self.results: dict[str, np.ndarray] = {}
        self._widest = widest
        self._constants = constants
        self._rooms: list[Floats] = []
        self._values: dict[Node, Floats] = {}
        self._sources: dict[object, np.ndarray] = {}

    def _inside(self, panel: Panel, session: str) -> Ints | None:
        """The rows of the regular session, None where all are."""
        if session == "extended" or not panel.interval.is_intraday:
            return None
        phase = calendar(panel.calendar).parts(panel.ts, panel.interval)["phase"]
        inside = np.flatnonzero(phase == 0)
        return None if len(inside) == len(phase) else inside

    @cached_property
    def parts(self) -> Mapping[str, Floats]:
        """Time parts of the rows by name, one number a row."""
        return calendar(self.panel.calendar).parts(self.panel.ts, self.panel.interval)

    @cached_property
    def ends(self) -> Ints:
        """The moments up to which the rows know, in seconds."""
        return ends_of(self.panel)

    def put(self, node: Node, values: Floats) -> None:
        """Keep a value for the stages to come."""
        self._values[node] = values

    def array(self, node: Node) -> np.ndarray:
        """A value as an array that fits `[rows, symbols]`; one row where it is the same at all times."""
        if isinstance(node, Constant):
            return np.full((1, self.shape[1]), node.value)
        if isinstance(node, Field):
            if node.name in self.parts and node.name not in self.panel.fields:
                return np.repeat(self.parts[node.name][:, None], self.shape[1], axis=1)
            return self._field(node.name)
        return self._values[node]

    def _field(self, name: str) -> np.ndarray:
        """A field's array: of the panel `[R, N]`, dated or not, of the time `[R, widest]`, of the symbols `[1, N]`."""
        if name in self.panel.fields:
            return self.panel.fields[name]
        return self._made(name, lambda: self._build(name))

    def _made(self, key: object, make: Callable[[], np.ndarray]) -> np.ndarray:
        """An array made once; of two threads that make it, both get the first one's."""
        found = self._sources.get(key)
        return self._sources.setdefault(key, make()) if found is None else found

    def _build(self, name: str) -> np.ndarray:
        if name.startswith(RAW):
            return unadjusted(self.panel, name.removeprefix(RAW))
        if name in self.parts:
            return np.repeat(self.parts[name][:, None], self._widest, axis=1)
        steps = self.panel.dated.get(source_of(name))
        if steps is not None:
            return over_rows(name, steps, self.panel, self.ends)
        return attribute_row(self.panel.attributes.get(name), self.shape[1])

    def view(self, block: Block, program: Program) -> View:
        """A view of one block, its slots still to be filled."""
        view = View(
            slots=np.zeros((max(len(program.slots), 1), 3), np.int64),
            rows=self.shape[0],
            bar=None,
            press=None,
            rooms=[],
            spare=self._rooms,
            held=[],
            later=[],
            columns=block.columns,
        )
        if block.full:
            return view
        bar = self._part(self.panel.bar, block, view)
        if self.shape[0] < PRESSED_FROM:
            view.bar = bar
        elif not bar.all():
            view.press = Press(bar, block.columns)
            view.rows, view.bar = view.press.rows, view.press.bar
        return view

    def fill(self, view: View, block: Block, program: Program, scratch: Floats, tile: int) -> None:
        """Write the addresses of all slots for one block."""
        for at, slot in enumerate(program.slots):
            view.slots[at] = self._lies(slot, block, view, scratch, tile)

    def renew(self, view: View, block: Block, program: Program) -> None:
        """The same for another single row: what moved is found again, scratch and constants stay where they are."""
        view.held.clear()
        view.later.clear()
        if view.bar is not None:
            view.bar = self._part(self.panel.bar, block, view)
        for at in program.moving:
            view.slots[at] = self._lies(program.slots[at], block, view, NOWHERE, 1)

    def _lies(self, slot: Slot, block: Block, view: View, scratch: Floats, tile: int) -> tuple[int, int, int]:
        if slot.place == "scratch":
            row = block.stride * 8
            return _at(scratch) + int(str(slot.key)) * tile * row, row, 1
        if slot.place == "constant":
            value = slot.key.value if isinstance(slot.key, Constant) else 0.0
            if value not in self._constants:
                self._constants.setdefault(value, np.full((1, self._widest), value))
            return _at(self._constants[value]), 0, 0
        if slot.place == "category":
            return _at(self._made(slot.key, lambda: np.full((1, self._widest), self._code(slot.key)))), 0, 0
        if slot.place == "field":
            return self._field_lies(str(slot.key), block, view)
        held = self.results if slot.place == "out" else self._values
        if slot.key not in held:  # of these rows nobody wants it, and no instruction that runs touches it
            return 0, 0, 0
        return self._array_lies(held[slot.key], block, view)  # type: ignore[index] - results are keyed by texts, values by nodes

    def _field_lies(self, name: str, block: Block, view: View) -> tuple[int, int, int]:
        found = self._field(name)
        if name not in self.panel.fields and name in self.parts:
            part = found if view.press is None else view.press.times(found, self._room(view, view.press))
            view.held.append(part)
            return _at(part), part.strides[0], 0
        if found.shape[0] == 1 and name not in self.panel.fields and not name.startswith(RAW):
            part = np.take(found, block.columns, axis=1) if block.start < 0 else found[:, block.start :]
            view.held.append(part)
            return _at(part), 0, 0
        part = self._part(found, block, view)
        return _at(part), part.strides[0], 0

    def _array_lies(self, whole: np.ndarray, block: Block, view: View) -> tuple[int, int, int]:
        """An array between stages or a result; putting back one that was only read changes nothing."""
        part = self._part(whole, block, view)
        if block.start < 0 and part is not whole:
            view.later.append((whole, part))
        return _at(part), part.strides[0], 0

    def _part(self, whole: np.ndarray, block: Block, view: View) -> np.ndarray:
        """The block's columns: a view for neighbours, a copy for gathered ones; all of them need neither."""
        if block.start >= 0:
            return whole[:, block.start :]
        if view.press is not None:
            if whole.dtype == np.float64:
                return view.press.press(whole, self._room(view, view.press))
            part = view.press.empty(whole.dtype)
            view.held.append(part)
            return part
        if block.width == whole.shape[1] and self._in_order(block):
            return whole
        part = np.take(whole, block.columns, axis=1)
        view.held.append(part)
        return part

    def _room(self, view: View, press: Press) -> Floats:
        """A buffer to press into, one that a block before has done with where it is large enough."""
        try:
            room = self._rooms.pop()
        except IndexError:
            room = np.empty(press.size)
        view.rooms.append(room if room.size >= press.size else np.empty(press.size))
        return view.rooms[-1]

    def _in_order(self, block: Block) -> bool:
        return bool(block.columns[0] == 0 and block.columns[-1] == block.width - 1)

    def _code(self, key: object) -> float:
        """The number of a category in the attribute that it is compared with."""
        if not isinstance(key, Call):
            return NO_CATEGORY
        text, beside = key.inputs[0], key.inputs[-1]
        attribute = self.panel.attributes.get(field_of(beside))
        if attribute is None or not isinstance(text, Text) or text.value not in attribute.names:
            return NO_CATEGORY
        return float(attribute.names.index(text.value))


def attribute_row(attribute: Attribute | None, width: int) -> Floats:
    """An attribute as one row of numbers; a category is its code, NaN where unknown."""
    if attribute is None:
        return np.full((1, width), np.nan)
    if attribute.numbers is not None:
        return attribute.numbers[None, :].astype(np.float64)
    codes = np.full(width, -1, np.int32) if attribute.codes is None else attribute.codes
    return np.where(codes < 0, np.nan, codes)[None, :].astype(np.float64)


def unadjusted(panel: Panel, name: str) -> Floats:
    """A field as it was traded: every split and payout after a row is taken back out of it."""
    factors = [(each.symbol, each.date, 1.0 / each.ratio if name == "volume" else each.ratio) for each in panel.splits]
    if name != "volume":
        factors += [(each.symbol, each.date, 1.0 / each.factor) for each in panel.payouts]
    place = {symbol: at for at, symbol in enumerate(panel.symbols)}
    found = [(place[symbol], date, factor) for symbol, date, factor in factors if symbol in place]
    if not found:
        return panel.fields[name]
    values = np.array(panel.fields[name])
    days = calendar(panel.calendar).session_of(panel.ts) if panel.interval.is_intraday else panel.ts
    for column, date, factor in found:
        values[days < date, column] *= factor
    return values


def _rows_of(panel: Panel, kept: Ints) -> Panel:
    fields = {name: np.ascontiguousarray(values[kept]) for name, values in panel.fields.items()}
    return dataclasses.replace(panel, ts=panel.ts[kept], fields=fields, bar=np.ascontiguousarray(panel.bar[kept]))


def _at(array: np.ndarray) -> int:
    return int(array.__array_interface__["data"][0])
