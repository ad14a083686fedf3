"""Who does the work of a scan, by the real commands: named, listed, asked wrongly, and in a server."""

from __future__ import annotations

import json
import signal

import httpx2
import pytest

from tests.acceptance.conftest import run, start

SCAN = "close > sma(20) and rank(roc(5)) <= 10"


@pytest.fixture(scope="module")
def alone(market):
    return json.loads(run("scan", SCAN, "--market", str(market), "--format", "json").out)


def test_the_executors_are_listed_with_what_each_lacks():
    lines = run("worker", "--format", "jsonl").out.splitlines()
    assert [json.loads(line)["executor"] for line in lines] == ["inline", "ray", "threads"]
    assert json.loads(lines[0])["lacks"] is None


@pytest.mark.parametrize("name", ["inline", "threads"])
def test_whoever_does_the_work_the_answer_is_the_same(market, alone, name):
    found = json.loads(run("scan", SCAN, "--market", str(market), "--format", "json", "--workers", name).out)
    assert found["receipt"]["result_hash"] == alone["receipt"]["result_hash"]
    assert found["results"] == alone["results"]
    assert found["results"]


def test_a_run_that_is_told_as_it_goes_has_workers_too(market, alone):
    told = run("scan", SCAN, "--market", str(market), "--format", "jsonl", "--workers", "threads").out.splitlines()
    assert json.loads(told[-1])["receipt"]["result_hash"] == alone["receipt"]["result_hash"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("thread", "did you mean threads?"),
        ("threads=127.0.0.1:1", "write threads alone"),
        ("ray=", "ray=HOST:PORT"),
    ],
)
def test_what_is_no_executor_is_refused(market, name, said):
    found = run("scan", SCAN, "--market", str(market), "--workers", name)
    assert found.code == 2
    assert said in found.err


def test_a_cluster_that_does_not_answer_is_told_at_once(market):
    pytest.importorskip("ray", reason="ray is not installed: pip install 'scanwright[ray]'")
    for words in (
        ("worker", "--ray", "127.0.0.1:9"),
        ("scan", SCAN, "--market", str(market), "--workers", "ray=127.0.0.1:9"),
    ):
        found = run(*words)
        assert found.code == 1
        assert "expected workers of the Ray cluster at 127.0.0.1:9, found Connection refused" in found.err
        assert not found.out


def test_a_server_has_workers_for_all_its_runs(market, alone):
    served = start("serve", "--market", str(market), "--port", "0", "--workers", "threads")
    try:
        address = served.stdout.readline().strip()
        with httpx2.Client(base_url=address) as client:
            for _ in range(3):
                made = client.post("/v1/runs", json={"scan": {"where": SCAN}}).json()
                told = client.get(f"/v1/runs/{made['id']}/events").text
                assert f'"result_hash":"{alone["receipt"]["result_hash"]}"' in told
    finally:
        served.send_signal(signal.SIGINT)
        served.communicate(timeout=30)
