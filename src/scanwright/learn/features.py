"""What is known of a hit on its own bar: how far its terms were from turning, its trend, its market, its day.

Each is an expression of the language, folded as a scan is, so that nothing of a later bar can be in it.
"""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING

import numpy as np

from scanwright.expr.nodes import Call, Constant, Field, Node
from scanwright.expr.printer import show
from scanwright.expr.reader import read
from scanwright.learn.measured import measured

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scanwright.expr.types import Typing
    from scanwright.learn.measured import Places
    from scanwright.model.panel import Floats, Panel

COMPARES = {"less", "less_equal", "greater", "greater_equal", "crosses_above", "crosses_below"}
ABOVE_50 = "where(close > sma(50), 1, 0)"
TEXTS: Mapping[str, str] = {
    "trend, short": "100 * (close / sma(20) - 1)",
    "trend, middle": "100 * (close / sma(50) - 1)",
    "trend, long": "100 * (close / sma(200) - 1)",
    "move of 1 bar": "roc(1)",
    "move of 5 bars": "roc(5)",
    "move of 20 bars": "roc(20)",
    "move of 63 bars": "roc(63)",
    "strength among all": "percentile(roc(63))",
    "below the year's high": "100 * (close / highest(high, 252) - 1)",
    "place in the bar": "where(high > low, (close - low) / (high - low), 0.5)",
    "gap": "gap()",
    "rsi": "rsi(14)",
    "volatility": "natr(14)",
    "volatility against usual": "natr(14) / sma(natr(14), 100)",
    "volume against usual": "rvol(20)",
    "liquidity": "log(sma(dollar_volume, 20))",
    "breadth": f"{ABOVE_50} - demean({ABOVE_50})",
    "market, 1 bar": "roc(1) - demean(roc(1))",
    "market, 20 bars": "roc(20) - demean(roc(20))",
    "market volatility": "natr(14) - demean(natr(14))",
}
DAILY: Mapping[str, str] = {"weekday": "day_of_week", "month": "month"}
INTRADAY: Mapping[str, str] = {"weekday": "day_of_week", "minutes since the open": "minutes_since_open"}
EVENTS: Mapping[str, str] = {
    "bars to earnings": 'bars_to_event("earnings")',
    "since earnings": 'bars_since_event("earnings")',
}
SECTOR = "sector"
STATE = ("breadth", "market, 20 bars", "market volatility")
"""Those that are the same for everybody on a day."""


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Features:
    """What is looked at, as trees; `hash` names them, so that a model is asked about the same things."""

    trees: Mapping[str, Node]
    typing: Typing

    @classmethod
    def of(cls, terms: Sequence[Node], typing: Typing, panel: Panel) -> Features:
        """Of a scan with these terms; a sector takes part where the market knows what it was on each day."""
        texts = {**TEXTS, **(INTRADAY if panel.interval.is_intraday else DAILY)}
        if typing.held is not None and "earnings" in typing.held.kinds:
            texts |= EVENTS
        trees = {
            name: read(text, typing.catalogue, attributes=typing.fields, held=typing.held)
            for name, text in texts.items()
        }
        if SECTOR in panel.attributes and panel.attributes[SECTOR].dated:
            trees[SECTOR] = Field(SECTOR)
        return cls(trees={**_margins(terms, typing), **trees}, typing=typing)

    @property
    def names(self) -> tuple[str, ...]:
        """In the order of the columns."""
        return tuple(self.trees)

    @property
    def hash(self) -> str:
        """Of their names and their canonical texts."""
        texts = "\n".join(f"{name}={show(tree, self.typing.catalogue)}" for name, tree in self.trees.items())
        return hashlib.sha256(texts.encode()).hexdigest()[:16]

    def at(self, panel: Panel, places: Places, *, session: str = "regular", threads: int = 2) -> Floats:
        """Their values `[K, F]`; NaN unknown."""
        found = measured(panel, places, self.trees, self.typing, session=session, threads=threads)
        return np.stack([found[name] for name in self.trees], axis=1)


def _margins(terms: Sequence[Node], typing: Typing) -> dict[str, Node]:
    """How far each comparison is from turning, in percent of its right side; as it is where that is a fixed level."""
    found: dict[str, Node] = {}
    for term in terms:
        if isinstance(term, Call) and term.name in COMPARES and len(term.inputs) == 2:
            left, right = term.inputs
            away = Call("sub", (left, right))
            share = Call("mul", (Constant(100.0), Call("div", (away, Call("abs", (right,))))))
            found[f"margin of {show(term, typing.catalogue)}"] = away if isinstance(right, Constant) else share
    return found
