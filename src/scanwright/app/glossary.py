"""What each word of the language means, from the catalogue."""

from __future__ import annotations

from scanwright.app.rows import Cell, Rows
from scanwright.data.facts.catalogue import FIGURES
from scanwright.engine.plan import plan
from scanwright.expr.catalogue import Catalogue, Entry
from scanwright.expr.reader import read
from scanwright.expr.types import Typing
from scanwright.expr.words import NAMED
from scanwright.model.signature import Type


def word_rows(catalogue: Catalogue, *, short: bool) -> Rows:
    """Every function and named figure that a person may write; `short` leaves the first sentence of the doc."""
    entries = [each for each in catalogue if not each.hidden]
    if short:
        facts = [(shown(each), each.kind, each.doc.strip().splitlines()[0]) for each in entries]
        facts += [(name, FIGURE, f"{FIGURES[name].unit}: {FIGURES[name].made}") for name in NAMED]
        return Rows(names=("function", "kind", "meaning"), rows=facts)
    documents = [*(word_document(catalogue, each.name) for each in entries), *map(figure_document, NAMED)]
    return Rows(names=tuple(documents[0]), rows=[tuple(each.values()) for each in documents])


def shown(entry: Entry) -> str:
    """The call with its defaults, and its results where there are several."""
    text = entry.name if entry.noun else entry.signature.shown(entry.name)
    several = [each.name for each in entry.signature.outputs if each.name]
    return f"{text} .{' .'.join(several)}" if several else text


def word_document(catalogue: Catalogue, name: str) -> dict[str, Cell]:
    """A function's facts by name."""
    entry = catalogue[name]
    outputs = entry.signature.outputs
    return {
        "name": entry.name,
        "signature": shown(entry),
        "kind": entry.kind,
        "gives": ", ".join(f"{each.name}: {each.type}" if each.name else str(each.type) for each in outputs),
        "unit": entry.unit,
        "doc": entry.doc.strip(),
        "example": entry.example,
        "warmup": warmup(catalogue, entry),
        "source": entry.source,
    }


def figure_document(name: str) -> dict[str, Cell]:
    """A named figure's facts, by the names that a function's have."""
    figure = FIGURES[name]
    return {
        "name": name,
        "signature": name,
        "kind": FIGURE,
        "gives": str(Type.NUMBER),
        "unit": figure.unit,
        "doc": f"{figure.made}\n\nWhere a market has none: {figure.wanted}",
        "example": f"{name} > 10",
        "warmup": 0,
        "source": figure.source,
    }


def warmup(catalogue: Catalogue, entry: Entry) -> float | None:
    """Bars before the first value of the example."""
    typing = Typing(catalogue)
    tree = read(entry.example, catalogue)
    return plan({"value": tree}, typing).warmup


def word_text(catalogue: Catalogue, name: str) -> str:
    """A function's facts as lines."""
    facts = figure_document(name) if name in NAMED else word_document(catalogue, name)
    lines = [str(facts["signature"]), f"  {str(facts['doc']).replace(chr(10), chr(10) + '  ')}", ""]
    lines += [f"  {label:<9}{facts[key]}" for key, label in _LABELS.items() if facts[key] not in {"", None}]
    lines.append(f"  {'warm-up':<9}{facts['warmup']} bars for {facts['example']}")
    return "\n".join(lines) + "\n"


FIGURE = "figure"
_LABELS = {"example": "example", "gives": "gives", "unit": "unit", "kind": "kind", "source": "source"}
