"""A plan in two: what a symbol's own bars give, which any worker can compute, and what is made of everybody's.

1. A part looks across when it is a function across symbols, or is built on one that is.
2. The parts that do not, and that somebody who does (or a result) reads, are the results of the plan `own`.
3. In the plan `whole` these stand as fields, which the gathered arrays fill.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from scanwright.engine.plan import BARRIERS, MEMBER, Plan, needs, plan_lowered
from scanwright.expr.nodes import Call, Constant, Field, Node, walk
from scanwright.expr.types import Typing
from scanwright.model.signature import Type

OWN = "own "  # no name of the language has a blank in it


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Cut:
    """The two plans. The results of `own` are numbers, named as the fields that `whole` reads."""

    own: Plan
    whole: Plan

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that workers fill, in their order."""
        return tuple(self.own.lowered)

    @property
    def remembers(self) -> bool:
        """Whether what looks across symbols must see every row to be right on the last one."""
        return any(each.every_row for each in (*self.whole.steps, *self.whole.barriers))


def cut(plan: Plan, typing: Typing) -> Cut:
    """Cut a plan; `typing` is that of the panel it was made for.

    >>> from scanwright.app.wiring import catalogue
    >>> from scanwright.engine.plan import plan
    >>> from scanwright.expr.reader import read
    >>> typing = Typing(catalogue())
    >>> found = cut(plan({"where": read("rank(roc(5)) > 90 and close > sma(20)", catalogue())}, typing), typing)
    >>> found.names, len(found.whole.barriers), found.remembers
    (('own 0', 'own 1'), 1, False)
    """
    member = plan.lowered.get(MEMBER)
    across = _across(plan)
    fields: dict[Node, Node] = {
        node: Field(f"{OWN}{at}") for at, node in enumerate(_own(plan.lowered.values(), member, across, plan))
    }
    own = {field.name: node for node, field in fields.items() if isinstance(field, Field)}
    inner = plan_lowered(dict.fromkeys(own, Constant(0.0)), own, typing)
    replaced = _replaced(plan, fields)
    return Cut(
        own=dataclasses.replace(inner, types=dict.fromkeys(own, Type.NUMBER)),
        whole=plan_lowered(plan.outputs, {name: replaced[tree] for name, tree in plan.lowered.items()}, typing),
    )


def _across(plan: Plan) -> set[Node]:
    """The parts that look across symbols; what stands within `at`, `of` and `during` never does."""
    kernels = {each.node for each in plan.barriers if each.kind == "cross"}
    found: set[Node] = set()
    for tree in plan.lowered.values():
        for node in walk(tree):
            inputs = node.inputs if isinstance(node, Call) and node.name not in BARRIERS else ()
            if node in kernels or not found.isdisjoint(inputs):
                found.add(node)
    return found


def _own(roots: Iterable[Node], member: Node | None, across: set[Node], plan: Plan) -> dict[Node, None]:
    """The largest parts that do not look across, in the order in which they are met; fields need no computing."""
    found: dict[Node, None] = {}
    seen: set[Node] = set()
    waiting = list(roots)[::-1]
    while waiting:
        node = waiting.pop()
        if node in seen or not isinstance(node, Call):
            continue
        seen.add(node)
        if node in across:
            waiting.extend(needs(node, member, plan.catalogue)[::-1])
        else:
            found[node] = None
    return found


def _replaced(plan: Plan, fields: Mapping[Node, Node]) -> dict[Node, Node]:
    """Every part of the plan with fields in the place of what workers compute."""
    found: dict[Node, Node] = {}
    for tree in plan.lowered.values():
        for node in walk(tree):
            if node in fields:
                found[node] = fields[node]
            elif isinstance(node, Call):
                found[node] = Call(node.name, tuple(found[each] for each in node.inputs), node.params, node.output)
            else:
                found[node] = node
    return found
