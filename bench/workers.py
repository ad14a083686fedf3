"""Workers: one scan of 5,000 symbols x 2,520 days on threads and on Ray, two workers each, cold and asked again.

The bars lie in a market's folder, which workers map; once they are sent instead, as to a machine without that disk.
Ray runs in a process of the package's own environment: the peers' environment has no Ray, and a cluster of two workers
is a cluster of its own on this machine.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from now import MADE, made
from timing import Row, process

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ROOT / ".venv" / "bin" / "python"
SCANS = {"seven terms": "", "ranked across symbols": "rank(roc(20)) <= 100 and close > sma(200)"}

MEASURED = """
import dataclasses, json, statistics, sys, time
from scanwright.app.market import open
from scanwright.app.wiring import catalogue
from scanwright.app.workers import FACTORY, disk_of, executor
from scanwright.scan.blocks.spread import Spread
from scanwright.scan.definition import Scan
from scanwright.scan.now import now
from scanwright.workers import declared, unavailable

folder, name, where = sys.argv[1:]
market, scan = open(folder), Scan(where=where, rank="roc(20)", columns={"rsi": "rsi(14)"})
panel, words = market.panel(), catalogue()
if unavailable(declared(name)):
    print(json.dumps({"note": unavailable(declared(name))}))
    sys.exit()
begun = time.perf_counter()
with executor(name, workers=2) as workers:
    told = {"start": time.perf_counter() - begun}

    def timed(blocks, disk, panel):
        begun = time.perf_counter()
        found = blocks.now(scan, panel, words, disk=disk)
        return time.perf_counter() - begun, found.receipt.result_hash

    disk, blocks, before = disk_of(market, panel), Spread(workers, FACTORY), panel.rows(0, len(panel.ts) - 20)
    timed(Spread(workers, FACTORY), disk, panel.rows(0, 30))
    told["cold"], told["hash"] = timed(blocks, disk, panel)
    again = [timed(blocks, disk, panel)[0] for _ in range(30)]
    told["again"], told["again_least"] = statistics.median(again), min(again)
    blocks = Spread(workers, FACTORY)
    timed(blocks, disk, before)
    days = [timed(blocks, disk, panel.rows(0, day + 1))[0] for day in range(len(before.ts), len(panel.ts))]
    told["day"], told["day_least"] = statistics.median(days), min(days)
    told["sent"], _ = timed(Spread(workers, FACTORY), None, dataclasses.replace(panel, market="elsewhere"))
    told["same"] = told["hash"] == now(scan, panel, words).receipt.result_hash
print(json.dumps(told))
"""


def rows() -> list[Row]:
    """Threads and Ray beside each other, for a scan of own bars and one across symbols."""
    from seven import SEVEN

    made()
    found: list[Row] = []
    for what, where in SCANS.items():
        told = {name: _measured(name, where or SEVEN) for name in ("threads", "ray")}
        found += _rows(what, told)
    return found


def _measured(name: str, where: str) -> dict[str, float]:
    python = str(PYTHON if PYTHON.exists() else sys.executable)
    return json.loads(process((python, "-c", MEASURED, str(MADE), name, where)).splitlines()[-1])


def _rows(what: str, told: dict[str, dict[str, float]]) -> list[Row]:
    threads, ray = told["threads"], told["ray"]
    if "note" in ray:
        return [Row(subject="workers", what="not measured", figure=float("nan"), unit="", note=str(ray["note"]))]
    same = (
        "the same hash" if threads["same"] and ray["same"] and ray["hash"] == threads["hash"] else "NOT the same hash"
    )

    def row(label: str, figure: float, unit: str = "ms", least: float | None = None, note: str = "") -> Row:
        return Row(subject="workers", what=f"{what}: {label}", figure=figure, unit=unit, least=least, note=note)

    lines = [
        row(f"{name}, {label}", 1000 * each[key], least=1000 * each.get(f"{key}_least", each[key]))
        for label, key in (("first fold", "cold"), ("asked again", "again"), ("after a new day", "day"))
        for name, each in told.items()
    ]
    over = 1000 * (ray["again"] - threads["again"])
    return [
        *lines,
        row("ray, first fold with the bars sent", 1000 * ray["sent"]),
        row(
            "ray over threads, asked again", over, least=1000 * (ray["again_least"] - threads["again_least"]), note=same
        ),
        row("ray over threads, after a new day", 1000 * (ray["day"] - threads["day"])),
        row("ray, starting the cluster", ray["start"], "s"),
    ]
