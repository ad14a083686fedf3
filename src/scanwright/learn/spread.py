"""How the returns after hits are spread, beside those of the universe, and how they differ by year and by sector.

Counted as `learn/outcomes.py` counts: episodes that have a return, intervals by blocks of days.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from scanwright.learn.bootstrap import Bounds, sureness
from scanwright.learn.days import days_of, in_days
from scanwright.learn.outcomes import Evidence, evidence_of
from scanwright.learn.returns import Why, forward

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scanwright.learn.outcomes import Summary
    from scanwright.model.panel import Bytes, Floats, Ints, Panel

BINS = 40
WITHIN = 98.0  # percent of the hits' returns that lie within the bins but the outermost
DRAWS = 400
NICE = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Bins:
    """Shares in percent of what lies between two edges; what lies beyond is in the first and the last one.

    hits: of the hits' returns, universe: of all members' at all times.
    """

    edges: Floats
    hits: Floats
    universe: Floats


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """The episodes of a year or a sector: how many have a return, its mean, and how far it is over the universe's."""

    key: str
    counted: int
    mean: float
    excess: float
    excess_bounds: Bounds
    effective: float
    evidence: Evidence


def bins(
    panel: Panel, found: Summary, horizons: Sequence[int], *, member: Bytes, quarantined: Bytes | None = None
) -> list[Bins]:
    """The returns after each horizon, of counted episodes and of the universe."""
    own = [found.hits.returns[at, counted(found, at)] for at in range(len(horizons))]
    edges = [_edges(each) for each in own]
    universe = [np.zeros(BINS) for _ in horizons]
    for block in forward(panel, horizons, quarantined):
        inside = (panel.bar[:, block.columns] == 1) & (member[:, block.columns] == 1)
        for at, values in enumerate(block.returns):
            universe[at] += _filled(values[inside & ~np.isnan(values)], edges[at])
    return [
        Bins(edges=edge, hits=_shares(_filled(mine, edge)), universe=_shares(all_of_them))
        for edge, mine, all_of_them in zip(edges, own, universe, strict=True)
    ]


def counted(found: Summary, at: int) -> Ints:
    """The places of the hits that begin an episode and have a return."""
    return np.flatnonzero(found.hits.episode[at] & (found.hits.why[at] == Why.RETURN))


def parts(
    panel: Panel, found: Summary, at: int, horizon: int, key: Callable[[Ints], Sequence[str]], seed: int
) -> list[Part]:
    """The counted episodes of a horizon by a key of their places among the hits, in the order of the keys."""
    places = counted(found, at)
    keys = np.array(key(places), dtype=object)
    days = days_of(panel)
    span = in_days(panel, horizon)
    return [
        _part(found, at, str(each), places[keys == each], (days, span, seed)) for each in sorted(set(keys.tolist()))
    ]


def _part(found: Summary, at: int, key: str, places: Ints, how: tuple[Ints, int, int]) -> Part:
    days, span, seed = how
    hits = found.hits
    values, excess = hits.returns[at, places], hits.excess[at, places]
    generator = np.random.default_rng(seed)
    sure = sureness(days[hits.rows[places]], values, excess, horizon=span, generator=generator, draws=DRAWS)
    return Part(
        key=key,
        counted=len(places),
        mean=float(values.mean()),
        excess=float(excess.mean()),
        excess_bounds=sure.excess,
        effective=sure.effective,
        evidence=evidence_of(sure),
    )


def _edges(values: Floats) -> Floats:
    """Equal bins around zero, so wide that nearly all returns lie within, in steps that people count in."""
    reach = float(np.percentile(np.abs(values), WITHIN)) if len(values) else 10.0
    step = max(2 * reach / BINS, 1e-6)
    size = 10.0 ** np.floor(np.log10(step))
    nice = next(each for each in NICE if each * size >= step * (1 - 1e-9)) * size
    edges: Floats = np.arange(-BINS // 2, BINS // 2 + 1).astype(np.float64)
    edges *= float(nice)
    return edges.round(10)


def _filled(values: Floats, edges: Floats) -> Floats:
    """How many values each bin holds."""
    place = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, BINS - 1)
    return np.bincount(place, minlength=BINS).astype(np.float64)


def _shares(counts: Floats) -> Floats:
    total = counts.sum()
    return 100.0 * counts / total if total else counts


def sectors(panel: Panel, columns: Ints) -> Sequence[str]:
    """The sector of each column, `unknown` where nobody says."""
    held = panel.attributes.get("sector")
    if held is None or held.codes is None:
        return ["unknown"] * len(columns)
    names: Mapping[int, str] = dict(enumerate(held.names))
    return [names.get(int(each), "unknown") for each in held.codes[columns]]
