"""What a person looks for, written once: a condition, a ranking, columns, a universe, an interval.

A definition is text, or a scan file in TOML:

    name = "pullback"
    where = "close > sma(200) and strength < 40"
    rank = "-strength"
    interval = "1d"
    universe = "liquid"
    exclude = "list:dismissed"
    [columns]
    rsi = "strength"
    [define]
    strength = "rsi(14)"
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, cast

from scanwright.expr.nodes import Call, Constant, Node, terms
from scanwright.expr.printer import show
from scanwright.expr.reader import read
from scanwright.expr.types import Typing
from scanwright.model.errors import ExpressionError, SettingsError
from scanwright.model.interval import Interval
from scanwright.model.signature import Type
from scanwright.scan.members import group_tree, lifetime_trees, shown
from scanwright.scan.universe import WORD, Universe, liquid_text, read_universe

RESULTS = ("symbol", "ts", "close", "rank")
KEYS = ("name", "title", "where", "rank", "interval", "universe", "exclude", "session", "adjust", "columns", "define")
PART = "part "
Adjust = Literal["raw", "splits", "total"]
ADJUSTS: tuple[Adjust, ...] = ("raw", "splits", "total")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Scan:
    """A definition as its author wrote it; texts, so that it can be kept, sent and compared.

    universe: who takes part, and exclude: who of them does not (`scan/universe.py`). session: `regular` or `extended`.
    adjust: prices as traded (`raw`), by `splits`, or by splits and dividends (`total`).

    >>> Scan(where="close > sma(200)").interval
    <Interval.DAY: '1d'>
    """

    where: str
    name: str = ""
    title: str = ""
    rank: str = ""
    columns: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    define: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    universe: str = "all"
    exclude: str = ""
    interval: Interval = Interval.DAY
    session: Literal["regular", "extended"] = "regular"
    adjust: Adjust = "splits"

    def universes(self) -> tuple[Universe, Universe]:
        """The universe and the exclusion, read; `SettingsError` for an exclusion of everybody."""
        exclude = read_universe(self.exclude, self.define)
        if self.exclude.strip() and not exclude.groups and not exclude.condition:
            raise SettingsError(expected="an exclusion of some", found=repr(self.exclude), todo="leave it out")
        return read_universe(self.universe, self.define), exclude

    def bind(self, typing: Typing) -> Bound:
        """The trees; `ExpressionError` names the part of the scan that is wrong."""
        _free(self.columns)
        names: dict[str, Node] = {}
        for name, text in self.define.items():
            names[name] = _part(f"define {name}", text, typing, names, None)
        return Bound(
            scan=self,
            where=_part("where", self.where, typing, names, Type.YESNO),
            rank=_part("rank", self.rank, typing, names, Type.NUMBER) if self.rank else None,
            columns={name: _part(f"column {name}", text, typing, names, None) for name, text in self.columns.items()},
            parts=_parts(self, typing, names),
            names=names,
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Part:
    """One thing that a member of the universe satisfies.

    reason: why a symbol is outside that does not. terms: what it asks for all at once, each with its text. leaves_out:
    whether it is the exclusion, of which `tree` is the opposite.
    """

    reason: str
    tree: Node
    terms: Mapping[str, Node]
    leaves_out: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class Bound:
    """A definition as trees; the universe in parts. names: what the author has defined."""

    scan: Scan
    where: Node
    rank: Node | None
    columns: Mapping[str, Node]
    parts: tuple[Part, ...]
    names: Mapping[str, Node]

    @property
    def terms(self) -> tuple[Node, ...]:
        """What the condition asks for all at once."""
        return terms(self.where)

    @property
    def universe(self) -> Node | None:
        """What all parts of the universe ask for together."""
        return _all([part.tree for part in self.parts])

    def outputs(self) -> dict[str, Node]:
        """Every tree by the name that its result gets; the parts of a universe where it has several."""
        found = {"where": self.where}
        if self.rank is not None:
            found["rank"] = self.rank
        if self.universe is not None:
            found["universe"] = self.universe
        if len(self.parts) > 1:
            found |= {f"{PART}{at}": part.tree for at, part in enumerate(self.parts)}
        return found | {f"column {name}": node for name, node in self.columns.items()}

    def shown(self, typing: Typing) -> dict[str, object]:
        """The definition as plain values, with canonical texts."""
        catalogue = typing.catalogue
        facts: dict[str, object] = {"name": self.scan.name, "where": show(self.where, catalogue)}
        facts["rank"] = show(self.rank, catalogue) if self.rank is not None else None
        facts["columns"] = {name: show(node, catalogue) for name, node in self.columns.items()}
        facts |= {"universe": self.scan.universe, "exclude": self.scan.exclude or None}
        facts |= {"interval": str(self.scan.interval), "session": self.scan.session, "adjust": self.scan.adjust}
        return facts


def is_shown(name: str) -> bool:
    """Whether an output is the ranking or a column, not a part of the judgement."""
    return name == "rank" or name.startswith("column ")


def _free(columns: Mapping[str, str]) -> None:
    """Refuse columns whose names the results have already."""
    taken = [name for name in columns if name in RESULTS or name.startswith("ret_")]
    if taken:
        raise SettingsError(
            expected=f"columns with names of their own, not {', '.join(RESULTS)} or ret_...",
            found=", ".join(taken),
            todo="choose another name",
        )


def _parts(scan: Scan, typing: Typing, names: Mapping[str, Node]) -> tuple[Part, ...]:
    """Lifetimes, names, condition, exclusion: those that there are."""
    known = {WORD: read(liquid_text(typing), typing.catalogue, attributes=typing.fields), **names}
    universe, exclude = scan.universes()
    lives = [Part(reason=reason, tree=tree, terms={}) for reason, tree in lifetime_trees(typing).items()]
    among = _groups(universe, typing)
    found = [Part(reason="not_named", tree=tree, terms=among) for tree in [_all(list(among.values()))] if tree]
    if universe.condition:
        tree = _part("universe", universe.condition, typing, known, Type.YESNO)
        texts = {show(each, typing.catalogue): each for each in terms(tree)}
        found.append(Part(reason="condition", tree=tree, terms=texts))
    return (*lives, *found, *_exclusion(scan.exclude, exclude, typing, known))


def _exclusion(text: str, exclude: Universe, typing: Typing, names: Mapping[str, Node]) -> tuple[Part, ...]:
    """Nobody of whom it is known that the exclusion holds."""
    trees = list(_groups(exclude, typing).values())
    if exclude.condition:
        trees.append(_part("exclude", exclude.condition, typing, names, Type.YESNO))
    whole = _all(trees)
    if whole is None:
        return ()
    if exclude.condition:
        number = Call("where", (whole, Constant(1.0), Constant(0.0)))
        tree = Call("equal", (Call("fill", (number, Constant(0.0))), Constant(0.0)))
    else:
        tree = Call("not", (whole,))
    return (Part(reason="excluded", tree=tree, terms={f"not ({text})": tree}, leaves_out=True),)


def _groups(universe: Universe, typing: Typing) -> dict[str, Node]:
    """The groups of names that a panel was dressed for, by how they were written."""
    found = {shown(group): group_tree(group, typing) for group in universe.groups}
    return {text: tree for text, tree in found.items() if tree is not None}


def _all(trees: Sequence[Node]) -> Node | None:
    """Trees joined by `and`, nothing where there is none."""
    whole: Node | None = None
    for tree in trees:
        whole = tree if whole is None else Call("and", (whole, tree))
    return whole


def _part(where: str, text: str, typing: Typing, names: Mapping[str, Node], expect: Type | None) -> Node:
    try:
        return read(text, typing.catalogue, attributes=typing.fields, define=names, expect=expect, held=typing.held)
    except ExpressionError as error:
        if where != "where":
            error.add_note(f"in {where}: {text}")
        raise


def load(path: Path) -> Scan:
    """A scan from a TOML file; `SettingsError` names every key that is wrong."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(expected="a scan file", found=f"no {path}", todo="give the path of a .toml file") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(
            expected=f"a scan file in TOML at {path}", found=str(error), todo="see docs/scans.md"
        ) from error
    return of_table(table, path.stem)


def of_table(table: Mapping[str, object], name: str = "") -> Scan:
    """A scan from the table of a TOML or JSON document."""
    wrong = [f"no key {key!r}" for key in table if key not in KEYS]
    wrong += [f"{key} = {value!r}" for key, value in table.items() if key in KEYS and not _fits(key, value)]
    if "where" not in table:
        wrong.append("where is missing")
    if wrong:
        raise SettingsError(
            expected=f"the keys {', '.join(KEYS)}",
            found="; ".join(wrong),
            todo="texts, and tables of texts for columns and define",
        )
    texts = {key: str(value) for key, value in table.items() if key in KEYS and not isinstance(value, Mapping)}
    interval = Interval.read(texts.pop("interval", "1d"))
    session = texts.pop("session", "regular")
    if session not in ("regular", "extended"):
        raise SettingsError(expected="session regular or extended", found=repr(session), todo="")
    adjust = adjusted(texts.pop("adjust", "splits"))
    tables = {key: _texts(table.get(key)) for key in ("columns", "define")}
    return Scan(
        **({"name": name} | texts),
        interval=interval,
        session=session,
        adjust=adjust,
        columns=tables["columns"],
        define=tables["define"],
    )


def adjusted(text: str) -> Adjust:
    """What prices are adjusted by, as a person wrote it.

    >>> adjusted("total")
    'total'
    """
    if text not in ADJUSTS:
        raise SettingsError(expected=f"adjust {', '.join(ADJUSTS)}", found=repr(text), todo="splits is the usual one")
    return text


def _fits(key: str, value: object) -> bool:
    if key not in {"columns", "define"}:
        return isinstance(value, str)
    return isinstance(value, dict) and len(_texts(cast("object", value))) == len(cast("dict[object, object]", value))


def _texts(value: object) -> dict[str, str]:
    """The entries of a table whose values are texts."""
    table = cast("dict[object, object]", value) if isinstance(value, dict) else {}
    return {str(key): text for key, text in table.items() if isinstance(text, str)}
