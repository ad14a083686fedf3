"""The number behind a decision, bar by bar: an expression's values for one symbol."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from scanwright.engine.fold import Fold
from scanwright.engine.plan import plan
from scanwright.expr.catalogue import Catalogue
from scanwright.expr.reader import read
from scanwright.expr.words import field_of
from scanwright.model.panel import Panel
from scanwright.scan.judge import Cell, cell, columns_of, rows_within, stamp, typing_of


@dataclasses.dataclass(frozen=True, kw_only=True)
class Values:
    """One row for every own bar of the symbol."""

    symbol: str
    text: str
    warmup: int
    ts: Sequence[str]
    values: Sequence[Cell]


def values(text: str, panel: Panel, catalogue: Catalogue, symbol: str, *, session: str = "regular") -> Values:
    """Fold one symbol's bars; functions across symbols see the whole market."""
    typing = typing_of(panel, catalogue)
    tree = read(text, catalogue, attributes=typing.fields, held=typing.held)
    found = plan({"value": tree}, typing)
    column = columns_of(panel, [symbol])
    across = any(each.kind == "cross" for each in found.barriers)
    fold = Fold.over(found, panel, None if across else column, session=session)
    stamps: list[str] = []
    cells: list[Cell] = []
    attribute = panel.attributes.get(field_of(tree))
    for part in fold.parts(panel):
        rows = rows_within(part, session)
        result = fold.advance(part)["value"][:, column[0]]
        present = part.bar[rows, column[0]] == 1
        stamps += [stamp(ts, panel.interval) for ts in part.ts[rows][present]]
        cells += [cell(float(each), found.types["value"], attribute) for each in result[present]]
    return Values(symbol=symbol, text=text, warmup=found.warmup, ts=stamps, values=cells)
