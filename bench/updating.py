"""A market of 3,000 symbols is filled from the simulated exchange, brought up to date, and asked for once more.

The exchange (50 requests a second, 100 ms each) and `scanwright data update` are processes of their own, of the
package's environment, timed from start to end. What the limit allows is the number of requests that were sent, 50 a
second. The bad network is 10 % errors, 5 % 429 and an outage of 20 s.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from timing import Row

ROOT = Path(__file__).resolve().parents[1]
PYTHON = str(ROOT / ".venv" / "bin" / "python")  # the peers' environment need not have what updating needs
FOLDER = Path(__file__).resolve().parent / "results" / "three-thousand"
SYMBOLS, YEARS, RATE = 3000, 3.0, 50
BEFORE, END = "2025-12-23T22:00:00", "2025-12-31T22:00:00"
NEW = "a session each, the one before again, and who was listed since"
QUIET = ("--rate", str(RATE), "--latency-ms", "100")
BAD = ("--error-rate", "0.1", "--busy-rate", "0.05", "--outage-at", "15", "--outage-for", "20")


class Exchange:
    """`scanwright simulate` in a process of its own."""

    def __init__(self, *words: str) -> None:
        """Start it, and wait until it says where it is."""
        command = [PYTHON, "-m", "scanwright", "simulate", "--market", str(FOLDER), "--port", "0", *words]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL)
        self.url = (self.process.stdout or sys.stdin).readline().strip()

    def go_to(self, moment: str) -> None:
        """Set its clock."""
        asked = urllib.request.Request(f"{self.url}/v1/clock?now={moment}", method="PUT")  # noqa: S310 - loopback
        urllib.request.urlopen(asked).close()  # noqa: S310 - loopback

    def end(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait()


def rows() -> list[Row]:
    """A first fill, the second and the third update, and a fill on a bad network."""
    subprocess.run([PYTHON, "-c", "import updating; updating.made()"], check=True, cwd=Path(__file__).parent)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        exchange = Exchange(*QUIET, "--from", BEFORE)
        try:
            first = _update(exchange, place / "a", place)
            exchange.go_to(END)
            second = _update(exchange, place / "a", place)
            third = _update(exchange, place / "a", place)
        finally:
            exchange.end()
        exchange = Exchange(*QUIET, *BAD, "--from", END)
        try:
            bad = _update(exchange, place / "b", place)
        finally:
            exchange.end()
    return _table(first, second, third, bad)


def _table(first: dict[str, Any], second: dict[str, Any], third: dict[str, Any], bad: dict[str, Any]) -> list[Row]:
    def row(what: str, figure: float, unit: str, target: str = "", note: str = "") -> Row:
        return Row(subject="updating", what=what, figure=figure, unit=unit, target=target, note=note)

    share = first["took"] / (first["requests"] / RATE)
    wasted = bad["requests"] / (bad["needed"] + bad["requests"] - bad["bars_requests"])
    load = f"load {os.getloadavg()[0]:.1f}"
    return [
        row(f"a first fill of {first['symbols']:,} symbols", first["took"], "s", "", f"{first['rows_new']:,} bars"),
        row("its time against what the limit allows", share, "x", "<= 1.05", f"{first['requests']:,} requests; {load}"),
        row("second update, six sessions later: requests for bars", second["bars_requests"], "", "<= 20", NEW),
        row("second update", second["took"], "s", "", f"{second['rows_new']:,} bars"),
        row("third update: requests for bars", third["bars_requests"], "", "<= 0"),
        row("third update", third["took"], "s"),
        row("bad network: symbols neither complete nor missed by name", _lost(bad), "", "<= 0", _missed(bad)),
        row("bad network: requests against those needed", wasted, "x", "<= 1.3", f"{bad['retries']:,} asked again"),
        row("bad network", bad["took"], "s", "", f"{bad['outages']} outage"),
    ]


def _lost(report: dict[str, Any]) -> int:
    return report["symbols"] - report["complete"] - len(report["missed"])


def _missed(report: dict[str, Any]) -> str:
    return f"{report['complete']:,} complete, {len(report['missed']):,} missed"


def _update(exchange: Exchange, market: Path, cache: Path) -> dict[str, Any]:
    command = [PYTHON, "-m", "scanwright", "data", "update", "--provider", "simulated", "--url", exchange.url]
    environ = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    begun = time.perf_counter()
    ran = subprocess.run(
        [*command, "--market", str(market), "--format", "json"], stdout=subprocess.PIPE, check=False, env=environ
    )
    took = time.perf_counter() - begun
    return json.loads(ran.stdout) | {"took": took}


def made() -> None:
    """The market of the exchange, unless it is there already."""
    from scanwright.app.demo import written

    if not (FOLDER / "market.json").exists():
        shutil.rmtree(FOLDER, ignore_errors=True)
        written(FOLDER, symbols=SYMBOLS, years=YEARS)
