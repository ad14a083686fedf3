"""What of a scan can be drawn beside a symbol's bars: the figures that it names, and the bars on which it was true."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from scanwright.engine.fold import Fold
from scanwright.engine.plan import plan
from scanwright.expr.catalogue import Catalogue
from scanwright.expr.nodes import Call, Constant, Field, Node, walk
from scanwright.expr.printer import show
from scanwright.model.panel import Floats, Ints
from scanwright.model.signature import Type
from scanwright.scan.board import COMPARED, Boards, year
from scanwright.scan.judge import PRICES, Case, rows_within

OPERATORS = frozenset({"add", "sub", "mul", "div", "pow", "neg", "lag", "where", "fill", "abs", "max", "min", "round"})
_MADE_OF_X = "mean ema ema_from_first wilder kama highest lowest highest_since lowest_since value_when decay"
LIKE_X = frozenset(_MADE_OF_X.split())
AVERAGES = ("hl2", "hlc3", "ohlc4")
PRICE, VOLUME = "price", "volume"
MOST = 24  # figures of one scan
LIKE_A_PRICE = (0.3, 3.0)  # times the close


@dataclasses.dataclass(frozen=True, kw_only=True)
class Figure:
    """A number that a scan names.

    pane: `price` and `volume` lie over those, any other has a pane of that name. group: what is drawn together, as the
    lines of one function. levels: what the scan compares it with.
    """

    tree: Node
    name: str
    unit: str
    pane: str
    group: str
    levels: tuple[float, ...]


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Drawn:
    """A symbol's own bars as rows of the panel; values of each figure beside them, and whether the condition held."""

    rows: Ints
    figures: Sequence[Figure]
    values: Sequence[Floats]
    held: Floats


def figures(case: Case) -> Sequence[Figure]:
    """The figures of a scan's condition, ranking and columns, each once.

    >>> from scanwright.app.wiring import catalogue
    >>> from scanwright.data.simulated import simulate
    >>> from scanwright.scan.definition import Scan
    >>> scan = Scan(where="close > sma(50) and rsi(14) < 40 and volume > 2 * sma(volume, 20)")
    >>> found = figures(Case.of(scan, simulate(symbols=3, years=1).panel(), catalogue()))
    >>> [(each.name, each.pane, each.levels) for each in found]
    [('sma(50)', 'price', ()), ('rsi(14)', 'rsi(14)', (40.0,)), ('sma(volume, 20)', 'volume', ())]
    """
    bound = case.bound
    trees = [bound.where, *([bound.rank] if bound.rank is not None else []), *bound.columns.values()]
    levels = _levels(bound.where)
    found = dict.fromkeys(each for tree in trees for each in _named(tree, case))
    return [_figure(each, case.catalogue, levels) for each in list(found)[:MOST]]


def _named(tree: Node, case: Case) -> Iterator[Call]:
    """The outermost calls that give a number and are no arithmetic."""
    if not isinstance(tree, Call):
        return
    entry = case.catalogue[tree.name]
    is_arithmetic = entry.hidden or tree.name in OPERATORS
    if not is_arithmetic and case.typing.of(tree) is Type.NUMBER:
        yield tree
        return
    for each in tree.inputs:
        yield from _named(each, case)


def _levels(where: Node) -> Mapping[Node, tuple[float, ...]]:
    found: dict[Node, tuple[float, ...]] = {}
    for node in walk(where):
        if isinstance(node, Call) and node.name in COMPARED:
            for one, other in (node.inputs, node.inputs[::-1]):
                if isinstance(other, Constant):
                    found[one] = (*found.get(one, ()), other.value)
    return found


def _figure(tree: Call, catalogue: Catalogue, levels: Mapping[Node, tuple[float, ...]]) -> Figure:
    text = show(tree, catalogue)
    group = text.removesuffix(f".{tree.output}") if tree.output else text
    unit = _unit(tree, catalogue)
    pane = PRICE if unit.startswith(PRICE) else _pane_of_x(tree) if unit == "as x" else ""
    return Figure(tree=tree, name=text, unit=unit, pane=pane or group, group=group, levels=levels.get(tree, ()))


def _unit(tree: Call, catalogue: Catalogue) -> str:
    """The unit of a result: of those of a function that has several, its own."""
    if tree.name in LIKE_X:
        return "as x"
    first, *others = (each.strip() for each in catalogue[tree.name].unit.split(";"))
    own = next((each for each in others if tree.output and tree.output in each.split()[0:3]), None)
    return first.removeprefix("value ") if own is None else own.removeprefix(tree.output).strip()


def _pane_of_x(tree: Call) -> str:
    """Over which bars a figure lies that has the unit of what it is made of."""
    names = {node.name for node in walk(tree) if isinstance(node, Field)}
    names |= {PRICE for node in walk(tree) if isinstance(node, Call) and node.name in AVERAGES}
    arithmetic = any(isinstance(node, Call) and node.name in {"div", "pow", "mul"} for node in walk(tree))
    if arithmetic or not names:
        return ""
    return PRICE if names <= {*PRICES, PRICE} else VOLUME if names == {VOLUME} else ""


def drawn(case: Case, column: int, boards: Boards, threads: int = 2) -> Drawn:
    """Fold a symbol's own bars; what looks across symbols is taken from a board, and known for its year alone."""
    shown = figures(case)
    wanted: dict[str, Node] = {f"{at}": each.tree for at, each in enumerate(shown)}
    wanted["held"] = case.bound.where
    across = {name: tree for name, tree in wanted.items() if _is_across(tree, case)}
    rows = rows_within(case.panel, case.scan.session)
    rows = rows[case.panel.bar[rows, column] == 1]
    found = _folded(case, column, {name: tree for name, tree in wanted.items() if name not in across}, len(rows))
    if across:
        lately = year(case.panel, case.row_of(None), case.scan.session)
        values = boards.values(case, across, lately, threads=threads)
        found |= {name: _on(rows, lately, each[:, column].astype(np.float64)) for name, each in values.items()}
    values = [found[f"{at}"] for at in range(len(shown))]
    close = case.panel.fields["close"][rows, column]
    shown = [_apart(each, own, close) for each, own in zip(shown, values, strict=True)]
    return Drawn(rows=rows, figures=shown, values=values, held=found["held"])


def _apart(figure: Figure, values: Floats, close: Floats) -> Figure:
    """A figure in a pane of its own, where it is in the unit of prices and no price: a range, a difference.

    >>> atr = Figure(tree=Constant(1.0), name="atr(14)", unit="price", pane=PRICE, group="atr(14)", levels=())
    >>> _apart(atr, np.array([np.nan, 2.0, 2.1]), np.array([99.0, 100.0, 101.0])).pane
    'atr(14)'
    >>> _apart(atr, np.array([np.nan, 98.0, 99.0]), np.array([99.0, 100.0, 101.0])).pane
    'price'
    """
    known = np.isfinite(values) & (close > 0)
    if figure.pane != PRICE or not known.any():
        return figure
    low, high = LIKE_A_PRICE
    is_near = low <= float(np.median(np.abs(values[known]) / close[known])) <= high
    return figure if is_near else dataclasses.replace(figure, pane=figure.group)


def _is_across(tree: Node, case: Case) -> bool:
    """Whether a tree looks at other symbols of the universe."""
    return any(each.kind == "cross" for each in plan({"value": tree}, case.typing).barriers)


def _folded(case: Case, column: int, wanted: Mapping[str, Node], count: int) -> dict[str, Floats]:
    """Values on the own bars of one symbol; the panel holds it and those that the plan asks for by name."""
    if not wanted:
        return {}
    planned = plan(wanted, case.typing)
    beside = [at for each in planned.symbols if (at := case.panel.column(each)) != column]
    small = case.panel.columns(np.array([column, *beside], np.int64))
    fold = Fold.over(planned, small, np.zeros(1, np.int64), session=case.scan.session, threads=1)
    parts: dict[str, list[Floats]] = {name: [] for name in wanted}
    for part in fold.parts(small):
        results = fold.advance(part)
        present = part.bar[rows_within(part, case.scan.session), 0] == 1
        for name, values in parts.items():
            values.append(results[name][present, 0].astype(np.float64))
    return {name: np.concatenate(values) if values else np.empty(count) for name, values in parts.items()}


def _on(rows: Ints, known: Ints, values: Floats) -> Floats:
    """Values that are known for some rows, on others of them; NaN on those that are not known."""
    place = np.minimum(np.searchsorted(known, rows), len(known) - 1)
    return np.where(known[place] == rows, values[place], np.nan)
