"""Is a model worth more than the base rate? Judged walking forward: fitted on what was over, asked of what came next.

1. Hits are cut by time: a third to begin with, then parts of equal numbers of frames.
2. For each part a model is fitted on the hits that were through before it began, less an embargo of another horizon, so
   that no window reaches into the part.
3. What it says is drawn to what came of what it and its forerunners said in earlier parts, never of this one.
4. Both are judged by the same loss on the same hits, the first part aside; the gain has an interval by blocks of days.
A model is used where its gain lies clearly above 0, in most parts, and what it says came true within `MOST_ERROR`.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from scanwright.learn.base import QUANTILES, drawn
from scanwright.learn.boosting import Kind, fitted, foretold
from scanwright.learn.bootstrap import Bounds, sureness
from scanwright.learn.calibration import Bin, Line, calibration_error, line, losses, reliability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from scanwright.learn.base import Chance
    from scanwright.model.panel import Floats, Ints

PARTS = 5
FIRST = 1 / 3
FEWEST = 200  # hits to fit a model on
LEAST_JUDGED = 200
CLEAR = 1.2  # half widths of the 95 % interval that a gain lies above 0: by chance about one in a hundred
MOST_ERROR = 0.03
NOTHING = Bounds(low=float("nan"), high=float("nan"))
CHANCE, MEAN = Kind(aim="chance"), Kind(aim="mean")
SPREAD = tuple(Kind(aim="quantile", quantile=each) for each in QUANTILES)


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Past:
    """Episodes that are over, by time `[K]`: the frame and day of each, when it was through, features and what came.

    good: 1 where it came good, else 0. net: its return. horizon: bars; days: as many days.
    """

    row: Ints
    day: Ints
    due: Ints
    features: Floats
    good: Floats
    net: Floats
    horizon: int
    days: int

    def wanted(self, kind: Kind) -> Floats:
        """What a model of a kind is to say."""
        return self.good if kind.aim == "chance" else self.net

    def only(self, some: NDArray[np.bool_]) -> Past:
        """Some of them."""
        names = ("row", "day", "due", "features", "good", "net")
        return dataclasses.replace(self, **{name: getattr(self, name)[some] for name in names})

    def before(self, row: int) -> NDArray[np.bool_]:
        """Those that were through before a frame, with a horizon between."""
        return self.due < row - self.horizon


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """What a model was worth out of sample.

    count: hits it was asked of; effective: how many independent ones. model, base: mean losses; gain: base less model,
    with its 95 % interval. error: expected calibration error, bins: reliability, of chances alone. why: in words.
    """

    used: bool
    why: str
    count: int = 0
    effective: float = 0.0
    model: float = float("nan")
    base: float = float("nan")
    gain: float = float("nan")
    gain_bounds: Bounds = NOTHING
    error: float = float("nan")
    bins: tuple[Bin, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Walk:
    """What was said walking forward, raw and in the end, and by the base, NaN where nothing was; and in which part."""

    raw: Floats
    said: Floats
    base: Floats
    part: Ints


def walk(past: Past, kind: Kind, chance: Chance) -> Walk:
    """Walk through a past; chance: of the universe, which the base is drawn to."""
    wanted = past.wanted(kind)
    raw, said, base = (np.full(len(wanted), np.nan) for _ in range(3))
    starts = _starts(past.row)
    part = np.searchsorted(starts, past.row, "right") - 1
    for at, start in enumerate(starts):
        here, known = part == at, past.before(int(start))
        if known.sum() < FEWEST or not here.any() or _alike(wanted[known]):
            continue
        raw[here] = foretold(fitted(past.features[known], wanted[known], kind), past.features[here])
        base[here] = _base(past.only(known), kind, chance)
        heard = known & ~np.isnan(raw)
        if heard.sum() >= FEWEST:
            said[here] = line(raw[heard], wanted[heard], kind).of(raw[here], kind)
    return Walk(raw=raw, said=said, base=base, part=part)


def judged(past: Past, kinds: Sequence[Kind], walks: Sequence[Walk], generator: np.random.Generator) -> Judged:
    """What one model, or several of one family together, were worth."""
    asked = np.all([~np.isnan(each.said) for each in walks], axis=0)
    if asked.sum() < LEAST_JUDGED:
        return Judged(used=False, why="too few hits to judge a model", count=int(asked.sum()))
    of_model, of_base = (
        np.mean(
            [
                losses(getattr(each, name)[asked], past.wanted(kind)[asked], kind)
                for kind, each in zip(kinds, walks, strict=True)
            ],
            axis=0,
        )
        for name in ("said", "base")
    )
    gain = of_base - of_model
    sure = sureness(past.day[asked], gain, gain, horizon=past.days, generator=generator)
    bins = reliability(walks[0].said[asked], past.good[asked]) if kinds[0].aim == "chance" else ()
    error = calibration_error(bins)
    parts = walks[0].part[asked]
    won = [float(gain[parts == at].mean()) > 0 for at in np.unique(parts)]
    why = _why(float(gain.mean()), sure.mean, won, error)
    return Judged(
        used=not why,
        why=why or "better than the base out of sample",
        count=int(asked.sum()),
        effective=sure.effective,
        model=float(of_model.mean()),
        base=float(of_base.mean()),
        gain=float(gain.mean()),
        gain_bounds=sure.mean,
        error=error,
        bins=bins,
    )


def _why(gain: float, bounds: Bounds, won: Sequence[bool], error: float) -> str:
    """Why a model is not used; nothing where it is."""
    if gain <= 0:
        return "no better than the base out of sample"
    if gain - CLEAR * bounds.half <= 0:
        return "not clearly better than the base out of sample"
    if 2 * sum(won) <= len(won):
        return "better than the base in few of the periods"
    return f"its chances are off by {error:.3f} in the mean" if error > MOST_ERROR else ""


def taken(past: Past, kind: Kind, walked: Walk) -> tuple[str, Line]:
    """The model of the whole past, and how its word is taken: as the walk's words would have been."""
    heard = ~np.isnan(walked.raw)
    wanted = past.wanted(kind)
    return fitted(past.features, wanted, kind), line(walked.raw[heard], wanted[heard], kind)


def _starts(row: Ints) -> Ints:
    """The first frames of the parts that are judged."""
    if not len(row):
        return np.zeros(0, np.int64)
    first, last = int(row.min()), int(row.max()) + 1
    return np.ceil(np.linspace(first + FIRST * (last - first), last, PARTS + 1)[:-1]).astype(np.int64)


def _alike(wanted: Floats) -> bool:
    return float(wanted.min()) == float(wanted.max())


def _base(known: Past, kind: Kind, chance: Chance) -> float:
    """What the base says, drawn to the universe: worth as many hits as there are separate windows of days."""
    if kind.aim == "quantile":
        return float(np.quantile(known.net, kind.quantile))
    windows = len(np.unique(known.day // max(known.days, 1)))
    wanted = known.wanted(kind)
    return drawn(float(wanted.mean()), windows, chance.rate if kind.aim == "chance" else chance.mean)
