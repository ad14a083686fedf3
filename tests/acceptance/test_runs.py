"""Every scan is on record, and the commands about runs tell it back."""

from __future__ import annotations

import csv
import io
import json
import os

import pytest

from scanwright.app.demo import written
from tests.acceptance.conftest import run

RISING = ("close > sma(20)", "--rank", "roc(20)", "--column", "rsi=rsi(14)")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A market of its own, so that its runs are these alone."""
    return written(tmp_path_factory.mktemp("runs") / "market", symbols=40, years=1)


@pytest.fixture
def scanwright(place):
    return lambda *words: run(*words, "--market", str(place))


@pytest.fixture(scope="module")
def three(place):
    """A plain scan, the same told as it goes, and another one as of a week before."""
    ran = [
        run("scan", *RISING, "--format", "json", "--market", str(place)),
        run("scan", *RISING, "--stop-after", "3", "--format", "json", "--market", str(place)),
        run("scan", "close < sma(20)", "--as-of", "2025-12-24", "--format", "json", "--market", str(place)),
    ]
    assert [each.code for each in ran] == [0, 0, 0]
    listed = json.loads(run("runs", "list", "--format", "json", "--market", str(place)).out)
    return [json.loads(each.out) for each in ran], [each["run"] for each in listed][::-1]


def test_every_scan_is_listed_the_newest_first(scanwright, three):
    found, ids = three
    rows = json.loads(scanwright("runs", "list", "--format", "json").out)
    assert [row["run"] for row in rows] == ids[::-1]
    assert [row["where"] for row in rows] == ["close < sma(20)", "close > sma(20)", "close > sma(20)"]
    assert [row["reason"] for row in rows] == ["complete", "enough", "complete"]
    assert [row["hits"] for row in rows] == [len(each["results"]) for each in found][::-1]
    assert len(scanwright("runs", "list", "--limit", "1").out.splitlines()) == 2
    assert scanwright("runs", "list", "--status", "interrupted").err == "no runs on record\n"


def test_a_run_is_shown_as_it_was(scanwright, three):
    found, ids = three
    for at, id in enumerate(ids):
        shown = json.loads(scanwright("runs", "show", id, "--format", "json").out)
        assert shown["results"] == found[at]["results"]
        assert shown["receipt"]["result_hash"] == found[at]["receipt"]["result_hash"]
        assert shown["asked"]["as_of"] == ("2025-12-24" if at == 2 else None)
    table = scanwright("runs", "show", ids[0][:7])
    assert table.out.splitlines()[0].split() == ["symbol", "ts", "close", "rank", "rsi"]
    assert f"run {ids[0]}: close > sma(20)" in table.err
    assert "complete: " in table.err


def test_what_a_run_told_can_be_taken_away(scanwright, three, tmp_path):
    found, ids = three
    events = [json.loads(line) for line in scanwright("runs", "export", ids[0]).out.splitlines()]
    assert [each["type"] for each in (events[0], events[-1])] == ["started", "finished"]
    assert sum(each["type"] == "hit" for each in events) == len(found[0]["results"])
    assert events[-1]["receipt"]["result_hash"] == found[0]["receipt"]["result_hash"]
    assert scanwright("runs", "export", ids[0], "--out", str(tmp_path / "hits.csv")).out == ""
    rows = list(csv.DictReader(io.StringIO((tmp_path / "hits.csv").read_text())))
    assert [row["symbol"] for row in rows] == [row["symbol"] for row in found[0]["results"]]


def test_two_runs_are_compared(scanwright, three):
    found, ids = three
    ran = scanwright("runs", "compare", ids[0], ids[1], "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    best = {row["symbol"] for row in found[1]["results"]}
    assert {row["symbol"] for row in rows if row["in"] == "both"} == best
    assert {row["symbol"] for row in rows if row["in"] == "first"} == {
        row["symbol"] for row in found[0]["results"]
    } - best
    assert "3 in both" in ran.err
    assert "the same definition, the same bars, another result" in ran.err
    same = scanwright("runs", "compare", ids[0], ids[0], "--format", "json")
    assert json.loads(same.out)["same"] == ["the same definition", "the same bars", "the same result"]


def test_which_runs_had_a_symbol(scanwright, three):
    found, ids = three
    symbol = found[1]["results"][0]["symbol"]
    rows = json.loads(scanwright("runs", "with", symbol.lower(), "--last", "2w", "--format", "json").out)
    assert [row["run"] for row in rows] == ids[1::-1]
    assert "0 runs" in scanwright("runs", "with", "NOBODY").err
    wrong = scanwright("runs", "with", symbol, "--last", "soon")
    assert (wrong.code, "a number of days" in wrong.err) == (2, True)


def test_a_run_that_there_is_not_is_refused(scanwright, three):
    ran = scanwright("runs", "show", "nothing")
    assert (ran.code, "scanwright runs list shows them" in ran.err) == (2, True)
    assert scanwright("runs", "show", "").code == 2


def test_many_files_that_were_left_are_taken_in(place, scanwright, three):
    left = place / "runs"
    scanwright("scan", "close > 5", "--format", "csv")
    (one,) = left.glob("*.json")
    for at in range(201):
        (left / f"{at:016x}.json").write_bytes(one.read_bytes())
    scanwright("scan", "close > 5", "--format", "csv")
    assert not list(left.glob("*.json"))
    assert len(json.loads(scanwright("runs", "list", "--limit", "0", "--format", "json").out)) == 3 + 203


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_market_that_may_only_be_read_is_scanned_all_the_same(tmp_path):
    place = written(tmp_path / "market", symbols=10, years=1)
    place.chmod(0o555)
    try:
        ran = run("scan", "close > 5", "--market", str(place))
    finally:
        place.chmod(0o755)
    assert ran.code == 0
    assert ran.err.count("not on record") == 1
