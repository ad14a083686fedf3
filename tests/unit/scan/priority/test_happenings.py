"""Events count in the order: who reports on the frame moves as those who reported, and terms see what is announced."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from scanwright.app.wiring import catalogue
from scanwright.data.simulated import simulate
from scanwright.scan.definition import Scan
from scanwright.scan.judge import Case
from scanwright.scan.priority.chances import Chances
from scanwright.scan.priority.habits import habits_of
from scanwright.scan.priority.happenings import happenings_of
from tests.beside import beside, event

WIDTH, ROW = 24, 230
DUE = (3, 11, 17)  # who reports on the frame that is asked about
NOBODY = np.array([], np.int64)
WIDE = "abs(roc(1)) > 4 * natr(14)"


@pytest.fixture(scope="module")
def bars():
    """A market of which each symbol has reported three times, and jumped as it never does else."""
    panel = simulate(symbols=WIDTH, years=1, seed=5).panel()
    fields = {name: values.copy() for name, values in panel.fields.items()}
    for column in range(WIDTH):
        for row in reports(column):
            for values in (fields[name] for name in ("open", "high", "low", "close")):
                values[row:, column] *= 1.3
    return dataclasses.replace(panel, fields=fields)


def reports(column):
    return [40 + column, 100 + column, 160 + column]


def told(panel, *, due=DUE, on=ROW):
    days = panel.ts.astype("M8[D]")
    rows = [
        event("earnings", f"{days[row]}T13:00", f"{days[row - 5]}T13:00", symbol=panel.symbols[column])
        for column in range(WIDTH)
        for row in [*reports(column), *([on] if column in due else [])]
    ]
    return beside(panel, events=rows)


def first(where, panel, most):
    case = Case.of(Scan(where=where), panel, catalogue())
    found = Chances(case, panel.rows(0, ROW), panel.rows(ROW, ROW + 1)).after(NOBODY, {})
    return set(np.argsort(-found, kind="stable")[:most].tolist())


def test_who_reports_on_the_frame_comes_first_where_reports_move_prices(bars):
    assert first(WIDE, told(bars), len(DUE)) == set(DUE)
    assert first(WIDE, bars, len(DUE)) != set(DUE)
    assert first(WIDE, told(bars, due=(1, 2)), 2) == {1, 2}


def test_a_condition_on_days_to_the_next_event_knows_what_is_announced(bars):
    assert first('bars_to_event("earnings") <= 1 and close > 0', told(bars, on=ROW + 1), len(DUE)) == set(DUE)


def test_an_event_of_a_later_frame_is_none_of_this_one(bars):
    assert happened(told(bars)) is not None
    assert happened(told(bars, on=ROW + 1)) is None


def happened(panel):
    before = panel.rows(0, ROW)
    return happenings_of(before, panel.rows(ROW, ROW + 1), habits_of(before))
