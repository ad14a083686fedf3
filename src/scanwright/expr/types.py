"""What a tree is: number, yes/no or category; and whether its arguments fit."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from scanwright.expr.catalogue import Catalogue, Entry
from scanwright.expr.nodes import ANCHORS, BAR_FIELDS, CATEGORIES, TIME_FIELDS, Call, Constant, Field, Node, Param, Text
from scanwright.expr.words import COMPUTED, NAMED, SAME_TYPE
from scanwright.model.errors import ExpressionError, TooComplex, WrongType
from scanwright.model.signature import Argument, Type

LONGEST_WINDOW = 20_000
NAMED_FIELDS: Mapping[str, Type] = dict.fromkeys(NAMED, Type.NUMBER)
CATEGORY_FIELDS: Mapping[str, Type] = dict.fromkeys(CATEGORIES, Type.CATEGORY)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Held:
    """What a market has beside bars and facts: its kinds of event with their figures, and its lists of members."""

    kinds: Mapping[str, tuple[str, ...]]
    lists: tuple[str, ...]


class Typing:
    """Types of trees over a catalogue, with what a market knows of its symbols as further fields.

    held: the market's events and lists; None where no market is at hand, so that no name of one can be wrong.
    """

    def __init__(
        self, catalogue: Catalogue, attributes: Mapping[str, Type] | None = None, held: Held | None = None
    ) -> None:
        """Know the fields."""
        self.catalogue = catalogue
        self.held = held
        known = {name: kind for name, kind in (attributes or {}).items() if name not in COMPUTED}
        numbers = dict.fromkeys((*BAR_FIELDS, *TIME_FIELDS, *ANCHORS), Type.NUMBER)
        self.fields: Mapping[str, Type] = {**CATEGORY_FIELDS, **NAMED_FIELDS, **known, **numbers}
        self.present = frozenset(known)
        self._known: dict[Node, Type] = {}

    def of(self, node: Node) -> Type:
        """The type of a tree whose arguments fit."""
        if node not in self._known:
            self._known[node] = self._find(node)
        return self._known[node]

    def _find(self, node: Node) -> Type:
        if isinstance(node, Constant):
            return Type.NUMBER
        if isinstance(node, Text):
            return Type.CATEGORY
        if isinstance(node, Field):
            return self.fields[node.name]
        if node.name in SAME_TYPE:
            return self.of(node.inputs[SAME_TYPE[node.name]])
        found = self.catalogue[node.name].signature.output(node.output)
        return found.type if found else Type.NUMBER


class Misfit(Exception):
    """An argument that does not fit; `at` is its place among the given ones, or its keyword, or None for the call."""

    def __init__(
        self, at: int | str | None, kind: type[ExpressionError], expected: str, found: str, todo: str = ""
    ) -> None:
        """Keep what is needed to word the error once the position is known."""
        super().__init__(expected)
        self.at, self.kind, self.expected, self.found, self.todo = at, kind, expected, found, todo


def bind(typing: Typing, entry: Entry, given: Sequence[Node], named: Mapping[str, Node]) -> Call:
    """A call with its arguments in their places and the defaults filled in; raises `Misfit`."""
    arguments = entry.signature.arguments
    places = _placed(entry, given, named)
    inputs: list[Node] = []
    params: list[Param] = []
    for argument in arguments:
        found = places.get(argument.name)
        if argument.takes == "series":
            inputs.extend(_series(typing, entry, argument, found))
        else:
            params.append(_constant(entry, argument, found))
    return Call(entry.name, tuple(inputs), tuple(params))


Placed = list[tuple[int | str, Node]]


def _placed(entry: Entry, given: Sequence[Node], named: Mapping[str, Node]) -> dict[str, Placed]:
    arguments = list(entry.signature.arguments)
    positional = arguments
    if entry.optional_lead and given and isinstance(given[0], Constant):
        positional = arguments[entry.optional_lead :]
    places: dict[str, Placed] = {}
    for at, node in enumerate(given):
        last = positional[-1] if positional else None
        if at >= len(positional) and not (last and last.many):
            most = f"{len(arguments)} argument{'s' if len(arguments) != 1 else ''}: {entry.signature.shown(entry.name)}"
            raise Misfit(at, WrongType, f"at most {most}", f"{len(given)}", "")
        argument = positional[min(at, len(positional) - 1)]
        places.setdefault(argument.name, []).append((at, node))
    names = [each.name for each in arguments]
    for name, node in named.items():
        if name not in names:
            raise Misfit(
                name,
                WrongType,
                f"one of {', '.join(names) or 'no arguments'}",
                f"{name!r}",
                f"{entry.signature.shown(entry.name)}",
            )
        if name in places:
            raise Misfit(name, WrongType, f"{name} once", "it twice")
        places[name] = [(name, node)]
    return places


def _series(typing: Typing, entry: Entry, argument: Argument, found: Placed | None) -> list[Node]:
    if not found:
        default = typing.catalogue.default(argument)
        if default is None:
            if argument.default is not None:
                return [Constant(float(argument.default))]
            raise Misfit(
                None,
                WrongType,
                f"{entry.signature.shown(entry.name)}",
                f"no {argument.name}",
                f"for example {entry.example}",
            )
        return [default]
    for at, node in found:
        kind = typing.of(node)
        if argument.type is not None and kind is not argument.type:
            hint = _advice(entry, argument, kind)
            raise Misfit(at, WrongType, f"a {argument.type} for {argument.name} of {entry.name}", f"a {kind}", hint)
    return [node for _, node in found]


def _advice(entry: Entry, argument: Argument, found: Type) -> str:
    if argument.type is Type.NUMBER and found is Type.YESNO:
        return "where(condition, 1, 0) makes a number of it, count(condition, n) counts it"
    if argument.type is Type.YESNO and found is Type.NUMBER:
        return f"compare it with something, for example {entry.example}"
    return f"for example {entry.example}"


def _constant(entry: Entry, argument: Argument, found: Placed | None) -> Param:
    if not found:
        if argument.default is None:
            raise Misfit(
                None,
                WrongType,
                f"{entry.signature.shown(entry.name)}",
                f"no {argument.name}",
                f"for example {entry.example}",
            )
        return argument.default if isinstance(argument.default, str) else float(argument.default)
    at, node = found[0]
    if argument.takes == "text":
        if not isinstance(node, Text):
            raise Misfit(
                at,
                WrongType,
                f"a word in quotes for {argument.name} of {entry.name}",
                "another thing",
                f"for example {entry.example}",
            )
        return node.value
    if not isinstance(node, Constant):
        what = "a whole number of bars" if argument.takes == "whole" else "a number known beforehand"
        raise Misfit(
            at, WrongType, f"{what} for {argument.name} of {entry.name}", "a series", f"for example {entry.example}"
        )
    return _checked(entry, argument, at, node.value)


def _checked(entry: Entry, argument: Argument, at: int | str, value: float) -> float:
    least, most = argument.least, argument.most
    if argument.takes == "whole":
        if value != value or value in (float("inf"), float("-inf")) or value != int(value):  # noqa: PLR0124 - NaN is not itself
            todo = f"use {int(value) + 1}" if abs(value) < LONGEST_WINDOW else ""
            raise Misfit(
                at, WrongType, f"a whole number of bars for {argument.name} of {entry.name}", f"{value:g}", todo
            )
        if value > LONGEST_WINDOW:
            found = f"{value:,.0f} bars, which need {_size(8 * value)} a symbol" if value < 1e15 else f"{value:g} bars"
            raise Misfit(at, TooComplex, f"a window of at most {LONGEST_WINDOW:,} bars", found)
    if least is not None and value < least:
        raise Misfit(at, WrongType, f"at least {least:g} for {argument.name} of {entry.name}", f"{value:g}")
    if most is not None and value > most:
        raise Misfit(at, WrongType, f"at most {most:g} for {argument.name} of {entry.name}", f"{value:g}")
    return value


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:,.1f} TB"
