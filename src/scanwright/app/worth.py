"""Saying what the bars behind an answer are worth, from the manifest and the last rows of a panel."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from scanwright.data.lives import lives
from scanwright.model.calendars import Calendar, calendar
from scanwright.model.worth import Worth, from_whom, length
from scanwright.scan.judge import day, frame_of_now

if TYPE_CHECKING:
    from scanwright.model.panel import Ints, Panel
    from scanwright.store.manifest import Series
    from scanwright.store.market import Market

LATELY = 20  # frames in which a symbol was active


def worth_of(
    series: Series, panel: Panel, as_of: np.datetime64 | None, now: dt.datetime, session: str = "regular"
) -> Worth:
    """What the bars of a panel are worth at a moment; series: the stored interval that they come from."""
    row = frame_of_now(panel, None, session)
    asked = [each for each in series.sources if each.asked]
    latest = asked[-1] if asked else None
    symbols, lacking = lacks(panel, row, _alive(panel, row))
    return Worth(
        to=day(panel, row),
        behind=None if as_of is not None or row < 0 else behind(panel.ts[row], panel, now),
        sources=[each.name for each in series.sources],
        asked=f"{latest.asked}Z" if latest else "",
        ago=None if latest is None or as_of is not None else _since(latest.asked, now),
        delayed=latest.delayed if latest else None,
        symbols=symbols,
        lacking=lacking,
        refused=sum(series.quarantined.values()),
    )


def table_worth(market: Market, name: str, now: dt.datetime) -> str:
    """From whom the rows of a small table are, and how old; of one that is not there, that it is missing."""
    from scanwright.store.tables import latest

    table = market.table(name)
    if table is None:
        return f"there are no {name}"
    told = market.told(name)
    asked = [each for each in told if each.asked]
    ago = _since(asked[-1].asked, now) if asked else None
    whom = from_whom([each.name for each in told], ago, asked[-1].delayed if asked else None, asked=bool(asked))
    newest = latest(name, table)
    return f"{name} {whom}" + (f"; the latest {newest}" if newest else "")


def chains_worth(market: Market, now: dt.datetime) -> str:
    """How many option chains are kept, from whom and how old; empty where there are none."""
    import polars as pl

    held = market.chain_snapshots()
    if held.is_empty():
        return ""
    taken = held["taken"].max()
    age = _since(taken.isoformat(), now) if isinstance(taken, dt.datetime) else None
    newest = held.filter(pl.col("taken") == taken)
    whom = from_whom(held["provider"].unique().sort().to_list(), None, None, asked=False)
    return (
        f"option chains: {len(held):,} snapshots of {held['underlying'].n_unique():,} underlyings {whom}; "
        f"the latest {taken:%Y-%m-%dT%H:%M:%SZ} ({length(age or 0.0)} old) of {len(newest):,}"
    )


def _alive(panel: Panel, row: int) -> Ints:
    """The symbols that are not known to be delisted by a frame's session."""
    if row < 0:
        return np.arange(panel.shape[1])
    _, last = lives(panel)
    return np.flatnonzero(last > panel.ts[row].astype("M8[D]").astype(np.float64))


def lacks(panel: Panel, row: int, columns: Ints) -> tuple[int, int]:
    """How many of some symbols were active up to a frame's session, and how many of these have no bar on it."""
    if row < 0:
        return 0, 0
    start = _session_start(panel, row)
    here = panel.bar[start : row + 1, columns].max(axis=0) == 1
    lately = max(LATELY, 2 * (row - start + 1))
    before = panel.bar[max(start - lately, 0) : row + 1, columns].max(axis=0) == 1
    return int(before.sum()), int((before & ~here).sum())


def behind(last: np.datetime64, panel: Panel, now: dt.datetime) -> int:
    """The sessions that have ended since the last frame's."""
    sessions = calendar(panel.calendar)
    moment = np.datetime64(now.astimezone(dt.UTC).replace(tzinfo=None), "s")
    stamps = np.array([last])
    own = sessions.session_of(stamps)[0] if panel.interval.is_intraday else last
    return int((ended(sessions, moment) > own).sum()) if own < moment else 0


def ended(sessions: Calendar, moment: np.datetime64) -> np.ndarray:
    """The dates of all sessions that are over at a moment."""
    over = int(np.searchsorted(sessions.closes, moment.astype(np.int64), side="right"))
    return (sessions.days[:over] * 86_400).astype("M8[s]")


def _session_start(panel: Panel, row: int) -> int:
    """The first row of a frame's session."""
    if not panel.interval.is_intraday:
        return row
    days = calendar(panel.calendar).session_of(panel.ts[max(row - 1500, 0) : row + 1])
    return row - int((days == days[-1]).sum()) + 1


def _since(asked: str, now: dt.datetime) -> float:
    return max((now - dt.datetime.fromisoformat(asked).replace(tzinfo=dt.UTC)).total_seconds(), 0.0)
