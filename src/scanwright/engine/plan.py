"""The plan of a scan: every part once, in order, cut where a part needs more than one symbol's own bars.

1. The named trees are opened (`lower`), equal parts becoming one.
2. Every part gets a level. Parts that a compiled kernel does stay on the level of their inputs; a barrier (a function
   across symbols, a longer interval, another symbol, a foreign function) needs its inputs for all symbols and lifts
   its result one level up.
3. A stage is the program of one level and the barriers after it. Running the stages in order on the same rows, and the
   same rows once, gives every result; state goes from one set of rows to the next.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from scanwright.engine.lower import EVERYBODY, RAW, Lowering
from scanwright.expr.catalogue import Catalogue
from scanwright.expr.nodes import BAR_FIELDS, Call, Field, Node, Param, walk
from scanwright.expr.printer import show
from scanwright.expr.types import Typing
from scanwright.kernels._kernel import Kernel, signature, x
from scanwright.model.errors import TooComplex
from scanwright.model.signature import Type

BARRIERS = ("at", "of", "during")
MEMBER = "universe"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One kernel call; `outputs` are the results of it that somebody uses, by name."""

    node: Call
    kernel: Kernel
    level: int
    outputs: tuple[str, ...]
    every_row: bool

    @property
    def rows(self) -> int:
        """Rows of state a symbol."""
        return self.kernel.state(*numbers(self.node.params))


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Barrier:
    """A part that needs all symbols or other bars: `kind` is cross, at, of, during or foreign."""

    node: Call
    kind: str
    kernel: Kernel | None
    level: int
    every_row: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class Plan:
    """What to compute for the named trees `outputs`.

    warmup: own bars before the first possible hit or value, counted in the scan's interval, `at` in its own.
    fields: the bar fields that are read.
    """

    outputs: Mapping[str, Node]
    lowered: Mapping[str, Node]
    types: Mapping[str, Type]
    steps: Sequence[Step]
    barriers: Sequence[Barrier]
    catalogue: Catalogue
    fields: tuple[str, ...]
    warmups: Mapping[str, int]
    text: str

    @property
    def levels(self) -> int:
        """How many stages."""
        return 1 + max((each.level for each in self.barriers), default=-1) + 1 if self.barriers else 1

    @property
    def warmup(self) -> int:
        """The longest warm-up of the outputs."""
        return max(self.warmups.values(), default=0)

    @property
    def state_rows(self) -> int:
        """Doubles that a symbol's state takes."""
        return sum(step.rows for step in self.steps)

    @property
    def hash(self) -> str:
        """The name of the plan: a hash of its canonical text."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    @cached_property
    def names(self) -> frozenset[str]:
        """Every field and dated series that is read, also within `at` and `of`."""
        nodes = (node for tree in self.lowered.values() for node in walk(tree))
        return frozenset(node.name for node in nodes if isinstance(node, Field))

    @property
    def symbols(self) -> tuple[str, ...]:
        """Other symbols that `of` asks for, also within `at`."""
        found = (node for tree in self.lowered.values() for node in walk(tree))
        return tuple(sorted({str(node.params[0]) for node in found if isinstance(node, Call) and node.name == "of"}))


def plan(outputs: Mapping[str, Node], typing: Typing) -> Plan:
    """Plan named trees; an output called `universe` says who counts in functions across symbols."""
    lowering = Lowering(typing)
    try:
        lowered = {name: lowering(tree) for name, tree in outputs.items()}
        if MEMBER in lowered:
            lowered[MEMBER] = lowering.everybody(lowered[MEMBER])
        return plan_lowered(outputs, lowered, typing)
    except RecursionError:
        raise TooComplex(
            line=0, column=0, expected="an expression of reasonable depth", found="more", todo="nest fewer indicators"
        ) from None


def plan_lowered(outputs: Mapping[str, Node], lowered: Mapping[str, Node], typing: Typing) -> Plan:
    """Plan trees that are opened already, as the inner ones of `at` are."""
    order = list(dict.fromkeys(node for tree in lowered.values() for node in walk(tree)))
    member = lowered.get(MEMBER)
    order = _kernels_first(order, lowered.values(), member, typing.catalogue)
    levels = _levels(order, member, typing.catalogue)
    every = _every_row(order, member, typing.catalogue)
    steps, barriers = _cut(order, levels, every, typing.catalogue)
    text = "; ".join(f"{name} = {show(tree, typing.catalogue)}" for name, tree in sorted(outputs.items()))
    warm = _warmups(order, typing.catalogue)
    return Plan(
        outputs=outputs,
        lowered=lowered,
        types={name: typing.of(tree) for name, tree in outputs.items()},
        steps=steps,
        barriers=barriers,
        catalogue=typing.catalogue,
        fields=_fields(order),
        warmups={name: warm[tree] for name, tree in lowered.items()},
        text=text,
    )


def _barrier_kind(node: Node, catalogue: Catalogue) -> str:
    """Which kind of barrier a node is, "" for none."""
    if not isinstance(node, Call):
        return ""
    if node.name in BARRIERS:
        return node.name
    if node.name in OPERATORS:
        return ""
    kind = catalogue[node.name].kind
    return kind if kind in {"cross", "foreign"} else ""


def needs(node: Node, member: Node | None, catalogue: Catalogue) -> tuple[Node, ...]:
    """What a node reads of its own frame: nothing for parts that bring bars of their own."""
    if not isinstance(node, Call) or node.name in BARRIERS:
        return ()
    if member is not None and node.output != EVERYBODY and _barrier_kind(node, catalogue) == "cross":
        return (*node.inputs, member)
    return node.inputs


def _kernels_first(
    order: Sequence[Node], results: Iterable[Node], member: Node | None, catalogue: Catalogue
) -> list[Node]:
    """The nodes that this plan itself computes, inputs first; those within `at` and `of` have their own plans."""
    roots = set(order) - {child for node in order if isinstance(node, Call) for child in node.inputs}
    done: dict[Node, None] = {}

    def visit(root: Node) -> None:
        stack: list[tuple[Node, bool]] = [(root, False)]
        while stack:
            node, ready = stack.pop()
            if node in done:
                continue
            if ready:
                done[node] = None
            else:
                stack.append((node, True))
                stack.extend((child, False) for child in reversed(needs(node, member, catalogue)))

    for node in order:
        if node in roots or node == member:
            visit(node)
    for node in results:  # one may also stand within `at`, which does not need it here
        visit(node)
    return list(done)


def _levels(order: Sequence[Node], member: Node | None, catalogue: Catalogue) -> dict[Node, int]:
    levels: dict[Node, int] = {}
    for node in order:
        below = max((levels[each] for each in needs(node, member, catalogue)), default=0)
        levels[node] = below + 1 if _barrier_kind(node, catalogue) else below
    return levels


def _remembers(node: Node, catalogue: Catalogue) -> bool:
    """Whether a node must see every row to be right on the last one."""
    if not isinstance(node, Call) or node.name in OPERATORS:
        return False
    kind = _barrier_kind(node, catalogue)
    if kind:
        return kind != "cross"
    kernel = catalogue[node.name].kernel
    return kernel is not None and kernel.kind in {"window", "recursive"}


def _every_row(order: Sequence[Node], member: Node | None, catalogue: Catalogue) -> set[Node]:
    """Nodes whose value is needed on every row, because something that remembers is built on them."""
    wanted: set[Node] = set()
    for node in reversed(order):
        if _remembers(node, catalogue) or node in wanted:
            wanted.add(node)
            wanted.update(needs(node, member, catalogue))
    return wanted


def _cut(
    order: Sequence[Node], levels: Mapping[Node, int], every: set[Node], catalogue: Catalogue
) -> tuple[list[Step], list[Barrier]]:
    steps: dict[Call, Step] = {}
    barriers: list[Barrier] = []
    for node in order:
        if not isinstance(node, Call):
            continue
        kind = _barrier_kind(node, catalogue)
        if kind:
            kernel = None if kind in BARRIERS else catalogue[node.name].kernel
            barriers.append(
                Barrier(node=node, kind=kind, kernel=kernel, level=levels[node] - 1, every_row=node in every)
            )
            continue
        whole = Call(node.name, node.inputs, node.params)
        known = steps.get(whole)
        outputs = (*known.outputs, node.output) if known else (node.output,)
        everywhere = node in every or (known is not None and known.every_row)
        kernel = kernel_of(node.name, catalogue)
        steps[whole] = Step(node=whole, kernel=kernel, level=levels[node], outputs=outputs, every_row=everywhere)
    return list(steps.values()), barriers


def kernel_of(name: str, catalogue: Catalogue) -> Kernel:
    """The kernel of an operator or of a name in the catalogue."""
    found = OPERATORS.get(name) or catalogue[name].kernel
    if found is None:
        raise LookupError(f"expected a kernel, found {name}: it should have been opened")
    return found


def numbers(params: Sequence[Param]) -> list[float]:
    """Constants as doubles; words are not among those of a compiled kernel."""
    return [float(each) for each in params]


def _operator(name: str) -> Kernel:
    return Kernel(
        name=name,
        kind="elementwise",
        signature=signature(x()),
        compiled=("elementwise", name),
        doc="",
        example="",
        hidden=True,
    )


OPERATORS: Mapping[str, Kernel] = {
    name: _operator(name)
    for name in (
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
    )
}


def _fields(order: Sequence[Node]) -> tuple[str, ...]:
    names = {node.name.removeprefix(RAW) for node in order if isinstance(node, Field)}
    whole = any(isinstance(node, Call) and node.name in BARRIERS for node in order)
    return BAR_FIELDS if whole else tuple(name for name in BAR_FIELDS if name in names)


def _warmups(order: Sequence[Node], catalogue: Catalogue) -> dict[Node, int]:
    """Own bars of warm-up of each node: those of the inputs that its kernel waits for, and the kernel's own."""
    warm: dict[Node, int] = {}
    for node in order:
        below = [warm[each] for each in needs(node, None, catalogue)]
        kernel = None
        if isinstance(node, Call) and node.name not in OPERATORS and node.name not in BARRIERS:
            kernel = catalogue[node.name].kernel
        if kernel is None or not isinstance(node, Call):
            warm[node] = max(below, default=0)
        else:
            awaited = {"all": max(below, default=0), "any": min(below, default=0), "none": 0}[kernel.waits]
            warm[node] = awaited + kernel.warmup(*numbers(node.params))
    return warm
