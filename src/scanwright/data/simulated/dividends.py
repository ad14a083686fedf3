"""Dividends: who pays, when a payment is declared, from which session on the price goes without it."""

from __future__ import annotations

import dataclasses

import numpy as np

from scanwright.data.simulated.lives import YEAR, Lives
from scanwright.data.simulated.traits import Traits
from scanwright.model.panel import Floats, Ints

NOTICE = 15  # sessions between the declaration and the ex-date


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Dividends:
    """One entry a payment: the company's column, the row of the ex-date, the row it was declared on.

    share: of the price on the day of the declaration. yields: `[N]`, of each company in a year, 0 for most.
    """

    column: Ints
    row: Ints
    declared: Ints
    share: Floats
    yields: Floats


def drawn_dividends(shape: tuple[int, int], traits: Traits, lives: Lives, random: np.random.Generator) -> Dividends:
    """Two in five pay each quarter, one to four percent a year; so does the index fund."""
    count, width = shape
    yields = np.where(random.random(width) < 0.4, random.uniform(0.01, 0.04, width), 0.0)
    yields[traits.index] = 0.013
    phase = random.integers(0, YEAR // 4, width)
    days: Ints = np.arange(count, dtype=np.int64)
    due = (days[:, None] % (YEAR // 4) == phase) & (yields > 0) & (lives.bar != 0)
    due &= days[:, None] > lives.begins + NOTICE
    row, column = np.nonzero(due)
    return Dividends(column=column, row=row, declared=row - NOTICE, share=yields[column] / 4, yields=yields)


def fallen(night: Floats, day: Floats, dividends: Dividends) -> Floats:
    """The moves over night with what leaves the price on each ex-date."""
    close = np.cumsum(night + day, axis=0)
    row, column = dividends.row, dividends.column
    paid = dividends.share * np.exp(close[dividends.declared, column] - close[row - 1, column])
    night = night.copy()
    night[row, column] += np.log1p(-np.minimum(paid, 0.5))
    return night


def amounts(close: Floats, scale: Floats, dividends: Dividends) -> Floats:
    """Cash for a share as traded on the ex-date; `close` is adjusted by all splits, `close * scale` as traded."""
    row, column = dividends.row, dividends.column
    return np.round(dividends.share * close[dividends.declared, column] * scale[row, column], 4)
