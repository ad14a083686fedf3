"""The figures of companies: shares, sales and earnings by quarter, and what is known of them when."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from scanwright.data.simulated.reports import Reports
from scanwright.data.simulated.traits import Traits
from scanwright.model.panel import Floats, Ints


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Accounts:
    """shares, float: `[N]`, in shares of the market's last day, and the part of them that is traded freely.

    Of each report: sales in dollars, eps and what was expected of it in dollars a share of that day, and their growth
    in percent against the quarter a year before; NaN where that was no profit.
    """

    shares: Floats
    float_share: Floats
    sales: Floats
    eps: Floats
    expected: Floats
    sales_growth: Floats
    eps_growth: Floats


def drawn_accounts(reports: Reports, surprises: Floats, traits: Traits, random: np.random.Generator) -> Accounts:
    """Accounts that fit the reports: a better surprise (`[T, N]`) is a higher eps against what was expected."""
    width = traits.first.size
    shares = np.exp(traits.usual) * np.exp(random.normal(np.log(150), 0.4, width))
    free = random.uniform(0.5, 0.98, width)
    quarters = int(reports.quarter.max(initial=0)) + 1
    first = int(reports.quarter.min(initial=quarters))
    sales, expected, eps = _grown(quarters - first, shares, traits, random)
    at, column = reports.quarter - first, reports.column
    luck = random.standard_normal(eps.shape)
    inside = (reports.row >= 0) & (reports.row < surprises.shape[0])
    luck[at[inside], column[inside]] = surprises[reports.row[inside], column[inside]]
    eps = eps + 0.08 * np.abs(expected) * luck
    growth = [_growth(each)[at, column] for each in (sales, eps)]
    return Accounts(
        shares=np.floor(shares),
        float_share=free,
        sales=np.round(sales[at, column], 0),
        eps=eps[at, column],
        expected=expected[at, column],
        sales_growth=growth[0],
        eps_growth=growth[1],
    )


def _grown(quarters: int, shares: Floats, traits: Traits, random: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Sales, and the eps that is expected, `[quarters, N]`, growing with seasons and noise; the third starts as it."""
    width = shares.size
    yearly, season = random.normal(0.06, 0.12, width), 0.08 * random.standard_normal((4, width))
    level = shares * traits.first / random.uniform(1, 5, width) / 4
    since: Ints = np.arange(quarters, dtype=np.int64)
    wave = season[since % 4] + 0.03 * random.standard_normal((quarters, width))
    sales = level * np.exp(yearly / 4 * since[:, None] + wave)
    margin = random.normal(0.08, 0.07, width) + 0.01 * random.standard_normal((quarters, width))
    expected = sales * margin / shares
    return sales, expected, expected.copy()


def _growth(values: Floats) -> Floats:
    """Percent against four quarters before; NaN where that was not above 0."""
    found = np.full(values.shape, np.nan)
    before = np.where(values[:-4] > 0, values[:-4], np.nan)
    found[4:] = 100 * (values[4:] / before - 1)
    return found


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Members:
    """The list of the largest: one entry a stay, its first row and the first row after it (T: it still lasts)."""

    column: Ints
    since: Ints
    until: Ints


def largest(ts_months: Ints, value: Floats, size: int) -> Members:
    """Who belongs to the `size` largest by `value` `[T, N]` (NaN: not eligible), chosen anew each quarter.

    ts_months: the month of each row. A member stays as long as it is among the first `1.2 * size`.
    """
    turns = np.flatnonzero(np.diff(ts_months // 3, prepend=-1))
    inside = np.zeros((turns.size + 1, value.shape[1]), np.bool_)
    for at, row in enumerate(turns.tolist()):
        known = value[max(row - 1, 0)]
        rank = np.full(known.size, known.size)
        order = np.argsort(np.where(np.isnan(known), np.inf, -known), kind="stable")
        rank[order[: int(np.sum(~np.isnan(known)))]] = np.arange(int(np.sum(~np.isnan(known))))
        kept = inside[at - 1] & (rank < 1.2 * size) if at else np.zeros(known.size, np.bool_)
        room = size - int(kept.sum())
        fresh = [each for each in order.tolist() if not kept[each] and rank[each] < known.size][: max(room, 0)]
        inside[at] = kept
        inside[at, fresh] = True
    return _stays(inside, np.append(turns, value.shape[0]))


def _stays(inside: NDArray[np.bool_], turns: Ints) -> Members:
    steps = np.diff(inside.astype(np.int8), axis=0, prepend=0)
    begins, ends = (np.nonzero((steps == each).T) for each in (1, -1))
    return Members(column=begins[0], since=turns[begins[1]], until=turns[ends[1]])
