"""The language in Python: every name of the catalogue as an object that builds trees.

`close > sma(200)` in the text language is `sw.close > sw.sma(200)` here: the same tree, checked by the same rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from scanwright.app.wiring import catalogue
from scanwright.expr.catalogue import Entry
from scanwright.expr.face import Expr, call
from scanwright.expr.nodes import ANCHORS, BAR_FIELDS, CATEGORIES, TIME_FIELDS, Call, Constant, Field, Node, Text
from scanwright.expr.printer import show
from scanwright.expr.types import Misfit, Typing, bind
from scanwright.expr.words import ALIASES, NAMED
from scanwright.model.errors import WrongType

FIELDS = frozenset((*BAR_FIELDS, *TIME_FIELDS, *ANCHORS, *CATEGORIES, *NAMED))
# Words that Python keeps for itself, or that the package gives another meaning (`sw.open` opens a market).
SPELLED = {"open_": "open"}


class Word(Expr):
    """A name of the language: a field or noun as it stands, a function to call, `.name` for one of several results."""

    __slots__ = ("_entry",)

    def __init__(self, node: Node, entry: Entry | None = None) -> None:
        """A tree, and the function that it calls, where it does."""
        super().__init__(node)
        self._entry = entry

    def __call__(self, *given: Expr | float | str, **named: Expr | float | str) -> Word:
        """The function with arguments, as in the text language."""
        entry = self._entry
        if entry is None or not isinstance(self.node, Call) or self.node.inputs or self.node.params:
            _wrong("a function's name before the brackets", repr(self))
        try:
            typing = Typing(catalogue())
            node = bind(typing, entry, [_tree(each) for each in given], {k: _tree(each) for k, each in named.items()})
        except Misfit as misfit:
            raise misfit.kind(
                line=0, column=0, expected=misfit.expected, found=misfit.found, todo=misfit.todo
            ) from None
        return Word(node, entry)

    def __getattr__(self, name: str) -> Word:
        """One of several results."""
        if name.startswith("_"):
            raise AttributeError(name)
        several = ALIASES.get(f"{self.node.name}.") if isinstance(self.node, Field) else None
        if several:
            return getattr(Word(Call(several), catalogue()[several]), name)
        entry = self._entry
        outputs = [] if entry is None else [each.name for each in entry.signature.outputs if each.name]
        if name not in outputs or not isinstance(self.node, Call):
            known = " ".join(f".{each}" for each in outputs) or "no results by name"
            raise AttributeError(f"expected {known}, found .{name}")
        return Word(Call(self.node.name, self.node.inputs, self.node.params, name))

    def __repr__(self) -> str:
        """The text of the tree."""
        return text_of(self) if self._is_whole() else f"<function {self._entry.name if self._entry else ''}>"

    def _is_whole(self) -> bool:
        """Whether it is an expression, and not a function that waits for its arguments or its result's name."""
        if self._entry is None or not isinstance(self.node, Call):
            return True
        if any(each.name for each in self._entry.signature.outputs):
            return False
        return bool(self.node.inputs or self.node.params) or self._entry.noun


def word(name: str) -> Word:
    """A name of the language; AttributeError with the nearest one where there is none.

    >>> text_of((word("close") > word("sma")(200)) & (word("macd")(12, 26, 9).hist < 0))
    'close > sma(200) and macd(12, 26, 9).hist < 0'
    """
    written = SPELLED.get(name, name)
    if written in FIELDS:
        return Word(Field(written))
    written = ALIASES.get(written, written)
    language = catalogue()
    if written.startswith("_") or written not in language:
        near = "" if written.startswith("_") else language.nearest(written, tuple(FIELDS))
        raise AttributeError(f"scanwright has no {name!r}" + (f"; did you mean {near!r}?" if near else ""))
    return Word(Call(written), language[written])


def names() -> Sequence[str]:
    """Every name that `word` knows."""
    language = catalogue()
    words = {name for name in language.names() if name.isidentifier()}
    return sorted({*words, *(FIELDS - {"open"}), "open_", "field", "is_in"})


def field(name: str) -> Word:
    """A column of the market's symbol table, such as a fundamental figure, by its name."""
    return Word(Field(name))


def is_in(x: Expr, *values: float | str) -> Expr:
    """Whether a category or number is one of several: `sector in ("Energy", "Utilities")`.

    >>> text_of(is_in(word("sector"), "Energy", "Utilities"))
    'sector in ("Energy", "Utilities")'
    """
    return call("in", x, *values)


def text_of(value: Expr | str) -> str:
    """The text of an expression, as the text language writes it."""
    return value if isinstance(value, str) else show(_checked(value.node), catalogue())


def _tree(value: Expr | float | str) -> Node:
    if isinstance(value, Expr):
        return _checked(value.node)
    return Text(value) if isinstance(value, str) else Constant(float(value))


def _checked(node: Node) -> Node:
    if isinstance(node, Call) and not node.inputs and not node.params and not node.output:
        entry = catalogue()[node.name]
        if not entry.noun:
            _wrong(f"a call: {entry.example}", f"the bare name {node.name}")
    return node


def _wrong(expected: str, found: str) -> NoReturn:
    raise WrongType(line=0, column=0, expected=expected, found=found, todo="")
