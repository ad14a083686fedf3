"""Dividends that the price does not know of: in pence for pounds, not of this split, or told twice.

A share falls by about its dividend on the ex-date. One that is five percent or more and leaves no trace is too large;
if a hundredth of it, or the part that a split explains, is like the symbol's other dividends, that is what was meant.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from scanwright.data.quality.line import Finding, Line, NewDividend

LARGE = 0.05  # a dividend's part of the price from which its trace must be seen
TRACE = 0.3  # the part of a large dividend that the price must fall by
LIKE = 3.0  # times: as large as the symbol's others
FACTORS = (100.0,)
WEEK = np.timedelta64(8, "D")
YEAR = np.timedelta64(366, "D")


def wrong_dividends(line: Line) -> Iterator[Finding]:
    """Dividends of another size, or told twice."""
    dates = sorted(date for date in line.dividends if line.ts.size and line.ts[0] < date <= line.ts[-1])
    twice = dict(_told_twice(line, dates))
    for date, other in twice.items():
        amount = line.dividends[date]
        detail = f"a dividend of {amount:.6g} beside {line.dividends[other]:.6g} on {_day(other)}: told twice"
        yield _finding(line, date, "dividend_twice", detail, 0.0)
    kept = [date for date in dates if date not in twice]
    for date in kept:
        factor = _factor(line, date, [other for other in kept if other != date])
        if factor != 1.0:
            amount = line.dividends[date]
            times = f"{factor:g} times too large" if factor > 1 else f"{1 / factor:g} times too small"
            detail = f"a dividend of {amount:.6g} at a price of {_before(line, date):.6g}: {times}"
            yield _finding(line, date, "dividend_unit", detail, amount / factor)


def _told_twice(line: Line, dates: Sequence[np.datetime64]) -> Iterator[tuple[np.datetime64, np.datetime64]]:
    """Of two dividends of one amount (or its hundredfold) within a week, the one on which the price fell less."""
    for one, two in itertools.pairwise(dates):
        ratio = line.dividends[two] / line.dividends[one]
        same = min(abs(np.log(ratio) - shift) for shift in (0, np.log(100), -np.log(100))) < 0.02
        if two - one <= WEEK and same:
            yield (two, one) if _fall(line, one) > _fall(line, two) else (one, two)


def _factor(line: Line, date: np.datetime64, others: Sequence[np.datetime64]) -> float:
    """What the dividend has to be divided by; 1 where nothing is wrong with it."""
    amount, before = line.dividends[date], _before(line, date)
    part = amount / before
    usual = _usual(line, others)
    if part >= LARGE and (part >= 1 or _fall(line, date) < TRACE * part):
        ratios = [split.ratio for split in line.splits if abs(split.date - date) <= YEAR and split.ratio > 1]
        tried = [*ratios, *FACTORS]
        fitting = [each for each in tried if usual and 1 / LIKE < part / each / usual < LIKE]
        return fitting[0] if fitting else (100.0 if part >= 1 or not _is_usual(part, usual) else 1.0)
    if usual and part * 10 * LIKE < usual < part * 100 * LIKE and _fall(line, date) >= 0.5 * part * 100:
        return 0.01
    return 1.0


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


def _finding(line: Line, date: np.datetime64, kind: str, detail: str, amount: float) -> Finding:
    at = _at(line, date)
    scale = 1.0
    for split in line.splits:
        scale *= split.ratio if date < split.date else 1.0
    repair = NewDividend(symbol=line.symbol, date=date, amount=amount * scale)
    return line.finding(at, kind, detail, repair)


def _day(date: np.datetime64) -> str:
    return str(date.astype("M8[D]"))
