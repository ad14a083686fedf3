"""How prices move: a market in calm and rough regimes, sectors, trends, clusters of volatility, gaps on reports."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from scanwright.data.simulated.companies import SECTORS
from scanwright.data.simulated.draws import fat, persistent
from scanwright.data.simulated.traits import Traits
from scanwright.data.simulated.truth import DRIFT, DRIFT_DAYS, GAP, SETUP_DAYS, SETUP_RETURN
from scanwright.model.panel import Floats

Truths = NDArray[np.bool_]


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Weather:
    """rough: `[T]`, the regime; surges: `[T, N]`, days of a sudden move; trends: `[T, N]`, drifts of their own."""

    rough: Truths
    surges: Truths
    trends: Floats


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Paths:
    """Logarithmic moves `[T, N]`: over night, in the session, the size that is usual that day, and the jumps of surges.

    surprises: of reports, NaN where there is none.
    """

    night: Floats
    day: Floats
    usual: Floats
    jumps: Floats
    surprises: Floats


def drawn_weather(count: int, traits: Traits, random: np.random.Generator) -> Weather:
    """Regimes of the market, surges and trends of each symbol."""
    width = traits.beta.size
    rough = np.zeros(count, np.bool_)
    turns = random.random(count)
    for at in range(1, count):
        rough[at] = turns[at] > 1 / 30 if rough[at - 1] else turns[at] < 1 / 110
    surges = random.random((count, width)) < 0.003
    surges[:, traits.index] = False
    turned = random.random((count, width)) < 1 / 60
    turned[0] = True
    since = np.maximum.accumulate(np.where(turned, np.arange(count)[:, None], 0), axis=0)
    trends = np.take_along_axis(random.normal(0, 0.12, (count, width)) * traits.calm, since, axis=0)
    trends[:, traits.index] = 0.0
    return Weather(rough=rough, surges=surges, trends=trends)


def drawn_paths(weather: Weather, met: Truths, traits: Traits, random: np.random.Generator) -> Paths:
    """Moves; `met` are the sessions `[T, N]` that meet a report first."""
    count, width = weather.surges.shape
    wide = np.where(weather.rough, 0.018, 0.0075)
    market = np.where(weather.rough, -0.0008, 0.0005) + wide * fat(5, count, random)
    sectors = 0.5 * wide[:, None] * random.standard_normal((count, len(SECTORS) + 1))
    sectors[:, -1] = 0.0  # funds have no sector
    clusters = np.exp(persistent(random.standard_normal((count, width)), 0.97, 0.1))
    usual = traits.calm * clusters * np.where(weather.rough, 1.3, 1.0)[:, None]
    usual[:, traits.index] = wide
    jumps = weather.surges * usual * random.uniform(2, 5, (count, width)) * random.choice([1, 1, -1], (count, width))
    surprises = np.where(met, random.standard_normal((count, width)), np.nan)
    gaps = GAP * usual * np.nan_to_num(surprises)
    own = usual * fat(4, (count, width), random)
    alone = 0.3 * usual * random.standard_normal((count, width))
    own[:, traits.index] = alone[:, traits.index] = 0.0
    moved = traits.beta * market[:, None] + sectors[:, traits.sector]
    return Paths(
        night=0.35 * moved + gaps + alone,
        day=0.65 * moved + own - alone + weather.trends + jumps + drift_after(surprises, usual),
        usual=usual,
        jumps=jumps,
        surprises=surprises,
    )


def drift_after(surprises: Floats, usual: Floats) -> Floats:
    """The moves of the sessions after a report that go on in its direction.

    >>> after = drift_after(np.array([[1.0], [np.nan], [np.nan]]), np.full((3, 1), 0.02))
    >>> (after[:, 0] * DRIFT_DAYS / 0.02).tolist()
    [0.0, 0.75, 0.75]
    """
    step = DRIFT / DRIFT_DAYS * np.nan_to_num(surprises) * usual
    after = np.zeros_like(step)
    after[1:] = np.cumsum(step, axis=0)[:-1]
    after[DRIFT_DAYS + 1 :] -= np.cumsum(step, axis=0)[: -DRIFT_DAYS - 1]
    return np.where(np.abs(after) < 1e-12, 0.0, after)


def planted_setups(paths: Paths, volume: Floats, fund: int) -> tuple[Truths, Floats]:
    """The days whose close makes the setup, and the moves that it plants after them.

    Day by day, because what is planted after one setup is part of the move that makes the next.
    """
    moves = paths.night + paths.day
    sums = np.vstack([np.zeros((1, moves.shape[1])), np.cumsum(volume, axis=0)])
    busy = np.zeros(moves.shape, np.bool_)
    busy[20:] = volume[20:] > 3 * (sums[20:-1] - sums[:-21]) / 20
    busy[:, fund] = False
    strong, step = np.log(1.04), SETUP_RETURN / SETUP_DAYS
    setups, planted = np.zeros_like(busy), np.zeros_like(moves)
    left = np.zeros((SETUP_DAYS, moves.shape[1]), np.bool_)
    for at in range(moves.shape[0]):
        planted[at] = step * left.sum(axis=0)
        setups[at] = busy[at] & (moves[at] + planted[at] > strong)
        left[at % SETUP_DAYS] = setups[at]
    return setups, planted


def prices(paths: Paths, first: Floats, random: np.random.Generator) -> dict[str, Floats]:
    """Prices adjusted by all splits, not yet in cents."""
    shape = paths.day.shape
    close: Floats = np.log(first) + np.cumsum(paths.night + paths.day, axis=0)
    open_ = close - paths.day
    up, down = (0.5 * paths.usual * np.abs(random.standard_normal(shape)) for _ in range(2))
    high, low = np.maximum(open_, close) + up, np.minimum(open_, close) - down
    return {"open": np.exp(open_), "high": np.exp(high), "low": np.exp(low), "close": np.exp(close)}


def volumes(paths: Paths, weather: Weather, attention: Floats, usual: Floats, random: np.random.Generator) -> Floats:
    """Shares traded: by moods, moves, surges that ebb away, and what news and reports draw (`attention`, `[T, N]`)."""
    shape = weather.surges.shape
    mood = persistent(random.standard_normal(shape), 0.7, 0.2)
    moved = np.minimum(np.abs(paths.night + paths.day) / paths.usual, 4)
    times = 1 + weather.surges * random.uniform(2, 7, shape)
    for later in (1, 2, 3):
        times[later:] += weather.surges[:-later] * 2.0 / 2**later
    return np.exp(usual + mood + 0.15 * moved + 0.2 * weather.rough[:, None]) * times * attention
