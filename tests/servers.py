"""Real servers for tests: started on a free loopback port, stopped at the end."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class RedisServer:
    """A Redis of its own, which can be killed and started again on the same port."""

    def __init__(self, folder: Path):
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        words = f"redis-server --port {self.port} --bind 127.0.0.1 --appendonly no --dir {self.folder} --save".split()
        self._process = subprocess.Popen([*words, ""], stdout=subprocess.PIPE, text=True)
        for line in self._process.stdout:
            if "Ready to accept connections" in line:
                return
        pytest.fail(f"redis-server ended with {self._process.wait()}")

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self._process.pid, signal.SIGCONT)

    def stop(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.thaw()
            self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        self._process.send_signal(how)
        self._process.wait()
        self._process.stdout.close()
        self._process = None


@contextlib.contextmanager
def redis_server(folder: Path):
    """A running Redis; without the program the test is skipped, with what installs it."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed: apt-get install --no-install-recommends redis-server")
    server = RedisServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


class PostgresServer:
    """A PostgreSQL of its own, which can be stopped at once and started again on the same port."""

    def __init__(self, programs: Path):
        # Not in pytest's folder: that is root's alone, and PostgreSQL does not run as root.
        self.folder, self.port = Path(tempfile.mkdtemp(prefix="scanwright-postgres-")), free_port()
        self._programs = programs
        self._owner = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        if self._owner is not None:
            os.chown(self.folder, self._owner.pw_uid, self._owner.pw_gid)
        self._run("initdb", "-D", str(self.folder / "data"), "-A", "trust", "-U", "postgres", "--no-sync")
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        said = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-o", said, "-w", "-l", str(self.folder / "log"), "start")

    def stop(self, how: str = "fast") -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", how, "-w", "stop")

    def _run(self, program: str, *words: str) -> None:
        owner = {} if self._owner is None else {"user": self._owner.pw_uid, "group": self._owner.pw_gid}
        done = subprocess.run(
            [self._programs / program, *words],
            stdout=subprocess.DEVNULL,  # the server that pg_ctl starts keeps what it inherits
            stderr=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
            text=True,
            check=False,
            cwd=self.folder,
            **owner,
        )
        assert done.returncode == 0, f"{program}: {done.stderr}"


@contextlib.contextmanager
def postgres_server():
    """A running PostgreSQL; without the programs the test is skipped, with what installs them."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("postgresql is not installed: apt-get install --no-install-recommends postgresql")
    server = PostgresServer(found[-1].parent)
    server.start()
    try:
        yield server
    finally:
        server.stop("immediate")
        shutil.rmtree(server.folder)
