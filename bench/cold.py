"""Cold runs: nothing at hand, an exchange that allows 20 requests a second and answers after 200 ms, 100 symbols.

Whole processes, from their start: when the first hit is told, when the run is over, how good its forecast was; and how
many requests five hits take in the order that looks at the best first, against the order of the list. `RUNS`: how many.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from timing import Row

SYMBOLS, YEARS = 100, 2.0
RATE, LATENCY = 20, 200
RUNS = int(os.environ.get("RUNS", "50"))
KINDS = ("close > sma(20) and rsi(14) > 50", "rsi(14) < 40", "close > highest(high, 20)[1]", "percentile(roc(20)) > 80")
TENTH = "percentile(roc(5)) > 90"
SCANWRIGHT = Path(__file__).resolve().parents[1] / ".venv" / "bin" / "scanwright"  # as people start it


@dataclasses.dataclass(frozen=True, kw_only=True)
class Took:
    """Seconds from the process's start to the first hit and to the end; requests; whether the end was foretold."""

    first: float
    end: float
    requests: int
    inside: bool | None


def rows() -> list[Row]:
    """First hits, ends, forecasts and requests."""
    with tempfile.TemporaryDirectory() as folder, exchange(Path(folder)) as url:
        took = [_cold(Path(folder), url, KINDS[at % len(KINDS)]) for at in range(RUNS)]
        smart, listed = (_five(Path(folder), url, order) for order in ("smart", "listed"))
    note = f"{RUNS} processes, of {len(KINDS)} kinds of scan; {RATE} requests/s, {LATENCY} ms, {SYMBOLS} symbols"
    inside = [each.inside for each in took if each.inside is not None]
    firsts, ends = sorted(each.first for each in took), sorted(each.end for each in took)
    return [
        _row("first hit", statistics.median(firsts), "s", "<= 2", note, firsts[0]),
        _row("finished", statistics.median(ends), "s", "<= 10", "", ends[0]),
        _row("finished, 95 of 100", ends[min(int(0.95 * len(ends)), len(ends) - 1)], "s", "<= 15", ""),
        _row("true end within the interval of the forecast", sum(inside) / max(len(inside), 1), "", ">= 0.75", ""),
        _row("requests for five hits, of the listed order's", smart / listed, "", "<= 0.333", f"{smart} and {listed}"),
    ]


def _row(what: str, figure: float, unit: str, target: str, note: str, least: float | None = None) -> Row:
    return Row(subject="cold run", what=what, figure=figure, unit=unit, target=target, note=note, least=least)


@contextlib.contextmanager
def exchange(
    folder: Path, *, symbols: int = SYMBOLS, rate: float = RATE, latency: float = LATENCY, errors: float = 0
) -> Iterator[str]:
    """A simulated market in `served` of a folder, served by a process of its own; its address."""
    from scanwright.data.simulated import simulate
    from scanwright.store.market import create

    served = folder / "served"
    served.parent.mkdir(parents=True, exist_ok=True)
    simulate(symbols=symbols, years=YEARS).write(create(served, name="served"))
    words = ["simulate", "--market", str(served), "--rate", str(rate), "--latency-ms", str(latency)]
    words += ["--error-rate", str(errors)]
    with subprocess.Popen([SCANWRIGHT, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            yield next(iter(server.stdout or ())).strip()
        finally:
            server.terminate()


def _cold(folder: Path, url: str, where: str) -> Took:
    """A run into a market that is not there."""
    shutil.rmtree(folder / "cold", ignore_errors=True)
    begun = time.time()
    events = _events("scan", where, "--provider", "simulated", "--url", url, "--market", str(folder / "cold"))
    ends = [_at(each) - begun for each in events]
    hits = [end for end, each in zip(ends, events, strict=True) if each["type"] == "hit"]
    told = [(end, each) for end, each in zip(ends, events, strict=True) if each["type"] == "stage" and "eta" in each]
    fifth = next(((end, each["eta"]) for end, each in told if each["done"] >= 0.2 * each["total"]), None)
    left = None if fifth is None else ends[-1] - fifth[0]
    inside = None if fifth is None or left is None else fifth[1]["low"] <= left <= fifth[1]["high"]
    requests = max((each.get("requests", 0) for each in events), default=0)
    return Took(first=hits[0] if hits else ends[-1], end=ends[-1], requests=requests, inside=inside)


def _five(folder: Path, url: str, order: str) -> int:
    """The requests until five hits are found, with the bars of all sessions but the last at hand."""
    import polars as pl

    from scanwright.model.interval import Interval
    from scanwright.store.market import Market, create

    place = folder / f"yesterday-{order}"
    bars = Market.open(folder / "served").bars(Interval.DAY)
    create(place, name="yesterday").write(bars.filter(pl.col("ts") < pl.col("ts").max()), source="served")
    words = ("scan", TENTH, "--provider", "simulated", "--url", url, "--order", order, "--stop-after", "5")
    events = _events(*words, "--market", str(place))
    return sum(each["done"] for each in [each for each in events if each.get("stage") == "bars"][-1:])


def _events(*words: str) -> Sequence[dict[str, object]]:
    known = os.environ | {"SCANWRIGHT_PROVIDERS__SIMULATED__REQUESTS_PER_SECOND": str(RATE)}
    said = [SCANWRIGHT, *words, "--format", "jsonl"]
    done = subprocess.run(said, capture_output=True, text=True, check=False, env=known)
    if done.returncode:
        sys.exit(f"scanwright {' '.join(words)} exited {done.returncode}:\n{done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def _at(event: dict[str, object]) -> float:
    return dt.datetime.fromisoformat(str(event["at"])).timestamp()


if __name__ == "__main__":
    for each in rows():
        print(each.what, round(each.figure, 3), each.unit, each.target, each.note)
