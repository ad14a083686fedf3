"""Estimates before a run, on real markets: how well the band of hits holds, how sharp it is, how long one takes.

Every day the estimate knows the bars of the evening before. Its band is judged by the randomised PIT (four of five days
should lie in its middle), its sharpness by the CRPS beside that of the counts of the year before. Durations are judged
on 200 runs of mixed kinds through a simulated exchange, each foretold by the runs before it.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from discovery import DATA, MARKETS, SCANS, _panel
from timing import Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scanwright.model.panel import Panel

EVERY = int(os.environ.get("EVERY", "1"))
RUNS = int(os.environ.get("RUNS", "200"))
FIRST = 5  # runs of a kind before one is foretold
KINDS = ((100, 5), (100, 30), (300, 5), (300, 30))  # requests a second, and milliseconds until an answer
TEXTS = ("close > sma(20)", "rsi(14) < 40", "close > highest(high, 20)[1]", "percentile(roc(20)) > 80")
SCANWRIGHT = Path(__file__).resolve().parents[1] / ".venv" / "bin" / "scanwright"
LONGEST = 70  # bars of warm-up, where a market has 128 days
NAMES = {
    "sp500_5yr": (
        *("breakdown_volume", "failed_breakdown", "flat_base_breakout", "golden_cross", "hammer_at_low"),
        *("new_high_volume", "pullback_rsi2", "squeeze_fired_up", "trend_template", "washout"),
    ),
    "us_all_2015": (
        *("failed_breakdown", "flat_base_breakout", "gap_and_go", "hammer_at_low", "nr7_inside"),
        *("overextended", "pullback_ema21", "squeeze_fired_up", "volume_surge", "washout"),
    ),
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Day:
    """What a day's estimate is worth: its place among its samples, its score, and that of the year before."""

    place: float
    score: float
    before: float


@dataclasses.dataclass(frozen=True, kw_only=True)
class Ran:
    """A run that is over. work: its requests, or its symbols where it asked nobody."""

    kind: str
    symbols: int
    work: float
    seconds: float


def rows() -> list[Row]:
    """Bands and scores by market, durations, and the time of an estimate."""
    return [*_hits(), *_durations(), _takes()]


def _hits() -> list[Row]:
    if not DATA.exists():
        note = "the real market data is not here; SCANWRIGHT_DATA names its folder"
        return [Row(subject="estimate", what="not measured", figure=float("nan"), unit="", note=note)]
    found: list[Row] = []
    for market, (days, _) in MARKETS.items():
        panel = _panel(market)
        measured = {name: _measured(market, panel, name, days) for name in NAMES[market]}
        every = [day for each in measured.values() for day in each]
        held = statistics.fmean(0.1 <= day.place <= 0.9 for day in every)
        gains = {name: 1 - _mean(each, "score") / _mean(each, "before") for name, each in measured.items()}
        note = f"{len(every)} days of {len(measured)} scans; " + ", ".join(f"{n} {g:.0%}" for n, g in gains.items())
        gain = 1 - sum(_mean(each, "score") for each in measured.values()) / sum(
            _mean(each, "before") for each in measured.values()
        )
        what = f"{market}: days within the 80 % band (randomised PIT)"
        found += [
            Row(subject="estimate", what=what, figure=held, unit="", target="0.75 to 0.85"),
            Row(
                subject="estimate",
                what=f"{market}: CRPS below that of the year before",
                figure=statistics.fmean(gains.values()),
                unit="",
                target=">= 0.2",
                note=f"{note}; of the sums {gain:.0%}",
            ),
        ]
    return found


def _mean(days: Sequence[Day], name: str) -> float:
    return statistics.fmean(getattr(day, name) for day in days) or float("nan")


def _measured(market: str, panel: Panel, name: str, days: int) -> list[Day]:
    from scanwright.app.wiring import catalogue
    from scanwright.learn.counts import crps, pit
    from scanwright.scan.expected import YEAR, expected
    from scanwright.scan.history import history
    from scanwright.scan.judge import Case
    from scanwright.scan.library import ready

    print(f"   {market} {name}", file=sys.stderr, flush=True)
    scan = dataclasses.replace(ready(name), **SCANS[market])
    case = Case.of(scan, panel, catalogue())
    if market == "us_all_2015" and case.plan.warmups["where"] > LONGEST:
        sys.exit(f"{name} needs {case.plan.warmups['where']} bars, more than {LONGEST}")
    came = history(scan, panel, catalogue()).per_day()
    generator = np.random.default_rng(7)
    found: list[Day] = []
    for row in range(panel.shape[0] - days, panel.shape[0], EVERY):
        samples = expected(case, panel.rows(0, row), panel.rows(row, row + 1)).samples
        year = came[max(row - YEAR, case.plan.warmups["where"] + 1) : row]
        if len(samples) and len(year):
            truth = int(came[row])
            found.append(
                Day(place=pit(samples, truth, generator), score=crps(samples, truth), before=crps(year, truth))
            )
    return found


def _durations() -> list[Row]:
    """Runs of mixed kinds, each foretold by those before it: first its requests, and of these its time."""
    from scanwright.learn.durations import Done, lasts

    done = asyncio.run(_mixed())
    held: list[bool] = []
    errors: list[float] = []
    for at, own in enumerate(done):
        past = [each for each in reversed(done[:at]) if each.kind == own.kind]
        if len(past) < FIRST:  # nothing is known of the first
            continue
        a_symbol = sum(each.work for each in past) / sum(each.symbols for each in past)
        told = lasts([Done(work=each.work, seconds=each.seconds) for each in past], own.symbols * a_symbol, rate=100.0)
        held.append(told.low <= own.seconds <= told.high)
        errors.append(abs(told.median - own.seconds) / own.seconds)
    note = (
        f"{len(held)} of {RUNS} runs; at hand, and asked for under {len(KINDS)} limits and latencies; 20 to 200 symbols"
    )
    within = "runs within the 80 % band of their duration"
    return [
        Row(subject="estimate", what=within, figure=statistics.fmean(held), unit="", target="0.75 to 0.85", note=note),
        Row(
            subject="estimate",
            what="error of a run's duration, the median",
            figure=statistics.median(errors),
            unit="",
            target="<= 0.2",
        ),
    ]


async def _mixed() -> list[Ran]:
    """Runs, one after the other: a third of bars at hand, the others asked for by a market that has none."""
    from scanwright.app.market import Market
    from scanwright.app.running import Ask, running
    from scanwright.app.settings import CacheSettings, Settings
    from scanwright.data.simulated import simulate
    from scanwright.scan.definition import Scan
    from scanwright.store.market import create

    generator, found = np.random.default_rng(3), []
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as servers:
        served = create(Path(folder) / "served", name="served")
        simulate(symbols=300, years=1.0).write(served)
        urls = [servers.enter_context(_exchange(Path(folder) / "served", *each)) for each in KINDS]
        symbols = Market(served).symbols
        settings = Settings(cache=CacheSettings(folder=Path(folder) / "cache"))
        for at in range(RUNS):
            kind = at % (len(urls) + 2)
            some = generator.choice(symbols, int(generator.integers(20, 200)), replace=False)
            scan = Scan(where=str(generator.choice(TEXTS)), universe=",".join(some))
            asks = kind < len(urls)
            market = Market(create(Path(tempfile.mkdtemp(dir=folder)), name="own")) if asks else Market(served)
            ask = Ask(scan=scan, providers="simulated" if asks else "", url=urls[kind] if asks else "")
            begun = time.perf_counter()
            async with running(market, ask, settings, say=lambda _: None) as run:
                receipt = await run.go()
            seconds = time.perf_counter() - begun
            if receipt is not None:
                work = receipt.requests if asks else len(some)
                found.append(Ran(kind=str(kind if asks else "at hand"), symbols=len(some), work=work, seconds=seconds))
    return found


@contextlib.contextmanager
def _exchange(market: Path, rate: int, latency: int) -> Iterator[str]:
    """A simulated exchange in a process of its own."""
    words = ["simulate", "--market", str(market), "--rate", str(rate), "--latency-ms", str(latency)]
    with subprocess.Popen([SCANWRIGHT, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            yield next(iter(server.stdout or ())).strip()
        finally:
            server.terminate()


def _takes() -> Row:
    """An estimate of 5,000 symbols in a process that knows how they move."""
    from scanwright.app.wiring import catalogue
    from scanwright.data.simulated import simulate
    from scanwright.scan.definition import Scan
    from scanwright.scan.expected import expected
    from scanwright.scan.judge import Case
    from scanwright.scan.priority.habits import habits_of

    panel = simulate(symbols=5000, years=10.0).panel()
    before, frame = panel.rows(0, panel.shape[0] - 1), panel.rows(panel.shape[0] - 1, panel.shape[0])
    case = Case.of(
        Scan(where="close > sma(200) and rsi(14) < 40 and volume > 1.2 * sma(volume, 20)"), panel, catalogue()
    )
    habits = habits_of(before)
    took: list[float] = []
    for _ in range(7):
        begun = time.perf_counter()
        expected(case, before, frame, habits=habits)
        took.append(1000 * (time.perf_counter() - begun))
    what = "an estimate of 5,000 symbols x 2,520 days, habits known"
    return Row(
        subject="estimate", what=what, figure=statistics.median(took), unit="ms", target="<= 300", least=min(took)
    )


if __name__ == "__main__":
    for each in rows():
        print(each.what, round(each.figure, 3), each.note)
