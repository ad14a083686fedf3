"""Values of expressions at some bars: what was known there, by the same fold that judges a scan."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from scanwright.engine.fold import Fold
from scanwright.engine.plan import plan
from scanwright.expr.reader import read
from scanwright.expr.types import Typing
from scanwright.model.calendars import calendar
from scanwright.model.signature import Type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanwright.expr.catalogue import Catalogue
    from scanwright.expr.nodes import Node
    from scanwright.model.panel import Floats, Ints, Panel

REGULAR = 0
DAYS = 20
WEEK = 5
DOLLARS = "sma(dollar_volume, {bars})"


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Places:
    """Some bars of a panel: rows and columns `[K]` of cells that hold one."""

    rows: Ints
    columns: Ints


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Usual:
    """What is usual at each place: the average true range in price, and the mean dollars of a day; NaN unknown."""

    atr: Floats
    dollars: Floats


def usual(panel: Panel, places: Places, catalogue: Catalogue, *, session: str = "regular", threads: int = 2) -> Usual:
    """`atr(14)` and the mean daily dollar volume of the 20 days up to each place."""
    a_day = bars_a_day(panel, session)
    typing = Typing(catalogue)
    texts = {"atr": "atr(14)", "dollars": DOLLARS.format(bars=max(1, round(DAYS * a_day)))}
    trees = {name: read(text, catalogue) for name, text in texts.items()}
    found = measured(panel, places, trees, typing, session=session, threads=threads)
    return Usual(atr=found["atr"], dollars=found["dollars"] * a_day)


def bars_a_day(panel: Panel, session: str = "regular") -> float:
    """How many frames of the session a day has, in the mean; below 1 for bars of a week and longer."""
    if panel.interval.is_intraday:
        return len(_looked_at(panel, session)) / max(len(np.unique(panel.ts.astype("M8[D]"))), 1)
    steps = np.diff(panel.ts.astype("M8[D]").astype(np.int64))
    a_week = 7 if panel.calendar == "always_open" else WEEK
    return min(1.0, 7 / a_week / float(np.median(steps))) if len(steps) else 1.0


def measured(
    panel: Panel,
    places: Places,
    trees: Mapping[str, Node],
    typing: Typing,
    *,
    session: str = "regular",
    threads: int = 2,
) -> dict[str, Floats]:
    """Each tree's value at each place `[K]`, unknown ones as NaN; yes/no as 1 and 0.

    What looks across symbols sees all of them, everything else is folded over the symbols of the places alone.
    """
    out = {name: np.full(len(places.rows), np.nan) for name in trees}
    if not len(places.rows) or not trees:
        return out
    found = plan(dict(trees), typing)
    across = any(each.kind == "cross" for each in found.barriers)
    fold = Fold.over(found, panel, None if across else np.unique(places.columns), session=session, threads=threads)
    order = np.argsort(places.rows, kind="stable")
    rows = places.rows[order]
    done = 0
    for part in fold.parts(panel):
        results = fold.advance(part)
        inside = done + _looked_at(part, session)
        done += part.shape[0]
        some = order[np.isin(rows, inside)]
        at = np.searchsorted(inside, places.rows[some])
        for name in trees:
            out[name][some] = _number(results[name][at, places.columns[some]], found.types[name])
    return out


def _number(values: np.ndarray, kind: Type) -> Floats:
    numbers = values.astype(np.float64)
    return np.where(values > 1, np.nan, numbers) if kind is Type.YESNO else numbers


def _looked_at(part: Panel, session: str) -> Ints:
    """The rows of a part that lie in the session looked at."""
    if session == "extended" or not part.interval.is_intraday:
        return np.arange(part.shape[0])
    return np.flatnonzero(calendar(part.calendar).parts(part.ts, part.interval)["phase"] == REGULAR)
