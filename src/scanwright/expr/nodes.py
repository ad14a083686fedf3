"""The tree of an expression: frozen nodes, equal where they are built equal, without operators.

    Constant   a number                              1.2
    Text       a category                            "Energy"
    Field      a series that the bars bring          close, sector, hour
    Call       a function of the catalogue, one of its results, its series and its constants   macd(12, 26, 9).hist

Operators are calls too (`add`, `less`, `and`), and so are `x[3]` (`lag`), `at`, `of`, `by` and `raw`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

Param = float | str


@dataclasses.dataclass(frozen=True, slots=True)
class Constant:
    """A number; NaN is never one."""

    value: float


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """A category, such as a sector's name."""

    value: str


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """A series by name: of the bars, of the frame's time, or of the symbol."""

    name: str


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A function applied to series (`inputs`) with constants (`params`); `output` names one of several results.

    The hash is taken once, so that trees that share their parts stay cheap to compare.
    """

    name: str
    inputs: tuple[Node, ...] = ()
    params: tuple[Param, ...] = ()
    output: str = ""
    _hash: int = dataclasses.field(default=0, repr=False)

    def __post_init__(self) -> None:
        """Take the hash."""
        object.__setattr__(self, "_hash", hash((self.name, self.inputs, self.params, self.output)))

    def __reduce__(self) -> tuple[object, ...]:
        """Travel without the hash: texts have another one in another process."""
        return Call, (self.name, self.inputs, self.params, self.output)

    def __hash__(self) -> int:
        """The hash taken when it was built."""
        return self._hash

    def __eq__(self, other: object) -> bool:
        """Equal where all parts are."""
        if self is other:
            return True
        if not isinstance(other, Call) or self._hash != other._hash:
            return False
        mine = (self.name, self.params, self.output, self.inputs)
        return mine == (other.name, other.params, other.output, other.inputs)


Node = Constant | Text | Field | Call

BAR_FIELDS = ("open", "high", "low", "close", "volume")
TIME_FIELDS = ("year", "month", "day", "day_of_week", "hour", "minute", "minutes_since_open")
ANCHORS = {"session": "session_id", "week": "week_id", "month_anchor": "month_id"}
CATEGORIES = ("sector", "industry", "exchange", "currency", "kind")


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly under a node."""
    return node.inputs if isinstance(node, Call) else ()


def walk(node: Node) -> Iterator[Node]:
    """Every different node under a node and the node itself, each once, children first."""
    seen: set[Node] = set()
    stack: list[tuple[Node, bool]] = [(node, False)]
    while stack:
        here, ready = stack.pop()
        if here in seen:
            continue
        if ready:
            seen.add(here)
            yield here
        else:
            stack.append((here, True))
            stack.extend((child, False) for child in reversed(children(here)))


def terms(node: Node) -> tuple[Node, ...]:
    """The conditions that a condition asks for all at once: the parts of its outermost `and`.

    >>> len(terms(Call("and", (Call("and", (Field("a"), Field("b"))), Field("c")))))
    3
    """
    if isinstance(node, Call) and node.name == "and":
        return tuple(term for part in node.inputs for term in terms(part))
    return (node,)
