"""Lessons of a market: learned, kept, asked, compared, refused where they do not fit."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import numpy as np
import pytest

from scanwright.app.demo import written
from scanwright.app.learning import Lessons, drifted, odds_now, unfit
from scanwright.app.lessons import (
    lesson_words,
    outcome_document,
    outcome_rows,
    outcome_words,
)
from scanwright.app.market import open as opened
from scanwright.app.patterns import patterns_of
from scanwright.app.studies import Study
from scanwright.learn.features import TEXTS, Features
from scanwright.model.errors import Absent, Conflict, SettingsError
from scanwright.model.rule import Rule
from scanwright.scan.definition import Scan

NOW = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
SCAN = Scan(where="close > sma(20)", rank="roc(20)")
RULE = Rule(bars=5, stop=None)


@pytest.fixture(scope="module")
def market(tmp_path_factory):
    return opened(written(tmp_path_factory.mktemp("lessons") / "market", symbols=40, years=2))


def study_of(market, scan=SCAN, until=None, rule=RULE):
    panel = market.panel(scan.interval, until, scan.adjust)
    return Study.of(scan, rule, market, panel, market.sets(scan, panel))


@pytest.fixture(scope="module")
def study(market):
    return study_of(market)


@pytest.fixture(scope="module")
def lesson(market, study):
    return Lessons(market).learn(study, NOW).lesson


def test_a_lesson_is_kept_with_where_it_comes_from(market, study, lesson):
    about = lesson.provenance
    assert about.scan["where"] == "close > sma(20)"
    assert "rank" not in about.scan
    assert (about.symbols, about.made) == (study.panel.shape[1], "2026-01-05T00:00:00+00:00")
    assert about.first < about.last < about.known
    kept = Lessons(market).kept(study.case, RULE)
    assert kept is not None
    assert kept.provenance == about
    assert Lessons(market).kept(study.case, Rule(bars=6)) is None
    facts = json.loads(Lessons(market).place(study.case, RULE).read_text(encoding="utf-8"))
    assert set(facts) == {"format", "provenance", "base", "models", "chance", "mean", "spread", "names", "reference"}


def test_an_old_lesson_stays_while_little_has_come_since(market, study, lesson):
    again = Lessons(market).learn(study, NOW)
    assert not again.replaced
    assert "0 hits are over since" in again.why
    assert again.lesson.provenance == lesson.provenance


def test_a_lesson_gives_way_to_a_better_one_on_the_same_hits(tmp_path):
    market = opened(written(tmp_path / "market", symbols=40, years=2))
    whole = market.panel("1d")
    first = Lessons(market).learn(study_of(market, until=whole.ts[-150]), NOW)
    assert first.replaced
    second = Lessons(market).learn(study_of(market), NOW)
    assert "Brier" in second.why
    better, old = (float(second.why.split()[at]) for at in (1, 3))
    assert second.replaced == (better <= old)
    assert (second.lesson.provenance.last > first.lesson.provenance.last) == second.replaced


def test_a_lesson_that_does_not_fit_is_refused_and_replaced(market, study, lesson):
    about = lesson.provenance
    for change, words in (
        ({"code": "x"}, "other code"),
        ({"features": "x"}, "other things"),
        ({"market": "x"}, "learned from x"),
        ({"symbols": 9000}, "9,000 symbols"),
        ({"known": "2999-01-01"}, "knows what came until 2999-01-01"),
    ):
        wrong = dataclasses.replace(lesson, provenance=dataclasses.replace(about, **change))
        assert words in unfit(wrong, study.case, study.features, "2998-01-01")
    assert unfit(lesson, study.case, study.features, about.known) == ""


def test_what_was_learned_is_not_asked_of_days_before(market, lesson):
    panel = market.panel("1d")
    with pytest.raises(Conflict, match="knows what came until"):
        odds_now(study_of(market, until=panel.ts[-30]), market)
    with pytest.raises(Absent):
        odds_now(study_of(market, Scan(where="close > sma(21)")), market)


def test_odds_are_those_of_the_hits_of_now(market, study, lesson):
    found = odds_now(study, market)
    hits = market.warm.now(SCAN, study.panel, study.case.catalogue).hits
    assert set(found.symbols) == {each.symbol for each in hits}
    assert found.frame == hits[0].ts
    scan = dataclasses.replace(SCAN, rank="p_success", columns={"e": "expected_return", "on": "evidence"})
    sets = market.sets(scan, study.panel)
    named = {each.symbol: each for each in market.warm.now(scan, study.panel, study.case.catalogue, sets=sets).hits}
    for symbol, told in zip(found.symbols, found.told, strict=True):
        assert named[symbol].values["rank"] == told.p_success
        assert named[symbol].values["e"] == told.expected_return
        assert named[symbol].values["on"] == told.evidence


def test_past_hits_are_not_told_what_is_said_now(market, study, lesson):
    scan = dataclasses.replace(SCAN, rank="p_success")
    with pytest.raises(SettingsError, match="what was known on each day"):
        Study.of(scan, RULE, market, study.panel, market.sets(scan, study.panel))
    with pytest.raises(SettingsError, match="the ranking, a column or --good"):
        market.sets(Scan(where="p_success > 0.5"), study.panel)


def test_facts_of_today_teach_nothing(market):
    scan = Scan(where='sector == "Technology" and close > sma(20)')
    with pytest.raises(SettingsError, match="facts by when they were known"):
        Lessons(market).learn(study_of(market, scan), NOW)


def test_features_know_nothing_of_later_bars(market, study):
    panel = study.panel
    cut = panel.shape[0] - 60
    some = study.past.rows < cut
    early = Features.of(study.case.bound.terms, study.case.typing, panel)
    assert len(early.names) >= len(TEXTS) + 1
    assert early.names[0] == "margin of close > sma(20)"
    places = study.labels.only(some).places
    whole, part = (early.at(each, places) for each in (panel, panel.rows(0, cut)))
    np.testing.assert_array_equal(whole, part)


def test_drift_is_told_of_hits_since(market, study, lesson):
    found = drifted(lesson, study)
    assert found.hits > 0
    assert found.over == 0
    before = dataclasses.replace(lesson, provenance=dataclasses.replace(lesson.provenance, last="0000-01-01"))
    whole = drifted(before, study)
    assert whole.over == int(study.over.sum())
    assert whole.said == pytest.approx(whole.came, abs=0.05)


def test_outcomes_in_words_add_up(study):
    rows = outcome_rows(study)
    counts = study.labels.counts()
    assert len(rows.rows) == sum(counts.values()) == len(study.past.rows)
    words = outcome_words(study)
    assert "target 2atr, no stop, at most 5 bars" in words
    assert "spread 0.1 %, fee 0.01 % a side" in words
    assert json.dumps(outcome_document(study, rows), allow_nan=False)


def test_a_lesson_says_what_is_used_and_why(lesson):
    words = lesson_words(lesson)
    for verdict in (lesson.learned.chance, lesson.learned.mean, lesson.learned.spread):
        assert verdict.why in words
    assert "Base rate" in words


def test_patterns_are_of_the_episodes_that_are_over(study):
    found = patterns_of(study)
    count = int(study.over.sum())
    assert sum(each.count for each in found.cells if each.group == "month") == count
    assert any("today's" in each for each in found.notes)
    calendar = {each.name for each in found.cells if each.group == "weekday"}
    assert calendar == {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"}
