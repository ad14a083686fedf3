"""From what a person wrote to what the kernels do: indicators opened, idioms of the language spelled out.

Equal parts become the very same object, so that each is computed once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from scanwright.engine.dated import series_name
from scanwright.expr.catalogue import Catalogue
from scanwright.expr.nodes import ANCHORS, BAR_FIELDS, Call, Constant, Field, Node, walk
from scanwright.expr.types import Typing
from scanwright.expr.words import DATED
from scanwright.model.errors import TooComplex, WrongType
from scanwright.model.signature import Type

MOST_STEPS = 20_000
RAW = "raw_"
EVERYBODY = "everybody"
_ANCHORED = {"cumulative", "highest_since", "lowest_since"}


class Lowering:
    """Opens trees over one catalogue; what it has opened once it knows.

    Call(greater, a, b) becomes less(b, a); `in` becomes a chain of equals; min and max of many become pairs; `raw(e)`
    puts raw fields into e; `by(g, e)` hands g to the functions across symbols within e; every indicator is replaced
    by what it is made of.
    """

    def __init__(self, typing: Typing) -> None:
        """Start with nothing known."""
        self._typing = typing
        self._known: dict[Node, Node] = {}
        self._same: dict[Node, Node] = {}

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue that names are looked up in."""
        return self._typing.catalogue

    def __call__(self, node: Node) -> Node:
        """The opened tree."""
        if node not in self._known:
            self._known[node] = self._once(self._open(node))
            if len(self._same) > MOST_STEPS:
                raise TooComplex(
                    line=0, column=0, expected=f"at most {MOST_STEPS:,} steps", found="more", todo="split the scan"
                )
        return self._known[node]

    def _once(self, node: Node) -> Node:
        return self._same.setdefault(node, node)

    def _open(self, node: Node) -> Node:
        if isinstance(node, Field):
            return Field(ANCHORS.get(node.name, node.name))
        if not isinstance(node, Call):
            return node
        special = _SPECIAL.get(node.name)
        if special is not None:
            return special(self, node)
        entry = self.catalogue[node.name]
        if entry.composition is not None:
            return self(entry.composition.expand(node.inputs, node.params)[node.output])
        inputs = [self(each) for each in node.inputs]
        if node.name in _ANCHORED and self._typing.of(node.inputs[1]) is Type.YESNO:
            known = self._once(Call("fill", (inputs[1], self._once(Constant(0.0)))))
            inputs[1] = self._once(Call("cumulative", (known, self._once(Constant(0.0)))))
        return Call(node.name, tuple(inputs), node.params, node.output)

    def swapped(self, node: Call) -> Node:
        """The other way round."""
        name = {"greater": "less", "greater_equal": "less_equal"}[node.name]
        return Call(name, (self(node.inputs[1]), self(node.inputs[0])))

    def paired(self, node: Call) -> Node:
        """Two at a time."""
        parts = [self(each) for each in node.inputs]
        return self._chain(node.name, parts)

    def _chain(self, name: str, parts: Sequence[Node]) -> Node:
        whole = parts[0]
        for part in parts[1:]:
            whole = self._once(Call(name, (whole, part)))
        return whole

    def member(self, node: Call) -> Node:
        """A chain of equals."""
        x = self(node.inputs[0])
        return self._chain("or", [self._once(Call("equal", (x, self(value)))) for value in node.inputs[1:]])

    def raw(self, node: Call) -> Node:
        """On fields as they were traded."""

        def unadjusted(each: Node) -> Node:
            return Field(RAW + each.name) if isinstance(each, Field) and each.name in BAR_FIELDS else each

        return self._mapped(self(node.inputs[0]), unadjusted)

    def by(self, node: Call) -> Node:
        """Grouped."""
        group = self(node.inputs[0])

        def grouped(each: Node) -> Node:
            alone = isinstance(each, Call) and self._is_cross(each.name) and len(each.inputs) == 1
            return (
                Call(each.name, (*each.inputs, group), each.params, each.output)
                if alone and isinstance(each, Call)
                else each
            )

        return self._mapped(self(node.inputs[1]), grouped)

    def everybody(self, node: Node) -> Node:
        """An opened tree whose functions across symbols see all symbols: those that say who is in the universe."""

        def marked(each: Node) -> Node:
            cross = isinstance(each, Call) and self._is_cross(each.name)
            return dataclasses.replace(each, output=EVERYBODY) if cross and isinstance(each, Call) else each

        return self._mapped(node, marked)

    def _is_cross(self, name: str) -> bool:
        return name not in _OPERATORS and self.catalogue[name].kind == "cross"

    def of(self, node: Call) -> Node:
        """Another symbol's."""
        inner = self(node.inputs[0])
        if any(isinstance(each, Call) and self._is_cross(each.name) for each in walk(inner)):
            raise WrongType(
                line=0,
                column=0,
                expected="one symbol's own bars in of()",
                found="a function across symbols",
                todo="take it outside",
            )
        return Call("of", (inner,), node.params)

    def dated(self, node: Call) -> Node:
        """A series of the panel."""
        return self._once(Field(series_name(node.name, *(str(each) for each in node.params))))

    def kept(self, node: Call) -> Node:
        """With opened parts."""
        return Call(node.name, tuple(self(each) for each in node.inputs), node.params)

    def _mapped(self, node: Node, change: Callable[[Node], Node]) -> Node:
        """The tree with every node changed, leaves first."""
        done: dict[Node, Node] = {}
        for each in walk(node):
            here = each
            if isinstance(each, Call):
                here = Call(each.name, tuple(done[child] for child in each.inputs), each.params, each.output)
            done[each] = self._once(change(here))
        return done[node]


_OPERATORS = {
    "add",
    "sub",
    "mul",
    "div",
    "pow",
    "neg",
    "less",
    "less_equal",
    "equal",
    "not_equal",
    "and",
    "or",
    "not",
    "at",
    "of",
    "during",
}

_SPECIAL: dict[str, Callable[[Lowering, Call], Node]] = {
    **dict.fromkeys(("greater", "greater_equal"), Lowering.swapped),
    **dict.fromkeys(("min", "max"), Lowering.paired),
    **dict.fromkeys(sorted(_OPERATORS - {"of"}), Lowering.kept),
    "in": Lowering.member,
    "raw": Lowering.raw,
    "by": Lowering.by,
    "of": Lowering.of,
    **dict.fromkeys((each.name for each in DATED), Lowering.dated),
}
