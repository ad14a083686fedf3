"""What is wrong with bars that only their neighbours can tell: spikes, splits nobody told of, repeats, gaps.

Nothing is changed here. A finding says what was seen and where; a real crash stays without one, because it comes with
heavy trading and does not undo itself.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import numpy as np

from scanwright.data.calendars import NO_PERIOD, Calendar, calendar
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS, Panel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from scanwright.model.panel import Bytes, Floats, Ints, Times

KINDS: Final = ("spike", "split_like", "stale", "gap", "off_schedule", "missing_session")

_JUMP = np.log(1.35)  # the least move that is looked at, and eight times what is usual for the symbol
_ABSURD = np.log(4)  # a move that undoes itself is an error from here on, however much was traded
_RETURN = 5  # bars within which a spike has undone itself
_BACK = 0.2  # how near to the old price, as a part of the jump
_RATIOS = np.array([1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100])
_NEAR = 0.05  # how near to the ratio a split opens
_HEAVY = 3.0  # a crash turns over more than this many times the usual; a split does not
_REPEATS = 3
_MISSED = 5  # sessions
_BLOCK = 256  # symbols at a time, turned from rows of times to rows of symbols


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something that a person should look at; `symbol` is empty where it concerns all.

    kind: `spike` (a move that undid itself), `split_like` (a jump by a split's ratio on usual trading), `stale` (a bar
        that repeats), `gap` (sessions without a bar of the symbol), `off_schedule` (frames where the exchange was
        closed), `missing_session` (no bar of anybody on a session).
    """

    symbol: str
    ts: np.datetime64
    kind: str
    detail: str


def check(panel: Panel) -> tuple[Finding, ...]:
    """All findings, those of the whole market first, then by symbol and time.

    >>> from scanwright.data.simulated import simulate
    >>> market = simulate(symbols=5, years=1).panel()
    >>> close = market.fields["close"].copy()
    >>> close[100, market.column("SPY")] *= 100
    >>> [each.kind for each in check(dataclasses.replace(market, fields={**market.fields, "close": close}))]
    ['spike']
    """
    sessions = calendar(panel.calendar)
    found = _of_the_market(panel, sessions)
    numbers = _session_numbers(panel, sessions)
    for own in _owners(panel):
        mine = [*_jumps(own), *_repeats(own), *_gaps(own, numbers)]
        found += [own.finding(at, kind, detail) for at, _, kind, detail in sorted(mine)]
    return tuple(found)


def unresolved(panel: Panel) -> Bytes:
    """`[T, N]`, 1 at bars whose move from the bar before is not believed: spikes, their return, split-like jumps."""
    marks = np.zeros(panel.bar.shape, np.uint8)
    for own in _owners(panel):
        for at, stop, _, _ in _jumps(own):
            marks[own.rows[at : stop + 1], own.column] = 1
    return marks


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class _Own:
    """The bars of one symbol, holes left out; `rows` says where they stand in the panel."""

    panel: Panel
    column: int
    rows: Ints
    fields: dict[str, Floats]

    def finding(self, at: int, kind: str, detail: str) -> Finding:
        row = int(self.rows[at])
        return Finding(symbol=self.panel.symbols[self.column], ts=self.panel.ts[row], kind=kind, detail=detail)

    def is_heavy(self, traded: Floats, at: int) -> bool:
        """Whether much more was traded than on the twenty bars before; never where nothing is ever traded."""
        return bool(traded[at] >= _HEAVY * np.median(traded[max(at - 20, 0) : at]) > 0)


_Seen = tuple[int, int, str, str]  # the first and last bar concerned, kind, detail


def _owners(panel: Panel) -> Iterator[_Own]:
    for start in range(0, panel.shape[1], _BLOCK):
        block = slice(start, start + _BLOCK)
        bar = np.ascontiguousarray(panel.bar[:, block].T)
        fields = {name: np.ascontiguousarray(panel.fields[name][:, block].T) for name in FIELDS}
        for line in range(bar.shape[0]):
            rows = np.flatnonzero(bar[line])
            own = {name: values[line, rows] for name, values in fields.items()}
            yield _Own(panel=panel, column=start + line, rows=rows, fields=own)


def _jumps(own: _Own) -> list[_Seen]:
    """Spikes and split-like jumps; the bars of a spike are passed over once it is told."""
    close = own.fields["close"]
    if close.size < 2:
        return []
    level = np.log(close)
    moves = np.diff(level)
    size = np.abs(moves)
    found: list[_Seen] = []
    done = 0
    for before in np.flatnonzero(size > max(_JUMP, 8 * float(np.median(size)))):
        at = int(before) + 1
        if at < done:
            continue
        believed = size[before] < _ABSURD and own.is_heavy(own.fields["volume"], at)
        back = None if believed else _returned(level, at)
        if back is not None:
            found.append((at, back, "spike", _spike(close, at, back)))
            done = back + 1
        elif (ratio := _split_ratio(own, at)) is not None:
            found.append((at, at, "split_like", _split(close, at, ratio)))
    return found


def _returned(level: Floats, at: int) -> int | None:
    """The bar on which a jump is undone, at one stroke, or nothing."""
    jump = level[at] - level[at - 1]
    later = level[at : at + _RETURN + 1]
    near = np.abs(later - level[at - 1]) < _BACK * abs(jump)
    stroke = np.append(0.0, np.diff(later)) * -np.sign(jump) > (1 - 2 * _BACK) * abs(jump)
    where = np.flatnonzero(near & stroke)
    return at + int(where[0]) if where.size else None


def _split_ratio(own: _Own, at: int) -> float | None:
    """New shares for an old one, if the bar opens near a split's ratio and stays there on usual turnover."""
    close, turnover = own.fields["close"], own.fields["close"] * own.fields["volume"]
    if turnover[at] <= 0 or own.is_heavy(turnover, at):
        return None
    opened, closed = (float(np.log(close[at - 1] / own.fields[name][at])) for name in ("open", "close"))
    nearest = _RATIOS[np.argmin(np.abs(np.log(_RATIOS) - abs(opened)))]
    off = abs(np.log(nearest) - abs(opened))
    if off > _NEAR or abs(opened - closed) > 3 * _NEAR:
        return None
    return float(nearest if opened > 0 else 1 / nearest)


def _spike(close: Floats, at: int, back: int) -> str:
    return f"close {close[at - 1]:g}, then {close[at]:g}, and {close[back]:g} after {back - at} bars"


def _split(close: Floats, at: int, ratio: float) -> str:
    shape = f"{ratio:g}:1" if ratio > 1 else f"1:{1 / ratio:g}"
    step = close[at] / close[at - 1]
    return f"close {close[at - 1]:g} to {close[at]:g} (x {step:.3f}) like a split {shape}, and none is known"


def _repeats(own: _Own) -> list[_Seen]:
    """Runs of bars that are the same in all five fields."""
    count = own.rows.size
    if count < _REPEATS:
        return []
    same = np.logical_and.reduce([values[1:] == values[:-1] for values in own.fields.values()])
    edges = np.flatnonzero(np.diff(np.concatenate([[0], same, [0]])))
    return [
        (int(start), int(stop), "stale", f"{stop - start + 1} bars with the same five values")
        for start, stop in edges.reshape(-1, 2)
        if stop - start + 1 >= _REPEATS
    ]


def _gaps(own: _Own, numbers: Ints) -> list[_Seen]:
    """Sessions passed over between two bars: five for daily bars, any for intraday ones; none for longer bars."""
    interval = own.panel.interval
    if interval > Interval.DAY:
        return []
    missed = np.diff(numbers[own.rows]) - 1
    least = 1 if interval.is_intraday else _MISSED
    return [
        (int(before) + 1, int(before) + 1, "gap", f"no bar on the {int(missed[before])} sessions before")
        for before in np.flatnonzero(missed >= least)
    ]


def _of_the_market(panel: Panel, sessions: Calendar) -> list[Finding]:
    if not panel.ts.size or panel.interval > Interval.DAY:
        return []
    stray = [
        (panel.ts[int(row)], "off_schedule", f"{panel.bar[row].sum()} symbols have a bar while the exchange was closed")
        for row in np.flatnonzero(_closed(panel, sessions))
    ]
    dates = _dates(panel, sessions)[panel.bar.any(axis=1)]
    days = np.setdiff1d(sessions.sessions(dates[0], dates[-1]), dates) if dates.size else dates
    empty = [(day, "missing_session", "no symbol has a bar on this session") for day in days]
    return [Finding(symbol="", ts=ts, kind=kind, detail=detail) for ts, kind, detail in (*stray, *empty)]


def _closed(panel: Panel, sessions: Calendar) -> NDArray[np.bool_]:
    """Which frames the exchange's schedule does not know, extended hours included."""
    if not panel.interval.is_intraday:
        return ~sessions.is_session(panel.ts)
    ids, _ = sessions.period(panel.ts, panel.interval, frames=panel.interval, session="extended")
    return ids == NO_PERIOD


def _dates(panel: Panel, sessions: Calendar) -> Times:
    return sessions.session_of(panel.ts) if panel.interval.is_intraday else panel.ts


def _session_numbers(panel: Panel, sessions: Calendar) -> Ints:
    """How many sessions there were up to each frame; a day without one counts with the session before."""
    if not panel.ts.size:
        return np.zeros(0, np.int64)
    dates = _dates(panel, sessions)
    return np.searchsorted(sessions.sessions(dates[0], dates[-1]), dates, side="right").astype(np.int64)
