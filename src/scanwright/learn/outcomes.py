"""What came of hits, beside what came of every member of the universe on the same days."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Literal

import numpy as np

from scanwright.learn.bootstrap import Sureness, sureness
from scanwright.learn.days import days_of, in_days
from scanwright.learn.episodes import episodes
from scanwright.learn.returns import Why, forward
from scanwright.model.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from scanwright.learn.bootstrap import Bounds
    from scanwright.learn.returns import Block
    from scanwright.model.panel import Bytes, Floats, Ints, Panel

HORIZONS = (1, 5, 20)
ENOUGH = 30
ALIVE = 20

Evidence = Literal["not enough evidence", "better than the universe", "worse than the universe", "no clear difference"]


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Outcome:
    """What came of the hits after one horizon; all figures in percent, NaN where there is nothing to count.

    horizon: the symbol's own bars from the hit to the exit.
    hits, episodes: all of them. counted: those of the kind asked for that have a return; `without` says why others have
        none, so that counted + all of `without` are the episodes (or the hits, where those were asked for).
    days: days (of bars of a week and longer: bars) with a counted one.
    effective: how many independent ones they are worth.
    mean, median: of the returns. universe: the mean return of all members at all times. excess: the mean over that
        of all members at the same time.
    naive_bounds: of the mean, by counting rows, to show how much too narrow that is.
    """

    horizon: int
    hits: int
    episodes: int
    counted: int
    days: int
    effective: float
    mean: float
    median: float
    excess: float
    universe: float
    mean_bounds: Bounds
    median_bounds: Bounds
    excess_bounds: Bounds
    naive_bounds: Bounds
    block: int
    without: Mapping[str, int]
    evidence: Evidence


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class HitReturns:
    """Each hit in order of time, then of column: row and column in the panel, and for each horizon what came of it.

    returns, excess: `[H, K]` percent, NaN without a return. why: `[H, K]` uint8 of `Why`.
    episode: `[H, K]`, whether the hit begins an episode of that horizon.
    """

    rows: Ints
    columns: Ints
    returns: Floats
    excess: Floats
    why: Bytes
    episode: NDArray[np.bool_]


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Summary:
    """The outcomes of each horizon, the hits behind them, and whether the market holds survivors only."""

    outcomes: tuple[Outcome, ...]
    hits: HitReturns
    survivors: bool


@dataclasses.dataclass(kw_only=True, eq=False, slots=True)
class _Gathered:
    """Sums of the universe at each time, and the hits met so far, as blocks go by."""

    total: Floats
    count: Ints
    rows: list[Ints]
    columns: list[Ints]
    own: list[Ints]
    returns: list[Floats]
    why: list[Bytes]


def summary(
    panel: Panel,
    hits: Bytes,
    *,
    generator: np.random.Generator,
    member: Bytes | None = None,
    horizons: Sequence[int] = HORIZONS,
    quarantined: Bytes | None = None,
    count: Literal["episodes", "hits"] = "episodes",
    draws: int = 2000,
) -> Summary:
    """Measure what came of `hits` (`[T, N]` uint8: 1 hit, 0 none, 2 unknown), before costs.

    member: `[T, N]` uint8, the universe of each time; None means everybody with a bar. Hits outside it are not counted.
    quarantined: `[T, N]` uint8, see `quarantine_mask`.
    count: what means are taken over; `hits` counts windows that overlap, which the block intervals allow for.
    """
    _check(panel, hits, member, horizons)
    gathered = _gather(panel, hits, member, horizons, quarantined)
    found = _hit_returns(gathered, horizons)
    outcomes = tuple(
        _outcome(panel, gathered, found, at, horizon, episodic=count == "episodes", how=(generator, draws))
        for at, horizon in enumerate(horizons)
    )
    return Summary(outcomes=outcomes, hits=found, survivors=survivors(panel))


def survivors(panel: Panel) -> bool:
    """Whether every symbol that ever had a bar still had one in the last 20 frames: nobody who failed is among them."""
    return bool(np.array_equal(panel.bar.any(axis=0), panel.bar[-ALIVE:].any(axis=0)))


def quarantine_mask(panel: Panel, rows: Iterable[tuple[str, np.datetime64]]) -> Bytes:
    """Refused bars as `[T, N]`; one at a time that the panel has no frame for is put on the next frame."""
    mask = np.zeros(panel.shape, dtype=np.uint8)
    column = {symbol: at for at, symbol in enumerate(panel.symbols)}
    for symbol, ts in rows:
        row = int(np.searchsorted(panel.ts, ts))
        if symbol in column and row < len(mask):
            mask[row, column[symbol]] = 1
    return mask


def _check(panel: Panel, hits: Bytes, member: Bytes | None, horizons: Sequence[int]) -> None:
    for name, each in (("hits", hits), ("members", panel.bar if member is None else member)):
        if each.shape != panel.shape:
            todo = "measure on the panel that the hits were found on"
            raise SettingsError(expected=f"{name} of the panel's shape {panel.shape}", found=each.shape, todo=todo)
    if not horizons or min(horizons) < 1:
        raise SettingsError(expected="horizons of one bar or more", found=tuple(horizons), todo="try 1, 5 and 20")


def _gather(
    panel: Panel, hits: Bytes, member: Bytes | None, horizons: Sequence[int], quarantined: Bytes | None
) -> _Gathered:
    shape = (len(horizons), panel.shape[0])
    gathered = _Gathered(
        total=np.zeros(shape),
        count=np.zeros(shape, dtype=np.int64),
        rows=[],
        columns=[],
        own=[],
        returns=[],
        why=[],
    )
    for block in forward(panel, horizons, quarantined):
        inside = panel.bar[:, block.columns].astype(np.bool_)
        if member is not None:
            inside &= member[:, block.columns] == 1
        _add_universe(gathered, block, inside)
        _add_hits(gathered, block, inside & (hits[:, block.columns] == 1))
    return gathered


def _add_universe(gathered: _Gathered, block: Block, inside: NDArray[np.bool_]) -> None:
    for at, values in enumerate(block.returns):
        known = inside & ~np.isnan(values)
        gathered.count[at] += known.sum(axis=1)
        gathered.total[at] += np.where(known, values, 0.0).sum(axis=1)


def _add_hits(gathered: _Gathered, block: Block, hit: NDArray[np.bool_]) -> None:
    at, rows = np.nonzero(hit.T)
    gathered.rows.append(rows)
    gathered.columns.append(block.columns[at])
    gathered.own.append(rows if block.own is None else block.own[rows, at])
    gathered.returns.append(np.stack([values[rows, at] for values in block.returns]))
    gathered.why.append(np.stack([why[rows, at] for why in block.why]))


def _hit_returns(gathered: _Gathered, horizons: Sequence[int]) -> HitReturns:
    if not gathered.rows:
        nobody = np.zeros((len(horizons), 0))
        none = np.zeros(0, dtype=np.int64)
        reasons, begins = nobody.astype(np.uint8), nobody.astype(np.bool_)
        return HitReturns(rows=none, columns=none, returns=nobody, excess=nobody, why=reasons, episode=begins)
    rows, columns, own = (np.concatenate(each) for each in (gathered.rows, gathered.columns, gathered.own))
    by_symbol = np.lexsort((own, columns))
    episode = np.zeros((len(horizons), len(rows)), dtype=np.bool_)
    for at, horizon in enumerate(horizons):
        episode[at, by_symbol] = episodes(columns[by_symbol], own[by_symbol], horizon)
    returns = np.concatenate(gathered.returns, axis=1)
    mean = np.divide(gathered.total, gathered.count, out=np.full_like(gathered.total, np.nan), where=gathered.count > 0)
    by_time = np.lexsort((columns, rows))
    return HitReturns(
        rows=rows[by_time],
        columns=columns[by_time],
        returns=returns[:, by_time],
        excess=(returns - mean[:, rows])[:, by_time],
        why=np.concatenate(gathered.why, axis=1)[:, by_time],
        episode=episode[:, by_time],
    )


def _outcome(
    panel: Panel,
    gathered: _Gathered,
    found: HitReturns,
    at: int,
    horizon: int,
    *,
    episodic: bool,
    how: tuple[np.random.Generator, int],
) -> Outcome:
    asked = found.episode[at] if episodic else np.ones(len(found.rows), dtype=np.bool_)
    closed = asked & (found.why[at] == Why.RETURN)
    values, over = found.returns[at, closed], found.excess[at, closed]
    day = days_of(panel)[found.rows[closed]]
    sure = sureness(day, values, over, horizon=in_days(panel, horizon), generator=how[0], draws=how[1])
    reasons = np.bincount(found.why[at, asked], minlength=len(Why))
    members = int(gathered.count[at].sum())
    return Outcome(
        horizon=horizon,
        hits=len(found.rows),
        episodes=int(found.episode[at].sum()),
        counted=len(values),
        days=len(np.unique(day)),
        effective=sure.effective,
        mean=_mean(values),
        median=float(np.median(values)) if len(values) else np.nan,
        excess=_mean(over),
        universe=float(gathered.total[at].sum()) / members if members else np.nan,
        mean_bounds=sure.mean,
        median_bounds=sure.median,
        excess_bounds=sure.excess,
        naive_bounds=sure.naive,
        block=sure.block,
        without={why.label: int(reasons[why]) for why in Why if why is not Why.RETURN and reasons[why]},
        evidence=evidence_of(sure),
    )


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else np.nan


def evidence_of(sure: Sureness) -> Evidence:
    """What figures so sure amount to."""
    if sure.effective < ENOUGH:
        return "not enough evidence"
    if sure.excess.low > 0:
        return "better than the universe"
    return "worse than the universe" if sure.excess.high < 0 else "no clear difference"
