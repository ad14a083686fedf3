"""Where the terms and the numbers of a condition stand in its text, so that a number can be moved while one watches.

A number is a `window` (bars), a `level` (what something is compared with) or a `share` (a factor). Its range is what a
person would try: of what is bounded, the bounds; else around where it stands.
"""

from __future__ import annotations

import ast
import dataclasses
import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Literal

from scanwright.expr.catalogue import Catalogue
from scanwright.expr.nodes import Node, terms
from scanwright.expr.source import Source
from scanwright.expr.words import ALIASES
from scanwright.model.signature import Argument

Kind = Literal["window", "level", "share"]
LONG = 250.0  # bars that a window has at most where nothing else is said
BETWEEN = re.compile(r"(-?\d+) to (-?\d+)")
PERCENT = frozenset({"percentile", "percentile_rank"})
STEPS = 100.0  # a level's range in about so many steps


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A term: where it begins and ends in the text, in characters."""

    start: int
    end: int


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """A number of the text, of which function or figure it is, and between what it is sensible.

    term: of which term, counted from 0.
    """

    start: int
    end: int
    value: float
    kind: Kind
    of: str
    low: float
    high: float
    step: float
    term: int


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class _Use:
    """What a number is used for."""

    kind: Kind
    of: str = ""
    least: float | None = None
    most: float | None = None
    is_whole: bool = False


def places(
    text: str, catalogue: Catalogue, define: Mapping[str, Node] | None = None
) -> tuple[tuple[Span, ...], tuple[Number, ...]]:
    """The terms and the numbers of a condition that can be read; a term that `define` names stands where its name does.

    >>> from scanwright.app.wiring import catalogue
    >>> spans, numbers = places("close > sma(50) and rsi(14) < 40", catalogue())
    >>> [(each.start, each.end) for each in spans]
    [(0, 15), (20, 32)]
    >>> [(each.value, each.kind, each.of, each.low, each.high) for each in numbers]
    [(50.0, 'window', 'sma', 1.0, 250.0), (14.0, 'window', 'rsi', 1.0, 250.0), (40.0, 'level', 'rsi', 0.0, 100.0)]
    """
    source = Source(text)
    tree = source.parsed().body
    spans: list[Span] = []
    numbers: list[Number] = []
    for parts in _terms(tree):
        at, count = len(spans), 1
        start, end = source.span(parts[0])[0], source.span(parts[-1])[1]
        if len(parts) == 1 and isinstance(parts[0], ast.Name) and define and parts[0].id in define:
            count = len(terms(define[parts[0].id]))
        spans += [Span(start=start, end=end)] * count
        for found, use in _numbers(parts, catalogue):
            own_start, own_end = source.span(found)
            if not any(each.start == own_start for each in numbers):  # the middle of a chain is in two terms
                numbers.append(_ranged(_value(found), own_start, own_end, use, at))
    return tuple(spans), tuple(numbers)


def _terms(tree: ast.expr) -> Iterator[list[ast.expr]]:
    """The parts of the outermost `and` in order; of a chained comparison each pair."""
    if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And):
        for each in tree.values:
            yield from _terms(each)
    elif isinstance(tree, ast.Compare) and len(tree.ops) > 1:
        sides = [tree.left, *tree.comparators]
        yield from ([left, right] for left, right in itertools.pairwise(sides))
    else:
        yield [tree]


def _numbers(parts: list[ast.expr], catalogue: Catalogue) -> Iterator[tuple[ast.expr, _Use]]:
    if len(parts) == 2:
        yield from _sides(parts, catalogue)
    else:
        yield from _within(parts[0], catalogue, _Use(kind="level"))


def _sides(sides: list[ast.expr], catalogue: Catalogue) -> Iterator[tuple[ast.expr, _Use]]:
    """The numbers of a comparison: a bare one is a level of what stands on the other side."""
    for at, side in enumerate(sides):
        yield from _within(side, catalogue, _level(sides[at - 1] if at else sides[1], catalogue))


def _level(other: ast.expr, catalogue: Catalogue) -> _Use:
    """What a number beside this is a level of: its bounds are those of the unit, where there is one such."""
    output = ""
    if isinstance(other, ast.Attribute):
        other, output = other.value, other.attr
    called = other.func if isinstance(other, ast.Call) else other
    name = ALIASES.get(called.id, called.id) if isinstance(called, ast.Name) else ""
    unit = "0 to 100" if name in PERCENT else catalogue[name].unit if name in catalogue else ""
    parts = [each for each in unit.split(";") if output and each.strip().startswith(output)] or [unit]
    bounds = BETWEEN.search(parts[0]) if ";" not in parts[0] else None
    least, most = (float(each) for each in bounds.groups()) if bounds else (None, None)
    return _Use(kind="level", of=name, least=least, most=most)


def _within(tree: ast.expr, catalogue: Catalogue, use: _Use) -> Iterator[tuple[ast.expr, _Use]]:
    """The numbers of a part; `use` is what it would be, were it a number itself."""
    if _is_number(tree):
        yield tree, use
    elif isinstance(tree, ast.Call):
        yield from _arguments(tree, catalogue)
    elif isinstance(tree, ast.Compare) and len(tree.comparators) == 1:
        yield from _sides([tree.left, tree.comparators[0]], catalogue)
    elif isinstance(tree, ast.Subscript):
        yield from _within(tree.value, catalogue, use)
        yield from _within(tree.slice, catalogue, _Use(kind="window", of="bars ago", least=0.0, is_whole=True))
    elif isinstance(tree, ast.BinOp):
        factor = _Use(kind="share") if isinstance(tree.op, ast.Mult | ast.Div | ast.Pow) else use
        for side in (tree.left, tree.right):
            yield from _within(side, catalogue, factor)
    else:
        for child in ast.iter_child_nodes(tree):
            if isinstance(child, ast.expr):
                yield from _within(child, catalogue, use)


def _arguments(call: ast.Call, catalogue: Catalogue) -> Iterator[tuple[ast.expr, _Use]]:
    """The numbers in the brackets of a function, each by the argument that it is for."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    name = ALIASES.get(name, name)
    if name not in catalogue:
        return
    arguments = catalogue[name].signature.arguments
    given = list(call.args)
    lead = catalogue[name].optional_lead
    skips = bool(given) and bool(lead) and (_is_number(given[0]) or _is_text(given[0]))
    placed = arguments[lead:] if skips else arguments
    for at, each in enumerate(given):
        argument = placed[at] if at < len(placed) else placed[-1] if placed and placed[-1].many else None
        yield from _within(each, catalogue, _use(name, argument))
    named = {each.name: each for each in arguments}
    for keyword in call.keywords:
        yield from _within(keyword.value, catalogue, _use(name, named.get(keyword.arg or "")))


def _use(name: str, argument: Argument | None) -> _Use:
    if argument is None or argument.takes in {"series", "text"}:
        return _Use(kind="level", of=name)
    whole = argument.takes == "whole"
    return _Use(kind="window" if whole else "share", of=name, least=argument.least, most=argument.most, is_whole=whole)


def _is_number(tree: ast.expr) -> bool:
    inner = tree.operand if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub | ast.UAdd) else tree
    value = inner.value if isinstance(inner, ast.Constant) else None
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(tree: ast.expr) -> bool:
    return isinstance(tree, ast.Constant) and isinstance(tree.value, str)


def _value(tree: ast.expr) -> float:
    if isinstance(tree, ast.UnaryOp):
        value = _value(tree.operand)
        return -value if isinstance(tree.op, ast.USub) else value
    value = tree.value if isinstance(tree, ast.Constant) else None
    return float(value) if isinstance(value, int | float) else 0.0


def _ranged(value: float, start: int, end: int, use: _Use, term: int) -> Number:
    """A number with its range; it lies within, whatever was written."""
    if use.is_whole:
        low, high, step = 1.0 if use.least is None else use.least, max(LONG, 2 * value), 1.0
    elif use.kind == "share":
        low, high = sorted((0.0, 3 * value)) if value else (-1.0, 1.0)
        step = _round_step(high - low)
    else:
        reach = abs(value) or 10.0
        low, high = value - reach, value + reach
        step = _round_step(high - low)
    low = float(use.least) if use.least is not None else low
    high = float(use.most) if use.most is not None else high
    step = 1.0 if use.kind == "level" and use.least is not None and high - low >= STEPS else step
    return Number(
        start=start,
        end=end,
        value=value,
        kind=use.kind,
        of=use.of,
        low=min(low, value),
        high=max(high, value),
        step=step,
        term=term,
    )


def _round_step(reach: float) -> float:
    """A hundredth of a range, as 1, 2 or 5 times a power of ten.

    >>> _round_step(3.6), _round_step(400.0)
    (0.05, 5.0)
    """
    size = 10.0 ** len(str(int(reach / STEPS))) if reach >= STEPS else 1.0
    while size > reach / STEPS:
        size /= 10.0
    steps = [round(size * each, 12) for each in (1, 2, 5, 10)]
    return next(each for each in steps if each >= reach / STEPS)
