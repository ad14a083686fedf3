"""`scanwright serve` as a person starts it: where it is, how it ends, what it refuses."""

from __future__ import annotations

import signal
import socket
import urllib.request

import pytest

from tests.acceptance.conftest import start


@pytest.fixture
def served(market):
    process = start("serve", "--market", str(market), "--port", "0")
    yield process
    if process.poll() is None:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_ends_cleanly(served, how):
    address = served.stdout.readline().strip()
    with urllib.request.urlopen(f"{address}/openapi.json", timeout=30) as answer:
        assert b"/v1/runs/{run}/events" in answer.read()
    served.send_signal(how)
    out, err = served.communicate(timeout=30)
    assert (served.returncode, out) == (0, "")
    assert f"{address}/openapi.json" in err
    assert "Traceback" not in err


def test_a_port_that_is_taken_is_told(scanwright):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = scanwright("serve", "--port", str(taken.getsockname()[1]))
    assert ran.code == 2
    assert "expected a free port at 127.0.0.1" in ran.err


def test_a_market_that_is_not_there_is_told(tmp_path):
    process = start("serve", "--market", str(tmp_path / "none"), "--port", "0")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "expected a market" in err


@pytest.mark.parametrize("words", [("--host", "203.0.113.77"), ("--provider", "nobody"), ("--port", "-1")])
def test_what_cannot_be_is_asked_wrongly(scanwright, words):
    assert scanwright("serve", "--port", "0", *words).code == 2
