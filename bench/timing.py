"""How every bench measures: the competitors take turns in one run, and the median of their repeats counts.

Taking turns lets a slow minute of the machine meet all of them; the least time is kept beside the median, because on a
machine that others use it says what the code can do.
"""

from __future__ import annotations

import dataclasses
import gc
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

PEERS = ("numpy", "ta-lib", "polars", "polars-talib", "pandas", "vectorbt")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Times:
    """The seconds of one competitor's repeats."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The figure that is compared."""
        return statistics.median(self.seconds)

    @property
    def least(self) -> float:
        """What the code can do where nothing else runs."""
        return min(self.seconds)

    @property
    def most(self) -> float:
        """The slowest repeat."""
        return max(self.seconds)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table.

    figure: what was measured, in `unit`. least: the same from the least times. target: what is asked for, `<= 5` or
    `>= 2.5`; empty where the line is for comparison only.
    """

    subject: str
    what: str
    figure: float
    unit: str
    least: float | None = None
    target: str = ""
    note: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the figure is within its target; None where there is none.

        >>> Row(subject="a", what="b", figure=3.0, unit="x", target=">= 2.5").holds
        True
        >>> Row(subject="a", what="b", figure=0.7, unit="", target="0.75 to 0.85").holds
        False
        """
        if not self.target:
            return None
        if " to " in self.target:
            low, high = self.target.split(" to ")
            return float(low) <= self.figure <= float(high)
        word, limit = self.target.split()
        return self.figure <= float(limit) if word == "<=" else self.figure >= float(limit)


def alternate(runs: Mapping[str, Callable[[], object]], repeats: int, *, patience: float = 8.0) -> dict[str, Times]:
    """Time the competitors in turns, forwards and backwards, after one turn that is not counted.

    A competitor that has taken `patience` seconds in all is left out of the turns to come; its first turn counts then
    where there is no other.
    """
    taken: dict[str, list[float]] = {name: [] for name in runs}
    warm = {name: _once(run) for name, run in runs.items()}
    for turn in range(repeats):
        names = list(runs) if turn % 2 == 0 else list(runs)[::-1]
        for name in names:
            if warm[name] + sum(taken[name]) < patience:
                taken[name].append(_once(runs[name]))
    return {name: Times(seconds=tuple(found or [warm[name]])) for name, found in taken.items()}


def _once(run: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def process(command: Sequence[str], *, folder: Path | None = None) -> str:
    """Run a whole process and give what it printed; one that fails stops the bench with its own words."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    if done.returncode:
        sys.exit(f"{' '.join(command[:4])} ... exited {done.returncode}:\n{done.stderr}")
    return done.stdout


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory / 1e9, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
        "versions": {name: version(name) for name in PEERS},
    }


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text().splitlines() if listed.exists() else []
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())
