"""Dividends that the price does not know of: in pence for pounds, not of this split, told twice, or on another day.

A share falls by about its dividend on the ex-date. One that is five percent or more and leaves no trace is too large;
if a hundredth of it, or the part that a split explains, is like the symbol's other dividends, that is what was meant.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from scanwright.data.quality.line import Finding, Line, MovedDividend, NewDividend

LARGE = 0.05  # a dividend's part of the price from which its trace must be seen
TRACE = 0.3  # the part of a large dividend that the price must fall by
LIKE = 3.0  # times: as large as the symbol's others
FACTORS = (100.0,)
MOST = 0.5  # the part of the price from which a fall is no dividend's any more
ALIKE = 0.35  # how near to the dividend a fall is, as a part of it
NEAR_BARS = 5
BESIDE = np.timedelta64(15, "D")  # between two bars that follow each other
WEEK = np.timedelta64(8, "D")
YEAR = np.timedelta64(366, "D")


def wrong_dividends(line: Line) -> Iterator[Finding]:
    """Dividends of another size, or told twice."""
    dates = sorted(date for date in line.dividends if _is_beside(line, date))
    twice = dict(_told_twice(line, dates))
    for date, other in twice.items():
        amount = line.dividends[date]
        detail = f"a dividend of {amount:.6g} beside {line.dividends[other]:.6g} on {_day(other)}: told twice"
        yield _finding(line, date, "dividend_twice", detail, 0.0)
    kept = [date for date in dates if date not in twice]
    moved = {date: at for date in kept if (at := _elsewhere(line, date)) is not None}
    for date, at in moved.items():
        yield _moved(line, date, at)
    kept = [date for date in kept if date not in moved]
    for date in kept:
        factor, certain = _factor(line, date, [other for other in kept if other != date])
        if factor != 1.0:
            amount = line.dividends[date]
            times = f"{factor:g} times too large" if factor > 1 else f"{1 / factor:g} times too small"
            detail = f"a dividend of {amount:.6g} at a price of {_before(line, date):.6g}: {times}"
            yield _finding(line, date, "dividend_unit", detail, amount / factor if certain else None)


def _is_beside(line: Line, date: np.datetime64) -> bool:
    """Whether the bars go on around a date, so that the price can tell of a dividend."""
    at = int(np.searchsorted(line.ts, date))
    return bool(0 < at < line.ts.size and line.ts[at] - line.ts[at - 1] <= BESIDE)


def _told_twice(line: Line, dates: Sequence[np.datetime64]) -> Iterator[tuple[np.datetime64, np.datetime64]]:
    """Of two dividends of one amount (or its hundredfold) within a week, the one on which the price fell less."""
    for one, two in itertools.pairwise(dates):
        ratio = line.dividends[two] / line.dividends[one]
        same = min(abs(np.log(ratio) - shift) for shift in (0, np.log(100), -np.log(100))) < 0.02
        if two - one <= WEEK and same:
            yield (two, one) if _fall(line, one) > _fall(line, two) else (one, two)


def _elsewhere(line: Line, date: np.datetime64) -> int | None:
    """The only bar near a large dividend's date on which the price fell by it, where it did not on the date itself."""
    at = _at(line, date)
    part = line.dividends[date] / float(line.fields["close"][at - 1])
    if part < LARGE or part >= MOST or _fall(line, date) >= TRACE * part:
        return None
    close = line.fields["close"]
    near = np.arange(max(at - NEAR_BARS, 1), min(at + NEAR_BARS + 1, close.size))
    opened = np.log(line.fields["open"][near] / close[near - 1])
    closed = np.log(close[near] / close[near - 1])
    fell = np.log1p(-part)
    like = (np.abs(opened - fell) < ALIKE * -fell) & (np.abs(closed - fell) < ALIKE * -fell)
    found = near[like]
    return int(found[0]) if found.size == 1 and found[0] != at else None


def _moved(line: Line, date: np.datetime64, at: int) -> Finding:
    to = line.ts[at].astype("M8[D]").astype("M8[s]")
    amount = line.dividends[date] * _scale(line, to)
    detail = f"a dividend of {line.dividends[date]:.6g}, and the price fell by it on {_day(to)}"
    repair = MovedDividend(symbol=line.symbol, date=date, to=to, amount=amount)
    return line.finding(_at(line, date), "dividend_misplaced", detail, repair)


def _factor(line: Line, date: np.datetime64, others: Sequence[np.datetime64]) -> tuple[float, bool]:
    """What the dividend has to be divided by, 1 where nothing is wrong with it, and whether that is certain."""
    amount, before = line.dividends[date], _before(line, date)
    part = amount / before
    usual = _usual(line, others)
    if part >= LARGE and (part >= 1 or _fall(line, date) < TRACE * part):
        ratios = [split.ratio for split in line.splits if abs(split.date - date) <= YEAR and split.ratio > 1]
        tried = [*ratios, *FACTORS]
        fitting = [each for each in tried if usual and 1 / LIKE < part / each / usual < LIKE]
        if fitting:
            return fitting[0], True
        return 1.0 if part < 1 and _is_usual(part, usual) else 100.0, part >= 1 or not usual
    if usual and part * 10 * LIKE < usual < part * 100 * LIKE and _fall(line, date) >= 0.5 * part * 100:
        return 0.01, True
    return 1.0, True


def _usual(line: Line, others: Sequence[np.datetime64]) -> float:
    """The median part of the price that the other believable dividends are; 0 without any."""
    parts = [line.dividends[each] / _before(line, each) for each in others]
    left = [part < LARGE or _fall(line, each) >= TRACE * part for each, part in zip(others, parts, strict=True)]
    believed = [part for part, has_trace in zip(parts, left, strict=True) if has_trace]
    return float(np.median(believed)) if believed else 0.0


def _is_usual(part: float, usual: float) -> bool:
    return bool(usual) and 1 / LIKE < part / usual < LIKE


def _at(line: Line, date: np.datetime64) -> int:
    return int(np.searchsorted(line.ts, date))


def _before(line: Line, date: np.datetime64) -> float:
    return float(line.fields["close"][_at(line, date) - 1])


def _fall(line: Line, date: np.datetime64) -> float:
    """How far the price fell on the ex-date, at the open or at the close, whichever is more."""
    at = _at(line, date)
    now = min(line.fields["open"][at], line.fields["close"][at])
    return float(1 - now / line.fields["close"][at - 1])


def _finding(line: Line, date: np.datetime64, kind: str, detail: str, amount: float | None) -> Finding:
    repair = None
    if amount is not None:
        repair = NewDividend(symbol=line.symbol, date=date, amount=amount * _scale(line, date))
    return line.finding(_at(line, date), kind, detail, repair)


def _scale(line: Line, date: np.datetime64) -> float:
    """How many of today's shares a share of that day is."""
    scale = 1.0
    for split in line.splits:
        scale *= split.ratio if date < split.date else 1.0
    return scale


def _day(date: np.datetime64) -> str:
    return str(date.astype("M8[D]"))
