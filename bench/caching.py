"""The cache: a round trip to a real Redis, and the share of requests that a run saves when it is repeated.

The provider behind it counts what it is asked. A repeated run is another process on another machine: its memory and its
disk are empty, so what it does not ask the provider for comes from Redis.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
import typing
from collections.abc import Iterator
from pathlib import Path

from timing import Row

SYMBOLS, TRIPS = 500, 2000
TARGET = ">= 95"


def rows() -> list[Row]:
    """Round trips by tier, and what is saved; nothing where there is no Redis to start."""
    if shutil.which("redis-server") is None:
        note = "redis-server is not installed: apt-get install redis-server"
        return [Row(subject="caching", what="not measured", figure=float("nan"), unit="", note=note)]
    with tempfile.TemporaryDirectory() as folder, _redis(Path(folder)) as url:
        return [*asyncio.run(_trips(Path(folder), url)), *asyncio.run(_repeated(Path(folder), url))]


@contextlib.contextmanager
def _redis(folder: Path) -> Iterator[str]:
    """A Redis of its own on a free port of this machine."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    words = f"redis-server --port {port} --bind 127.0.0.1 --appendonly no --dir {folder} --save".split()
    server = subprocess.Popen([*words, ""], stdout=subprocess.PIPE, text=True)
    try:
        if server.stdout is not None:
            next(line for line in server.stdout if "Ready to accept connections" in line)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait()


def _table(number: int) -> typing.Any:  # noqa: ANN401 - polars is loaded when it is needed
    """A chain of some 200 contracts, as one underlying has."""
    import polars as pl

    strikes = [50.0 + 0.5 * at for at in range(200)]
    columns = {name: [float(number + at) for at in range(200)] for name in ("bid", "ask", "last", "volume", "delta")}
    return pl.DataFrame({"contract": [f"S{number:04}C{strike}" for strike in strikes], "strike": strikes, **columns})


async def _trips(folder: Path, url: str) -> list[Row]:
    """Keep and find an entry, tier by tier."""
    from scanwright.app.settings import WallClock
    from scanwright.data.cache.disk import Disk
    from scanwright.data.cache.entry import Entry, packed
    from scanwright.data.cache.memory import Memory
    from scanwright.data.cache.redis import Redis
    from scanwright.data.ports import Answer

    clock = WallClock()
    now = clock.now()
    answer = Answer(table=_table(1), provider="bench", asked_at=now, as_of=now)
    content = packed(Entry(found=answer, fresh=now + dt.timedelta(hours=1), keep=now + dt.timedelta(hours=2)))
    size = 256 << 20
    tiers = (
        Memory(clock, size=size),
        Disk(folder / "trips", clock, size=size),
        Redis(url, clock, say=print, largest=size),
    )
    found: list[Row] = []
    for tier in tiers:
        taken: list[float] = []
        for at in range(TRIPS):
            begun = time.perf_counter()
            await tier.put(f"trip {at}", content, now + dt.timedelta(hours=2))
            kept = await tier.get(f"trip {at}")
            taken.append(time.perf_counter() - begun)
            if kept != content:
                message = f"{tier.name} gave back other bytes"
                raise AssertionError(message)
        await tier.close()
        what = f"keep and find {len(content) / 1024:.0f} kB, {tier.name}"
        middle, least = statistics.median(taken) * 1000, min(taken) * 1000
        found.append(Row(subject="caching", what=what, figure=middle, unit="ms", least=least))
    return found


class _Counted:
    """A provider that counts what it is asked."""

    name = "bench"

    def __init__(self) -> None:
        from scanwright.data.ports import Costs, Offers, Want

        self.requests = 0
        self.offers = Offers(wants=frozenset(typing.get_args(Want)))
        self.costs = Costs(requests=10_000.0)

    async def ask(self, want: typing.Any) -> typing.Any:  # noqa: ANN401, ARG002 - any want, the same answer
        from scanwright.app.settings import WallClock
        from scanwright.data.ports import Answer

        self.requests += 1
        now = WallClock().now()
        return Answer(table=_table(self.requests), provider=self.name, asked_at=now, as_of=now)

    async def close(self) -> None:
        """Nothing is open."""


async def _repeated(folder: Path, url: str) -> list[Row]:
    """A run that asks for the chain and the events of every symbol, twice, the second time on another machine."""
    found: list[Row] = []
    first, took = await _run(folder / "first", url)
    again, took_again = await _run(folder / "second", url)
    same, took_same = await _run(folder / "first", url)
    for what, requests, seconds in (("another machine", again, took_again), ("the same machine", same, took_same)):
        label = f"requests saved by a second run, {what}"
        note = f"{first} requests in {took:.2f} s, then {requests} in {seconds:.2f} s"
        saved = 100 * (1 - requests / first)
        found.append(Row(subject="caching", what=label, figure=saved, unit="%", target=TARGET, note=note))
    return found


async def _run(folder: Path, url: str) -> tuple[int, float]:
    from scanwright.app.settings import WallClock
    from scanwright.data.cache.layer import Cached
    from scanwright.data.cache.tiers import opened
    from scanwright.data.ports import ChainWanted, EventsWanted
    from scanwright.model.calendars import calendar

    clock, provider = WallClock(), _Counted()
    tiers = opened(folder, clock, say=print, redis=url)
    cached = Cached(provider, tiers, clock, calendar("us_stocks"))
    day = dt.date(2026, 1, 5)
    begun = time.perf_counter()
    for at in range(SYMBOLS):
        await cached.ask(ChainWanted(underlying=f"S{at:04}"))
        await cached.ask(EventsWanted(kinds=("earnings",), symbols=(f"S{at:04}",), first=day, last=day))
    took = time.perf_counter() - begun
    await tiers.close()
    return provider.requests, took


if __name__ == "__main__":
    for each in rows():
        print(dataclasses.asdict(each))
