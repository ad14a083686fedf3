"""A real Ray cluster for tests: a head with one processor on loopback, and a second machine by `scanwright worker`.

It takes ten seconds to start, so those that need it share one, in one process of pytest-xdist (`tests/conftest.py`).
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from scanwright.app.settings import environment_of_ray
from scanwright.app.workers import executor

HOSTS = ("127.0.0.2", "127.0.0.3", "127.0.0.4")
ROOM = 150 << 20  # bytes of each machine's shared memory

ON_RAY = ("tests/integration/workers/", "[ray-", "[ray]")
"""Parts of the names of the tests that need it."""


class RayCluster:
    """A head of its own; `join` brings another machine. Each is a loopback address with one processor."""

    def __init__(self):
        self.address = f"{HOSTS[0]}:{_port()}"
        # A machine that is lost is noticed within three seconds, not fifteen.
        impatient = {"RAY_health_check_period_ms": "1000", "RAY_health_check_failure_threshold": "3"}
        self._environment = {**environment_of_ray(), **impatient}
        self._machines: list[subprocess.Popen] = []

    def start(self) -> None:
        host, port = self.address.split(":")
        words = f"-m ray.scripts.scripts start --head --node-ip-address={host} --port={port} --num-cpus=1 --block"
        self._started([*words.split(), "--include-dashboard=false", f"--object-store-memory={ROOM}"])

    def join(self) -> subprocess.Popen:
        """Another machine, by the real command."""
        host = HOSTS[len(self._machines)]
        return self._started(f"-m scanwright worker --ray {self.address} --processors 1 --host {host}".split())

    def _started(self, words: list[str]) -> subprocess.Popen:
        machine = subprocess.Popen(
            [sys.executable, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=self._environment,
        )
        self._machines.append(machine)
        told = []
        for line in machine.stdout:
            told.append(line)
            if "Ray runtime started" in line:
                return machine
        pytest.fail(f"a machine of the cluster ended with {machine.wait()}: {''.join(told)}")

    def lose(self, machine: subprocess.Popen) -> None:
        """Kill what runs on a machine, as if its current was cut."""
        children = Path(f"/proc/{machine.pid}/task/{machine.pid}/children").read_text().split()
        for child in map(int, children):
            os.kill(child, signal.SIGKILL)
        machine.kill()
        machine.communicate()
        self._machines.remove(machine)

    def stop(self) -> None:
        for machine in self._machines[::-1]:
            machine.terminate()
            machine.communicate()


def _port() -> int:
    """A free port below those that the system hands out: starting a head takes long, and nobody is to come between."""
    first = 20000 + os.getpid() % 10000
    for port in range(first, first + 100):
        with contextlib.suppress(OSError), socket.create_server(("", port)):
            return port
    pytest.fail("no free port for a cluster")


@contextlib.contextmanager
def ray_cluster():
    """A running cluster of two machines; without the library the test is skipped, with what installs it."""
    if importlib.util.find_spec("ray") is None:
        pytest.skip("ray is not installed: pip install 'scanwright[ray]'")
    with pytest.MonkeyPatch.context() as patch:
        # A token of the user's own is not for a cluster of the tests.
        patch.setenv("RAY_AUTH_MODE", "disabled")
        cluster = RayCluster()
        try:
            cluster.start()
            cluster.join()
            yield cluster
        finally:
            cluster.stop()


@contextlib.contextmanager
def ray_executor(cluster, machines=2):
    """A worker on each of its machines."""
    with executor(f"ray={cluster.address}") as found:
        assert found.workers == machines
        yield found
