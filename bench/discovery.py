"""Discovery: how many of a day's hits are found when a fifth of the symbols was looked at, on real markets.

Every day the prioritiser knows the bars of the evening before and what the run itself has judged so far. The figure is
the hits found divided by what the best possible order would have found, mean over the days that have hits, then over
scans. `EVERY=5` takes each fifth day only. `python bench/discovery.py` also draws the curves: `discovery_picture.py`.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from timing import Row

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scanwright.model.panel import Panel
    from scanwright.scan.judge import Case

FOLDER = Path(__file__).resolve().parent
DATA = Path(os.environ.get("SCANWRIGHT_DATA", FOLDER.parents[1] / "shared" / "data"))
CURVES = FOLDER / "results" / "discovery.json"
SHARES = (0.05, 0.10, 0.20, 0.50)
GRID = tuple(round(0.01 * at, 2) for at in range(1, 101))  # of the symbols: where the curves have points
LOOKS = (0.0, 0.02, 0.04, 0.07, 0.10, 0.13, 0.16, 0.20, 0.35, 0.50)  # of the symbols judged when the order is looked at
ALL = " of all"
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

USUAL = 60  # days from which a term's usual move is taken
SIGNS = {"greater": 1.0, "greater_equal": 1.0, "less": -1.0, "less_equal": -1.0}

Curves = dict[str, "NDArray[np.float64]"]


def rows() -> list[Row]:
    """The mean share by market, beside the order of the evening before, that of terms alone, and chance."""
    if not DATA.exists():
        note = "the real market data is not here; SCANWRIGHT_DATA names its folder"
        return [Row(subject="discovery", what="not measured", figure=float("nan"), unit="", note=note)]
    every = int(os.environ.get("EVERY", "1"))
    found: list[Row] = []
    kept: dict[str, object] = {}
    for market, (days, scans) in MARKETS.items():
        measured = {name: _measured(market, name, days, every) for name in scans}
        means = {name: _mean(each) for name, each in measured.items() if each}
        whole = _mean(list(means.values()))
        kept[market] = {
            "days": sum(len(each) for each in measured.values()),
            "curves": {name: curve.tolist() for name, curve in whole.items()},
            "scans": {name: each["smart"].tolist() for name, each in means.items()},
        }
        found += [_row(market, share, whole, means) for share in SHARES]
    CURVES.write_text(json.dumps({"shares": GRID, "markets": kept}) + "\n", encoding="utf-8")
    return found


def _mean(curves: list[Curves]) -> Curves:
    """Point by point."""
    return {name: np.mean([each[name] for each in curves], axis=0) for name in curves[0]}


def _row(market: str, share: float, whole: Curves, scans: dict[str, Curves]) -> Row:
    """The smart order's hits over the best order's, which are the most that can be found by then."""
    at = GRID.index(share)
    beside = {
        "not reordered within the run": "evening",
        "the margins of the evening before alone": "margin",
        "chance": "random",
    }
    note = ", ".join(f"{words} {whole[name][at]:.2f}" for words, name in beside.items())
    if share == 0.20:  # the share that has a target
        note += "; " + ", ".join(f"{name} {each['smart'][at]:.2f}" for name, each in scans.items())
    return Row(
        subject="discovery",
        what=f"{market}: hits found after {share:.0%} of the symbols, of the best order's",
        figure=float(whole["smart"][at]),
        unit="",
        target=">= 0.90" if share == 0.20 else "",
        note=note,
    )


def _measured(market: str, name: str, days: int, every: int) -> list[Curves]:
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
    margins = Margins(case, panel)
    found: list[Curves] = []
    for row in range(panel.shape[0] - days, panel.shape[0], every):
        members = np.flatnonzero(inside[row])
        if hit[row, members].any():
            found.append(_day(case, panel, row, members, hit[row], margins.order(row, members)))
    return found


def _day(
    case: Case,
    panel: Panel,
    row: int,
    members: NDArray[np.int64],
    hit: NDArray[np.bool_],
    margin: NDArray[np.int64],
) -> Curves:
    """One day's run, as a run does it: so many at a time, the best of those that wait first."""
    from scanwright.scan.priority.smart import Smart

    cost = np.ones(panel.shape[1])
    smart = Smart(case, panel.rows(0, row), panel.rows(row, row + 1), cost)
    fields = {name: values[row] for name, values in panel.fields.items()}
    waiting, judged = members, np.array([], np.int64)
    evening = waiting
    for until in (*LOOKS[1:], 1.0):
        bars = {name: values[judged] for name, values in fields.items()}
        value = smart.values(judged, bars, judged[hit[judged]])
        order = waiting[np.argsort(-value[waiting], kind="stable")]
        evening = order if not len(judged) else evening
        most = round(until * len(members)) - len(judged)
        judged, waiting = np.concatenate([judged, order[:most]]), order[most:]
    orders = {"smart": judged, "evening": evening, "margin": margin}
    return _curves(orders, hit, len(members), int(hit[members].sum()))


def _curves(orders: dict[str, NDArray[np.int64]], hit: NDArray[np.bool_], width: int, total: int) -> Curves:
    """The hits found by each point of the grid, over the most that can be found by then; and over all (`of all`)."""
    ends = np.array([max(round(share * width), 1) for share in GRID])
    most = np.minimum(total, ends)
    hits: Curves = {name: np.cumsum(hit[order])[ends - 1].astype(np.float64) for name, order in orders.items()}
    hits |= {"random": total * np.array(GRID), "best": most.astype(np.float64)}
    return {name: each / most for name, each in hits.items()} | {
        f"{name}{ALL}": each / total for name, each in hits.items()
    }


class Margins:
    """How far each term was from holding on every evening, in what it usually moves in a day; the least counts."""

    def __init__(self, case: Case, panel: Panel) -> None:
        """Fold each side of each comparison once."""
        from scanwright.engine.fold import Fold
        from scanwright.engine.plan import plan

        sides: dict[str, object] = {}
        for at, term in enumerate(case.bound.terms):
            compared = getattr(term, "name", "") in SIGNS
            sides |= {f"{at} {side}": node for side, node in enumerate(term.inputs)} if compared else {f"{at}": term}
        fold = Fold.over(plan(sides, case.typing), panel)  # type: ignore[arg-type]
        parts = [fold.advance(part) for part in fold.parts(panel)]
        whole = {name: np.concatenate([np.asarray(part[name], np.float64) for part in parts]) for name in sides}
        self._margins = [self._margin(whole, at, term) for at, term in enumerate(case.bound.terms)]

    def _margin(self, whole: Curves, at: int, term: object) -> NDArray[np.float64]:
        if f"{at}" in whole:
            return np.where(whole[f"{at}"] == 1, 1.0, -1.0)
        beyond = SIGNS[getattr(term, "name", "")] * (whole[f"{at} 0"] - whole[f"{at} 1"])
        moves = np.abs(np.diff(beyond, axis=0, prepend=np.nan))
        known = np.cumsum(np.isfinite(moves), axis=0, dtype=np.float64)
        so_far = np.cumsum(np.where(np.isfinite(moves), moves, 0.0), axis=0)
        for sums in (known, so_far):
            sums[USUAL:] -= sums[:-USUAL].copy()
        with np.errstate(all="ignore"):
            return np.nan_to_num(beyond * known / so_far, nan=-9.0, posinf=9.0, neginf=-9.0)

    def order(self, row: int, members: NDArray[np.int64]) -> NDArray[np.int64]:
        """Of the evening before a row, the smallest lack first."""
        least = np.min([each[row - 1] for each in self._margins], axis=0)
        return members[np.argsort(-np.minimum(least, 0.0)[members], kind="stable")]


def _panel(market: str) -> Panel:
    """A market's bars by way of the store, as any user's."""
    from scanwright.model.interval import Interval
    from scanwright.store.market import Market, create

    folder = FOLDER / "results" / market
    if not (folder / "market.json").exists():
        made = create(folder, name=market)
        made.import_file(DATA / "bars" / "daily" / f"{market}.parquet", interval=Interval.DAY)
        if market == "sp500_5yr":
            made.import_file(DATA / "meta" / "sectors.parquet")
    panel = Market.open(folder).panel(Interval.DAY)
    traded = np.nanmedian(np.where(panel.bar == 1, panel.fields["close"] * panel.fields["volume"], np.nan), axis=0)
    return panel.columns(np.flatnonzero(traded > (0 if market == "sp500_5yr" else 1e6)))


if __name__ == "__main__":
    from discovery_picture import draw

    for each in rows():
        print(each.what, round(each.figure, 3), each.note, file=sys.stdout, flush=True)
    draw(CURVES, FOLDER.parent / "docs" / "images" / "discovery.png")
