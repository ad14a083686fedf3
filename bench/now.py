"""The seven-term scan of today, 5,000 symbols x 2,520 days on disk: the whole process, and one that is warm already.

The process `scanwright scan` reads the market's panel and writes JSON; its peer is the script `now_script.py` (polars
and TA-Lib, the same bars as one Parquet file). Both find the files in the memory of the system. Warm: the state of the
first fold is kept, a scan is asked again, and once more after each of twenty new days.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

import numpy as np
from panels import walks
from seven import FIELDS, SEVEN
from timing import Row, alternate, process

from scanwright.app.market import open as open_market
from scanwright.app.wiring import catalogue
from scanwright.model.panel import Panel
from scanwright.scan.definition import Scan
from scanwright.scan.warm import Warm
from scanwright.store.market import create

FOLDER = Path(__file__).resolve().parent
MADE = FOLDER / "results" / "market"
COMMAND = (sys.executable, "-c", "import sys; from scanwright.app.cli import main; sys.exit(main())")


def rows() -> list[Row]:
    """All lines of this subject."""
    made()
    ours = (*COMMAND, "scan", SEVEN, "--market", str(MADE), "--format", "json", "--limit", "0")
    peer = (sys.executable, str(FOLDER / "now_script.py"), str(MADE / "bars.parquet"))
    told = json.loads(process(ours))
    found = sorted(hit["symbol"] for hit in told["results"])
    same = found == sorted(process(peer).split())
    runs = {
        "scanwright scan, whole process": lambda: process(ours),
        "script with polars and TA-Lib": lambda: process(peer),
        "python that imports numpy": lambda: process((sys.executable, "-c", "import numpy")),
    }
    times = alternate(runs, 9, patience=20)
    own, script = (times[name] for name in list(runs)[:2])
    note = f"{len(found)} hits, {'the same' if same else 'NOT the same'} as the script's"
    lines = [
        Row(subject="now", what=name, figure=each.median, unit="s", least=each.least)
        for name, each in list(times.items())[1:]
    ]
    ratio, least = script.median / own.median, script.least / own.least
    return [
        Row(
            subject="now",
            what=next(iter(runs)),
            figure=own.median,
            unit="s",
            least=own.least,
            target="<= 0.7",
            note=note,
        ),
        *lines,
        Row(subject="now", what="faster than the script", figure=ratio, unit="x", least=least, target=">= 1.6"),
        *_warm(),
    ]


def _warm() -> list[Row]:
    scan, panel = Scan(where=SEVEN), open_market(MADE).panel()
    warm, days = Warm(), len(panel.ts)
    start = time.perf_counter()
    warm.now(scan, panel.rows(0, days - 20), catalogue())
    first = time.perf_counter() - start
    fresh: list[float] = []
    for day in range(days - 20, days):
        rows = panel.rows(0, day + 1)
        start = time.perf_counter()
        warm.now(scan, rows, catalogue())
        fresh.append(time.perf_counter() - start)
    again = alternate({"again": lambda: warm.now(scan, panel, catalogue())}, 20)["again"]
    return [
        Row(subject="now", what="first fold of a process", figure=1000 * first, unit="ms"),
        Row(
            subject="now",
            what="warm, asked again",
            figure=1000 * again.median,
            unit="ms",
            least=1000 * again.least,
            target="<= 10",
        ),
        Row(
            subject="now",
            what="warm, after a new day",
            figure=1000 * float(np.median(fresh)),
            unit="ms",
            least=1000 * min(fresh),
            target="<= 10",
        ),
    ]


def made() -> None:
    """The market of this bench, made where it is not there yet."""
    if not (MADE / "done").exists():
        _make(walks())


def _make(panel: Panel) -> None:
    """The market, and the same bars as one Parquet file by symbol; kept for the runs to come."""
    import polars as pl

    shutil.rmtree(MADE, ignore_errors=True)
    symbols, days = len(panel.symbols), len(panel.ts)
    names = pl.Series("symbol", panel.symbols).gather(np.repeat(np.arange(symbols), days))
    dates = np.tile(panel.ts.astype("M8[D]"), symbols)
    columns = {name: np.ascontiguousarray(panel.fields[name].T).ravel() for name in ("open", *FIELDS)}
    bars = pl.DataFrame({"symbol": names, "ts": dates} | columns)
    market = create(MADE, name="walks")
    market.write(bars, source="bench")
    bars.write_parquet(MADE / "bars.parquet")
    process((*COMMAND, "scan", "close > 0", "--market", str(MADE), "--format", "json", "--limit", "1"))
    (MADE / "done").touch()
