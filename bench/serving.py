"""The HTTP service in a process of its own: how soon a hit is told, many runs at once, many readers of one run.

5,200 simulated symbols, some 5,000 of them listed, with bars at hand. The readers are plain sockets in this process;
what they take is in the figures.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from timing import Row

SYMBOLS, READERS, RUNS, ONES = 5200, 300, 50, 20
NUMBER = re.compile(rb"^id: (\d+)$", re.MULTILINE)
SOME = {"where": "close > sma(50) and rsi(14) < 50", "rank": "-rsi(14)", "columns": {"rsi": "rsi(14)"}}
ALL = {"where": "close > 0 or close <= 0", "rank": "rsi(14)", "columns": {"rsi": "rsi(14)"}}


def rows() -> list[Row]:
    """Warm runs, runs at once, readers, and readers that never read."""
    from scanwright.app.demo import written

    with tempfile.TemporaryDirectory() as folder:
        market = written(Path(folder) / "market", symbols=SYMBOLS, years=2)
        with _server(market) as (process, port):
            return asyncio.run(_measured(port, process.pid))


@contextlib.contextmanager
def _server(market: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    words = [sys.executable, "-m", "scanwright", "serve", "--market", str(market), "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            address = "" if process.stdout is None else process.stdout.readline()
            yield process, int(address.rpartition(":")[2])
        finally:
            process.terminate()


async def _measured(port: int, pid: int) -> list[Row]:
    await _whole(port, SOME)
    await _whole(port, ALL)
    ones = [await _timed(port, SOME) for _ in range(ONES)]
    many = await asyncio.gather(*(_timed(port, SOME) for _ in range(RUNS)))
    together = sorted(last for _, last, _ in many)
    spread = together[int(0.95 * len(together)) - 1]
    begun = time.perf_counter()
    run = await _start(port, ALL)
    counts = await asyncio.gather(*(_count(port, run) for _ in range(READERS)))
    took = time.perf_counter() - begun
    wrong = sum(not whole for _, whole in counts)
    grown = await _idle(port, pid)
    first, last = (statistics.median(each[at] for each in ones) for at in (0, 1))
    least = [min(each[at] for each in ones) for at in (0, 1)]
    hits = ones[0][2]
    subject = "serving"
    return [
        Row(subject=subject, what="warm: POST to first hit", figure=1e3 * first, least=1e3 * least[0], unit="ms",
            target="<= 100", note=f"{SYMBOLS:,} symbols, {hits} hits"),
        Row(subject=subject, what="warm: POST to finished", figure=1e3 * last, least=1e3 * least[1], unit="ms",
            target="<= 500"),
        Row(subject=subject, what=f"{RUNS} warm runs at once, 95th percentile", figure=spread, unit="s",
            target="<= 10"),
        Row(subject=subject, what=f"{READERS} readers of one run, all have all", figure=took, unit="s",
            target="<= 15", note=f"{counts[0][0]:,} events each, in this process too"),
        Row(subject=subject, what="readers that missed, doubled or mixed an event", figure=float(wrong), unit="",
            target="<= 0"),
        Row(subject=subject, what=f"memory that {READERS} readers hold who never read", figure=grown, unit="MB",
            target="<= 100"),
    ]  # fmt: skip


async def _open(port: int, request: str, body: bytes = b"") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
    head = f"{request} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
    writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    await writer.drain()
    return reader, writer


async def _start(port: int, scan: object) -> str:
    reader, writer = await _open(port, "POST /v1/runs", json.dumps({"scan": scan}).encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    writer.close()
    return head.partition("/v1/runs/")[2].split()[0]


async def _pieces(port: int, run: str) -> AsyncIterator[bytes]:
    """What a reader gets, cut after whole lines, until the last event."""
    reader, writer = await _open(port, f"GET /v1/runs/{run}/events")
    rest, over = b"", False
    try:
        while not over and (piece := await reader.read(1 << 18)):
            whole, sign, rest = (rest + piece).rpartition(b"\n")
            over = b"event: finished" in whole
            yield whole + sign
    finally:
        writer.close()


async def _whole(port: int, scan: object) -> None:
    await _count(port, await _start(port, scan))


async def _timed(port: int, scan: object) -> tuple[float, float, int]:
    """Seconds to the first hit and to the end, and how many hits."""
    begun = time.perf_counter()
    run, first, hits = await _start(port, scan), 0.0, 0
    async for piece in _pieces(port, run):
        found = piece.count(b"event: hit")
        first = first or (time.perf_counter() - begun if found else 0.0)
        hits += found
    return first, time.perf_counter() - begun, hits


async def _count(port: int, run: str) -> tuple[int, bool]:
    """How many events a reader got, and whether each came once and in order."""
    count, whole = 0, True
    async for piece in _pieces(port, run):
        numbers = [int(each) for each in NUMBER.findall(piece)]
        whole = whole and numbers == list(range(count + 1, count + 1 + len(numbers)))
        count += len(numbers)
    return count, whole


async def _idle(port: int, pid: int) -> float:
    """Megabytes by which the server grows when so many read nothing of a whole run."""
    run = await _start(port, ALL)
    await _count(port, run)
    before = _memory(pid)
    waiting = [await _open(port, f"GET /v1/runs/{run}/events") for _ in range(READERS)]
    await _count(port, run)
    grown = _memory(pid) - before
    for _, writer in waiting:
        writer.close()
    return grown


def _memory(pid: int) -> float:
    """Resident megabytes of a process; nothing known where the system does not tell."""
    place = Path(f"/proc/{pid}/statm")
    return int(place.read_text().split()[1]) * 4096 / 1e6 if place.exists() else float("nan")
