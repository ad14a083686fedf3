"""Two scans against each other over the same sessions: what each finds that the other does not."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scanwright.model.errors import SettingsError
from scanwright.scan.board import Board
from scanwright.scan.definition import KEYS, Scan
from scanwright.scan.judge import day
from scanwright.scan.now import YES

MOST = 100  # of the latest hits that only one of them has


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Only:
    """A hit that one scan had and the other had not."""

    symbol: str
    ts: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Against:
    """Hits of two scans.

    first, second, both: hits of each of `frames`. only_first, only_second: how many one alone had; latest_...: the last
    of these, the latest first.
    """

    frames: Sequence[str]
    first: Sequence[int]
    second: Sequence[int]
    both: Sequence[int]
    only_first: int
    only_second: int
    latest_only_first: Sequence[Only]
    latest_only_second: Sequence[Only]


def against(first: Board, second: Board, sessions: int) -> Against:
    """Compare the last sessions of two boards of one market; `SettingsError` where their bars are not the same."""
    panels = first.case.panel, second.case.panel
    if panels[0].interval != panels[1].interval or panels[0].symbols != panels[1].symbols:
        found = f"{panels[0].interval} and {panels[1].interval}"
        raise SettingsError(expected="two scans of one interval", found=found, todo="set the interval of one of them")
    stamps = np.intersect1d(panels[0].ts[first.rows], panels[1].ts[second.rows])[-sessions:]
    one, two = (_hits(board, stamps) for board in (first, second))
    return Against(
        frames=[day(panels[0], int(row)) for row in np.searchsorted(panels[0].ts, stamps)],
        first=one.sum(axis=1).tolist(),
        second=two.sum(axis=1).tolist(),
        both=(one & two).sum(axis=1).tolist(),
        only_first=int((one & ~two).sum()),
        only_second=int((two & ~one).sum()),
        latest_only_first=_latest(one & ~two, first, stamps),
        latest_only_second=_latest(two & ~one, second, stamps),
    )


def hits_at(board: Board, as_of: np.datetime64 | None) -> Sequence[str]:
    """The symbols that a board's condition holds for on the last frame at or before a moment."""
    at = max(board.at(as_of), 0)
    found = (board.joint()[at] == YES) & board.inside[at]
    return [board.case.panel.symbols[column] for column in np.flatnonzero(found).tolist()]


def differences(first: Scan, second: Scan) -> Sequence[str]:
    """In which parts two definitions differ.

    >>> differences(Scan(where="rsi(14) < 40"), Scan(where="rsi(14) < 35", columns={"c": "close"}))
    ['where: rsi(14) < 40 -> rsi(14) < 35', 'columns: nothing -> c = close']
    """
    found: list[str] = []
    for name in KEYS[2:]:
        one, two = (_text(getattr(each, name)) for each in (first, second))
        if one != two:
            found.append(f"{name}: {one} -> {two}")
    return found


def _text(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} = {text}" for name, text in value.items()) or "nothing"  # pyright: ignore[reportUnknownVariableType]
    return " ".join(str(value).split()) or "nothing"


def _hits(board: Board, stamps: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    rows = np.searchsorted(board.case.panel.ts[board.rows], stamps)
    return ((board.joint() == YES) & board.inside)[rows]


def _latest(only: NDArray[np.bool_], board: Board, stamps: NDArray[np.datetime64]) -> Sequence[Only]:
    panel = board.case.panel
    places = np.argwhere(only[::-1])[:MOST]
    rows = np.searchsorted(panel.ts, stamps)
    return [
        Only(symbol=panel.symbols[int(at)], ts=day(panel, int(rows[len(rows) - 1 - int(row)]))) for row, at in places
    ]
