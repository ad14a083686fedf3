"""`scanwright estimate`: what is told before a run, to people and to programs."""

from __future__ import annotations

import json

import pytest

from scanwright.app.demo import written
from tests.acceptance.conftest import run


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return written(tmp_path_factory.mktemp("estimate") / "market", symbols=60, years=2)


@pytest.fixture
def estimate(place):
    return lambda *words: run("estimate", *words, "--market", str(place))


def document(found):
    assert found.code == 0, found.err
    return json.loads(found.out)


def test_people_read_what_will_be_found(estimate):
    found = estimate("close > sma(20) and rsi(14) < 60")
    assert found.code == 0
    first, second, third, *_ = found.out.splitlines()
    assert "hits" in first
    assert "with a chance of 80 %" in first
    assert second.startswith("last year: ")
    assert third.startswith("a run takes about ")


def test_programs_get_all_of_it(estimate):
    found = document(estimate("close > sma(20)", "--format", "json"))
    assert set(found) >= {"hits", "seconds", "requests", "cost", "warnings"}
    assert found["hits"]["low"] <= found["hits"]["median"] <= found["hits"]["high"]
    assert 0 <= found["hits"]["none"] <= 1
    assert found["seconds"]["low"] < found["seconds"]["median"] < found["seconds"]["high"]
    assert (found["requests"], found["cost"]) == (0, 0)


def test_an_estimate_as_of_a_day_is_the_one_of_that_day(place, estimate):
    words = ("close > sma(20)", "--as-of", "2025-06-03", "--format", "json")
    found, again = (document(estimate(*words)) for _ in range(2))
    assert found == again
    assert found["frame"] == "2025-06-03"
    came = json.loads(run("scan", *words, "--market", str(place)).out)["receipt"]["hits"]
    assert found["hits"]["low"] - 15 <= came <= found["hits"]["high"] + 15


@pytest.mark.parametrize(
    ("text", "code", "helps"),
    [
        ("rsi(14) < 2", "never", "rsi(14) < 2 -> rsi(14) < "),
        ("close > sma(50) and close < sma(50)", "never", "without `"),
        ("close > 0", "nearly_all", "close > 0 -> close > "),
        ("close > 0 and rsi(14) < 50", "one_term", "`rsi(14) < 50` by itself"),
        ("close > sma(5000)", "warm_up", "import longer history"),
    ],
)
def test_what_is_wrong_comes_with_what_helps(estimate, text, code, helps):
    found = document(estimate(text, "--format", "json"))["warnings"]
    told = {each["code"]: each for each in found}
    assert told[code]["change"].startswith(helps)


def test_runs_on_record_teach_how_long_the_next_takes(place, estimate):
    before = document(estimate("close > sma(20)", "--format", "json"))["seconds"]
    for _ in range(3):
        assert run("scan", "close > sma(20)", "--market", str(place)).code == 0
    after = document(estimate("close > sma(20)", "--format", "json"))["seconds"]
    assert after["runs"] == before["runs"] + 3


@pytest.mark.parametrize("words", [("rsi(14) <",), ("close > 1", "--as-of", "yesterday"), ("no_such_scan",)])
def test_what_is_asked_wrongly_is_told(estimate, words):
    found = estimate(*words)
    assert found.code == 2
    assert "expected" in found.err
