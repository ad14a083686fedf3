"""The proof: history at once and bar by bar, compared bit for bit."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from scanwright.engine.replay import prove
from tests.example import example_panel, example_plan
from tests.laws.panels import Market


def generator(seed=1):
    return np.random.default_rng(seed)


@pytest.mark.parametrize(
    "text", ["close > sma(20) and rsi(14) < 60", "rank(roc(20)) <= 2", 'at("1w", rsi(3)) < 60', 'of("S00", close) > 1']
)
def test_the_two_ways_are_one(text):
    panel = example_panel(400, 4, holes=0.1)
    proof = prove(example_plan(text), panel, generator=generator())
    assert proof.differences == 0
    assert proof.first_difference == ""
    assert proof.values == panel.bar.sum()
    assert proof.tiles > 20
    assert proof.snapshots > 0
    assert proof.peeks > 0


@pytest.mark.parametrize("session", ["regular", "extended"])
def test_intraday_rows_outside_the_session_are_left_out(session):
    panel = Market(seed=3, holes=0.05, late=20).intraday()
    proof = prove(example_plan("close > vwap()"), panel, generator=generator(), session=session)
    assert proof.differences == 0
    assert (proof.values == panel.bar.sum()) == (session == "extended")


def test_the_hash_is_that_of_the_values_whatever_the_tiles():
    panel, rule = example_panel(150, 4, holes=0.1), example_plan("close > sma(20)")
    hashes = set()
    for seed in range(3):
        proof = prove(rule, panel, generator=generator(seed))
        hashes.add(proof.hash)
    assert len(hashes) == 1
    assert prove(example_plan("close > sma(21)"), panel, generator=generator()).hash not in hashes


def test_what_lies_in_a_hole_is_not_in_the_hash():
    panel, rule = example_panel(150, 4, holes=0.1), example_plan("close > sma(20)")
    fields = {name: np.where(panel.bar == 1, values, 1e300) for name, values in panel.fields.items()}
    filled = dataclasses.replace(panel, fields=fields)
    assert prove(rule, panel, generator=generator()).hash == prove(rule, filled, generator=generator()).hash


def test_progress_ends_at_the_end():
    panel, seen = example_panel(50, 2), []
    prove(example_plan("close > 1"), panel, generator=generator(), progress=lambda done, of: seen.append((done, of)))
    assert seen == sorted(seen)
    assert seen[-1] == (50, 50)
