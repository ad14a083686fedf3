"""Who trades when: late listings, delistings with their reasons, halts, thin trading; splits and new names."""

from __future__ import annotations

import dataclasses

import numpy as np

from scanwright.data.simulated.companies import INDEX_FUND, Company, tickers
from scanwright.model.panel import Bytes, Floats, Ints, Split, Times

YEAR = 252  # sessions
REASONS = ("acquired", "bankrupt", "rules")


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Lives:
    """bar: `[T, N]`, 1 where a symbol trades; begins, ends: the first row of its life, and the first after it."""

    bar: Bytes
    begins: Ints
    ends: Ints


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Rename:
    """From `date` on a symbol is called `symbol`, before it was `was`."""

    symbol: str
    was: str
    date: np.datetime64


def drawn_lives(shape: tuple[int, int], index: int, random: np.random.Generator) -> Lives:
    """Who has a bar when: some are listed late, delisted, halted or thinly traded."""
    count, width = shape
    days: Ints = np.arange(count, dtype=np.int64)
    late, gone = random.random(width) < 0.08, random.random(width) < 0.03
    begins = np.where(late, random.integers(1, count, width), 0)
    ends = np.where(gone, random.integers(1, count, width), count)
    begins[index], ends[index] = 0, count
    ends = np.maximum(ends, begins + 1)
    bar = (begins <= days[:, None]) & (days[:, None] < ends)
    thin = np.where(random.random(width) < 0.03, random.uniform(0.05, 0.3, width), 0.0)
    bar &= random.random(shape) >= thin
    halts = random.random(shape) < 0.3 / YEAR
    length = random.integers(1, 6, shape)
    for later in range(5):
        bar[later:] &= ~(halts & (length > later))[: max(count - later, 0)]
    bar[:, index] = True
    bar[ends - 1, np.arange(width)] = True  # a life ends with a trade, so that its last day is a date of the bars
    bar[begins, np.arange(width)] = True
    return Lives(bar=bar.astype(np.uint8), begins=begins, ends=ends)


def reasons(lives: Lives, companies: tuple[Company, ...], random: np.random.Generator) -> dict[str, str]:
    """Why each symbol that ends does."""
    gone = np.flatnonzero(lives.ends < lives.bar.shape[0])
    drawn = random.choice(REASONS, gone.size, p=[0.5, 0.3, 0.2])
    return {companies[column].symbol: str(why) for column, why in zip(gone.tolist(), drawn, strict=True)}


def farewells(
    lives: Lives, endings: dict[str, str], companies: tuple[Company, ...], usual: Floats, random: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    """How an end shows before it comes: what is added to moves over night and in the session, and what they shrink to.

    Who is acquired jumps when it is announced and then hardly moves; who is bankrupt falls day by day.
    """
    night, day, share = (np.full(usual.shape, each) for each in (0.0, 0.0, 1.0))
    column = {each.symbol: at for at, each in enumerate(companies)}
    for symbol, why in endings.items():
        at, end = column[symbol], int(lives.ends[column[symbol]])
        lead = int(random.integers(15, 60))
        rows = slice(max(end - lead, int(lives.begins[at]) + 1), end)
        if rows.start >= rows.stop:
            continue
        if why == "acquired":
            night[rows.start, at] = random.uniform(0.15, 0.45)
            share[rows, at] = 0.1
        elif why == "bankrupt":
            day[rows, at] = -random.uniform(0.02, 0.05)
            share[rows, at] = 1.5
    return night, day, share


def drawn_splits(
    ts: Times, companies: tuple[Company, ...], close: Floats, bar: Bytes, random: np.random.Generator
) -> tuple[Split, ...]:
    """One of thirty splits on one day it trades: the dear ones forward, the cheap ones in reverse."""
    found: list[Split] = []
    for column in np.flatnonzero(random.random(len(companies)) < 1 / 30):
        rows = np.flatnonzero(bar[:, column])[1:]
        if not rows.size or companies[column].symbol == INDEX_FUND:
            continue
        row = int(random.choice(rows))
        price = close[row, column]
        ratios = (0.1, 0.2) if price < 10 else (1.5, 2.0, 3.0) if price < 80 else (2.0, 4.0, 10.0)
        found.append(Split(symbol=companies[column].symbol, date=ts[row], ratio=float(random.choice(ratios))))
    return tuple(found)


def drawn_renames(
    ts: Times, companies: tuple[Company, ...], lives: Lives, random: np.random.Generator
) -> tuple[Rename, ...]:
    """One of sixty gets its name on one day of its life; before, it had one that nobody else has."""
    chosen = np.flatnonzero(random.random(len(companies)) < 1 / 60)
    taken = {each.symbol for each in companies}
    free = iter([each for each in tickers(3 * len(companies), random) if each not in taken])
    found: list[Rename] = []
    for column in chosen.tolist():
        first, end = int(lives.begins[column]) + 1, int(lives.ends[column])
        if first < end and companies[column].symbol != INDEX_FUND:
            row = int(random.integers(first, end))
            found.append(Rename(symbol=companies[column].symbol, was=next(free), date=ts[row]))
    return tuple(found)
