"""A tree as text: canonical, so that reading it gives the tree back and its hash can name a plan."""

from __future__ import annotations

import hashlib
import json

from scanwright.expr.catalogue import Catalogue
from scanwright.expr.nodes import Call, Constant, Field, Node, Text

INFIX = {
    "or": ("or", 1),
    "and": ("and", 2),
    "less": ("<", 4),
    "less_equal": ("<=", 4),
    "greater": (">", 4),
    "greater_equal": (">=", 4),
    "equal": ("==", 4),
    "not_equal": ("!=", 4),
    "add": ("+", 5),
    "sub": ("-", 5),
    "mul": ("*", 6),
    "div": ("/", 6),
    "pow": ("**", 8),
}
NOT, NEGATIVE, ATOM = 3, 7, 9


def show(node: Node, catalogue: Catalogue) -> str:
    """The text of a tree; defaults that stand first or last are left out.

    >>> from scanwright.app.wiring import catalogue
    >>> show(Call("sma", (Field("close"),), (200.0,)), catalogue())
    'sma(200)'
    """
    return _Printer(catalogue).text(node)[0]


def name_of(node: Node, catalogue: Catalogue) -> str:
    """A short hash of the canonical text, the same in every process."""
    return hashlib.sha256(show(node, catalogue).encode()).hexdigest()[:16]


class _Printer:
    """Prints with the fewest brackets; each text comes with how tightly it binds."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def text(self, node: Node) -> tuple[str, int]:
        if isinstance(node, Constant):
            return number(node.value), ATOM if node.value >= 0 else NEGATIVE
        if isinstance(node, Text):
            return json.dumps(node.value, ensure_ascii=False), ATOM
        if isinstance(node, Field):
            return node.name, ATOM
        if node.name in INFIX:
            return self._infix(node)
        special = {"neg": self._negative, "not": self._not, "lag": self._lag, "in": self._in, "at": self._at}
        if node.name in special:
            return special[node.name](node)
        return self._call(node), ATOM

    def bound(self, node: Node, tightness: int) -> str:
        """The text, in brackets where it binds less tightly than asked."""
        text, tight = self.text(node)
        return text if tight >= tightness else f"({text})"

    def _infix(self, node: Call) -> tuple[str, int]:
        sign, tight = INFIX[node.name]
        left, right = node.inputs
        compares = tight == INFIX["less"][1]
        first = tight + 1 if compares or node.name == "pow" else tight
        second = NEGATIVE if node.name == "pow" else tight + 1
        return f"{self.bound(left, first)} {sign} {self.bound(right, second)}", tight

    def _negative(self, node: Call) -> tuple[str, int]:
        return f"-{self.bound(node.inputs[0], NEGATIVE + 1)}", NEGATIVE

    def _not(self, node: Call) -> tuple[str, int]:
        return f"not {self.bound(node.inputs[0], NOT)}", NOT

    def _lag(self, node: Call) -> tuple[str, int]:
        return f"{self.bound(node.inputs[0], ATOM)}[{_param(node.params[0])}]", ATOM

    def _in(self, node: Call) -> tuple[str, int]:
        chosen = ", ".join(self.text(each)[0] for each in node.inputs[1:])
        alone = "," if len(node.inputs) == 2 else ""
        return f"{self.bound(node.inputs[0], 5)} in ({chosen}{alone})", 4

    def _at(self, node: Call) -> tuple[str, int]:
        forming = ", forming=True" if node.params[1] else ""
        return f'at("{node.params[0]}", {self.text(node.inputs[0])[0]}{forming})', ATOM

    def _call(self, node: Call) -> str:
        entry = self._catalogue[node.name]
        shown = ", ".join(self._arguments(node))
        text = node.name if entry.noun and not shown else f"{node.name}({shown})"
        return f"{text}.{node.output}" if node.output else text

    def _arguments(self, node: Call) -> list[str]:
        """Arguments in the signature's order; leading default series fall away, and so do trailing series and zeros."""
        entry = self._catalogue[node.name]
        series, params = list(node.inputs), list(node.params)
        pairs: list[tuple[str, str, bool]] = []
        for argument in entry.signature.arguments:
            if argument.takes == "series":
                many = series if argument.many else series[:1]
                series = series[len(many) :]
                usual = self._catalogue.default(argument)
                pairs += [(argument.name, self.text(given)[0], given == usual) for given in many]
            else:
                given = params.pop(0)
                pairs.append((argument.name, _param(given), given == argument.default and not given))
        while pairs and pairs[-1][2]:
            pairs.pop()
        lead = entry.optional_lead if len(pairs) > entry.optional_lead else 0
        lead = lead if all(default for _, _, default in pairs[:lead]) else 0
        if pairs and entry.optional_lead and not lead and isinstance(node.inputs[0], Constant):
            return [f"{name}={text}" for name, text, _ in pairs]  # a number that stands first is read as a constant
        return [text for _, text, _ in pairs[lead:]]


def _param(value: float | str) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else number(value)


def number(value: float) -> str:
    """A number as short as it can be read back: 14, 0.05, 1e+20.

    >>> number(14.0), number(0.05)
    ('14', '0.05')
    """
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
