"""Text to tree: Python's expression grammar through a white list.

Each kind of syntax on the white list (`_SYNTAX`) has one method; everything else is refused by name. Arguments are put
in their places and checked by `types.bind`. Nothing is ever evaluated.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from scanwright.expr.catalogue import Catalogue
from scanwright.expr.nodes import Call, Constant, Field, Node, Text, children, walk
from scanwright.expr.printer import INFIX
from scanwright.expr.source import Source, kind_of
from scanwright.expr.types import Held, Misfit, Typing, bind
from scanwright.expr.words import ALIASES, ELSEWHERE, EVENT_KINDS, OPERATORS, PHASES, field_of
from scanwright.model.errors import ExpressionError, SettingsError, TooComplex, UnknownName, WrongType
from scanwright.model.interval import Interval
from scanwright.model.signature import Type

DEEPEST = 60
DEEPEST_TREE = 150
LONGEST_NAME = 40
MOST_NODES = 2000

_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Lt: "less",
    ast.LtE: "less_equal",
    ast.Gt: "greater",
    ast.GtE: "greater_equal",
    ast.Eq: "equal",
    ast.NotEq: "not_equal",
}
_ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "pow",
}
_REFUSED: dict[type[ast.operator | ast.cmpop], tuple[str, str]] = {
    ast.BitAnd: ("&", "write `and` between conditions"),
    ast.BitOr: ("|", "write `or` between conditions"),
    ast.BitXor: ("^", "write ** for a power"),
    ast.FloorDiv: ("//", "write round(a / b)"),
    ast.Mod: ("%", "there is no remainder in the language; percent is meant by the unit"),
    ast.Is: ("is", "write ==, or is_missing(x)"),
    ast.IsNot: ("is not", "write !=, or not is_missing(x)"),
}


def read(
    text: str,
    catalogue: Catalogue,
    *,
    attributes: Mapping[str, Type] | None = None,
    define: Mapping[str, Node] | None = None,
    expect: Type | None = None,
    held: Held | None = None,
) -> Node:
    """The tree of a text; every failure is an `ExpressionError` with line, column and what to do.

    `attributes` are further columns of the symbol table, `define` names that the scan gives to trees, `expect` the type
    that the whole must have, `held` the market's events and lists.

    >>> from scanwright.app.wiring import catalogue
    >>> read("close > 3", catalogue())
    Call(name='greater', inputs=(Field(name='close'), Constant(value=3.0)), params=(), output='')
    """
    reader = _Reader(text, Typing(catalogue, attributes, held), define or {})
    return reader.whole(expect)


class _Reader:
    def __init__(self, text: str, typing: Typing, define: Mapping[str, Node]) -> None:
        self._source = Source(text)
        self._fail = self._source.fail
        self._typing = typing
        self._define = define
        self._depth = 0
        self._nodes = 0

    def whole(self, expect: Type | None) -> Node:
        tree = self._source.parsed()
        node = self._node(tree.body)
        found = self._typing.of(node)
        if expect is not None and found is not expect:
            self._fail(tree.body, WrongType, f"a {expect}", f"a {found}", _EXPECT.get((expect, found), ""))
        depths: dict[Node, int] = {}
        for each in walk(node):
            depths[each] = 1 + max((depths[child] for child in children(each)), default=0)
        if len(depths) > MOST_NODES:
            self._fail(tree.body, TooComplex, f"at most {MOST_NODES:,} parts", "more", "split it into several scans")
        if depths[node] > DEEPEST_TREE:
            found = f"{depths[node]} with what `define` names"
            self._fail(tree.body, TooComplex, f"at most {DEEPEST_TREE} levels", found, "split it into several scans")
        return node

    def _node(self, tree: ast.expr) -> Node:
        self._depth += 1
        self._nodes += 1
        if self._depth > DEEPEST:
            self._fail(tree, TooComplex, f"at most {DEEPEST} levels", "more", "give a part a name with `define`")
        if self._nodes > MOST_NODES:
            self._fail(tree, TooComplex, f"at most {MOST_NODES:,} parts", "more", "split it into several scans")
        method = _SYNTAX.get(type(tree))
        if method is None:
            self._fail(tree, ExpressionError, "arithmetic, comparison, and/or/not, a call or x[n]", kind_of(tree), "")
        node = method(self, tree)
        self._depth -= 1
        return node

    def constant(self, tree: ast.Constant) -> Node:
        """A number or a category."""
        value = tree.value
        if isinstance(value, bool):
            return Constant(float(value))
        if isinstance(value, int | float):
            number = _finite(value)
            if number is None:
                self._fail(tree, WrongType, "a finite number", "one too large")
            return Constant(number)
        if isinstance(value, str):
            return Text(value)
        todo = "write is_missing(x)" if value is None else ""
        self._fail(tree, WrongType, "a number or a word in quotes", "None" if value is None else kind_of(tree), todo)

    def name(self, tree: ast.Name) -> Node:
        """A definition, a field, or a noun."""
        name = tree.id
        if name in self._define:
            return self._define[name]
        if name in self._typing.fields:
            return Field(name)
        catalogue = self._typing.catalogue
        entry_name = ALIASES.get(name, name)
        if entry_name in catalogue:
            entry = catalogue[entry_name]
            if entry.noun and not entry.signature.outputs[0].name:
                return Call(entry_name)
            self._fail(tree, WrongType, f"a call: {entry.example}", f"the bare name {name}", f"write {entry.example}")
        self._unknown(tree, name)

    def _unknown(self, tree: ast.AST, name: str) -> NoReturn:
        elsewhere = ELSEWHERE.get(name.lower())
        if elsewhere:
            self._fail(tree, UnknownName, "a name of the language", repr(name), elsewhere)
        if name in _WORDS:
            example = self._typing.catalogue[name].example
            self._fail(tree, UnknownName, "an operator's sign", repr(name), f"for example {example}")
        nearest = self._typing.catalogue.nearest(_short(name), [*self._typing.fields, *self._define])
        todo = (
            'a symbol stands in quotes: of("SPY", close)'
            if name.isupper()
            else "`scanwright explain --list` shows all names"
        )
        self._fail(tree, UnknownName, "a field, function or definition", repr(_short(name)), todo, nearest)

    def attribute(self, tree: ast.Attribute) -> Node:
        """One result of several."""
        base = tree.value
        if isinstance(base, ast.Name) and base.id in {"ta", "math", "np", "talib"}:
            name = ALIASES.get(tree.attr, tree.attr)
            self._fail(
                tree,
                UnknownName,
                "a name of the language",
                f"'{base.id}.{tree.attr}'",
                f"write {name} without {base.id}.",
            )
        self._elsewhere(tree, base)
        call = self._several(base)
        entry = self._typing.catalogue[call.name]
        outputs = [each.name for each in entry.signature.outputs if each.name]
        if not outputs:
            self._fail(tree, WrongType, f"{call.name} as it is", f"'.{tree.attr}'", f"{call.name} has one result")
        if tree.attr not in outputs:
            known = " ".join(f".{each}" for each in outputs)
            self._fail(tree, UnknownName, f"one of {known}", f"'.{tree.attr}'", f"for example {entry.example}")
        return Call(call.name, call.inputs, call.params, tree.attr)

    def _elsewhere(self, tree: ast.Attribute, base: ast.expr) -> None:
        """Refuse the methods of other systems: `request.security(...)`, `close.shift(1)`."""
        whole = f"{base.id}.{tree.attr}" if isinstance(base, ast.Name) else ""
        for name in (whole, f".{tree.attr}"):
            if name in ELSEWHERE:
                self._fail(tree, UnknownName, "a name of the language", repr(f".{tree.attr}"), ELSEWHERE[name])

    def _several(self, base: ast.expr) -> Call:
        """The call under a result's name; a noun may stand without brackets."""
        if isinstance(base, ast.Call):
            return self._bound(base)
        if isinstance(base, ast.Name):
            name = ALIASES.get(f"{base.id}.", base.id)
            if name in self._typing.catalogue and self._typing.catalogue[name].noun:
                return Call(name)
            if base.id not in self._typing.fields and base.id not in self._typing.catalogue:
                self._unknown(base, base.id)
        self._fail(
            base,
            WrongType,
            "a function with several results before the dot",
            "another thing",
            "for example macd(12, 26, 9).hist",
        )

    def call(self, tree: ast.Call) -> Node:
        """A function with one result."""
        call = self._bound(tree)
        entry = self._typing.catalogue[call.name]
        outputs = [each.name for each in entry.signature.outputs if each.name]
        if outputs:
            known = " ".join(f".{each}" for each in outputs)
            self._fail(
                tree, WrongType, f"one result of {call.name}: {known}", "all of them", f"for example {entry.example}"
            )
        return call

    def _bound(self, tree: ast.Call) -> Call:
        if isinstance(tree.func, ast.Attribute):
            self.attribute(tree.func)
            self._fail(tree, WrongType, "a name before the brackets", "a result", "")
        if not isinstance(tree.func, ast.Name):
            self._fail(tree.func, ExpressionError, "a name before the brackets", kind_of(tree.func))
        name = ALIASES.get(tree.func.id, tree.func.id)
        if name not in self._typing.catalogue or name in _WORDS:
            if name in self._typing.fields or name in self._define:
                self._fail(
                    tree, WrongType, f"{name} without brackets", f"{name}(...)", f"for a bar before write {name}[1]"
                )
            self._unknown(tree.func, tree.func.id)
        given = [self._node(each) for each in tree.args]
        named: dict[str, Node] = {}
        for each in tree.keywords:
            if each.arg is None:
                self._fail(each.value, ExpressionError, "arguments one by one", "**")
            if each.arg in named:
                self._fail(each.value, WrongType, f"{each.arg} once", "it twice")
            named[each.arg] = self._node(each.value)
        return self._placed(tree, name, given, named)

    def _placed(self, tree: ast.Call, name: str, given: list[Node], named: dict[str, Node]) -> Call:
        try:
            call = bind(self._typing, self._typing.catalogue[name], given, named)
        except Misfit as misfit:
            where: ast.AST = tree
            if isinstance(misfit.at, int):
                where = tree.args[misfit.at]
            elif misfit.at is not None:
                where = next(each.value for each in tree.keywords if each.arg == misfit.at)
            self._fail(where, misfit.kind, misfit.expected, misfit.found, misfit.todo)
        self._own_bars(tree, call)
        self._at_hand(tree, call)
        if name == "by" and isinstance(call.inputs[0], Constant | Text):
            todo = "for example by(sector, rank(roc(20)))"
            self._fail(tree.args[0] if tree.args else tree, WrongType, "a field to group by", "one value", todo)
        return call

    def _own_bars(self, tree: ast.Call, call: Call) -> None:
        """Check the words that bring bars of their own: `at`, `of`, `during`."""
        if call.name not in {"at", "of", "during"}:
            return
        if call.name == "at":
            self._interval(tree, str(call.params[0]))
        if call.name == "during" and call.params[0] not in PHASES:
            self._fail(tree, WrongType, f"one of {' '.join(PHASES)}", repr(call.params[0]))
        for node in walk(call.inputs[0]):
            if not isinstance(node, Call):
                continue
            if node.name == "at" == call.name:
                todo = "write them side by side"
                self._fail(tree, WrongType, "at() around bars of one interval", "at() within at()", todo)
            if node.name in {"premarket", "during"} and call.name in {"at", "of"}:
                around = f"{call.name}() around bars of the session"
                self._fail(tree, WrongType, around, f"{node.name}, which brings bars of its own", "write it outside")
            if self._typing.catalogue[node.name].kind == "cross":
                around = f"{call.name}() around one symbol's own bars"
                found = f"{node.name}, which looks across symbols"
                self._fail(tree, WrongType, around, found, f"{node.name}({call.name}(...))")

    def _at_hand(self, tree: ast.Call, call: Call) -> None:
        """Refuse a kind of event, a figure of one, or a list that the market has not, and that nobody knows."""
        constants = self._typing.catalogue[call.name].signature.constants
        said = {each.name: str(value) for each, value in zip(constants, call.params, strict=True)}
        held = self._typing.held
        if held is None or not {"kind", "list"} & said.keys():
            return
        if "kind" in said:
            self._among(tree, "a kind of event", said["kind"], sorted({*EVENT_KINDS, *held.kinds}))
        if "figure" in said and said["kind"] in held.kinds:
            self._among(tree, f"a figure of {said['kind']}", said["figure"], held.kinds[said["kind"]])
        if "list" in said and held.lists:
            self._among(tree, "a list of members", said["list"], held.lists)

    def _among(self, tree: ast.Call, what: str, found: str, known: Sequence[str]) -> None:
        if found in known:
            return
        near = "".join(difflib.get_close_matches(found, known, 1, 0.5))
        place = next((each for each in tree.args if isinstance(each, ast.Constant) and each.value == found), tree)
        expected = f"{what} ({' '.join(known)})" if known else f"{what}, of which the market has none"
        self._fail(place, UnknownName, expected, repr(_short(found)), "`scanwright data events` lists them", near)

    def _interval(self, tree: ast.Call, text: str) -> None:
        try:
            Interval.read(text)
        except SettingsError as error:
            expected, found = str(error.facts["expected"]), str(error.facts["found"])
            self._fail(tree.args[0] if tree.args else tree, WrongType, expected, found, error.advice)

    def subscript(self, tree: ast.Subscript) -> Node:
        """A value some bars ago."""
        shift = self._node(tree.slice) if not isinstance(tree.slice, ast.Slice) else None
        if not isinstance(shift, Constant) or shift.value != int(shift.value):
            self._fail(tree.slice, WrongType, "a whole number of bars ago, such as x[3]", "another thing")
        if shift.value < 0:
            self._fail(
                tree.slice,
                WrongType,
                "0 or more bars ago",
                f"{shift.value:g}",
                "later bars cannot be known: there is no look-ahead",
            )
        inner = self._node(tree.value)
        if shift.value == 0:
            return inner
        try:
            return bind(self._typing, self._typing.catalogue["lag"], [inner, shift], {})
        except Misfit as misfit:
            self._fail(tree.slice, misfit.kind, misfit.expected, misfit.found, misfit.todo)

    def all_or_any(self, tree: ast.BoolOp) -> Node:
        """Conditions joined by `and` or `or`."""
        name = "and" if isinstance(tree.op, ast.And) else "or"
        parts = [self._typed(each, Type.YESNO, f"`{name}`") for each in tree.values]
        whole = parts[0]
        for part in parts[1:]:
            whole = Call(name, (whole, part))
        return whole

    def _typed(self, tree: ast.expr, kind: Type, around: str) -> Node:
        node = self._node(tree)
        found = self._typing.of(node)
        if found is not kind:
            self._fail(tree, WrongType, f"a {kind} for {around}", f"a {found}", _EXPECT.get((kind, found), ""))
        return node

    def signed(self, tree: ast.UnaryOp) -> Node:
        """A sign or `not`."""
        if isinstance(tree.op, ast.Not):
            return Call("not", (self._typed(tree.operand, Type.YESNO, "`not`"),))
        if isinstance(tree.op, ast.Invert):
            self._fail(tree, ExpressionError, "`not`", "'~'", "write `not`")
        node = self._typed(tree.operand, Type.NUMBER, "a sign")
        if isinstance(tree.op, ast.UAdd):
            return node
        return Constant(-node.value) if isinstance(node, Constant) else Call("neg", (node,))

    def arithmetic(self, tree: ast.BinOp) -> Node:
        """Two numbers."""
        name = _ARITHMETIC.get(type(tree.op))
        if name is None:
            self._refused(tree, "+ - * / or **", tree.op)
        left = self._typed(tree.left, Type.NUMBER, "arithmetic")
        right = self._typed(tree.right, Type.NUMBER, "arithmetic")
        return Call(name, (left, right))

    def _refused(self, tree: ast.expr, expected: str, operator: ast.operator | ast.cmpop) -> NoReturn:
        sign, todo = _REFUSED.get(type(operator), (kind_of(operator), ""))
        self._fail(tree, ExpressionError, expected, repr(sign), todo)

    def compared(self, tree: ast.Compare) -> Node:
        """Comparisons, also chained, and `in`."""
        parts = [tree.left, *tree.comparators]
        whole: Node | None = None
        for at, sign in enumerate(tree.ops):
            if isinstance(sign, ast.In | ast.NotIn):
                pair = self._member(parts[at], parts[at + 1], negated=isinstance(sign, ast.NotIn))
            else:
                pair = self._pair(tree, sign, parts[at], parts[at + 1])
            whole = pair if whole is None else Call("and", (whole, pair))
        if whole is None:
            self._fail(tree, ExpressionError, "two sides to compare", "one")
        return whole

    def _pair(self, tree: ast.Compare, sign: ast.cmpop, left: ast.expr, right: ast.expr) -> Node:
        name = _COMPARE.get(type(sign))
        if name is None:
            self._refused(tree, "< <= > >= == != or in", sign)
        a = self._node(left)
        self._quoted(a, right)
        b = self._node(right)
        kinds = self._typing.of(a), self._typing.of(b)
        if kinds[0] is kinds[1] is not Type.NUMBER and name not in {"equal", "not_equal"}:
            self._fail(tree, WrongType, f"== or != for a {kinds[0]}", repr(INFIX[name][0]), _comparing(kinds))
        if kinds[0] is not kinds[1]:
            self._fail(right, WrongType, f"a {kinds[0]} to compare with", f"a {kinds[1]}", _comparing(kinds))
        if kinds[0] is Type.CATEGORY:
            self._comparable(tree, a, b)
        self._never(tree, name, (a, b), (left, right))
        return Call(name, (a, b))

    def _comparable(self, tree: ast.Compare, a: Node, b: Node) -> None:
        """Refuse to compare categories of two different fields, or two words."""
        words = [each for each in (a, b) if isinstance(each, Text)]
        if len(words) == 2 or (not words and field_of(a) != field_of(b)):
            found = "two words" if words else f"{field_of(a)} and {field_of(b)}"
            self._fail(tree, WrongType, "a category and a word of it", found, 'for example sector == "Energy"')

    def _quoted(self, a: Node, right: ast.expr) -> None:
        """Refuse `sector == Energy`."""
        if isinstance(right, ast.Name) and self._typing.of(a) is Type.CATEGORY and not self._is_known(right.id):
            self._fail(right, UnknownName, "a word in quotes", repr(_short(right.id)), f'write "{_short(right.id)}"')

    def _is_known(self, name: str) -> bool:
        return name in self._define or name in self._typing.fields or name in self._typing.catalogue

    def _never(self, tree: ast.Compare, name: str, sides: tuple[Node, Node], texts: tuple[ast.expr, ast.expr]) -> None:
        """Refuse `close > highest(high, 20)`, either way round: the window includes the present bar."""
        if name not in {"greater", "less"}:
            return
        for price, window, text in ((*sides, texts[1]), (*sides[::-1], texts[0])):
            extreme, outer = ("highest", "high") if (name == "greater") == (text is texts[1]) else ("lowest", "low")
            if not isinstance(window, Call) or window.name != extreme:
                continue
            if price == window.inputs[0] or (window.inputs[0] == Field(outer) and price in _PRICES):
                found = "one that is never true: the window includes the present bar"
                todo = f"write {ast.unparse(text)}[1]"
                self._fail(tree, ExpressionError, "a condition that can be true", found, todo)

    def _member(self, left: ast.expr, right: ast.expr, *, negated: bool) -> Node:
        x = self._node(left)
        if not isinstance(right, ast.Tuple | ast.List | ast.Set) or not right.elts:
            self._fail(
                right, WrongType, "values in brackets", "another thing", 'for example sector in ("Energy", "Utilities")'
            )
        values = [self._node(each) for each in right.elts]
        for tree, value in zip(right.elts, values, strict=True):
            if not isinstance(value, Constant | Text) or self._typing.of(value) is not self._typing.of(x):
                self._fail(tree, WrongType, f"a {self._typing.of(x)} that is known beforehand", "another thing")
        found = Call("in", (x, *values))
        return Call("not", (found,)) if negated else found

    def chosen(self, tree: ast.IfExp) -> NoReturn:
        """Refused: `where` does it."""
        self._fail(tree, ExpressionError, "where(condition, yes, no)", "if ... else", "write where(condition, yes, no)")


_PRICES = {Field(name) for name in ("open", "high", "low", "close")}
_WORDS = {each.name for each in OPERATORS}

_EXPECT = {
    (Type.YESNO, Type.NUMBER): "compare it with something, for example rsi(14) < 40",
    (Type.NUMBER, Type.YESNO): "where(condition, 1, 0) makes a number of it",
    (Type.YESNO, Type.CATEGORY): 'compare it, for example sector == "Energy"',
}


def _comparing(kinds: tuple[Type, Type]) -> str:
    if Type.CATEGORY in kinds:
        return 'categories are compared with == or != with a word in quotes: sector == "Energy"'
    if Type.YESNO in kinds:
        return "a condition needs no comparison: write it as it is, or with `not`"
    return ""


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}..."


def _finite(value: float) -> float | None:
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if abs(number) != float("inf") else None


_SYNTAX: dict[type[ast.expr], Callable[[_Reader, Any], Node]] = {
    ast.Constant: _Reader.constant,
    ast.Name: _Reader.name,
    ast.Attribute: _Reader.attribute,
    ast.Call: _Reader.call,
    ast.Subscript: _Reader.subscript,
    ast.BoolOp: _Reader.all_or_any,
    ast.UnaryOp: _Reader.signed,
    ast.BinOp: _Reader.arithmetic,
    ast.Compare: _Reader.compared,
    ast.IfExp: _Reader.chosen,
}
