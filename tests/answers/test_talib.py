"""Where TA-Lib has the function, ours says the same, on every symbol of real bars and on simulated ones with holes.

A table is a file `talib_*.py` with its CASES. Bars that the store would refuse (prices outside high and low) are left
out: TA-Lib's Williams %R holds itself within 0 and -100 on them, ours says what the prices say.
"""

from __future__ import annotations

import importlib
import pathlib

import pytest

from tests.answers.evaluation import Bars, differences, folded, panel_of
from tests.example import example_panel

TABLES = sorted(path.stem for path in pathlib.Path(__file__).parent.glob("talib_*.py"))
CASES = [case for table in TABLES for case in importlib.import_module(f"tests.answers.{table}").CASES]


@pytest.fixture(scope="module")
def simulated():
    panel = example_panel(400, 12, seed=11, holes=0.05)
    return panel, folded([case.text for case in CASES], panel)


@pytest.fixture(scope="module")
def sp500(shared_data):
    panel = panel_of(shared_data / "bars" / "daily" / "sp500_5yr.parquet")
    return panel, folded([case.text for case in CASES], panel)


def judge(case, panel, ours):
    judged, wrong = 0, {}
    for column, symbol in enumerate(panel.symbols):
        own = panel.bar[:, column] == 1
        if own.sum() > ours.warmup + case.further:
            judged += 1
            places = differences(case, Bars.of(panel, column), ours.values[own, column], ours.warmup)
            if len(places):
                wrong[symbol] = places[:5]
    assert not wrong
    assert judged


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text)
def test_simulated_bars_agree(case, simulated):
    panel, ours = simulated
    judge(case, panel, ours[case.text])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text)
def test_real_bars_agree(case, sp500):
    panel, ours = sp500
    assert len(panel.symbols) == 505
    judge(case, panel, ours[case.text])
