"""Readers of a run that do not read: what the server holds for them stays small, and the others notice nothing."""

from __future__ import annotations

import contextlib
import re
import socket
from pathlib import Path

from scanwright.app.wiring import clock
from tests.integration.http.conftest import process

READERS = 80
LONG = 90.0  # seconds that a busy machine may take for anything
HELD = 200_000  # bytes that a reader may cost
WIDE = {"where": "close > 0", "columns": {f"{'a_name_that_is_long_' * 3}{at:02}": "close" for at in range(60)}}
"""A scan whose hits are long: what it tells is many times what a reader may cost."""


def memory(started):
    """The bytes of a process that lie in memory."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{started.pid}/status").read_text())
    return 1024 * int(found[1])


def counter(server, name):
    return float(re.search(rf"^{name} (\S+)$", server.client.get("/metrics").text, re.MULTILINE)[1])


def silent(server, run):
    """A reader that asks for all events, and never takes any."""
    host, port = server.url.removeprefix("http://").split(":")
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    found.connect((host, int(port)))
    found.sendall(f"GET /v1/runs/{run}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return found


def settled(server):
    """Wait until all have come and nobody is sent anything any more."""
    deadline, before = clock().monotonic() + LONG, -1.0
    while counter(server, "scanwright_readers") < READERS or counter(server, "scanwright_events_sent_total") != before:
        before = counter(server, "scanwright_events_sent_total")
        assert clock().monotonic() < deadline


def test_readers_that_never_read_cost_little_and_hold_nobody_up(folder):
    with process(folder) as (started, server), contextlib.ExitStack() as sockets:
        run = server.start(WIDE)
        whole = server.events(run)
        told = sum(len(str(each)) for each in whole)
        assert told > 2 * HELD, "else the test says nothing"
        before = memory(started)
        for _ in range(READERS):
            sockets.enter_context(silent(server, run))
        settled(server)
        assert counter(server, "scanwright_events_sent_total") < READERS * len(whole), "they have not all of it"
        assert memory(started) - before < READERS * HELD
        assert server.events(run) == whole
