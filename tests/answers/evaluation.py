"""How answers are judged: our expressions folded over a panel, and what an outside source says of the same bars."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import polars as pl

from scanwright.app.wiring import catalogue
from scanwright.engine.fold import Fold, chunks
from scanwright.engine.plan import plan
from scanwright.expr.reader import read
from scanwright.expr.types import Typing
from scanwright.model.interval import Interval
from scanwright.model.panel import Panel
from scanwright.model.signature import Type

TOLERANCE = 1e-9


@dataclasses.dataclass(frozen=True, kw_only=True)
class Bars:
    """One symbol's own bars."""

    open: np.ndarray
    high: np.ndarray
    low: np.ndarray
    close: np.ndarray
    volume: np.ndarray

    @classmethod
    def of(cls, panel: Panel, column: int) -> Bars:
        """A symbol's bars without its holes."""
        own = panel.bar[:, column] == 1
        return cls(**{name: np.ascontiguousarray(values[own, column]) for name, values in panel.fields.items()})


@dataclasses.dataclass(frozen=True, kw_only=True)
class Case:
    """One expression of ours and what TA-Lib says.

    scale: the input whose size in the window bounds the error, by default the prices; `one` for figures that do not
    grow with their input. further: bars after our own warm-up from which on the two agree, where seeds differ.
    """

    text: str
    answer: Callable[[Bars], np.ndarray]
    scale: Callable[[Bars], np.ndarray] = lambda bars: bars.high
    further: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Folded:
    """Our values `[T, N]`, NaN for missing and unknown, and the declared warm-up."""

    values: np.ndarray
    warmup: int


def folded(texts: Sequence[str], panel: Panel) -> Mapping[str, Folded]:
    """Several expressions over a panel, by their text."""
    language = catalogue()
    trees = {text: read(text, language) for text in texts}
    found = plan(trees, Typing(language))
    fold = Fold.over(found, panel)
    parts = [fold.advance(part) for part in chunks(panel)]
    answers: dict[str, Folded] = {}
    for text in texts:
        whole = np.concatenate([np.array(part[text], dtype=np.float64) for part in parts])
        if found.types[text] is Type.YESNO:
            whole[whole == 2] = np.nan
        answers[text] = Folded(values=whole, warmup=found.warmups[text])
    return answers


def panel_of(path: pathlib.Path) -> Panel:
    """The bars of a Parquet file that prove nothing wrong by themselves."""
    prices = ("open", "high", "low", "close")
    bars = pl.read_parquet(path).drop_nulls((*prices, "volume"))
    inside = [pl.col(name).is_between(pl.col("low"), pl.col("high")) for name in ("open", "close")]
    bars = bars.filter(pl.col("volume") > 0, pl.col("low") > 0, *inside)
    symbols, columns = np.unique(bars["symbol"].to_numpy(), return_inverse=True)
    ts, rows = np.unique(bars["ts"].to_numpy().astype("datetime64[s]"), return_inverse=True)
    fields = {name: np.full((len(ts), len(symbols)), np.nan) for name in (*prices, "volume")}
    for name, values in fields.items():
        values[rows, columns] = bars[name].to_numpy()
    bar = (~np.isnan(fields["close"])).astype(np.uint8)
    return Panel(interval=Interval.DAY, symbols=tuple(map(str, symbols)), ts=ts, fields=fields, bar=bar)


def largest_within(x: np.ndarray, n: int) -> np.ndarray:
    """The largest size among the present value and the n before it."""
    padded = np.concatenate([np.zeros(n), np.abs(x)])
    return np.lib.stride_tricks.sliding_window_view(padded, n + 1).max(axis=1)


def differences(case: Case, bars: Bars, ours: np.ndarray, warmup: int) -> np.ndarray:
    """Where ours and TA-Lib's differ by more than 1e-9 of the value or of the input in the window."""
    theirs = np.asarray(case.answer(bars), dtype=np.float64)
    start = warmup + case.further
    allowed = TOLERANCE * np.maximum(np.abs(theirs), largest_within(case.scale(bars), max(warmup, 1)))
    wrong = ~(np.abs(ours - theirs) <= allowed)
    wrong[:start] = False
    return np.flatnonzero(wrong)
