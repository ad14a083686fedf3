"""Runs whose process or database goes away in the middle, for real: they go on, and nothing is lost or doubled."""

from __future__ import annotations

import json
import signal
from collections import Counter

import pytest

from tests.acceptance.conftest import run, start
from tests.exchange import running, small_market
from tests.servers import postgres_server

PACE = "SCANWRIGHT_PROVIDERS__SIMULATED__REQUESTS_PER_SECOND"
SCAN = ("close > sma(20)", "--rank", "roc(5)", "--provider", "simulated", "--format", "jsonl")
ACROSS = ("percentile(roc(20)) > 60", "--rank", "roc(5)", "--provider", "simulated", "--format", "jsonl")


@pytest.fixture(scope="module")
def exchange(tmp_path_factory):
    """One that answers after a while; how fast it is asked says the setting."""
    market = small_market(tmp_path_factory.mktemp("exchange") / "market", symbols=40)
    with running(market, latency_ms=60) as served:
        yield served


@pytest.fixture(scope="module")
def whole(exchange, tmp_path_factory):
    """What runs find that nobody interrupts."""
    folder = tmp_path_factory.mktemp("whole")
    found = {}
    for scan in (SCAN, ACROSS):
        ran = run("scan", *scan, "--url", exchange.url, "--market", str(folder / "market"))
        assert ran.code == 0, ran.err
        found[scan] = events_of(ran.out)[-1]["receipt"]
    return found


def events_of(text):
    return [json.loads(line) for line in text.splitlines()]


def words(exchange, folder, scan=SCAN):
    return ("scan", *scan, "--url", exchange.url, "--market", str(folder / "market"))


def broken_off(exchange, folder, scan=SCAN, *, hits=4, how=signal.SIGKILL, **environ):
    """A run that is killed when it has told so many hits."""
    process = start(*words(exchange, folder, scan), **{PACE: "8", **environ})
    told = 0
    for line in process.stdout:
        told += json.loads(line)["type"] == "hit"
        if told == hits:
            process.send_signal(how)
            break
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def listed(folder, **environ):
    ran = run("runs", "list", "--market", str(folder / "market"), "--format", "json", **environ)
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def story(folder, id, **environ):
    """Everything that a run has told, out of its record."""
    return events_of(run("runs", "export", id, "--market", str(folder / "market"), **environ).out)


def adds_up(events, receipt):
    assert [each["seq"] for each in events] == list(range(1, len(events) + 1))
    assert [each["type"] for each in events].count("finished") == 1
    assert events[-1]["receipt"]["result_hash"] == receipt["result_hash"]
    misses = Counter(each["symbol"] for each in events if each["type"] == "miss")
    hits = Counter(each["symbol"] for each in events if each["type"] == "hit")
    assert max(hits.values()) == 1
    assert not misses or max(misses.values()) == 1
    gone = {each["symbol"] for each in events if each["type"] == "rank" and each.get("withdrawn")}
    assert len(hits.keys() - gone) == receipt["hits"]


@pytest.mark.parametrize("scan", [SCAN, ACROSS], ids=["alone", "across"])
def test_a_killed_run_goes_on_and_finds_what_an_uninterrupted_one_does(exchange, whole, tmp_path, scan):
    code, _, _ = broken_off(exchange, tmp_path, scan)
    assert code == -signal.SIGKILL
    (record,) = listed(tmp_path)
    assert record["status"] == "interrupted"
    before = {each["symbol"] for each in story(tmp_path, record["run"]) if each["type"] in {"hit", "miss"}}
    asked = exchange.requests
    ran = run("runs", "continue", record["run"][:6], "--market", str(tmp_path / "market"), "--format", "jsonl")
    assert ran.code == 0, ran.err
    more = events_of(ran.out)
    assert exchange.requests - asked < 2 * 40, "what was brought before is not asked for again"
    assert before.isdisjoint(each["symbol"] for each in more if each["type"] in {"hit", "miss"})
    adds_up(story(tmp_path, record["run"]), whole[scan])
    assert [each["status"] for each in listed(tmp_path)] == ["finished"]


def test_a_run_that_goes_on_or_is_over_is_not_continued(exchange, tmp_path):
    process = start(*words(exchange, tmp_path), **{PACE: "1"})
    try:
        next(line for line in process.stdout if '"hit"' in line)
        (record,) = listed(tmp_path)
        assert record["status"] == "running"
        ran = run("runs", "continue", record["run"], "--market", str(tmp_path / "market"))
        assert (ran.code, "one that is running" in ran.err) == (1, True)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    ran = run("runs", "continue", record["run"], "--market", str(tmp_path / "market"))
    assert (ran.code, "one that is finished" in ran.err) == (1, True)


def test_ctrl_c_ends_it_with_a_receipt(exchange, tmp_path):
    code, out, err = broken_off(exchange, tmp_path, how=signal.SIGINT)
    last = events_of(out)[-1]
    assert (code, last["type"], last["reason"]) == (130, "finished", "cancelled")
    receipt = last["receipt"]
    assert receipt["not_reached"] > 0
    assert receipt["universe"] == receipt["judged"] + sum(receipt["missed"].values()) + receipt["not_reached"]
    assert "cancelled: " in err
    (record,) = listed(tmp_path)
    assert (record["status"], record["reason"]) == ("finished", "cancelled")


def test_a_run_on_record_in_postgres_goes_on_too(exchange, whole, tmp_path):
    with postgres_server() as server:
        broken_off(exchange, tmp_path, SCANWRIGHT_RECORDS=server.url)
        (record,) = listed(tmp_path, SCANWRIGHT_RECORDS=server.url)
        assert record["status"] == "interrupted"
        ran = run(
            "runs", "continue", record["run"], "--market", str(tmp_path / "market"), SCANWRIGHT_RECORDS=server.url
        )
        assert ran.code == 0, ran.err
        adds_up(story(tmp_path, record["run"], SCANWRIGHT_RECORDS=server.url), whole[SCAN])


def test_a_database_that_is_restarted_during_a_run_loses_nothing(exchange, whole, tmp_path):
    with postgres_server() as server:
        with start(*words(exchange, tmp_path), **{PACE: "8", "SCANWRIGHT_RECORDS": server.url}) as process:
            lines = [next(process.stdout)]
            while '"hit"' not in lines[-1]:
                lines.append(next(process.stdout))
            server.stop("immediate")
            lines += [next(process.stdout) for _ in range(3)]
            server.start()
            told = events_of("".join([*lines, *process.stdout]))
        assert process.returncode == 0
        (record,) = listed(tmp_path, SCANWRIGHT_RECORDS=server.url)
        events = story(tmp_path, record["run"], SCANWRIGHT_RECORDS=server.url)
        assert events == told
        adds_up(events, whole[SCAN])
