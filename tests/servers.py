"""Real servers for tests: started on a free loopback port, stopped at the end."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
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
