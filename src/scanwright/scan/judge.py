"""What both *now* and *history* start from: a bound scan, its plan, the symbols it is about, and the data's facts."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from scanwright.engine.plan import Plan, plan
from scanwright.expr.catalogue import Catalogue
from scanwright.expr.nodes import Call, Constant, Field, Node, Text, walk
from scanwright.expr.types import Typing
from scanwright.expr.words import field_of
from scanwright.model.calendars import calendar
from scanwright.model.errors import UnknownSymbol
from scanwright.model.interval import Interval
from scanwright.model.panel import Attribute, Bytes, Ints, Panel
from scanwright.model.signature import Type
from scanwright.scan.definition import Bound, Scan
from scanwright.scan.members import Sets, dressed, is_ours
from scanwright.scan.standing import hopeless, nobody, reachable, standing
from scanwright.scan.unheld import held_of, unheld
from scanwright.scan.universe import stands_for

Cell = float | str | bool | None
PRICES = {"open", "high", "low", "close"}
CANDIDATES = 20
UNHELD = 5
SHOWN = 12  # words of a category that are named


@dataclasses.dataclass(frozen=True, kw_only=True)
class Case:
    """A scan and the panel that it is to be judged on; `of` makes one.

    panel: with the fields that the universe asks for. sets: who belongs to the names of the universe.
    """

    scan: Scan
    panel: Panel
    catalogue: Catalogue
    sets: Sets = dataclasses.field(default_factory=Sets)

    @classmethod
    def of(cls, scan: Scan, panel: Panel, catalogue: Catalogue, sets: Sets | None = None) -> Case:
        """A scan on a panel as the store gives it; `SettingsError` where nobody can ever be in the universe."""
        known = sets or Sets()
        case = cls(scan=scan, panel=dressed(panel, known, *scan.universes()), catalogue=catalogue, sets=known)
        nobody(case.bound, case.panel, case.typing, case.columns)
        return case

    @cached_property
    def typing(self) -> Typing:
        """Types with the panel's attributes."""
        return typing_of(self.panel, self.catalogue)

    @cached_property
    def bound(self) -> Bound:
        """The trees."""
        return self.scan.bind(self.typing)

    @cached_property
    def plan(self) -> Plan:
        """The plan of all of them."""
        return plan(self.bound.outputs(), self.typing)

    @cached_property
    def columns(self) -> Ints:
        """Where the symbols stand that the universe's names let in at some time; all of them without names."""
        return reachable(self.panel, self.scan, self.sets)

    @cached_property
    def unknown(self) -> Mapping[str, str]:
        """Symbols that the universe names and the panel does not hold; of the first few the nearest that it does."""
        found = self.unknown_at(None)
        return {symbol: nearest(symbol, self.panel) if at < UNHELD else "" for at, symbol in enumerate(found)}

    def unknown_at(self, row: int | None) -> list[str]:
        """The symbols that the universe names, on the day of a row or on any, and the panel does not hold."""
        groups = self.scan.universes()[0].groups
        date = None if row is None else self.panel.ts[row].astype("M8[D]").item()
        if not groups:
            return []
        called = [{each.symbol for each in self.sets.of(group) if each.holds(date)} for group in groups]
        return sorted(called[0].intersection(*called[1:]).difference(self.panel.symbols))

    def standing(self, row: int) -> list[Bytes | None]:
        """How each part of the universe stands for each symbol at a row, whatever its bars; None where they decide."""
        return standing([part.tree for part in self.bound.parts], self.panel, self.typing, row)

    def row_of(self, as_of: np.datetime64 | None) -> int:
        """The frame of now, -1 where the panel has none."""
        return frame_of_now(self.panel, as_of, self.scan.session)

    def dressed(self, panel: Panel) -> Panel:
        """Other rows of the market with the fields that the universe asks for."""
        return dressed(panel, self.sets, *self.scan.universes())

    def joined_by(self, row: Panel) -> Panel:
        """Rows of the same symbols with this panel's own fields: what a session is handed bar by bar."""
        ours = {name: each for name, each in self.panel.attributes.items() if is_ours(name)}
        return dataclasses.replace(row, attributes={**row.attributes, **ours}) if ours else row

    def on(self, panel: Panel) -> Case:
        """The same scan on other rows of the same market; nothing is read or planned again where nothing can differ."""
        ours = {name for name in self.panel.attributes if is_ours(name)}
        panel = panel if ours and ours <= panel.attributes.keys() else self.dressed(panel)
        case = dataclasses.replace(self, panel=panel)
        same = panel.dated is self.panel.dated or held_of(panel) == held_of(self.panel)
        if same and _kinds(panel) == _kinds(self.panel):
            carried = (
                "typing",
                "bound",
                "plan",
                "hopeless",
                *(("columns", "unknown") if panel.symbols == self.panel.symbols else ()),
            )
            case.__dict__.update({name: getattr(self, name) for name in carried})  # where cached_property keeps them
        return case

    def warnings(self) -> list[str]:
        """What a person should know before they believe the result."""
        return [
            *self.sets.notes,
            *_unheld_symbols(self.unknown, self.panel.market),
            *self._excluded_in_vain(),
            *fixed_prices(self.bound, self.panel),
            *undated(self.bound, self.panel),
            *self.foretold(),
        ]

    def hindsight(self) -> list[str]:
        """Lists of the universe and the exclusion, which are known only as they are today."""
        named = (name for each in self.scan.universes() for name in each.names)
        lists = [name for name in dict.fromkeys(named) if stands_for(name) == "list"]
        return [f"{', '.join(lists)}: today's members, also for past days"] if lists else []

    def foretold(self) -> list[str]:
        """What can be said before it is run: what the market has none of, and what no symbol can satisfy."""
        unknown = unknown_categories(self.bound, self.panel)
        return [*unheld(self.bound.outputs().values(), self.panel), *(unknown or self.hopeless)]

    def _excluded_in_vain(self) -> list[str]:
        """Symbols that the exclusion names and the market does not have."""
        groups = self.scan.universes()[1].groups
        called = {each.symbol for group in groups for each in self.sets.of(group)}
        gone = sorted(called.difference(self.panel.symbols))
        shown = ", ".join(gone[:UNHELD]) + (" ..." if len(gone) > UNHELD else "")
        return [f"excluded in vain, {self.panel.market} has no such symbol: {shown}"] if gone else []

    @cached_property
    def hopeless(self) -> list[str]:
        """That no symbol satisfies what the condition asks of facts, where that is so."""
        return hopeless(self.bound, self.panel, self.typing, self.columns)


def _unheld_symbols(unknown: Mapping[str, str], market: str) -> list[str]:
    """The first few symbols that a market does not hold, and how many more there are."""
    told = [
        f"{market} has no symbol {symbol!r}" + (f"; did you mean {near}?" if near else "")
        for symbol, near in list(unknown.items())[:UNHELD]
    ]
    more = len(unknown) - len(told)
    return [*told, f"and no {more:,} more of the symbols that the universe names"] if more else told


def typing_of(panel: Panel, catalogue: Catalogue) -> Typing:
    """Types over a market: its attributes are fields, its events and lists are known."""
    return Typing(catalogue, _kinds(panel), held_of(panel))


def _kinds(panel: Panel) -> dict[str, Type]:
    return {name: Type.NUMBER if each.numbers is not None else Type.CATEGORY for name, each in panel.attributes.items()}


def columns_of(panel: Panel, symbols: Sequence[str]) -> Ints:
    """The columns of some symbols, in the panel's order; `UnknownSymbol` for the first that is not there."""
    place = {symbol: at for at, symbol in enumerate(panel.symbols)}
    for symbol in symbols:
        if symbol not in place:
            near = nearest(symbol, panel)
            raise UnknownSymbol(market=panel.market, symbol=symbol, nearest=near or "one that `data status` counts")
    return np.unique(np.array([place[symbol] for symbol in symbols], np.int64))


def nearest(symbol: str, panel: Panel) -> str:
    """The symbol of a panel that looks most like another one, or nothing."""
    return "".join(difflib.get_close_matches(symbol.upper(), panel.symbols, 1, 0.5))


def frame_of_now(panel: Panel, as_of: np.datetime64 | None, session: str = "regular") -> int:
    """The last frame at or before the as-of where most of the symbols active lately have a bar.

    That is at least half of those that had one in the 20 frames before, so that stray rows of holidays and late feeds
    are passed over. The symbols counted are those of the panel; frames outside the session that is looked at are left
    out. Without any frame it is -1.
    """
    end = len(panel.ts)
    if as_of is not None:
        end = int(np.count_nonzero(panel.ts <= as_of))
    rows = _latest(panel, end, session)
    for row in rows:
        active = int(panel.bar[max(row - 20, 0) : row].max(axis=0).sum()) if row else 0
        if 2 * int(panel.bar[row].sum()) >= active:
            return row
    return rows[0] if rows else -1


def passed_over(panel: Panel, row: int, session: str) -> list[str]:
    """That there are later frames than the one of now, where there are."""
    later = [at for at in _latest(panel, len(panel.ts), session) if at > row]
    if not later:
        return []
    count = int(panel.bar[later].sum(axis=1).max())
    frames = f"the frames after {day(panel, row)}, up to {day(panel, later[0])}"
    return [f"passed over {frames}: at most {count:,} symbols have a bar there"]


def _latest(panel: Panel, end: int, session: str) -> list[int]:
    """The last 20 rows of the session before `end`, the latest first."""
    found: list[int] = []
    while end and len(found) < CANDIDATES:
        start = max(end - 1000, 0)
        found += (start + rows_within(panel.rows(start, end), session)[::-1]).tolist()
        end = start
    return found[:CANDIDATES]


def rows_within(part: Panel, session: str) -> Ints:
    """The rows of a part of a panel that lie in the session looked at."""
    if session == "extended" or not part.interval.is_intraday:
        return np.arange(part.shape[0])
    return np.flatnonzero(calendar(part.calendar).parts(part.ts, part.interval)["phase"] == 0)


def day(panel: Panel, row: int) -> str:
    """A frame's stamp as people read it: a date, or the time in UTC; nothing where there is no frame."""
    return stamp(panel.ts[row], panel.interval) if -1 < row < len(panel.ts) else ""


def stamp(ts: np.datetime64, interval: Interval) -> str:
    """A date for a day or longer, else the end of the bar in UTC."""
    return str(ts.astype("datetime64[s]")) + "Z" if interval.is_intraday else str(ts.astype("datetime64[D]"))


def cell(value: float, kind: Type, attribute: Attribute | None) -> Cell:
    """A value as people read it: a number, yes or no, a category; None where it is missing."""
    if kind is Type.YESNO:
        return None if value == 2 or value != value else bool(value)  # noqa: PLR0124 - 2 and NaN are unknown
    if value != value:  # noqa: PLR0124 - NaN is not itself
        return None
    if kind is Type.CATEGORY and attribute is not None and attribute.names:
        return attribute.names[int(value)]
    return float(value)


def fixed_prices(bound: Bound, panel: Panel) -> list[str]:
    """Fixed price levels over adjusted prices."""
    if not panel.splits:
        return []
    found: list[str] = []
    for node in walk(bound.where):
        if isinstance(node, Call) and node.name in {"less", "less_equal", "greater", "greater_equal"}:
            sides = set(node.inputs)
            if any(isinstance(each, Constant) for each in sides) and any(
                isinstance(e, Field) and e.name in PRICES for e in sides
            ):
                found.append("a fixed price level is compared with prices adjusted for splits; raw(close) is as traded")
    return found[:1]


def undated(bound: Bound, panel: Panel) -> list[str]:
    """Facts that are known only as they are today."""
    names = {node.name for tree in bound.outputs().values() for node in walk(tree) if isinstance(node, Field)}
    known = sorted(name for name in names if name in panel.attributes and not panel.attributes[name].dated)
    return [f"{', '.join(known)}: today's facts, also for past days"] if known else []


def unknown_categories(bound: Bound, panel: Panel) -> list[str]:
    """Comparisons with a category that no symbol has."""
    found: list[str] = []
    for tree in bound.outputs().values():
        for node in walk(tree):
            if isinstance(node, Call) and any(isinstance(each, Text) for each in node.inputs):
                name = next((field_of(each) for each in node.inputs if field_of(each)), "")
                found += _unheld(name, node.inputs, panel.attributes)
    return list(dict.fromkeys(found))


def _unheld(name: str, values: Sequence[Node], attributes: Mapping[str, Attribute]) -> list[str]:
    attribute = attributes.get(name)
    if attribute is None:
        return [f"no symbol of this market has a {name}"]
    unheld = [each.value for each in values if isinstance(each, Text) and each.value not in attribute.names]
    return [f"no symbol has the {name} {value!r}; {_instead(value, attribute.names)}" for value in unheld]


def _instead(value: str, known: Sequence[str]) -> str:
    """The nearest word that is known, else the first ones."""
    near = difflib.get_close_matches(value, known, 1, 0.4)
    return f"did you mean {near[0]!r}?" if near else f"there is {', '.join(known[:SHOWN])}"
