"""Run records on a real SQLite file and a real PostgreSQL: the same promises on both."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys

import pytest

from scanwright.model.clock import SettableClock
from scanwright.model.errors import SettingsError, Unreachable
from scanwright.model.run import Event, RunRecord
from scanwright.store.records.database import Database
from tests.servers import postgres_server

START = dt.datetime(2026, 1, 5, 21, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def postgres():
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def address(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/runs.sqlite"
        return
    server = request.getfixturevalue("postgres")
    name = f"runs_{os.urandom(4).hex()}"
    words = ["psql", "-q", "-h", "127.0.0.1", "-p", str(server.port), "-U", "postgres", "-c", f"create database {name}"]
    subprocess.run(words, check=True)
    yield f"postgresql://postgres@127.0.0.1:{server.port}/{name}"


@pytest.fixture
def clock():
    return SettableClock(START)


@pytest.fixture
def records(address, clock):
    found = Database(address, clock)
    yield found
    found.close()


def run(id="a", started=START, **facts):
    return RunRecord(
        **{"id": id, "status": "running", "started": started, "definition": {"where": "x"}, "asked": {}} | facts
    )


def hit(seq, symbol="AAPL", type="hit", **more):
    return Event.made(seq, type, START, {"symbol": symbol, "ts": "2026-01-02", **more})


def test_a_run_comes_back_as_it_was_written(records):
    begun = run(asked={"order": "smart", "stop": {"hits": 3}}, plan_hash="p", market="us")
    records.begin(begun)
    assert records.get("a") == begun
    ended = run(status="finished", ended=START, reason="enough", receipt={"hits": 1, "warnings": ["é"]}, hits=1)
    records.end(ended)
    assert records.get("a") == ended
    assert records.get("b") is None


def test_events_are_the_bytes_that_were_told(records):
    records.begin(run())
    events = [hit(1), hit(2, "BRK.B"), hit(3, "C")]
    records.add("a", events[:2], ["AAPL"])
    records.add("a", events[2:], ["AAPL", "C"])
    assert records.events("a", 0, 10) == events
    assert records.events("a", 1, 1) == events[1:2]
    assert records.get("a").judged == ("AAPL", "C")


def test_an_event_that_is_there_already_takes_its_whole_batch_back(records):
    records.begin(run())
    records.add("a", [hit(1)], ["AAPL"])
    with pytest.raises(Unreachable):
        records.add("a", [hit(2, "B"), hit(1)], ["B"])
    assert [each.seq for each in records.events("a", 0, 10)] == [1]
    assert records.get("a").judged == ("AAPL",)


def test_which_runs_had_a_symbol(records):
    for at, id in enumerate("abc"):
        records.begin(run(id, START + dt.timedelta(days=at)))
        records.add(id, [hit(1), hit(2, "X")], [])
    records.add("c", [hit(3, "AAPL", "rank", position=None, withdrawn=True)], [])
    assert [(found.id, ts) for found, ts in records.having("AAPL", START)] == [("b", "2026-01-02"), ("a", "2026-01-02")]
    assert [found.id for found, _ in records.having("X", START + dt.timedelta(days=1))] == ["c", "b"]
    assert records.having("NONE", START) == []


def test_a_run_whose_process_is_silent_is_interrupted(records, clock):
    records.begin(run())
    clock.advance(50)
    records.alive("a")
    clock.advance(50)
    assert records.get("a").status == "running"
    clock.advance(20)
    assert records.get("a").status == "interrupted"
    assert [each.id for each in records.runs(5, status="interrupted")] == ["a"]


def test_the_latest_runs_come_first(records):
    for at, id in enumerate("abcd"):
        records.begin(run(id, START + dt.timedelta(hours=at)))
    assert [each.id for each in records.runs(3)] == ["d", "c", "b"]


def test_opening_again_keeps_everything(address, clock, records):
    records.begin(run())
    again = Database(address, clock)
    assert again.get("a") == run()
    again.close()


OPENS = """
import sys
from scanwright.app.settings import WallClock
from scanwright.store.records.database import Database
Database(sys.argv[1], WallClock()).close()
print("opened")
"""


def test_several_processes_may_open_a_new_database_at_once(address):
    started = [
        subprocess.Popen([sys.executable, "-c", OPENS, address], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    assert [each.communicate(timeout=60)[0] for each in started] == ["opened\n"] * 4


WRITES = """
import datetime as dt, sys
from scanwright.app.settings import WallClock
from scanwright.model.run import Event, RunRecord
from scanwright.store.records.database import Database
records, clock = Database(sys.argv[1], WallClock()), WallClock()
records.begin(RunRecord(id="k", status="running", started=clock.now(), definition={}, asked={}))
for seq in range(1, 100000):
    records.add("k", [Event.made(seq, "hit", clock.now(), {"symbol": f"S{seq}", "ts": ""})], [f"S{seq}"])
    print(seq, flush=True)
"""


def test_what_was_acknowledged_survives_a_kill(address, clock):
    writer = subprocess.Popen([sys.executable, "-c", WRITES, address], stdout=subprocess.PIPE, text=True)
    said = [int(writer.stdout.readline()) for _ in range(20)]
    writer.send_signal(signal.SIGKILL)
    rest, _ = writer.communicate()
    last = max([*said, *map(int, rest.split("\n")[:-1])])
    records = Database(address, clock)
    seen = [each.seq for each in records.events("k", 0, 100_000)]
    assert seen in (list(range(1, last + 1)), list(range(1, last + 2)))
    assert len(records.get("k").judged) == len(seen)
    records.close()


def test_a_server_that_comes_back_is_used_again(clock):
    with postgres_server() as server:
        records = Database(server.url, clock)
        records.begin(run())
        server.stop("immediate")
        with pytest.raises(Unreachable, match="see that it runs"):
            records.add("a", [hit(1)], [])
        server.start()
        records.add("a", [hit(1)], [])
        assert [each.seq for each in records.events("a", 0, 10)] == [1]
        records.close()


@pytest.mark.parametrize("address", ["nonsense", "mysql://x@y/z"])
def test_an_address_that_is_none_is_refused(address, clock):
    with pytest.raises(SettingsError, match="sqlite:///FILE"):
        Database(address, clock)


def test_the_password_of_an_address_is_never_said(clock):
    with pytest.raises(Unreachable) as caught:
        Database("postgresql://u:topsecret@127.0.0.1:1/x", clock)
    assert "topsecret" not in str(caught.value)
