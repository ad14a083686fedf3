"""Small markets written out by hand, and the values of a text on them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from scanwright.app.wiring import catalogue
from scanwright.engine.fold import Fold
from scanwright.engine.plan import Plan, plan
from scanwright.expr.reader import read
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS, Attribute, Panel
from scanwright.model.signature import Type
from scanwright.scan.judge import rows_within, typing_of

NAN = float("nan")
Column = Sequence[float | None]


def market(
    closes: Mapping[str, Column],
    *,
    ts: Sequence[str] | np.ndarray | None = None,
    interval: Interval = Interval.DAY,
    calendar: str = "always_open",
    attributes: Mapping[str, Attribute] | None = None,
    **fields: Mapping[str, Column],
) -> Panel:
    """Bars by symbol: None is a hole, NaN a missing value within a bar. Prices are the close, volume 100."""
    count = len(next(iter(closes.values())))
    days = np.arange(np.datetime64("2015-01-05"), np.datetime64("2015-01-05") + count) if ts is None else ts
    bar = np.array([[each is not None for each in column] for column in closes.values()], np.uint8).T

    def table(columns: Mapping[str, Column]) -> np.ndarray:
        given = [[NAN if each is None else each for each in columns[name]] for name in closes]
        return np.where(bar == 1, np.array(given, np.float64).T, NAN)

    made = dict.fromkeys(FIELDS, table(closes)) | {"volume": np.where(bar == 1, 100.0, NAN)}
    made |= {name.rstrip("_"): table({**closes, **columns}) for name, columns in fields.items()}
    return Panel(
        interval=interval,
        symbols=tuple(closes),
        ts=np.array(days, "M8[s]"),
        fields={name: np.ascontiguousarray(values) for name, values in made.items()},
        bar=np.ascontiguousarray(bar),
        attributes=attributes or {},
        calendar=calendar,
    )


def alone(*closes: float | None, **further) -> Panel:
    """One symbol, A; fields are lists."""
    ours = {"ts", "interval", "calendar", "attributes"}
    given = {name: value if name in ours else {"A": value} for name, value in further.items()}
    return market({"A": closes}, **given)


def planned(text: str, panel: Panel, **further: str) -> Plan:
    """A plan of a text called `where`, and of others."""
    typing = typing_of(panel, catalogue())
    texts = {"where": text, **further}
    trees = {name: read(each, catalogue(), attributes=typing.fields) for name, each in texts.items()}
    return plan(trees, typing)


def table(text: str, panel: Panel, *, session: str = "extended", **further: str) -> np.ndarray:
    """All values as doubles, NaN where unknown or without a bar."""
    rule = planned(text, panel, **further)
    found = Fold.over(rule, panel, session=session).advance(panel)["where"]
    if rule.types["where"] is Type.YESNO:
        found = np.where(found == 2, NAN, found)
    return np.where(panel.bar[rows_within(panel, session)] == 1, found, NAN)


def series(text: str, panel: Panel, symbol: str = "A", *, session: str = "extended") -> list[float]:
    """One symbol's values on its own bars."""
    at = panel.column(symbol)
    own = panel.bar[rows_within(panel, session), at] == 1
    return table(text, panel, session=session)[own, at].tolist()


def with_splits(panel: Panel, *splits) -> Panel:
    """The panel with splits that are already taken out of its prices."""
    return dataclasses.replace(panel, splits=splits)
