"""What can be told of a universe without a single bar: who is named, who is listed, who is of which sector.

The parts of a universe that ask for facts of symbols alone are folded over one row on which everybody has a bar; so
they mean here what they mean in a run.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping, Sequence

import numpy as np

from scanwright.engine.fold import Fold
from scanwright.engine.plan import plan
from scanwright.expr.nodes import Call, Field, Node, Text, walk
from scanwright.expr.printer import show
from scanwright.expr.types import Typing
from scanwright.expr.words import field_of
from scanwright.model.errors import EmptyUniverse, SettingsError
from scanwright.model.panel import Attribute, Bytes, Ints, Panel
from scanwright.scan.definition import Bound, Scan
from scanwright.scan.members import Sets

YES = 1
_OPERATORS = "and or not equal not_equal less less_equal greater greater_equal in add sub mul div neg"
PLAIN = frozenset((*_OPERATORS.split(), "where", "fill", "is_missing", "member_of"))
"""Functions that look at one symbol at one moment."""


def reachable(panel: Panel, scan: Scan, sets: Sets) -> Ints:
    """The columns of symbols that all groups of names let in on some day."""
    place = {symbol: at for at, symbol in enumerate(panel.symbols)}
    found = set(place)
    for group in scan.universes()[0].groups:
        found &= {spell.symbol for spell in sets.of(group)}
    return np.array(sorted(place[symbol] for symbol in found), np.int64)


def standing(trees: Sequence[Node], panel: Panel, typing: Typing, row: int) -> list[Bytes | None]:
    """For each condition how it stands for each symbol at a row (0, 1, 2 unknown), None where bars decide it."""
    wanted = {f"{at}": tree for at, tree in enumerate(trees) if _needs_no_bars(tree, panel.attributes)}
    if not wanted:
        return [None] * len(trees)
    one = panel.rows(row, row + 1)
    fields = {name: np.ones_like(values) for name, values in one.fields.items()}
    one = dataclasses.replace(one, fields=fields, bar=np.ones_like(one.bar))
    found = Fold.over(plan(wanted, typing), one, session="extended", threads=1).advance(one)
    return [found[f"{at}"][0] if f"{at}" in found else None for at in range(len(trees))]


def _needs_no_bars(tree: Node, attributes: Mapping[str, Attribute]) -> bool:
    nodes = list(walk(tree))
    fields = {node.name for node in nodes if isinstance(node, Field)}
    calls = {node.name for node in nodes if isinstance(node, Call)}
    return calls <= PLAIN and all(name == "session" or name in attributes for name in fields)


def nobody(bound: Bound, panel: Panel, typing: Typing, columns: Ints) -> None:
    """Refuse a universe that can have no member on any day, before anything is computed."""
    if bound.scan.universes()[0].groups and not len(columns):
        return  # the symbols that are named and not held are told one by one
    terms = {text: term for part in bound.parts if part.reason == "condition" for text, term in part.terms.items()}
    for term in terms.values():
        _unheld(term, panel)
    told = _together(terms, panel, typing, columns)
    if told:
        raise EmptyUniverse(
            universe=bound.scan.universe, when="any day", terms="; ".join(told), todo="loosen one of these"
        )


def hopeless(bound: Bound, panel: Panel, typing: Typing, columns: Ints) -> list[str]:
    """What a condition asks of facts that no symbol of the universe's names satisfies together."""
    terms = {show(term, typing.catalogue): term for term in bound.terms}
    told = _together(terms, panel, typing, columns)
    return [f"no symbol can be found: {'; '.join(told)}"] if told else []


def _together(terms: Mapping[str, Node], panel: Panel, typing: Typing, columns: Ints) -> list[str]:
    """For how many symbols each condition on facts holds, where all of them together hold for none."""
    facts = {text: term for text, term in terms.items() if _of_facts(term, panel)}
    if not facts or not len(panel.ts) or not len(columns):
        return []
    found = [each for each in standing(list(facts.values()), panel, typing, len(panel.ts) - 1) if each is not None]
    if np.logical_and.reduce([values[columns] == YES for values in found]).any():
        return []
    counts = [int((values[columns] == YES).sum()) for values in found]
    return [f"{text} holds for {count:,} of {len(columns):,}" for text, count in zip(facts, counts, strict=True)]


def _of_facts(term: Node, panel: Panel) -> bool:
    """Whether a condition asks for undated facts, which are the same on all days."""
    names = {node.name for node in walk(term) if isinstance(node, Field)}
    undated = all(name in panel.attributes and not panel.attributes[name].dated for name in names)
    return bool(names) and undated and _needs_no_bars(term, panel.attributes)


def _unheld(term: Node, panel: Panel) -> None:
    """Refuse a term that compares a category with words that no symbol has."""
    if not isinstance(term, Call) or term.name not in {"equal", "in"}:
        return
    words = [each.value for each in term.inputs if isinstance(each, Text)]
    name = next((field_of(each) for each in term.inputs if field_of(each)), "")
    if not words or not name:
        return
    attribute = panel.attributes.get(name)
    if attribute is None:
        raise SettingsError(
            expected=f"a universe of what {panel.market} knows of its symbols",
            found=f"{name}, which it knows of none",
            todo="scanwright data symbols --import FILE brings it in",
        )
    if attribute.names and not set(words) & set(attribute.names):
        near = [each for word in words for each in difflib.get_close_matches(word, attribute.names, 1, 0.4)]
        raise SettingsError(
            expected=f"a {name} of {panel.market} in the universe",
            found=", ".join(map(repr, words)),
            todo=f"did you mean {near[0]!r}?" if near else f"it has {', '.join(attribute.names[:12])}",
        )
