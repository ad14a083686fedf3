"""What a frame to come brings, and what the year before brought."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from scanwright.app.wiring import catalogue
from scanwright.data.simulated import simulate
from scanwright.learn.counts import Band
from scanwright.scan.changes import changes
from scanwright.scan.definition import Scan
from scanwright.scan.expected import YEAR, expected
from scanwright.scan.explain import explain
from scanwright.scan.history import history
from scanwright.scan.judge import Case

TEXTS = (
    "close > sma(50) and rsi(14) < 45",
    "close > highest(high, 20)[1] and volume > 1.5 * sma(volume, 20)[1]",
    "rank(roc(20)) > 80 and close > sma(10)",
    "close > sma(20)",
)


@pytest.fixture(scope="module")
def panel():
    return simulate(symbols=60, years=3, seed=11).panel()


def case_of(text, panel, **more):
    return Case.of(Scan(where=text, **more), panel, catalogue())


def around(panel, row):
    return panel.rows(0, row), panel.rows(row, row + 1)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("universe", ["all", "close > 20"])
def test_the_year_is_that_of_history(panel, text, universe):
    case = case_of(text, panel, universe=universe)
    found = expected(case, *around(panel, 700))
    past = history(case.scan, panel.rows(0, 700), catalogue())
    assert found.hits.tolist() == past.per_day()[-YEAR:].tolist()
    assert found.together == found.hits.sum()
    told = explain(case.scan, panel.rows(0, 700), catalogue())
    assert len(told.terms) == len(found.held)
    assert (found.held <= found.members.sum()).all()
    assert (found.apart >= found.together).all()


@pytest.mark.parametrize("text", TEXTS)
def test_what_comes_later_is_not_looked_at(panel, text):
    row = 650
    other = {
        name: np.where(np.arange(len(values))[:, None] >= row, values * 3, values)
        for name, values in panel.fields.items()
    }
    changed = dataclasses.replace(panel, fields=other)
    ours, theirs = (expected(case_of(text, each), *around(each, row)) for each in (panel, changed))
    assert ours.samples.tolist() == theirs.samples.tolist()
    assert ours.hits.tolist() == theirs.hits.tolist()


def test_the_band_holds_what_came_on_most_days(panel):
    case = case_of("close > sma(20)", panel)
    came = history(case.scan, panel, catalogue()).per_day()
    rows = range(620, 740, 6)
    bands = [Band.of(expected(case, *around(panel, row)).samples) for row in rows]
    held = [band.low <= came[row] <= band.high for band, row in zip(bands, rows, strict=True)]
    assert np.mean(held) >= 0.65
    assert np.std([band.median for band in bands]) > 1, "the band follows the market"


def test_too_little_past_is_said_by_no_samples(panel):
    case = case_of("close > 1", panel)
    assert len(expected(case, *around(panel, 10)).samples) == 0


@pytest.mark.parametrize(("text", "wanted"), [("rsi(14) < 8", (3.0, 9.0)), ("rsi(14) < 99", (1.0, 6.0))])
def test_a_change_does_what_it_says(panel, text, wanted):
    case = case_of(text, panel)
    found = changes(case, panel, *wanted)
    assert found
    past = history(dataclasses.replace(case.scan, where=found[0].where), panel, catalogue())
    assert wanted[0] <= found[0].after <= wanted[1]
    assert past.per_day()[-60:].mean() == pytest.approx(found[0].after, abs=0.05)
    assert found[0].becomes in found[0].where
    assert found[0].term == text


def test_a_number_that_an_author_has_defined_is_left_alone(panel):
    case = case_of("weak and close > 1", panel, define={"weak": "rsi(14) < 8"})
    assert all("weak" in each.where for each in changes(case, panel, 3.0, 9.0))
