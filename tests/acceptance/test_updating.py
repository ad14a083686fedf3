"""The commands: `simulate` serves, `data update` fills another market; killed at any moment, the next one goes on."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys

import pytest

from scanwright.model.interval import Interval
from scanwright.store.market import Market
from tests.acceptance.conftest import run, start
from tests.acceptance.test_shapes import named

DAY = Interval.DAY


class Simulated:
    """`scanwright simulate` in a process of its own."""

    def __init__(self, market, *words):
        kept = {key: value for key, value in os.environ.items() if not key.startswith("SCANWRIGHT_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scanwright", "simulate", "--market", str(market), "--port", "0", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=kept,
        )
        self.url = self.process.stdout.readline().strip()

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err


@pytest.fixture
def simulated(market):
    running = []

    def started(*words):
        running.append(Simulated(market, *words))
        return running[-1]

    yield started
    for each in running:
        if each.process.poll() is None:
            each.end()


@pytest.fixture
def update(tmp_path):
    """Run `data update` into another market; the cache is the test's own."""

    def ran(exchange, *words, command=run, only=("--only-bars",)):
        place = ("--market", str(tmp_path / "copy"), *only)
        return command(
            *("data", "update", "--provider", "simulated", "--url", exchange.url, *place, *words),
            XDG_CACHE_HOME=str(tmp_path / "cache"),
        )

    return ran


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_simulate_says_where_it_is_and_ends_cleanly(simulated, how):
    exchange = simulated()
    assert exchange.url.startswith("http://127.0.0.1:")
    code, _, err = exchange.end(how)
    assert code == 0
    assert err == "served 0 requests\n"


def test_simulate_is_asked_wrongly(market):
    ran = run("simulate", "--market", str(market), "--error-rate", "1.5")
    assert ran.code == 2
    assert "share from 0 to 1" in ran.err


def test_another_market_is_filled(simulated, update, market, tmp_path):
    exchange = simulated()
    ran = update(exchange, "--universe", "all", "--format", "json", only=())
    assert ran.code == 0, ran.err
    report = json.loads(ran.out)
    assert report["complete"] == report["symbols"] == len(Market.open(market).symbols(DAY))
    assert Market.open(tmp_path / "copy").bars(DAY).equals(Market.open(market).bars(DAY))
    again = json.loads(update(exchange, "--format", "json", only=()).out)
    assert (again["bars_requests"], again["rows_new"]) == (0, 0)
    assert 0 < again["cached"] <= sum(tier["hits"] for tier in again["cache"].values())
    assert {*again, *again["cache"]["disk"]} <= named("data update")
    scan = run("scan", "close > sma(20)", "--market", str(tmp_path / "copy"))
    assert scan.code == 0


def test_the_sentence_is_for_people(simulated, update):
    ran = update(simulated(), "--universe", "SPY,NOSUCH")
    assert ran.code == 0
    assert "1 of 2 symbols are complete" in ran.err
    assert "NOSUCH" in ran.out
    assert "unknown" in ran.out


def test_an_update_that_brings_nobody_has_failed(simulated, update):
    ran = update(simulated(), "--universe", "NOSUCH,NEITHER")
    assert ran.code == 1
    assert "no symbol is complete" in ran.err
    assert "2 missed: 2 unknown" in ran.err


def test_wrong_questions(update, simulated):
    exchange = simulated()
    for words, told in (
        (("--since", "yesterday"), "a date"),
        (("--interval", "1w"), "made from days"),
        (("--deadline", "soon"), "length of time"),
        (("--universe", "none.txt"), "a file of symbols"),
    ):
        ran = update(exchange, *words)
        assert ran.code == 2, ran.err
        assert told in ran.err
    ran = run("data", "update", "--provider", "simulatd")
    assert ran.code == 2
    assert "did you mean simulated" in ran.err


def test_ctrl_c_ends_with_the_report_so_far(simulated, update, market, tmp_path):
    exchange = simulated("--rate", "15")
    process = update(exchange, command=start)
    wait_for_bars(tmp_path / "copy")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert "not reached: stopped by a person" in err
    kept = Market.open(tmp_path / "copy").symbols(DAY)
    assert 0 < len(kept) < len(Market.open(market).symbols(DAY))


def test_killed_and_started_again(simulated, update, market, tmp_path):
    kills = int(os.environ.get("KILLS", "3"))  # `make soak` kills more often
    assert killed(simulated("--rate", "25"), update, market, tmp_path / "copy", random.Random(7), kills) == kills


def killed(exchange, update, market, copy, dice, kills):
    """Kill updates until one comes to its end; each time all that was acknowledged is still there."""
    done, acknowledged = 0, {}
    while done < kills:
        process = update(exchange, command=start)
        wait_for_bars(copy, more_than=len(acknowledged), process=process)
        try:
            process.wait(timeout=dice.uniform(0, 0.8))
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate(timeout=60)
        kept = held(copy)
        assert acknowledged.items() <= kept.items()
        acknowledged, done = kept, done + 1
    ran = update(exchange, "--format", "json")
    assert ran.code == 0, ran.err
    report = json.loads(ran.out)
    assert report["needed"] <= report["symbols"] - len(acknowledged)
    assert Market.open(copy).bars(DAY).equals(Market.open(market).bars(DAY))
    return done


def held(copy):
    """How many bars of each symbol are in the market."""
    bars = Market.open(copy).bars(DAY)
    return dict(bars.group_by("symbol").len().iter_rows())


def wait_for_bars(copy, more_than=0, process=None):
    """Until an update has kept some symbols, or ends."""
    files = (copy / "market.json", copy / "manifest.json")
    while process is None or process.poll() is None:
        if all(each.exists() for each in files) and len(Market.open(copy).symbols(DAY)) > more_than:
            return
