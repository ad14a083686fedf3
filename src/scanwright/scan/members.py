"""Who belongs to the names of a universe and when, as facts that an expression can ask for.

Symbols and lists of them become a field of the panel, 1 for those who belong; an index is the engine's `member_of`. The
days on which a symbol was listed and delisted are fields too. So a universe is one expression, and functions across
symbols see the members of each day.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence

import numpy as np

from scanwright.data.lives import lives
from scanwright.expr.nodes import Call, Constant, Field, Node
from scanwright.expr.types import Typing
from scanwright.model.errors import SettingsError
from scanwright.model.interval import Interval
from scanwright.model.panel import Attribute, Floats, Panel
from scanwright.scan.foretold import FIELDS, Teller
from scanwright.scan.universe import Universe, stands_for

FAR = 1e9  # days
AMONG = "among "
LISTED, DELISTED = "first day", "last day"
DIGITS = 8
LONGER = {Interval.WEEK: 6, Interval.MONTH: 30}  # a longer bar ends so many days after the last day that it may hold


@dataclasses.dataclass(frozen=True, slots=True)
class Spell:
    """A symbol that belongs to a name from its first to its last day, both included; None: without an end there."""

    symbol: str
    first: dt.date | None = None
    last: dt.date | None = None

    def holds(self, date: dt.date | None) -> bool:
        """Whether a day lies in it; None stands for some day."""
        if date is None:
            return True
        return (self.first is None or self.first <= date) and (self.last is None or date <= self.last)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sets:
    """The members of names, and what a person should know of how they were found.

    teller: who says what was learned of the scan's hits, where it asks.
    """

    spells: Mapping[str, tuple[Spell, ...]] = dataclasses.field(default_factory=dict[str, tuple[Spell, ...]])
    notes: tuple[str, ...] = ()
    teller: Teller | None = None

    def of(self, group: Sequence[str]) -> tuple[Spell, ...]:
        """The members of a group; a symbol nobody spoke of stands for itself, `SettingsError` for any other name."""
        return tuple(dict.fromkeys(spell for name in group for spell in self._of(name)))

    def _of(self, name: str) -> tuple[Spell, ...]:
        if name in self.spells:
            return self.spells[name]
        if stands_for(name) != "symbol":
            raise SettingsError(
                expected=f"the members of {name}", found="nobody who knows them", todo="ask a market, which has lists"
            )
        return (Spell(name),)


def shown(group: Sequence[str]) -> str:
    """A group as it was written."""
    return ",".join(group)


def is_ours(name: str) -> bool:
    """Whether a panel has a field because a scan asks for it."""
    return name in {LISTED, DELISTED, *FIELDS} or name.startswith(AMONG)


def dressed(panel: Panel, sets: Sets, *universes: Universe) -> Panel:
    """The panel with the fields that its universes ask for, and with what is said of hits."""
    found: dict[str, Floats] = _lifetimes(panel)
    groups = dict.fromkeys(plain for universe in universes for group in universe.groups if (plain := _plain(group)))
    place = {symbol: at for at, symbol in enumerate(panel.symbols)} if groups else {}
    for group in groups:
        found |= _field(shown(group), sets.of(group), place)
    further = {name: Attribute(numbers=numbers, dated=True) for name, numbers in found.items()}
    if sets.teller is not None:
        further |= sets.teller.facts(panel)
    if not further:
        return panel
    return dataclasses.replace(panel, attributes={**panel.attributes, **further})


def _field(name: str, spells: Sequence[Spell], place: Mapping[str, int]) -> dict[str, Floats]:
    digest = hashlib.sha256(repr(sorted(spells, key=repr)).encode()).hexdigest()[:DIGITS]
    among = np.zeros(len(place))
    among[[place[each.symbol] for each in spells if each.symbol in place]] = 1.0
    return {f"{AMONG}{name} #{digest}": among}


def _lifetimes(panel: Panel) -> dict[str, Floats]:
    """The first and last days of symbols, where the symbol table knows any."""
    listed, delisted = lives(panel)
    found: dict[str, Floats] = {}
    if np.isfinite(listed).any():
        found[LISTED] = np.maximum(listed, -FAR)
    if np.isfinite(delisted).any():
        found[DELISTED] = np.minimum(delisted, FAR) + LONGER.get(panel.interval, 0)
    return found


def lifetime_trees(typing: Typing) -> dict[str, Node]:
    """Conditions on the day by reason: listed, and not delisted before."""
    day = Field("session")
    found: dict[str, Node] = {}
    if LISTED in typing.present:
        found["not_listed"] = Call("less_equal", (Field(LISTED), day))
    if DELISTED in typing.present:
        found["delisted"] = Call("less_equal", (day, Field(DELISTED)))
    return found


def group_tree(group: Sequence[str], typing: Typing) -> Node | None:
    """The condition that a symbol belongs to a group that day; None where the panel was not dressed for it."""
    trees: list[Node] = [
        Call("member_of", (), (name.partition(":")[2],)) for name in group if stands_for(name) == "index"
    ]
    key = AMONG + shown(_plain(group))
    trees += [Call("equal", (Field(name), Constant(1.0))) for name in typing.present if name.rpartition(" #")[0] == key]
    whole: Node | None = None
    for tree in trees:
        whole = tree if whole is None else Call("or", (whole, tree))
    return whole


def _plain(group: Sequence[str]) -> tuple[str, ...]:
    """The names of a group whose members are the same on all days."""
    return tuple(name for name in group if stands_for(name) != "index")
