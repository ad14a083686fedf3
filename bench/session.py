"""One new bar for 10,000 symbols in a live session: how long until the answer is there, median and slowest of 640 bars.

The seven-term scan for the time; the rule `close > sma(50) and rsi(14) < 40` for the comparison with TA-Lib's streaming
handles, two a symbol, driven from Python with floats at hand: symbol-bars a second, each taking turns of 80 bars.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from panels import walks
from seven import SEVEN, planned
from timing import Row

from scanwright.engine.session import Session
from scanwright.model.panel import Floats

SYMBOLS, BEFORE, BARS, TURN = 10_000, 300, 640, 80
RULE = "close > sma(50) and rsi(14) < 40"


def rows() -> list[Row]:
    """All lines of this subject."""
    panel = walks(SYMBOLS, BEFORE + BARS)
    coming = [panel.rows(at, at + 1) for at in range(BEFORE, BEFORE + BARS)]
    seven = Session.start(planned(SEVEN), panel.rows(0, BEFORE))
    live = Session.start(planned(RULE), panel.rows(0, BEFORE))
    foreign = _handles(panel.fields["close"][:BEFORE])
    prices = [row.fields["close"][0].tolist() for row in coming]
    taken: dict[str, list[float]] = {"seven": [], "rule": [], "handles": []}
    unlike = 0
    for start in range(0, BARS, TURN):
        part = range(start, start + TURN)
        taken["seven"] += [_timed(seven.commit, coming[at])[0] for at in part]
        ours = [_timed(live.commit, coming[at]) for at in part]
        theirs = [_timed(foreign, prices[at]) for at in part]
        taken["rule"] += [seconds for seconds, _ in ours]
        taken["handles"] += [seconds for seconds, _ in theirs]
        for (_, mine), (_, other) in zip(ours, theirs, strict=True):
            unlike += int(np.sum((mine["where"][0] == 1) != np.array(other)))
    return [*_latency("seven terms", taken["seven"]), *_latency(RULE, taken["rule"]), *_against(taken, unlike)]


def _timed(run: Callable[[Any], Any], given: object) -> tuple[float, Any]:
    start = time.perf_counter()
    answer = run(given)
    return time.perf_counter() - start, answer


def _handles(before: Floats) -> Callable[[Sequence[float]], list[bool]]:
    """TA-Lib's streaming handles, opened on each symbol's history; takes the new closes."""
    from talib import stream

    histories = [np.ascontiguousarray(column) for column in before.T]
    means = [stream.SMA(each, timeperiod=50).update for each in histories]
    strengths = [stream.RSI(each, timeperiod=14).update for each in histories]

    def run(closes: Sequence[float]) -> list[bool]:
        return [
            (mean(close) < close) & (strength(close) < 40)
            for close, mean, strength in zip(closes, means, strengths, strict=True)
        ]

    return run


def _latency(what: str, seconds: Sequence[float]) -> list[Row]:
    middle, most = 1000 * statistics.median(seconds), 1000 * max(seconds)
    slow = sum(1 for each in seconds if each > 0.01)
    note = f"{len(seconds)} bars, {slow} over 10 ms"
    return [
        Row(
            subject="session", what=f"{what}: a bar", figure=middle, unit="ms", least=1000 * min(seconds), target="<= 1"
        ),
        Row(subject="session", what=f"{what}: the slowest bar", figure=most, unit="ms", target="<= 10", note=note),
    ]


def _against(taken: dict[str, list[float]], unlike: int) -> list[Row]:
    rates = {name: SYMBOLS / statistics.median(taken[name]) / 1e6 for name in ("rule", "handles")}
    best = {name: SYMBOLS / min(taken[name]) / 1e6 for name in rates}
    note = f"{unlike:,} of {SYMBOLS * BARS:,} judgements differ"
    return [
        Row(subject="session", what="scanwright", figure=rates["rule"], unit="M symbol-bars/s", least=best["rule"]),
        Row(
            subject="session",
            what="TA-Lib's handles",
            figure=rates["handles"],
            unit="M symbol-bars/s",
            least=best["handles"],
        ),
        Row(
            subject="session",
            what="faster than TA-Lib's handles",
            figure=rates["rule"] / rates["handles"],
            unit="x",
            least=best["rule"] / best["handles"],
            target=">= 50",
            note=note,
        ),
    ]
