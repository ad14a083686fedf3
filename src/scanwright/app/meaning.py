"""What a condition means in words, term by term: the language read aloud, for whoever has not learnt it yet."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from scanwright.expr.catalogue import Catalogue
from scanwright.expr.nodes import Call, Constant, Field, Node, Text, terms
from scanwright.expr.printer import number, show

COMPARED = {
    "less": "is below",
    "less_equal": "is at most",
    "greater": "is above",
    "greater_equal": "is at least",
    "equal": "is",
    "not_equal": "is not",
}
SUMS = {"add": "plus", "sub": "minus", "mul": "times", "div": "divided by", "pow": "to the power of"}
FOLDERS = ("scanwright.indicators", "scanwright.kernels")
FIELDS = {"open": "the open", "high": "the high", "low": "the low", "close": "the close", "volume": "the volume"}


def meanings(where: Node, catalogue: Catalogue) -> Sequence[str]:
    """A sentence a term.

    >>> from scanwright.app.wiring import catalogue
    >>> from scanwright.expr.reader import read
    >>> for each in meanings(read("close > sma(50) and not (open == 5 or volume < 2)", catalogue()), catalogue()):
    ...     print(each)
    The close is above the simple moving average sma(50).
    Not so: the open is 5 or the volume is below 2.
    """
    return [_sentence(_Words(catalogue).of(each)) for each in terms(where)]


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


class _Words:
    """Trees in words."""

    def __init__(self, catalogue: Catalogue) -> None:
        """By the words of a language."""
        self._catalogue = catalogue

    def of(self, node: Node) -> str:
        """A condition or a number, in the middle of a sentence."""
        if isinstance(node, Constant):
            return number(node.value)
        if isinstance(node, Text):
            return node.value
        if isinstance(node, Field):
            return FIELDS.get(node.name, f"the {node.name.replace('_', ' ')}")
        own = _OWN.get(node.name)
        if own is not None and not node.output:
            return own(self, node)
        if node.name in COMPARED or node.name in SUMS:
            word = COMPARED.get(node.name) or SUMS[node.name]
            left, right = (self.of(each) for each in node.inputs)
            return f"{left} {word} {right}"
        return self._called(node)

    def joined(self, node: Call) -> str:
        """Conditions joined by `and` or `or`."""
        return f" {node.name} ".join(self.of(each) for each in node.inputs)

    def opposite(self, node: Call) -> str:
        """The opposite of a condition."""
        return f"not so: {self.of(node.inputs[0])}"

    def among(self, node: Call) -> str:
        """One of several."""
        first, *rest = (self.of(each) for each in node.inputs)
        return f"{first} is one of {', '.join(rest)}"

    def before(self, node: Call) -> str:
        """A value some bars ago."""
        bars = int(float(node.params[0]))
        return f"{self.of(node.inputs[0])} {'one bar' if bars == 1 else f'{bars} bars'} ago"

    def crossing(self, node: Call) -> str:
        """A crossing, upwards or downwards."""
        first, second = (self.of(each) for each in node.inputs)
        return f"{first} crosses {'above' if node.name == 'crosses_above' else 'below'} {second}"

    def lately(self, node: Call) -> str:
        """A condition within the last bars."""
        return f"within the last {int(float(node.params[0]))} bars: {self.of(node.inputs[0])}"

    def longer(self, node: Call) -> str:
        """On bars of another interval."""
        return f"on {node.params[0]} bars {self.of(node.inputs[0])}"

    def other(self, node: Call) -> str:
        """Of another symbol."""
        return f"{self.of(node.inputs[0])} of {node.params[0]}"

    def _called(self, node: Call) -> str:
        """A function by the title of its file, and as it is written."""
        text = show(node, self._catalogue)
        title = self._title(node.name)
        output = f"{node.output.replace('_', ' ')} of " if node.output else ""
        return f"{output}{title} {text}" if title else text

    def _title(self, name: str) -> str:
        """What an indicator or kernel is called in its file's first words."""
        entry = self._catalogue[name]
        if entry.kernel is None and entry.composition is None:
            return ""
        module = next((sys.modules[f"{each}.{name}"] for each in FOLDERS if f"{each}.{name}" in sys.modules), None)
        title = ((module.__doc__ or "") if module else "").split(":")[0].split(". ")[0].strip().rstrip(".")
        small = title[:1].lower() + title[1:] if title[1:2].islower() or title[1:2] == " " else title
        return small if 0 < len(small) <= MOST and small.replace(" ", "_") != name else ""


MOST = 60  # letters of a title
_OWN: dict[str, Callable[[_Words, Call], str]] = {
    "and": _Words.joined,
    "or": _Words.joined,
    "not": _Words.opposite,
    "in": _Words.among,
    "lag": _Words.before,
    "crosses_above": _Words.crossing,
    "crosses_below": _Words.crossing,
    "within": _Words.lately,
    "at": _Words.longer,
    "of": _Words.other,
}
