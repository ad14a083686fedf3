"""Every answer file: NAME.csv holds what an outside source says of the bars in bars/.

    # source: TA-Lib 0.8.2, talib.RSI(close, 14)
    # bars: daily                              bars/daily.csv; `minutes` is bars/minutes.csv
    # expression: rsi(14)
    # from bar: 60                             only where the source is seeded differently
    bar,value                                  or the names of the results: bar,upper,middle,lower
    14,61.2

Bars are counted from 0. A number is judged after our warm-up, `missing` must be missing, an empty cell and a bar that
is left out say nothing. Yes/no is 1 and 0. Files in bars/ that begin like daily hold what `of("SPY", ...)` sees.
"""

from __future__ import annotations

import csv
import dataclasses
import functools
import pathlib

import numpy as np
import pytest

from scanwright.app.wiring import catalogue
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS, Panel
from tests.answers.evaluation import TOLERANCE, folded, largest_within

FOLDER = pathlib.Path(__file__).parent
NAMES = sorted(path.stem for path in FOLDER.glob("*.csv"))
INTERVALS = {"daily": Interval.DAY, "minutes": Interval.MINUTES_5}


@dataclasses.dataclass(frozen=True, kw_only=True)
class AnswerFile:
    """A file read: its heading, and its cells by the name of the result."""

    source: str
    bars: str
    expression: str
    first: int
    at: np.ndarray
    cells: dict[str, list[str]]

    @classmethod
    def read(cls, name):
        lines = (FOLDER / f"{name}.csv").read_text().splitlines()
        heading = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# "))
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
        return cls(
            source=heading["source"],
            bars=heading.get("bars", "daily"),
            expression=heading["expression"],
            first=int(heading.get("from bar", "0")),
            at=np.array([int(row["bar"]) for row in rows]),
            cells={result: [row[result] for row in rows] for result in rows[0] if result != "bar"},
        )

    def texts(self, name):
        """The expression of each result; the only result of an entry has no name of its own."""
        single = not catalogue()[name].signature.outputs[0].name
        return {result: self.expression if single else f"{self.expression}.{result}" for result in self.cells}


@functools.cache
def panel_named(name):
    files = sorted((FOLDER / "bars").glob(f"{name}*.csv"))
    rows = [row for file in files for row in csv.DictReader(file.read_text().splitlines())]
    symbols = tuple(dict.fromkeys(row["symbol"] for row in rows))
    ts = np.unique(np.array([row["date"] for row in rows], dtype="datetime64[s]"))
    place = np.searchsorted(ts, np.array([row["date"] for row in rows], dtype="datetime64[s]"))
    column = [symbols.index(row["symbol"]) for row in rows]
    fields = {}
    for field in FIELDS:
        fields[field] = np.full((len(ts), len(symbols)), np.nan)
        fields[field][place, column] = [float(row[field]) for row in rows]
    bar = (~np.isnan(fields["close"])).astype(np.uint8)
    return Panel(interval=INTERVALS[name], symbols=symbols, ts=ts, fields=fields, bar=bar)


def size_of_input(panel, text, n):
    """The largest price, or volume where that is spoken of, in the window."""
    return largest_within(panel.fields["volume" if "volume" in text else "high"][:, 0], n)


@pytest.mark.parametrize("name", NAMES)
def test_an_outside_source_says_the_same(name):
    file = AnswerFile.read(name)
    panel = panel_named(file.bars)
    texts = file.texts(name)
    ours = folded(list(texts.values()), panel)
    for result, cells in file.cells.items():
        mine = ours[texts[result]]
        values = mine.values[file.at, 0]
        start = max(mine.warmup, file.first)
        said = np.array([float(cell) if cell not in {"", "missing"} else np.nan for cell in cells])
        allowed = TOLERANCE * np.maximum(np.abs(said), size_of_input(panel, file.expression, max(start, 1))[file.at])
        judged = ~np.isnan(said) & (file.at >= start)
        assert judged.sum() >= 20
        wrong = judged & ~(np.abs(values - said) <= allowed)
        wrong |= np.array([cell == "missing" for cell in cells]) & ~np.isnan(values)
        first = np.flatnonzero(wrong)[:1]
        assert not first.size, f"{result} at bar {file.at[first]}: expected {said[first]}, found {values[first]}"


@pytest.mark.parametrize("name", NAMES)
def test_a_file_speaks_of_the_entry_of_its_name(name):
    assert name in catalogue()
    file = AnswerFile.read(name)
    assert file.source
    assert name in file.expression
    assert set(file.cells) <= {each.name or "value" for each in catalogue()[name].signature.outputs}
