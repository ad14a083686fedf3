"""Scans on a real Ray cluster of two machines: workers that are killed, a machine that is lost, bars mapped or sent."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from scanwright.app.demo import written
from scanwright.app.market import open as open_market
from scanwright.app.scans import Scan
from scanwright.app.wiring import catalogue
from scanwright.app.workers import FACTORY, disk_of, executor, on_workers
from scanwright.model.errors import WorkersLost
from scanwright.model.interval import Interval
from scanwright.scan.blocks.block import Block
from scanwright.scan.blocks.spread import Disk, Spread
from scanwright.scan.now import now
from scanwright.workers import Home, Job
from tests.cluster import ray_executor

WHERE = "close > sma(20) and rank(roc(20)) <= 40 and of('AAAA', close) > 0"


@pytest.fixture(scope="module")
def market():
    return open_market(written(symbols=150, years=2))


@pytest.fixture(scope="module")
def scan(market):
    first = min(market.symbols)
    return Scan(WHERE.replace("AAAA", first), rank="ema(rank(close), 10)", columns={"rsi": "rsi(14)"})


@pytest.fixture(scope="module")
def workers(cluster):
    with ray_executor(cluster) as found:
        yield found


class Listening:
    """An executor that writes down which jobs it hands on."""

    def __init__(self, executor):
        self.workers, self._executor, self.jobs = executor.workers, executor, []

    def gather(self, jobs):
        self.jobs += jobs
        return self._executor.gather(jobs)

    def close(self):
        """It is somebody else's."""

    @property
    def sent(self):
        return sum("panel" in job.arguments for job in self.jobs)


class Process:
    """What tells in which process of which machine a worker runs."""

    def where(self):
        import ray

        return {"pid": os.getpid(), "machine": ray.util.get_node_ip_address()}


class Deadly:
    """What no worker survives."""

    def kill(self):
        os.kill(os.getpid(), signal.SIGKILL)


class Dying(Block):
    """A block whose worker is killed the first time, when it has done its work and is about to answer."""

    def values(self, *, bars, **asked):
        found = super().values(bars=bars, **asked)
        mark = Path(bars["folder"], "killed")
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return found


def dying():
    return Dying(catalogue())


def where_they_are(workers):
    homes = [Home(key="process", number=at, factory=f"{__name__}:Process") for at in range(workers.workers)]
    return workers.gather([Job(home=home, method="where", arguments={}) for home in homes])


def here(market, scan):
    panel = market.panel(Interval.DAY)
    return panel, now(scan.definition, panel, catalogue())


def assert_the_same(found, expected):
    assert found.receipt.result_hash == expected.receipt.result_hash
    assert found.hits == expected.hits
    assert found.hits


def test_each_machine_has_a_worker(workers):
    assert len({each["machine"] for each in where_they_are(workers)}) == 2


def test_workers_map_the_bars_that_they_find_on_their_disk(workers, market, scan):
    panel, expected = here(market, scan)
    listening = Listening(workers)
    assert_the_same(
        Spread(listening, FACTORY).now(scan.definition, panel, catalogue(), disk=disk_of(market, panel)), expected
    )
    assert len(listening.jobs) == 2
    assert not listening.sent


def test_workers_without_that_disk_are_sent_the_bars_once(workers, market, scan):
    panel, expected = here(market, scan)
    listening = Listening(workers)
    blocks = Spread(listening, FACTORY)
    disk = Disk(folder="/nowhere", interval="1d", as_of="", adjust="splits")
    assert_the_same(blocks.now(scan.definition, panel, catalogue(), disk=disk), expected)
    assert listening.sent == 2
    other = Scan("close > sma(30)", rank="roc(5)")
    blocks.now(other.definition, panel, catalogue(), disk=disk)
    blocks.now(Scan("close > sma(40)").definition, panel, catalogue(), disk=disk)
    assert listening.sent <= 4  # that scan looks at no other symbol, so its blocks are others


def test_a_worker_killed_in_the_middle_of_a_run_changes_nothing_but_time(workers, market, scan, capfd):
    panel, expected = here(market, scan)
    blocks = Spread(workers, f"{__name__}:dying")
    disk = disk_of(market, panel)
    mark = Path(disk.folder, "killed")
    assert_the_same(blocks.now(scan.definition, panel, catalogue(), disk=disk), expected)
    assert mark.exists()
    mark.unlink()
    assert not capfd.readouterr().out, "data goes there"


def test_a_job_that_kills_whoever_does_it_is_given_up(workers):
    home = Home(key="deadly", number=0, factory=f"{__name__}:Deadly")
    with pytest.raises(WorkersLost, match="ended 3 times in the middle of one job"):
        workers.gather([Job(home=home, method="kill", arguments={})])
    assert len(where_they_are(workers)) == 2


def test_a_worker_killed_between_two_runs_is_replaced(workers, market, scan):
    panel, expected = here(market, scan)
    blocks = Spread(workers, FACTORY)
    plain = Scan("close > sma(20)", rank="roc(20)")
    for rows in (450, 460):
        blocks.now(plain.definition, panel.rows(0, rows), catalogue())
    before = [each["pid"] for each in where_they_are(workers)]
    os.kill(before[0], signal.SIGKILL)
    assert_the_same(blocks.now(plain.definition, panel, catalogue()), now(plain.definition, panel, catalogue()))
    assert_the_same(blocks.now(scan.definition, panel, catalogue()), expected)
    after = [each["pid"] for each in where_they_are(workers)]
    assert after[0] != before[0]
    assert after[1] == before[1]


def test_a_machine_that_is_lost_leaves_its_work_to_the_others(cluster, market, scan):
    panel, expected = here(market, scan)
    machine = cluster.join()
    with ray_executor(cluster, machines=3) as workers:
        blocks = Spread(workers, FACTORY, narrowest=40)
        assert len({each["machine"] for each in where_they_are(workers)}) == 3
        plain = Scan("close > sma(20)", rank="roc(20)")
        blocks.now(plain.definition, panel, catalogue())
        cluster.lose(machine)
        assert_the_same(blocks.now(scan.definition, panel, catalogue()), expected)
        assert len({each["machine"] for each in where_they_are(workers)}) == 2


def test_a_market_on_workers_answers_as_it_does_alone(cluster, market):
    further = ({}, {"interval": "1w"}, {"adjust": "total"}, {"universe": "close > 20"})
    scans = [Scan("close > sma(10)", rank="rank(roc(5))", **each) for each in further]
    days = (None, market.panel(Interval.DAY).ts[-60].astype("M8[D]"), None)
    alone = [scan.now(market, day) for scan in scans for day in days]
    with on_workers(market, f"ray={cluster.address}") as shared:
        found = [scan.now(shared, day) for scan in scans for day in days]
    for mine, theirs in zip(alone, found, strict=True):
        assert_the_same(theirs.found, mine.found)
        assert theirs.receipt.warnings == mine.receipt.warnings


def test_a_new_day_is_folded_on_top_of_what_is_kept(workers, scan, tmp_path):
    import datetime as dt

    import polars as pl

    grown = open_market(written(tmp_path / "grown", symbols=150, years=1))
    plain = Scan("close > sma(20)", rank="ema(rank(roc(5)), 4)")
    listening = Listening(workers)
    blocks = Spread(listening, FACTORY)

    def both():
        panel = grown.panel(Interval.DAY)
        found = blocks.now(plain.definition, panel, catalogue(), disk=disk_of(grown, panel))
        assert_the_same(found, now(plain.definition, panel, catalogue()))
        return panel

    panel = both()
    day = np.busday_offset(panel.ts[-1].astype("M8[D]"), 1, roll="forward")
    close = np.round(np.nan_to_num(panel.fields["close"][-1], nan=10.0) * 1.01, 2)
    bars = pl.DataFrame({"symbol": panel.symbols, "ts": [day.item()] * len(close), "open": close, "high": close,
        "low": close, "close": close, "volume": np.full(len(close), 1e6)})  # fmt: skip
    grown.stored.append(Interval.DAY, bars, seen=dt.datetime(2030, 1, 1, tzinfo=dt.UTC), source="test")
    assert len(both().ts) == len(panel.ts) + 1
    assert not listening.sent


def test_a_cluster_that_does_not_answer_is_told():
    with pytest.raises(WorkersLost, match=r"127\.0\.0\.1:9, found Connection refused"), executor("ray=127.0.0.1:9"):
        pytest.fail("nobody is there")
    with pytest.raises(WorkersLost, match="no HOST:PORT"), executor("ray=nowhere"):
        pytest.fail("nobody is there")


def test_a_process_is_in_one_cluster_at_a_time(workers):
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(WorkersLost, match="this process at work with the one at"), executor(f"ray={address}"):
            pytest.fail("that is another one")


def test_a_process_may_have_a_cluster_of_its_own(market, tmp_path):
    program = (
        "import sys; from scanwright.app.market import open; from scanwright.app.scans import Scan\n"
        "from scanwright.app.workers import on_workers\n"
        "market, scan = open(sys.argv[1]), Scan('close > sma(20)', rank='rank(roc(5))')\n"
        "alone = scan.now(market).receipt.result_hash\n"
        "with on_workers(market, 'ray', workers=2): print(scan.now(market).receipt.result_hash == alone)\n"
    )
    words = [sys.executable, "-W", "error", "-c", program, str(market.folder)]
    own = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")} | {"HOME": str(tmp_path)}
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=own)
    assert done.stdout == "True\n", done.stderr
