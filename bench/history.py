"""The seven-term scan over history: 5,000 symbols x 2,520 days, every day judged, bars in memory.

Compared with TA-Lib in a loop over symbols (contiguous arrays of each symbol are prepared before), polars and
polars_talib (one long frame sorted by symbol, windows over the symbol), vectorbt and pandas (wide frames), and with
reading the four panels once. Then the same with a tenth of the symbols listed late and one in twenty with holes: TA-Lib
cannot take those as they are, so its loop drops the holes of such a symbol and puts the results back. Last: time per
symbol at three sizes, the whole of `scanwright.scan.history`, and peak memory in a process of its own.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from panels import DAYS, SYMBOLS, walks, with_holes
from seven import FIELDS, SEVEN, Hits, folded, pandas_frames, planned, polars_terms, talib_symbol, vectorbt_frames
from timing import Row, Times, alternate, process

from scanwright.app.wiring import catalogue
from scanwright.model.panel import Panel
from scanwright.scan.definition import Scan
from scanwright.scan.history import history

SIZES, SIZE_DAYS = (500, 5000, 20000), 1260
MARGIN_MB = 300


def rows() -> list[Row]:
    """All lines of this subject."""
    panel = walks()
    found = _peers(panel)
    found += _with_holes(panel)
    return [*found, *_per_symbol(), _memory()]


def _peers(panel: Panel) -> list[Row]:
    rule = planned()
    runs: dict[str, Callable[[], Any]] = {
        "scanwright": lambda: folded(rule, panel),
        "scanwright, one thread": lambda: folded(rule, panel, 1),
        "reading the four panels once": lambda: [panel.fields[name].sum() for name in FIELDS],
        "TA-Lib in a loop": talib_loop(panel),
        "TA-Lib in a loop, two threads": talib_loop(panel, threads=2),
        "scanwright, scan and receipt": lambda: history(Scan(where=SEVEN), panel, catalogue()),
        **_frames(panel),
    }
    agreed = {
        name: _agreement(runs[name](), runs["scanwright"]())
        for name in runs
        if "reading" not in name and "receipt" not in name
    }
    times = alternate(runs, 7, patience=4.0)
    own = times["scanwright"]
    found = [
        Row(subject="history", what=name, figure=each.median, unit="s", least=each.least, note=agreed.get(name, ""))
        for name, each in times.items()
    ]
    targets = {"TA-Lib in a loop": ">= 2.5"}
    peers = [name for name in times if name in agreed and "scanwright" not in name]
    found += [_times_faster("history", name, times[name], own, targets.get(name, "")) for name in peers]
    read = times["reading the four panels once"]
    ratio = Row(
        subject="history",
        what="in reads of the four panels",
        figure=own.median / read.median,
        unit="x",
        least=own.least / read.least,
        target="<= 5",
    )
    return [*found, ratio]


def _times_faster(subject: str, name: str, peer: Times, own: Times, target: str) -> Row:
    figure, least = peer.median / own.median, peer.least / own.least
    return Row(subject=subject, what=f"faster than {name}", figure=figure, unit="x", least=least, target=target)


def talib_loop(panel: Panel, threads: int = 1) -> Callable[[], Hits]:
    """TA-Lib over each symbol's own bars, its contiguous arrays at hand; holes are dropped and put back in the loop."""
    arrays = {name: np.ascontiguousarray(panel.fields[name].T) for name in FIELDS}
    bar = np.ascontiguousarray(panel.bar.T).astype(bool)
    complete = bar.all(axis=1)

    def judge(symbols: range, out: Hits) -> None:
        for at in symbols:
            own = [arrays[name][at] for name in FIELDS]
            if complete[at]:
                out[at] = talib_symbol(*own)
            else:
                present = bar[at]
                out[at, present] = talib_symbol(*(each[present] for each in own))

    def run() -> Hits:
        out = np.zeros(bar.shape, bool)
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda first: judge(range(first, len(out), threads), out), range(threads)))
        return out.T

    return run


def _frames(panel: Panel) -> Mapping[str, Callable[[], Any]]:
    import pandas as pd
    import polars as pl

    symbols = len(panel.symbols)
    long = pl.DataFrame(
        {"symbol": np.repeat(np.arange(symbols, dtype=np.int32), panel.shape[0])}
        | {name: np.ascontiguousarray(panel.fields[name].T).ravel() for name in FIELDS}
    )
    wide = [pd.DataFrame(panel.fields[name]) for name in FIELDS]

    def by_polars(kind: str) -> Hits:
        found = long.lazy().select(polars_terms(kind).over("symbol").alias("hit")).collect()
        return found["hit"].fill_null(value=False).to_numpy().reshape(symbols, -1).T

    return {
        "polars": lambda: by_polars("polars"),
        "polars_talib": lambda: by_polars("polars_talib"),
        "vectorbt": lambda: vectorbt_frames(*wide),
        "pandas": lambda: pandas_frames(*wide).to_numpy(),
    }


def _agreement(peer: Hits, own: Hits) -> str:
    """How many hits, and on how many bars the peer judges otherwise."""
    return f"{int(np.sum(peer)):,} hits, {int(np.sum(peer != own)):,} unlike scanwright's"


def _with_holes(panel: Panel) -> list[Row]:
    holed = with_holes(panel)
    rule = planned()
    runs: dict[str, Callable[[], Any]] = {
        "scanwright": lambda: folded(rule, holed),
        "scanwright, one thread": lambda: folded(rule, holed, 1),
        "TA-Lib in a loop": talib_loop(holed),
    }
    agreed = _agreement(runs["TA-Lib in a loop"](), runs["scanwright"]())
    times = alternate(runs, 7)
    found = [
        Row(
            subject="history, holes",
            what=name,
            figure=each.median,
            unit="s",
            least=each.least,
            note=agreed if "TA" in name else "",
        )
        for name, each in times.items()
    ]
    return [
        *found,
        _times_faster("history, holes", "TA-Lib in a loop", times["TA-Lib in a loop"], times["scanwright"], ">= 1.5"),
    ]


def _per_symbol() -> list[Row]:
    """Smaller panels are folded several times in one turn, so that a turn takes about as long for each size."""
    rule = planned()
    whole = walks(max(SIZES), SIZE_DAYS)
    parts = {size: whole if size == max(SIZES) else whole.columns(np.arange(size)) for size in SIZES}

    def repeated(size: int) -> Callable[[], object]:
        return lambda: [folded(rule, parts[size]) for _ in range(max(SIZES) // size)]

    times = alternate({str(size): repeated(size) for size in SIZES}, 7)
    micro = 1e6 / max(SIZES)
    middle = {size: micro * times[str(size)].median for size in SIZES}
    least = {size: micro * times[str(size)].least for size in SIZES}
    found = [
        Row(
            subject="history",
            what=f"a symbol of {size:,} ({SIZE_DAYS} days)",
            figure=middle[size],
            unit="us",
            least=least[size],
        )
        for size in SIZES
    ]
    spread = Row(
        subject="history",
        what="a symbol's time, dearest size by cheapest",
        figure=max(middle.values()) / min(middle.values()),
        unit="x",
        least=max(least.values()) / min(least.values()),
        target="<= 1.3",
    )
    return [*found, spread]


def _memory() -> Row:
    """Peak memory beyond the touched panels, bars mapped from files, in a process of its own."""
    with tempfile.TemporaryDirectory() as place:
        panel = walks()
        for name in FIELDS:
            panel.fields[name].tofile(Path(place, name))
        touched = sum(panel.fields[name].nbytes for name in FIELDS) + panel.bar.nbytes
        peak = int(process([sys.executable, __file__, place]))
    beyond = (peak - touched) / 1e6
    note = f"peak {peak / 1e6:.0f} MB, touched panels {touched / 1e6:.0f} MB"
    return Row(
        subject="history",
        what="peak memory beyond the panels",
        figure=beyond,
        unit="MB",
        target=f"<= {MARGIN_MB}",
        note=note,
    )


def _mapped(folder: Path) -> None:
    small = walks(1, DAYS)
    fields = {name: np.memmap(folder / name, np.float64, "r", shape=(DAYS, SYMBOLS)) for name in FIELDS}
    names = tuple(f"S{number:05d}" for number in range(SYMBOLS))
    panel = Panel(
        interval=small.interval, symbols=names, ts=small.ts, fields=fields, bar=np.ones((DAYS, SYMBOLS), np.uint8)
    )
    history(Scan(where=SEVEN), panel, catalogue())
    print(_peak())


def _peak() -> int:
    """The most memory that this process had; `getrusage` would count what its parent had before it."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return 1024 * int(line.split()[1])


if __name__ == "__main__":
    _mapped(Path(sys.argv[1]))
