"""Random expressions of everything that the catalogue holds, by seed."""

from __future__ import annotations

import random as chance
from collections.abc import Sequence

from scanwright.app.wiring import catalogue
from scanwright.expr.catalogue import Entry
from scanwright.expr.nodes import BAR_FIELDS, TIME_FIELDS, Call, Constant, Field, Node, Text
from scanwright.expr.types import Misfit, Typing, bind
from scanwright.model.signature import Argument, Type

INFIX = {
    Type.NUMBER: ("add", "sub", "mul", "div", "pow"),
    Type.YESNO: ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal"),
}
SECTORS = ("Energy", "Technology", 'of "no" kind', "Öl")
SAID = {"kind": ("earnings", "news", "filing"), "figure": ("eps",), "list": ("SP500",)}
CONSTANTS = (0.0, 1.0, 2.0, 14.0, 0.5, -3.0, 1e-7, 1.5e20, 123456.789)


class Grower:
    """Grows trees of a type; `bounded` leaves out what cannot stand within `at` and `of`."""

    def __init__(self, seed: int) -> None:
        self._random = chance.Random(seed)
        self._words = catalogue()
        self._typing = Typing(self._words)
        apart = {"and", "or", "not", "in", "neg", "raw", "lag", *INFIX[Type.NUMBER], *INFIX[Type.YESNO]}
        plain = (each for each in self._words if each.kind not in {"resample", "other", "group"})
        self._plain = [each for each in plain if each.name not in apart]

    def number(self, depth: int, *, bounded: bool = False) -> Node:
        """A number of at most that many levels."""
        if depth <= 0 or self._random.random() < 0.1:
            names = (*BAR_FIELDS, *TIME_FIELDS, "hl2", "dollar_volume", "pe")
            name = self._random.choice(names)
            return Call(name) if name in self._words else Field(name)
        kind = self._random.randrange(12)
        if kind < 3:
            name = self._random.choice(INFIX[Type.NUMBER])
            return Call(name, (self.number(depth - 1, bounded=bounded), self._number_or_constant(depth - 1, bounded)))
        if kind == 3:
            return Call("neg", (self.number(depth - 1, bounded=bounded),))
        if kind == 4:
            return Call("lag", (self.number(depth - 1, bounded=bounded),), (float(self._random.randint(1, 9)),))
        if kind == 5 and not bounded:
            return self._elsewhere(self.number(depth - 1, bounded=True))
        return self._called(Type.NUMBER, depth, bounded)

    def condition(self, depth: int, *, bounded: bool = False) -> Node:
        """A yes/no of at most that many levels."""
        kind = self._random.randrange(10)
        if kind < 4 or depth <= 1:
            name = self._random.choice(INFIX[Type.YESNO])
            return Call(name, (self.number(depth - 1, bounded=bounded), self._number_or_constant(depth - 1, bounded)))
        if kind < 6:
            name = self._random.choice(("and", "or"))
            return Call(name, (self.condition(depth - 1, bounded=bounded), self.condition(depth - 1, bounded=bounded)))
        if kind == 6:
            return Call("not", (self.condition(depth - 1, bounded=bounded),))
        if kind == 7:
            return self._category()
        if kind == 8 and not bounded:
            return self._elsewhere(self.condition(depth - 1, bounded=True))
        return self._called(Type.YESNO, depth, bounded)

    def _number_or_constant(self, depth: int, bounded: bool) -> Node:
        if self._random.random() < 0.4:
            return Constant(self._random.choice(CONSTANTS))
        return self.number(depth, bounded=bounded)

    def _category(self) -> Node:
        field = Field(self._random.choice(("sector", "industry", "kind")))
        chosen = tuple(Text(each) for each in self._random.sample(SECTORS, self._random.randint(1, 3)))
        if len(chosen) == 1:
            return Call(self._random.choice(("equal", "not_equal")), (field, *chosen))
        return Call("in", (field, *chosen))

    def _elsewhere(self, inner: Node) -> Node:
        kind = self._random.randrange(4)
        if kind == 0:
            return Call("of", (inner,), ("SPY",))
        if kind == 1:
            return Call("raw", (inner,))
        if kind == 2:
            return Call("by", (Field("sector"), Call("rank", (inner,)))) if self._is_number(inner) else inner
        return Call("at", (inner,), (self._random.choice(("1w", "1mo")), float(self._random.random() < 0.3)))

    def _is_number(self, node: Node) -> bool:
        return self._typing.of(node) is Type.NUMBER

    def _called(self, kind: Type, depth: int, bounded: bool) -> Node:
        """A call of anything that gives the type, its arguments partly left to their defaults."""
        while True:
            entry = self._random.choice(self._plain)
            outputs = [each.name for each in entry.signature.outputs if each.type is kind]
            if not outputs or (bounded and entry.kind == "cross"):
                continue
            try:
                call = bind(self._typing, entry, *self._arguments(entry, depth, bounded))
            except Misfit:
                continue
            return Call(call.name, call.inputs, call.params, self._random.choice(outputs))

    def _arguments(self, entry: Entry, depth: int, bounded: bool) -> tuple[Sequence[Node], dict[str, Node]]:
        named: dict[str, Node] = {}
        for argument in entry.signature.arguments:
            if argument.many:
                return [self.number(depth - 1, bounded=bounded) for _ in range(self._random.randint(2, 4))], {}
            if argument.required or self._random.random() < 0.4:
                named[argument.name] = self._argument(argument, depth, bounded)
        return [], named

    def _argument(self, argument: Argument, depth: int, bounded: bool) -> Node:
        if argument.takes == "whole":
            return Constant(float(self._random.randint(1, 12)))
        if argument.takes == "constant":
            return Constant(self._random.choice((0.1, 0.5, 2.0, 3.0)))
        if argument.takes == "text":
            return Text(self._random.choice(SAID.get(argument.name, ("SPY",))))
        if argument.type is Type.YESNO:
            return self.condition(depth - 1, bounded=bounded)
        if self._random.random() < 0.1:
            return Constant(self._random.choice(CONSTANTS))
        return self.number(depth - 1, bounded=bounded)
