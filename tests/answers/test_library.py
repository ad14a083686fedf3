"""The ready scans find what was measured with TA-Lib and numpy on 505 symbols over 1,000 sessions (2014-02 to 2018-02).

MEASURED is hits a day, of these new that day, and the share of days without one in percent. Where ours differ: scans
that rank across symbols have up to 4 % fewer hits. pandas, ranking as the language does (100 (rank - 0.5) / count over
the symbols with a value), counts what we count: 7.69 a day for `leader_pullback`, where 7.8 was measured.
"""

from __future__ import annotations

import dataclasses
import importlib.resources
import pathlib

import numpy as np
import polars as pl
import pytest

from scanwright.app.wiring import catalogue
from scanwright.engine.fold import Fold, chunks
from scanwright.engine.plan import plan
from scanwright.expr.types import Typing
from scanwright.model.interval import Interval
from scanwright.model.panel import Attribute
from scanwright.scan.definition import load
from tests.answers.evaluation import panel_of

FOLDER = pathlib.Path(str(importlib.resources.files("scanwright.scan") / "library"))
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))
FIRST, LAST = 259, 1259
NEARLY, ROUNDED = 0.04, 0.05

MEASURED = {
    "trend_template": (64.3, 5.7, 0),
    "golden_cross": (0.72, 0.72, 55),
    "weekly_up_daily_turn": (2.9, 2.9, 29),
    "pullback_rsi2": (12.0, 7.3, 13),
    "pullback_ema21": (4.8, 4.8, 20),
    "leader_pullback": (7.8, 3.7, 2),
    "new_high_volume": (3.6, 3.0, 19),
    "flat_base_breakout": (4.6, 4.0, 18),
    "tight_near_high": (16.7, 4.4, 11),
    "squeeze_fired_up": (3.6, 3.6, 14),
    "nr7_inside": (10.9, 10.6, 7),
    "volume_surge": (1.2, 1.1, 42),
    "gap_and_go": (0.55, 0.55, 65),
    "gap_down_reversal": (3.2, 3.2, 37),
    "washout": (2.5, 1.8, 44),
    "failed_breakdown": (3.1, 3.1, 31),
    "hammer_at_low": (3.1, 3.1, 33),
    "rs_leads_price": (1.2, 0.9, 82),
    "sector_leader": (5.0, 5.0, 12),
    "green_on_red": (2.7, 2.6, 78),
    "breakdown_volume": (4.1, 3.2, 30),
    "failed_rally": (4.3, 3.6, 14),
    "overextended": (1.6, 0.5, 42),
}


@pytest.fixture(scope="module")
def sp500(shared_data):
    panel = panel_of(shared_data / "bars" / "daily" / "sp500_5yr.parquet")
    table = pl.read_parquet(shared_data / "meta" / "sectors.parquet")
    known = dict(zip(table["symbol"], table["sector"], strict=True))
    names = tuple(sorted(set(known.values())))
    codes = np.array([names.index(known[symbol]) for symbol in panel.symbols], np.int32)
    return dataclasses.replace(panel, attributes={"sector": Attribute(codes=codes, names=names)})


def hits(name, panel):
    """Where the scan is true, and where it was not on the symbol's bar before."""
    typing = Typing(catalogue())
    fold = Fold.over(plan({"where": load(FOLDER / f"{name}.toml").bind(typing).where}, typing), panel)
    found = np.concatenate([np.array(fold.advance(part)["where"]) for part in chunks(panel)]) == 1
    new = np.zeros_like(found)
    for column in range(found.shape[1]):
        own = np.flatnonzero(panel.bar[:, column])
        new[own, column] = found[own, column] & ~np.concatenate([[False], found[own, column][:-1]])
    return found, new


def test_there_are_25():
    assert len(NAMES) == 25
    assert set(NAMES) - set(MEASURED) == {"opening_range_breakout", "vwap_reclaim"}


@pytest.mark.parametrize("name", NAMES)
def test_a_ready_scan_says_what_it_means_and_can_be_planned(name):
    scan = load(FOLDER / f"{name}.toml")
    assert scan.name == name
    assert scan.title.endswith(".")
    typing = Typing(catalogue())
    bound = scan.bind(typing)
    assert plan(bound.outputs(), typing).warmup <= 252
    assert bound.rank is not None
    assert scan.interval is (Interval.DAY if name in MEASURED else Interval.MINUTES_5)


@pytest.mark.parametrize("name", MEASURED)
def test_a_ready_scan_finds_what_was_measured(name, sp500):
    found, new = (each[FIRST:LAST] for each in hits(name, sp500))
    a_day, new_a_day, none = MEASURED[name]
    assert found.sum() / len(found) == pytest.approx(a_day, abs=NEARLY * a_day + ROUNDED)
    assert new.sum() / len(new) == pytest.approx(new_a_day, abs=NEARLY * new_a_day + ROUNDED)
    assert 100 * np.mean(found.sum(axis=1) == 0) == pytest.approx(none, abs=1.1)
