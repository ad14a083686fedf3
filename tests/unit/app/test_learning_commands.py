"""The commands that learn, as they are typed: data on one side, words on the other."""

from __future__ import annotations

import json

import pytest

from scanwright.app.cli.commands import run
from scanwright.app.demo import written
from scanwright.model.errors import Absent, SettingsError

WHAT = "close > sma(20)"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return str(written(tmp_path_factory.mktemp("commands") / "market", symbols=30, years=2))


@pytest.fixture
def typed(folder, capsys):
    def ask(*words):
        run([*words, "--market", folder])
        told = capsys.readouterr()
        return told.out, told.err

    return ask


def test_outcomes_are_rows_with_the_rule_and_its_costs_beside(typed):
    out, said = typed(
        "outcomes", WHAT, "--target", "3%", "--stop", "none", "--bars", "5", "--limit", "7", "--format", "json"
    )
    document = json.loads(out)
    assert len(document["results"]) == 7
    assert document["rule"]["target"] == {"amount": 3.0, "unit": "percent"}
    assert document["rule"]["stop"] is None
    assert set(document["results"][0]) >= {"symbol", "ts", "outcome", "entered", "left", "net", "good", "episode"}
    assert "target 3%, no stop, at most 5 bars" in said
    assert "spread 0.1 %" in said


def test_a_short_pays_to_borrow_and_says_so(typed):
    _, said = typed("outcomes", WHAT, "--side", "short", "--borrow", "12", "--limit", "1")
    assert "borrow 12 % a year" in said


def test_hits_are_learned_then_told_with_their_odds(typed):
    with pytest.raises(Absent):
        typed("odds", WHAT)
    out, said = typed("learn", WHAT, "--format", "json")
    document = json.loads(out)
    assert document["replaced"] is True
    assert document["lesson"]["base"]["count"] > 100
    assert "Chance to come good" in said
    out, said = typed("odds", WHAT, "--format", "csv")
    header, *rows = out.splitlines()
    assert header.split(",")[3] == "p_success"
    assert len(rows) > 1
    assert "drift" in said
    out, _ = typed("scan", WHAT, "--rank", "p_success", "--column", "on=evidence", "--format", "csv")
    assert len(out.splitlines()) == len(rows) + 1


def test_patterns_are_a_table(typed):
    out, said = typed("patterns", WHAT, "--format", "json")
    cells = json.loads(out)["cells"]
    assert {"weekday", "month", "sector"} <= {each["group"] for each in cells}
    assert "a tenth at most is expected luck" in said


@pytest.mark.parametrize(
    "wrong", [("--target", "2"), ("--bars", "0"), ("--spread", "-1"), ("--stop", "nan%"), ("--bars", "999")]
)
def test_a_wrong_rule_is_refused(typed, wrong):
    with pytest.raises(SettingsError):
        typed("outcomes", WHAT, *wrong)
