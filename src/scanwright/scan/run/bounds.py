"""How high a ranking can be: when the best hits found beat that, nobody who waits can change them.

The ends of a value follow from its parts: a function whose unit says `0 to 100` stays in there, a sum adds the ends, a
minus turns them round. Where nothing is known the ends are infinite, and the ranking is settled when nobody waits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence

from scanwright.expr.catalogue import Catalogue
from scanwright.expr.nodes import Call, Constant, Node
from scanwright.model.errors import UnknownName

Ends = tuple[float, float]
EVERYWHERE: Ends = (-math.inf, math.inf)
_UNIT = re.compile(r"^(-?\d+(?:\.\d+)?) to (-?\d+(?:\.\d+)?)$")
_SAME = {"lag", "by", "at", "of", "highest", "lowest", "mean", "median"}


def ends_of(node: Node, catalogue: Catalogue) -> Ends:
    """The least and the greatest that a value can be.

    >>> from scanwright.app.wiring import catalogue
    >>> from scanwright.expr.reader import read
    >>> ends_of(read("-rsi(2)", catalogue()), catalogue()), ends_of(read("100 - 2 * rsi(14)", catalogue()), catalogue())
    ((-100.0, 0.0), (-100.0, 100.0))
    >>> ends_of(read("min(rsi(14), 30)", catalogue()), catalogue())
    (0.0, 30.0)
    """
    if isinstance(node, Constant):
        return node.value, node.value
    if not isinstance(node, Call):
        return EVERYWHERE
    inputs = [ends_of(each, catalogue) for each in node.inputs]
    if node.name in _KNOWN:
        return _KNOWN[node.name](inputs)
    if node.name in _SAME:
        return inputs[-1] if node.name in {"by", "at", "of"} else inputs[0]
    return _stated(node, catalogue)


def settled(best: Sequence[float], top: int, greatest: float, *, wins_ties: bool = False) -> bool:
    """Whether the first `top` of a ranking can no longer change, whoever comes; best: the first ones so far.

    wins_ties: whether the last of them stands before all who wait where they rank the same.

    >>> settled([9.0, 8.0], 2, 8.0), settled([9.0, 8.0], 2, 8.5), settled([9.0], 2, 8.5)
    (False, False, False)
    >>> settled([9.0, 9.0], 2, 8.5), settled([9.0, 8.0], 2, 8.0, wins_ties=True)
    (True, True)
    """
    return len(best) == top and (best[-1] > greatest or (wins_ties and best[-1] == greatest))


def _stated(node: Call, catalogue: Catalogue) -> Ends:
    """What the unit of a function says."""
    try:
        said = _UNIT.match(catalogue[node.name].unit)
    except (KeyError, UnknownName):
        return EVERYWHERE
    return (float(said[1]), float(said[2])) if said else EVERYWHERE


def _sum(a: Ends, b: Ends) -> Ends:
    return a[0] + b[0], a[1] + b[1]


def _opposite(a: Ends) -> Ends:
    return -a[1], -a[0]


def _product(a: Ends, b: Ends) -> Ends:
    corners = [0.0 if x == 0 or y == 0 else x * y for x in a for y in b]
    return min(corners), max(corners)


def _ratio(a: Ends, b: Ends) -> Ends:
    return EVERYWHERE if b[0] <= 0 <= b[1] else _product(a, (1 / b[1], 1 / b[0]))


_KNOWN: Mapping[str, Callable[[list[Ends]], Ends]] = {
    "neg": lambda ends: _opposite(ends[0]),
    "add": lambda ends: _sum(ends[0], ends[1]),
    "sub": lambda ends: _sum(ends[0], _opposite(ends[1])),
    "mul": lambda ends: _product(ends[0], ends[1]),
    "div": lambda ends: _ratio(ends[0], ends[1]),
    "min": lambda ends: (min(low for low, _ in ends), min(high for _, high in ends)),
    "max": lambda ends: (max(low for low, _ in ends), max(high for _, high in ends)),
    "abs": lambda ends: (0.0, max(abs(ends[0][0]), abs(ends[0][1]))),
    "percentile": lambda _: (0.0, 100.0),
}
