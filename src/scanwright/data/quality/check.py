"""The checks together: of the whole market, then of each symbol, each finding told once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from scanwright.data.quality.dating import Dating
from scanwright.data.quality.dividends import wrong_dividends
from scanwright.data.quality.jumps import jumps, repeats
from scanwright.data.quality.line import Finding, Line, Rescale, lines, stored_lines
from scanwright.data.quality.tickers import Twins, recycled
from scanwright.data.quality.units import hundredfold, misplaced_splits
from scanwright.model.calendars import NO_PERIOD, Calendar, calendar
from scanwright.model.interval import Interval
from scanwright.model.panel import Panel

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from scanwright.model.panel import Ints, Times

_MISSED = 5  # sessions
_EXPLAINED = {"spike", "split_like", "stale"}


def check(panel: Panel) -> tuple[Finding, ...]:
    """What the bars of a panel show, those of the whole market first, then by symbol and time.

    >>> import dataclasses
    >>> from scanwright.data.simulated import simulate
    >>> market = simulate(symbols=5, years=1).panel()
    >>> close = market.fields["close"].copy()
    >>> close[100, market.column("SPY")] *= 30
    >>> [each.kind for each in check(dataclasses.replace(market, fields={**market.fields, "close": close}))]
    ['spike']
    """
    sessions = calendar(panel.calendar)
    numbers, twins = _Numbers(panel, sessions), Twins()
    found = _of_the_market(panel, sessions)
    for line in lines(panel):
        found += _told_once(_of_one(line, panel, numbers, twins))
    return tuple(found)


def check_stored(
    panel: Panel, bars: pl.DataFrame, splits: pl.DataFrame | None, dividends: pl.DataFrame | None
) -> tuple[Finding, ...]:
    """What the panel shows, and what can be told of the stored bars and corporate actions beside it.

    bars: as stored, raw, sorted by symbol and time, those without trade too. splits: symbol, date, ratio. dividends:
    symbol, date, amount.
    """
    of_panel = check(panel)
    by_symbol: dict[str, list[Finding]] = {}
    for each in of_panel:
        if each.kind == "misplaced_split":
            continue  # told again from the stored bars, which know the dividends
        by_symbol.setdefault(each.symbol, []).append(each)
    found = by_symbol.pop("", [])
    dating = Dating()
    for line in stored_lines(bars, splits, dividends):
        dating.look(line)
        further = [*hundredfold(line), *misplaced_splits(line), *wrong_dividends(line)]
        found += _told_once([*by_symbol.pop(line.symbol, []), *further])
    return (*dating.findings(), *found, *(each for rest in by_symbol.values() for each in rest))


def _of_one(line: Line, panel: Panel, numbers: _Numbers, twins: Twins) -> Iterator[Finding]:
    yield from jumps(line)
    yield from repeats(line)
    yield from misplaced_splits(line)
    if panel.interval <= Interval.DAY:
        own = numbers.of(line.ts)
        yield from _gaps(line, own, 1 if panel.interval.is_intraday else _MISSED)
        yield from recycled(line, own)
    yield from twins.look(line)


def _told_once(found: Iterable[Finding]) -> list[Finding]:
    """By time; what a change of unit or a misplaced split explains is not told again as a jump or a repeat."""
    all_of_them = sorted(found, key=lambda each: (each.ts, each.kind))
    spans = [each.repair for each in all_of_them if isinstance(each.repair, Rescale)]
    gone = {each.ts for each in all_of_them if each.kind == "recycled"}
    return [
        each
        for each in all_of_them
        if not (each.kind in _EXPLAINED and any(_touches(each, span) for span in spans))
        and not (each.kind == "gap" and each.ts in gone)
    ]


def _touches(finding: Finding, span: Rescale) -> bool:
    """Whether a finding lies in a stretch, or on the bars at its edges."""
    edge = np.timedelta64(5, "D")
    return bool(span.first - edge <= finding.ts <= span.last + edge)


class _Numbers:
    """How many sessions there were up to each frame; a day without one counts with the session before."""

    def __init__(self, panel: Panel, sessions: Calendar) -> None:
        self._panel, self._sessions = panel, sessions
        self._days = np.zeros(0, "M8[s]")
        if panel.ts.size:
            dates = _dates(panel.ts, panel.interval, sessions)
            self._days = sessions.sessions(dates[0], dates[-1])

    def of(self, ts: Times) -> Ints:
        dates = _dates(ts, self._panel.interval, self._sessions)
        return np.searchsorted(self._days, dates, side="right").astype(np.int64)


def _gaps(line: Line, numbers: Ints, least: int) -> Iterator[Finding]:
    """Sessions passed over between two bars: five for daily bars, any for intraday ones."""
    missed = np.diff(numbers) - 1
    for before in np.flatnonzero(missed >= least):
        yield line.finding(int(before) + 1, "gap", f"no bar on the {int(missed[before])} sessions before")


def _of_the_market(panel: Panel, sessions: Calendar) -> list[Finding]:
    if not panel.ts.size or panel.interval > Interval.DAY:
        return []
    stray = [
        (panel.ts[int(row)], "off_schedule", f"{panel.bar[row].sum()} symbols have a bar while the exchange was closed")
        for row in np.flatnonzero(_closed(panel, sessions))
    ]
    dates = _dates(panel.ts, panel.interval, sessions)[panel.bar.any(axis=1)]
    days = np.setdiff1d(sessions.sessions(dates[0], dates[-1]), dates) if dates.size else dates
    empty = [(day, "missing_session", "no symbol has a bar on this session") for day in days]
    return [Finding(symbol="", ts=ts, kind=kind, detail=detail) for ts, kind, detail in (*stray, *empty)]


def _closed(panel: Panel, sessions: Calendar) -> NDArray[np.bool_]:
    """Which frames the exchange's schedule does not know, extended hours included."""
    if not panel.interval.is_intraday:
        return ~sessions.is_session(panel.ts)
    ids, _ = sessions.period(panel.ts, panel.interval, frames=panel.interval, session="extended")
    return ids == NO_PERIOD


def _dates(ts: Times, interval: Interval, sessions: Calendar) -> Times:
    return sessions.session_of(ts) if interval.is_intraday else ts
