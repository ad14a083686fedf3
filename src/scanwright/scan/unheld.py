"""What a market holds of events, lists and named figures, and what a scan asks of them in vain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanwright.data.facts.catalogue import FIGURES
from scanwright.expr.nodes import Call, Field, Node, walk
from scanwright.expr.types import Held
from scanwright.expr.words import NAMED
from scanwright.model.panel import Panel

COUNT, VALUE, LIST = "events_so_far", "event_value", "member_of"
GET_EVENTS = "scanwright data events --kind {kind} --import FILE, or --provider P of one that has them"
GET_LISTS = "scanwright data symbols --index NAME --import FILE"


def held_of(panel: Panel) -> Held:
    """The kinds of event with their figures, and the lists of members."""
    figures = [each.rsplit(" ", 1) for each in panel.dated.told(VALUE)]
    kinds = {kind: tuple(name for of, name in figures if of == kind) for kind in panel.dated.told(COUNT)}
    return Held(kinds=kinds, lists=panel.dated.told(LIST))


def unheld(trees: Iterable[Node], panel: Panel) -> list[str]:
    """What a scan asks for that the market has none of, and how to get it."""
    nodes = {node for tree in trees for node in walk(tree)}
    found = {
        *_figures({node.name for node in nodes if isinstance(node, Field)}, panel),
        *_events([node for node in nodes if isinstance(node, Call)], panel),
    }
    return sorted(found)


def _figures(names: set[str], panel: Panel) -> Iterator[str]:
    for name in names.intersection(NAMED).difference(panel.attributes):
        yield f"{panel.market} knows the {name} of no symbol, so none can be judged by it: {FIGURES[name].wanted}"


def _events(calls: Iterable[Call], panel: Panel) -> Iterator[str]:
    held = held_of(panel)
    for call in calls:
        if call.name == LIST and not held.lists:
            yield f"{panel.market} holds no lists of members, so nobody is known to be in one: {GET_LISTS}"
        elif "event" in call.name and call.params and call.params[0] not in held.kinds:
            kind = str(call.params[0])
            how = GET_EVENTS.format(kind=kind)
            yield f"{panel.market} holds no events of the kind {kind}, so none can be judged by them: {how}"
