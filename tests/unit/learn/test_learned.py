"""What is learned where there is something to learn, and that nothing is learned from noise."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss

from scanwright.learn.base import LEAST, Chance, base, drawn
from scanwright.learn.calibration import calibration_error, line, logits, losses, reliability
from scanwright.learn.drift import drift, moved, stability
from scanwright.learn.files import Lesson, Provenance, code_hash
from scanwright.learn.forward import CHANCE, MEAN, SPREAD, judged, taken, walk
from scanwright.learn.learned import Model, deciles, learned
from scanwright.model.errors import Conflict

sys.path.insert(0, str(Path(__file__).parent))
from lived import lived

LIKE = Chance(rate=0.4, mean=0.2)
NAMES = tuple(f"feature {at}" for at in range(8))


def taught(past):
    return learned(past, NAMES, LIKE, np.random.default_rng(7))


@pytest.fixture(scope="module")
def planted():
    return taught(lived(1, effect=1.0))


def test_a_planted_effect_is_found_and_its_chances_come_true(planted):
    assert planted.chance.used
    assert planted.mean.used
    later = lived(99, effect=1.0)
    said = planted.chances(later.features)
    assert calibration_error(reliability(said, later.good)) < 0.03
    assert (
        losses(said, later.good, CHANCE).mean()
        < losses(np.full(len(said), later.good.mean()), later.good, CHANCE).mean()
    )
    low, high = (said[later.features[:, 0] < -1].mean(), said[later.features[:, 0] > 1].mean())
    assert low < 0.25
    assert high > 0.6
    assert planted.chance.gain_bounds.low > 0
    assert planted.chance.error <= 0.03


@pytest.mark.parametrize("of_days", [0.0, 0.8])
def test_on_noise_no_model_is_used(of_days):
    for seed in range(3):
        past = lived(seed, of_days=of_days, count=1200)
        for kinds in ((CHANCE,), (MEAN,), SPREAD[:2]):
            walks = [walk(past, kind, LIKE) for kind in kinds]
            found = judged(past, kinds, walks, np.random.default_rng(7))
            assert not found.used, (seed, kinds)
            assert found.why


def test_without_a_model_the_base_rate_speaks_and_is_called_so():
    past = lived(5, count=1000)
    found = taught(past)
    told = found.told(past.features[:3])
    assert {each.evidence for each in told} == {"base rate"}
    assert {each.p_success for each in told} == {found.base.shrunk}
    assert (told[0].low, told[0].high) == (found.base.bounds.low, found.base.bounds.high)
    assert told[0].low < past.good.mean() < told[0].high
    assert told[0].expected_return == found.base.mean
    assert told[0].spread == found.base.quantiles


def test_too_few_hits_are_not_enough_evidence():
    past = lived(5, count=25)
    found = taught(past)
    assert found.base.effective < LEAST
    told = found.told(past.features)
    assert {(each.p_success, each.expected_return, each.evidence) for each in told} == {
        (None, None, "not enough evidence")
    }


def test_no_hits_teach_nothing():
    past = lived(5)
    found = taught(past.only(np.zeros(len(past.row), np.bool_)))
    assert (found.base.count, found.base.shrunk, found.models) == (0, LIKE.rate, {})


def test_what_is_said_of_a_part_rests_on_what_was_over_before_it():
    past = lived(3, effect=1.0, count=1500)
    whole = walk(past, CHANCE, LIKE)
    start = int(past.row[whole.part == 2].min())
    changed = dataclasses.replace(past, good=np.where(past.due < start - past.horizon, past.good, 1 - past.good))
    other = walk(changed, CHANCE, LIKE)
    here = whole.part == 2
    np.testing.assert_array_equal(whole.raw[here], other.raw[here])
    np.testing.assert_array_equal(whole.base[here], other.base[here])
    np.testing.assert_array_equal(whole.said[here], other.said[here])
    later = whole.part == 4
    assert not np.array_equal(whole.raw[later], other.raw[later])


def test_windows_that_reach_into_a_part_are_left_out():
    past = lived(3)
    assert not past.before(500)[past.due >= 500 - past.horizon].any()
    assert past.before(500)[past.due < 500 - past.horizon].all()


def test_learning_twice_gives_the_same(planted):
    past = lived(1, effect=1.0)
    walked = walk(past, CHANCE, LIKE)
    again = judged(past, (CHANCE,), (walked,), np.random.default_rng(7))
    assert (again.gain, again.bins) == (planted.chance.gain, planted.chance.bins)
    text, of = taken(past, CHANCE, walked)
    assert Model(text=text, line=of) == planted.models["chance"]


def test_platts_line_is_that_of_a_logistic_regression():
    draw = np.random.default_rng(3)
    raw = draw.uniform(0.1, 0.9, 4000)
    came = (draw.random(4000) < 1 / (1 + np.exp(-(0.3 + 0.5 * logits(raw))))).astype(float)
    found = line(raw, came, CHANCE)
    theirs = LogisticRegression(C=np.inf).fit(logits(raw)[:, None], came)
    assert found.slope == pytest.approx(float(theirs.coef_[0, 0]), rel=0.02)
    assert found.level == pytest.approx(float(theirs.intercept_[0]), abs=0.01)
    said = found.of(raw, CHANCE)
    assert losses(said, came, CHANCE).mean() == pytest.approx(brier_score_loss(came, said))


def test_a_model_that_says_the_opposite_is_not_turned_round():
    draw = np.random.default_rng(3)
    raw = draw.uniform(0.1, 0.9, 2000)
    came = (draw.random(2000) > raw).astype(float)
    for kind in (CHANCE, MEAN):
        assert line(raw, came, kind).slope == 0
        assert line(raw, came, kind).of(raw, kind) == pytest.approx(came.mean())


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 999), count=st.integers(1, 4000))
def test_bins_hold_every_hit_once(seed, count):
    draw = np.random.default_rng(seed)
    said, came = draw.random(count), draw.random(count) < 0.5
    bins = reliability(said, came)
    assert sum(each.count for each in bins) == count
    assert sum(each.count * each.came for each in bins) == pytest.approx(came.sum())
    assert sorted(each.said for each in bins) == [each.said for each in bins]
    assert len(bins) == 1 or min(each.count for each in bins) >= 300


def test_a_quantile_is_moved_to_where_it_is_one():
    draw = np.random.default_rng(3)
    raw, came = np.zeros(1000), draw.normal(size=1000)
    for kind in SPREAD:
        said = line(raw, came, kind).of(raw, kind)
        assert (came <= said).mean() == pytest.approx(kind.quantile, abs=0.002)


def test_the_base_is_drawn_to_the_universe_by_as_much_as_it_knows():
    past = lived(5, count=300)
    found = base(
        past.day, past.net, past.good, Chance(rate=0.9, mean=5.0), horizon=5, generator=np.random.default_rng(1)
    )
    assert found.shrunk == pytest.approx(drawn(past.good.mean(), found.effective, 0.9))
    assert past.good.mean() < found.shrunk < 0.9
    assert past.net.mean() < found.mean < 5
    assert found.bounds.low < found.shrunk < found.bounds.high


def test_a_lesson_is_written_and_read(planted, tmp_path):
    about = Provenance(
        scan={"where": "x"},
        rule={"bars": 5},
        plan="p",
        data="d",
        features="f",
        code=code_hash(),
        market="m",
        symbols=9,
        first="2020-01-01",
        last="2021-01-01",
        known="2021-01-09",
        made="2021-01-10T00:00:00+00:00",
    )
    lesson = Lesson(learned=planted, provenance=about)
    text = json.dumps(lesson.document(), allow_nan=False)
    back = Lesson.read(json.loads(text), tmp_path)
    assert back.provenance == about
    assert back.learned.models == planted.models
    assert (back.learned.chance, back.learned.base) == (planted.chance, planted.base)
    features = lived(4).features
    np.testing.assert_array_equal(back.learned.chances(features), planted.chances(features))
    assert back.learned.told(features[:5]) == planted.told(features[:5])
    for broken in ({}, {**json.loads(text), "format": 0}, {**json.loads(text), "base": {}}):
        with pytest.raises(Conflict):
            Lesson.read(broken, tmp_path)


def test_a_lesson_without_evidence_is_written_too(tmp_path):
    found = taught(lived(5, count=25))
    about = Provenance(**dict.fromkeys((field.name for field in dataclasses.fields(Provenance)), ""))
    text = json.dumps(Lesson(learned=found, provenance=about).document(), allow_nan=False)
    assert Lesson.read(json.loads(text), tmp_path).learned.told(np.zeros((1, 8)))[0].p_success is None


def test_inputs_that_move_are_told():
    past = lived(5)
    reference = deciles(past.features)
    later = lived(6, count=400).features
    assert moved(NAMES, reference, later) == ()
    later[:, 3] += 2
    assert [each.name for each in moved(NAMES, reference, later)] == ["feature 3"]
    assert moved(NAMES, reference, later[:20]) == ()
    assert stability(np.full(9, np.nan), later[:, 0]) == 0
    assert stability(np.zeros(9), np.zeros(100)) < 0.25


def test_chances_that_do_not_come_true_are_told():
    past = lived(5, count=500)
    day, good = past.day, past.good
    right = drift((), 500, day, np.full(500, good.mean()), good, horizon=5, seed=1)
    wrong = drift((), 500, day, np.full(500, good.mean() + 0.3), good, horizon=5, seed=1)
    assert right.words == ()
    assert "learn it again" in wrong.words[0]
    assert wrong.bounds.low < wrong.came < wrong.bounds.high
    few = drift((), 5, day[:5], np.full(5, 0.99), good[:5] * 0, horizon=5, seed=1)
    assert few.words == ()
