"""What stands beside every hit, whatever was asked: price, volume, range, sector, how long the condition has held."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from scanwright.app.rows import Cell, Rows, of_objects
from scanwright.app.wiring import catalogue
from scanwright.model.interval import Interval
from scanwright.scan.definition import Scan
from scanwright.scan.members import Sets
from scanwright.scan.now import now

if TYPE_CHECKING:
    from scanwright.app.market import Market
    from scanwright.model.panel import Panel
    from scanwright.scan.board import Board

FIGURES: Mapping[str, str] = {
    "change": "roc(1)",
    "volume": "volume",
    "rvol": "rvol(10)",
    "dollar_volume": "dollar_volume",
    "atr": "natr(14)",
}
WORDS = ("name", "sector")
YEAR = {Interval.DAY: 252, Interval.WEEK: 52, Interval.MONTH: 12}
COLUMNS = (
    *("symbol", "name", "last", "change", "volume", "rvol", "dollar_volume", "atr", "high_52w", "sector"),
    *("days_to_earnings", "bars_true"),
)
UNITS: Mapping[str, str] = {
    "change": "percent",
    "rvol": "times the usual",
    "atr": "percent",
    "high_52w": "percent",
    "days_to_earnings": "sessions",
    "bars_true": "bars",
}


def context(
    market: Market, board: Board, symbols: Sequence[str] | None, as_of: np.datetime64 | None = None
) -> tuple[str, Rows]:
    """The frame, and a row a symbol: those named, or those that the board's condition holds for on that frame.

    What is not known of a symbol is missing.
    """
    scan, at = board.case.scan, max(board.at(as_of), 0)
    if symbols is None:
        hits = (board.joint()[at] == 1) & board.inside[at]
        symbols = [board.case.panel.symbols[column] for column in np.flatnonzero(hits).tolist()]
    panel = market.panel(scan.interval, None, scan.adjust)
    found = market.usual.of(market, scan, panel) if as_of is None else _found(market, scan, panel, as_of)
    streaks = board.streak(at)
    place = {symbol: column for column, symbol in enumerate(panel.symbols)}

    def row(symbol: str) -> Mapping[str, Cell]:
        values, column = found.values.get(symbol, {}), place.get(symbol)
        held = None if column is None else float(streaks[column])
        return {**values, "symbol": symbol, "last": values.get("close"), "bars_true": held}

    return found.frame, of_objects(COLUMNS, map(row, symbols))


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Figures:
    """The usual figures of every symbol that has a bar on a frame."""

    frame: str
    values: Mapping[str, Mapping[str, Cell]]


class Usual:
    """The usual figures on the latest frame, made once for each version of a market's bars."""

    def __init__(self) -> None:
        """Nobody has asked."""
        self._kept: dict[Interval, tuple[object, Figures]] = {}

    def of(self, market: Market, scan: Scan, panel: Panel) -> Figures:
        """Those on the bars that a scan looks at; a market that has grown folds new bars only."""
        key = (panel.data_hash or id(panel), panel.shape, scan.session, scan.adjust)
        kept = self._kept.get(scan.interval)
        if kept and kept[0] == key:
            return kept[1]
        found = _found(market, scan, panel, None)
        self._kept[scan.interval] = (key, found)
        return found


def _found(market: Market, scan: Scan, panel: Panel, as_of: np.datetime64 | None) -> Figures:
    usual = _usual(scan, panel)
    if as_of is None:
        found = market.warm.now(usual, panel, catalogue(), threads=market.threads, sets=Sets())
    else:
        found = now(usual, panel, catalogue(), as_of=as_of, threads=market.threads)
    return Figures(frame=found.receipt.frame, values={hit.symbol: hit.values for hit in found.hits})


def _usual(scan: Scan, panel: Panel) -> Scan:
    """The usual columns as a scan of everybody, in the language."""
    texts = dict(FIGURES) | {name: name for name in WORDS if name in panel.attributes}
    if scan.interval in YEAR:
        texts["high_52w"] = f"distance_to_high({YEAR[scan.interval]})"
    else:
        texts["high_52w"] = f'at("1d", distance_to_high({YEAR[Interval.DAY]}))'
    if scan.interval <= Interval.DAY:
        days = 'bars_to_event("earnings")'
        texts["days_to_earnings"] = days if scan.interval == Interval.DAY else f'at("1d", {days})'
    return Scan(where="close > 0", columns=texts, interval=scan.interval, session=scan.session, adjust=scan.adjust)
