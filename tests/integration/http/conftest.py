"""The service over real sockets: in a thread of its own on a small simulated market, or in a process."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import queue
import subprocess
import sys
import threading
from pathlib import Path

import httpx2
import pytest

from scanwright.app.demo import written
from scanwright.app.http.serving import Place, Server
from scanwright.app.market import Market
from scanwright.app.settings import Settings
from scanwright.app.wiring import clock
from scanwright.store.market import Market as Stored

SCAN = {"where": "close > sma(20)", "rank": "-rsi(14)", "columns": {"rsi": "rsi(14)"}}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Asked:
    """A server that runs, and a client of it."""

    url: str
    folder: Path
    client: httpx2.Client
    said: list[str]

    def post(self, path: str, body: object, **more) -> httpx2.Response:
        return self.client.post(path, json=body, **more)

    def start(self, scan=SCAN, **more) -> str:
        found = self.post("/v1/runs", {"scan": scan, **more})
        assert found.status_code == 201, found.text
        assert found.headers["location"] == f"/v1/runs/{found.json()['id']}"
        return found.json()["id"]

    def events(self, run: str, **parameters) -> list[dict]:
        """All that a run tells until its stream ends."""
        return list(read(self.client, run, **parameters))


def read(client, run, headers=None, **parameters):
    """The events of a run as they come; each one's id and name are looked at."""
    with client.stream("GET", f"/v1/runs/{run}/events", params=parameters, headers=headers, timeout=90) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        frame = {}
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if line and name:
                frame[name] = value
            elif not line and "data" in frame:
                event = json.loads(frame["data"])
                assert (frame["id"], frame["event"]) == (str(event["seq"]), event["type"])
                yield event
                frame = {}


@contextlib.contextmanager
def served(folder: Path, *, settings: Settings | None = None, **place):
    """A server in a thread."""
    said, ready = [], queue.Queue()
    market = Market(Stored.open(folder), threads=2)
    server = Server(market, settings or Settings(), clock(), Place(**place), say=said.append)
    thread = threading.Thread(target=lambda: server.run(lambda url, keyed: ready.put(url)))
    thread.start()
    try:
        url = ready.get(timeout=90)
        with httpx2.Client(base_url=url, timeout=90) as client:
            yield Asked(url=url, folder=folder, client=client, said=said)
    finally:
        server.stop()
        thread.join(90)
    assert not thread.is_alive()


@contextlib.contextmanager
def process(folder: Path, *words: str):
    """A server in a process; its address stands on standard output."""
    command = [sys.executable, "-m", "scanwright", "serve", "--market", str(folder), "--port", "0", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        try:
            url = started.stdout.readline().strip()
            assert url.startswith("http://"), started.stderr.read()
            with httpx2.Client(base_url=url, timeout=90) as client:
                yield started, Asked(url=url, folder=folder, client=client, said=[])
        finally:
            if started.poll() is None:
                started.kill()


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A market of 120 symbols over a year."""
    return written(tmp_path_factory.mktemp("http") / "market", symbols=120, years=1)


@pytest.fixture(scope="module")
def server(folder):
    with served(folder) as found:
        yield found


@pytest.fixture
def own(tmp_path):
    """A market of a test's own, with records of its own."""
    return written(tmp_path / "market", symbols=40, years=1)
