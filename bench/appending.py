"""One more day for 6,000 symbols in a market of ten years: the append, its panel, the same day again while it forms.

Each is a process of its own, timed from before the bars are handed over until the panel is ready; its memory is the
process's peak (which starts from its parent's: so the market is made by a process of its own, once and kept in
`bench/results`, ignored by git, where it grows by a day a run).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from timing import Row

FOLDER = Path(__file__).resolve().parent / "results" / "ten-years"
SYMBOLS, FRAMES, REPEATS = 6000, 2520, 5

DAY = """
import datetime as dt, json, resource, sys, time
from pathlib import Path
import numpy as np
import polars as pl
from scanwright.model.calendars import calendar
from scanwright.model.interval import Interval
from scanwright.store.market import Market

market, forming = Market.open(Path(sys.argv[1])), sys.argv[2] == "forming"
panel = market.panel(Interval.DAY)
last = panel.ts[-1]
later = calendar("us_stocks").sessions(last, last + np.timedelta64(10, "D"))
day = last if forming else later[1]
random = np.random.default_rng(int(day.astype(np.int64)) + forming)
close = np.round(np.nan_to_num(panel.fields["close"][-1], nan=50.0) * random.uniform(0.98, 1.02, panel.shape[1]), 2)
bars = pl.DataFrame({"symbol": panel.symbols, "ts": [day.astype("M8[D]").item()] * panel.shape[1],
    "open": close, "high": close * 1.01, "low": close * 0.99, "close": close,
    "volume": random.integers(1, 10**6, panel.shape[1]).astype(float)})
del panel
begun = time.perf_counter()
market.append(Interval.DAY, bars, seen=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), source="bench", closed=later[0])
appended = time.perf_counter()
market.derive(Interval.DAY)
derived = time.perf_counter()
row = market.panel(Interval.DAY).fields["close"][-1].sum()
opened = time.perf_counter()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"append": appended - begun, "derive": derived - appended, "all": derived - begun,
    "open": opened - derived, "peak": peak}))
"""


def rows() -> list[Row]:
    """A new day, a forming one, a reader after it, and the memory."""
    subprocess.run([sys.executable, "-c", "import appending; appending.made()"], check=True, cwd=FOLDER.parents[1])
    days = [_run("day") for _ in range(REPEATS)]
    forming = [_run("forming") for _ in range(REPEATS)]
    what = f"{SYMBOLS:,} symbols, {FRAMES:,} days"

    def row(label: str, found: list[dict[str, float]], key: str, unit: str, target: str, scale: float = 1) -> Row:
        values = sorted(each[key] * scale for each in found)
        figure, least = values[len(values) // 2], values[0]
        return Row(subject="appending", what=f"{label}, {what}", figure=figure, unit=unit, least=least, target=target)

    return [
        row("one more day and its panel", days, "all", "s", "<= 1.5"),
        row("of this the append, on the disk", days, "append", "s", ""),
        row("peak memory", days, "peak", "MB", "<= 500"),
        row("the same day again, as it forms", forming, "all", "s", ""),
        row("opening the panel and reading its last row", forming, "open", "ms", "", 1000),
    ]


def _run(how: str) -> dict[str, float]:
    words = [sys.executable, "-c", DAY, str(FOLDER), how]
    return json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def made() -> None:
    """The market of ten years, unless it is there already or has grown too far."""
    import datetime as dt

    import numpy as np
    import polars as pl

    from scanwright.model.calendars import calendar
    from scanwright.model.interval import Interval
    from scanwright.store.market import Market, create

    if (FOLDER / "market.json").exists() and len(Market.open(FOLDER).panel(Interval.DAY).ts) < FRAMES + 40:
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    market = create(FOLDER, name="ten years")
    days = calendar("us_stocks").sessions(np.datetime64("2010-01-01"), np.datetime64("2025-12-31"))[:FRAMES]
    random = np.random.default_rng(7)
    symbols = [f"S{at:04}" for at in range(SYMBOLS)]
    close = random.uniform(10, 200, SYMBOLS)
    for start in range(0, FRAMES, 252):
        part = days[start : start + 252].astype("M8[D]")
        path = close * np.exp(np.cumsum(random.normal(0, 0.02, (part.size, SYMBOLS)), axis=0))
        close = path[-1]
        flat = np.round(path.T.ravel(), 2).clip(0.5)
        bars = pl.DataFrame({"symbol": np.repeat(symbols, part.size), "ts": np.tile(part, SYMBOLS), "open": flat})
        bars = bars.with_columns(high=pl.col("open") * 1.01, low=pl.col("open") * 0.99, close=pl.col("open"))
        bars = bars.with_columns(pl.Series("volume", random.integers(1, 10**6, len(bars))).cast(pl.Float64))
        market.append(Interval.DAY, bars, seen=dt.datetime(2025, 1, 1, tzinfo=dt.UTC), source="bench")
    market.derive(Interval.DAY)
