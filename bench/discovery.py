"""Discovery: how many of a day's hits are found when a fifth of the symbols was looked at, on real markets.

Every day the prioritiser knows the bars of the evening before and what the run itself has judged so far. The figure is
the hits found divided by what the best possible order would have found, mean over the days that have hits, then over
scans. `python bench/discovery.py` also draws the curves into `bench/results/discovery.svg`.
"""

from __future__ import annotations

import dataclasses
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from timing import Row

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scanwright.model.panel import Panel

DATA = Path(os.environ.get("SCANWRIGHT_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
SHARES = (0.05, 0.10, 0.20, 0.50)
STEP = 0.02  # of the symbols that are judged between two looks at the order
MARKETS = {
    "sp500_5yr": (
        250,
        ("new_high_volume", "flat_base_breakout", "pullback_rsi2", "leader_pullback", "squeeze_fired_up", "washout"),
    ),
    "us_all_2015": (
        128,
        ("flat_base_breakout", "squeeze_fired_up", "pullback_ema21", "failed_breakdown", "washout", "nr7_inside"),
    ),
}
SCANS = {"sp500_5yr": {"universe": "all"}, "us_all_2015": {"universe": "liquid"}}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Day:
    """The hits found after each share of the symbols, over what the best order finds, and what chance does."""

    smart: tuple[float, ...]
    evening: tuple[float, ...]
    chance: tuple[float, ...]


def rows() -> list[Row]:
    """The mean share by market, beside the order of the evening before and chance."""
    if not DATA.exists():
        note = "the real market data is not here; SCANWRIGHT_DATA names its folder"
        return [Row(subject="discovery", what="not measured", figure=float("nan"), unit="", note=note)]
    every = int(os.environ.get("EVERY", "1"))
    found: list[Row] = []
    for market, (days, scans) in MARKETS.items():
        measured = {name: _measured(market, name, days, every) for name in scans}
        means = [np.mean([[day.smart, day.evening, day.chance] for day in each], axis=0) for each in measured.values()]
        whole = np.mean(means, axis=0)
        for at, share in enumerate(SHARES):
            what = f"{market}: hits found after {share:.0%} of the symbols, of the best order's"
            note = f"not reordered within the run {whole[1, at]:.2f}, chance {whole[2, at]:.2f}"
            if share == 0.20:  # the share that has a target
                note += "; " + ", ".join(
                    f"{name} {each[0, at]:.2f}" for name, each in zip(measured, means, strict=True)
                )
            target = ">= 0.90" if share == 0.20 else ""
            found.append(
                Row(subject="discovery", what=what, figure=float(whole[0, at]), unit="", target=target, note=note)
            )
    return found


def _measured(market: str, name: str, days: int, every: int) -> list[Day]:
    """The days of a scan that had hits."""
    from scanwright.app.wiring import catalogue
    from scanwright.engine.fold import Fold
    from scanwright.scan.judge import Case
    from scanwright.scan.library import ready

    panel = _panel(market)
    scan = dataclasses.replace(ready(name), **SCANS[market])
    case = Case.of(scan, panel, catalogue())
    print(f"   {market} {name}", file=sys.stderr, flush=True)
    fold = Fold.over(case.plan, panel)
    parts = [fold.advance(part) for part in fold.parts(panel)]
    hit = np.concatenate([np.asarray(part["where"]) for part in parts]) == 1
    inside = panel.bar == 1
    if "universe" in parts[0]:
        inside &= np.concatenate([np.asarray(part["universe"]) for part in parts]) == 1
    found: list[Day] = []
    for row in range(panel.shape[0] - days, panel.shape[0], every):
        members = np.flatnonzero(inside[row])
        if hit[row, members].any():
            found.append(_day(case, panel, row, members, hit[row]))
    return found


def _day(case: object, panel: Panel, row: int, members: NDArray[np.int64], hit: NDArray[np.bool_]) -> Day:
    """One day's run: so many at a time, the best of those that wait first."""
    from scanwright.scan.priority.chances import Chances

    chances = Chances(case, panel.rows(0, row), panel.rows(row, row + 1))  # type: ignore[arg-type]
    fields = {name: values[row] for name, values in panel.fields.items()}
    step = max(round(STEP * len(members)), 1)
    waiting, judged = members, np.array([], np.int64)
    evening = waiting
    while len(waiting):
        value = chances.after(judged, {name: values[judged] for name, values in fields.items()})
        order = waiting[np.argsort(-value[waiting], kind="stable")]
        evening = order if not len(judged) else evening
        most = step if len(judged) < SHARES[-2] * len(members) else 5 * step
        most = len(members) if len(judged) >= SHARES[-1] * len(members) else most
        judged, waiting = np.concatenate([judged, order[:most]]), order[most:]
    total = int(hit[members].sum())
    ends = [round(share * len(members)) for share in SHARES]
    best = [max(min(total, end), 1) for end in ends]
    smart, still = (
        tuple(hit[order[:end]].sum() / most for end, most in zip(ends, best, strict=True))
        for order in (judged, evening)
    )
    chance = tuple(total * share / most for share, most in zip(SHARES, best, strict=True))
    return Day(smart=smart, evening=still, chance=chance)


def _panel(market: str) -> Panel:
    """A market's bars by way of the store, as any user's."""
    from scanwright.model.interval import Interval
    from scanwright.store.market import Market, create

    folder = Path(__file__).resolve().parent / "results" / market
    if not (folder / "market.json").exists():
        made = create(folder, name=market)
        made.import_file(DATA / "bars" / "daily" / f"{market}.parquet", interval=Interval.DAY)
        if market == "sp500_5yr":
            made.import_file(DATA / "meta" / "sectors.parquet")
    panel = Market.open(folder).panel(Interval.DAY)
    traded = np.nanmedian(np.where(panel.bar == 1, panel.fields["close"] * panel.fields["volume"], np.nan), axis=0)
    return panel.columns(np.flatnonzero(traded > (0 if market == "sp500_5yr" else 1e6)))


if __name__ == "__main__":
    for each in rows():
        print(each.what, round(each.figure, 3), each.note, file=sys.stdout)
