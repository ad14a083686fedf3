"""Where and when a scan does well: sectors, weekdays, months, hours, market states, and what is sure of them.

Each cell is compared with all other hits. How much a difference varies is found by drawing blocks of days, so that hits
of one day count as little as they tell. Figures are drawn to the whole by as much as the cells of a kind differ by luck
(empirical Bayes, DerSimonian and Laird). Of all differences shown together, at most a tenth of those called real are
expected to be none (Benjamini and Hochberg).
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Literal

import numpy as np

from scanwright.learn.bootstrap import NORMAL, Bounds, block_days, samples

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scanwright.model.panel import Floats, Ints

ENOUGH = 30
SEPARATE = 10
FALSE = 0.1
DRAWS = 1000
Verdict = Literal["better", "worse", "no clear difference", "not enough evidence"]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A mean: as counted, that of all other hits, drawn to the whole with its 95 % interval, and what luck explains.

    luck: the chance of a difference to the others as large where there is none.
    """

    counted: float
    others: float
    drawn: float
    bounds: Bounds
    luck: float


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """Hits of one kind. group: what they are told apart by; name: of this cell.

    count: episodes; days with one; effective: how many independent ones they are worth. rate: the share that came good;
    mean: the return after costs in percent. verdict: of the return against all other hits; rate_verdict: of the share.
    """

    group: str
    name: str
    count: int
    days: int
    effective: float
    rate: Figure
    mean: Figure
    verdict: Verdict
    rate_verdict: Verdict

    @property
    def grey(self) -> bool:
        """Whether there is too little to say anything."""
        return self.effective < ENOUGH


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Group:
    """What hits are told apart by: the names of its cells, and the cell of each hit `[K]`, -1 where it is unknown."""

    names: tuple[str, ...]
    cell: Ints


def patterns(
    day: Ints, good: Floats, net: Floats, groups: Mapping[str, Group], *, horizon: int, generator: np.random.Generator
) -> list[Cell]:
    """All cells that have a hit, group by group. day, good, net: `[K]`, of each hit; horizon: in days."""
    if not len(day):
        return []
    drawn = _Drawn(day, good, net, horizon, generator)
    found: list[Cell] = []
    for name, group in groups.items():
        found += _cells(name, group, drawn)
    return _decided(found)


class _Drawn:
    """Hits by day, and how often each day is drawn."""

    def __init__(self, day: Ints, good: Floats, net: Floats, horizon: int, generator: np.random.Generator) -> None:
        """Draw the days."""
        self.day = day - day.min()
        self.values = (good, net)
        self.days = int(self.day.max()) + 1
        self.block = block_days(self.days, horizon)
        self._weights = np.concatenate(list(samples(self.days, self.block, DRAWS, generator)))
        self._whole = self.sums(np.ones(len(day), np.bool_))
        known = self._whole[:, 0] > 0
        self.variance = (self._whole[known, 1:] / self._whole[known, :1]).var(axis=0)

    def sums(self, some: np.ndarray) -> Floats:
        """Count, sum of good and sum of net over the days drawn, `[draws, 3]`."""
        table = np.empty((self.days, 3))
        for at, each in enumerate((np.ones(len(self.day)), *self.values)):
            table[:, at] = np.bincount(self.day[some], weights=each[some], minlength=self.days)
        return self._weights @ table

    def beyond(self, some: np.ndarray) -> tuple[Floats, Floats]:
        """Variances of the means of some, and of their differences to all others; of share and return `[2]`."""
        mine = self.sums(some)
        others = self._whole - mine
        known = (mine[:, 0] > 0) & (others[:, 0] > 0)
        means, rest = mine[known, 1:] / mine[known, :1], others[known, 1:] / others[known, :1]
        if len(means) < DRAWS / 2:
            return np.full(2, np.inf), np.full(2, np.inf)
        return means.var(axis=0), (means - rest).var(axis=0)


def _cells(title: str, group: Group, drawn: _Drawn) -> list[Cell]:
    names: list[str] = [*group.names]
    kept = [at for at in range(len(names)) if bool((group.cell == at).any())]
    counted = [_Counted.of(group.cell == at, drawn) for at in kept]
    rates, means = (_figures(counted, at, float(drawn.variance[at])) for at in (0, 1))
    return [
        Cell(
            group=title,
            name=names[at],
            count=each.count,
            days=each.days,
            effective=each.effective,
            rate=rate,
            mean=mean,
            verdict="no clear difference",
            rate_verdict="no clear difference",
        )
        for at, each, rate, mean in zip(kept, counted, rates, means, strict=True)
    ]


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class _Counted:
    """One cell: means of share and return, those of all other hits, and variances, each `[2]`."""

    count: int
    days: int
    effective: float
    blocks: int
    means: Floats
    rest: Floats
    variance: Floats
    difference: Floats

    @classmethod
    def of(cls, some: np.ndarray, drawn: _Drawn) -> _Counted:
        """Count a cell."""
        means = np.array([each[some].mean() for each in drawn.values])
        rest = np.array([each[~some].mean() if not some.all() else np.nan for each in drawn.values])
        variance, difference = drawn.beyond(some)
        count = int(some.sum())
        blocks = len(np.unique(drawn.day[some] // drawn.block))
        naive = float(drawn.values[1][some].var()) / count
        worth = count * naive / variance[1] if 0 < variance[1] < np.inf else float(count)
        return cls(
            count=count,
            days=len(np.unique(drawn.day[some])),
            effective=float(blocks if blocks < SEPARATE else min(count, worth)),
            blocks=blocks,
            means=means,
            rest=rest,
            variance=variance,
            difference=difference,
        )


def _figures(cells: Sequence[_Counted], at: int, of_whole: float) -> list[Figure]:
    """Share (0) or return (1) of each cell, drawn to the whole, whose own variance is given."""
    means = np.array([each.means[at] for each in cells])
    variance = np.array([_wide(each, each.variance[at]) for each in cells])
    usable = np.isfinite(variance) & (variance > 0)
    counts = np.array([each.count for each in cells], np.float64)
    whole = float((means * counts).sum() / counts.sum())
    between = _between(means[usable], variance[usable])
    found: list[Figure] = []
    for mean, own, each in zip(means, variance, cells, strict=True):
        share = 0.0 if not np.isfinite(own) else between / (between + own) if between + own > 0 else 1.0
        middle = whole + share * (float(mean) - whole)
        half = NORMAL * math.sqrt((share * own if share else 0.0) + (1 - share) ** 2 * of_whole)
        luck = _luck(float(mean - each.rest[at]), _wide(each, each.difference[at]), each.blocks)
        bounds = Bounds(low=middle - half, high=middle + half)
        found.append(Figure(counted=float(mean), others=float(each.rest[at]), drawn=middle, bounds=bounds, luck=luck))
    return found


def _wide(cell: _Counted, variance: float) -> float:
    """A variance seen in few separate blocks of days is too small by about one in their number."""
    return float(variance) * cell.blocks / (cell.blocks - 1) if cell.blocks > 1 else math.inf


def _between(means: Floats, variance: Floats) -> float:
    """The variance between cells that luck does not explain."""
    if len(means) < 2:
        return 0.0
    weight = 1 / variance
    middle = float((weight * means).sum() / weight.sum())
    beyond = float((weight * (means - middle) ** 2).sum()) - (len(means) - 1)
    scale = float(weight.sum() - (weight**2).sum() / weight.sum())
    return max(beyond / scale, 0.0) if scale > 0 else 0.0


def _luck(difference: float, variance: float, blocks: int) -> float:
    """The chance of so large a difference where there is none: Student's t over the separate blocks of days."""
    if not (0 < variance < math.inf) or math.isnan(difference) or blocks < 3:
        return 1.0
    freedom = blocks - 1
    t = abs(difference) / math.sqrt(variance)
    # Wallace (1959): t as a normal deviate, within 0.001 from three degrees of freedom on.
    z = (8 * freedom + 1) / (8 * freedom + 3) * math.sqrt(freedom * math.log1p(t * t / freedom))
    return math.erfc(z / math.sqrt(2))


def real(luck: Sequence[float], false: float = FALSE) -> list[bool]:
    """Which differences are called real, so that in the mean at most a share `false` of them is none.

    >>> real([0.001, 0.9, 0.04, 0.03])
    [True, False, True, True]
    >>> real([0.2, 0.9])
    [False, False]
    """
    order = np.argsort(luck, kind="stable")
    limits = false * np.arange(1, len(luck) + 1) / max(len(luck), 1)
    below = np.flatnonzero(np.asarray(luck)[order] <= limits)
    found = np.zeros(len(luck), np.bool_)
    found[order[: below[-1] + 1 if len(below) else 0]] = True
    return found.tolist()


def _decided(cells: Sequence[Cell]) -> list[Cell]:
    """The verdicts of all of them together, on both figures; of grey ones none is asked."""
    shown = [each for each in cells if not each.grey]
    called = real([each.mean.luck for each in shown] + [each.rate.luck for each in shown])
    told = {id(each): (called[at], called[len(shown) + at]) for at, each in enumerate(shown)}
    return [
        dataclasses.replace(
            each,
            verdict=_verdict(each.mean, told.get(id(each)), 0),
            rate_verdict=_verdict(each.rate, told.get(id(each)), 1),
        )
        for each in cells
    ]


def _verdict(figure: Figure, called: tuple[bool, bool] | None, at: int) -> Verdict:
    if called is None:
        return "not enough evidence"
    if not called[at]:
        return "no clear difference"
    return "better" if figure.counted > figure.others else "worse"
