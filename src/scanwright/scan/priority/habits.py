"""How symbols move: the sizes that are usual for each, and its past bars in these sizes.

A bar is told by five numbers: open, high, low and close as logarithms over the close before, in usual moves of the
symbol then; and its volume as a logarithm over the usual one. So bars of different symbols and times can be compared,
and a past bar can be put after the last one as if it came next.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from scanwright.model.panel import Floats, Ints, Panel

LOOK = 400  # frames whose bars are remembered
BEFORE = 120  # frames before them, in which the sizes settle
MOVE, VOLUME = 0.06, 0.08  # the share of the newest bar in what is usual
WIDEST = 0.25  # a larger move (as a logarithm) counts as one of this size
FAR = 5.0  # usual moves that one bar may count for in means across symbols
PRIOR = 10.0  # bars' worth of belief that a symbol moves as the market does
SHAPE = ("open", "high", "low", "close")
Flags = NDArray[np.bool_]


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Sizes:
    """What is usual for each symbol before its next bar.

    close: the last one. move: the usual size of a move, as a logarithm. volume: the usual volume. surge: the last bar's
    volume over what was usual, as a logarithm. `[N]` each, NaN for a symbol without bars.
    """

    close: Floats
    move: Floats
    volume: Floats
    surge: Floats

    def bars(self, shape: dict[str, Floats], volume: Floats) -> dict[str, Floats]:
        """Prices and volume of bars that are told in usual sizes."""
        prices = {name: self.close * np.exp(np.clip(shape[name], -12, 12) * self.move) for name in SHAPE}
        return prices | {"volume": self.volume * np.exp(volume)}

    def told(self, fields: dict[str, Floats]) -> dict[str, Floats]:
        """Bars in usual sizes; NaN where one is missing or nothing is usual."""
        with np.errstate(all="ignore"):
            found = {name: np.log(fields[name] / self.close) / self.move for name in SHAPE}
            return found | {"volume": np.log(np.maximum(fields["volume"], 1.0) / self.volume)}


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Habits:
    """The past of all symbols of a panel, as far as it tells what may come next.

    sizes: now. shape, volume: past bars, `[D, N]`; known: which of them there are. surge: the volume of the bar before
    each. pull: how far each symbol goes along with the market `[N]`. group: the sector of each, the last number for
    those without one. market, opening, flow: the mean close, open and volume of each past frame `[D]`. beyond: what
    each sector did beyond the market on each `[D, K]`.
    """

    sizes: Sizes
    shape: dict[str, Floats]
    volume: Floats
    surge: Floats
    known: Flags
    pull: Floats
    group: Ints
    market: Floats
    opening: Floats
    flow: Floats
    beyond: Floats

    @property
    def frames(self) -> int:
        """How many past frames are remembered."""
        return len(self.market)


def habits_of(panel: Panel) -> Habits:
    """What the last frames of a panel tell; the panel ends before the frame that is asked about."""
    part = panel.rows(max(panel.shape[0] - LOOK - BEFORE, 0), panel.shape[0])
    bar = part.bar == 1
    close = _carried(part.fields["close"], bar)
    sizes = _Running(part.shape[1])
    told: dict[str, list[Floats]] = {name: [] for name in (*SHAPE, "volume", "surge")}
    for row in range(part.shape[0]):
        before = sizes.now(close[row - 1] if row else np.full(part.shape[1], np.nan))
        fields = {name: values[row] for name, values in part.fields.items()}
        for name, values in {**before.told(fields), "surge": before.surge}.items():
            told[name].append(values)
        sizes.take(fields, before, bar[row])
    last = sizes.now(close[-1] if len(close) else np.full(part.shape[1], np.nan))
    count = min(part.shape[0], LOOK)
    whole = {name: np.array(values[-LOOK:]).reshape(count, part.shape[1]) for name, values in told.items()}
    known = np.all([np.isfinite(whole[name]) for name in (*SHAPE, "volume")], axis=0) & bar[-LOOK:]
    return _together(whole, known, last, _groups(panel))


class _Running:
    """What is usual, carried from bar to bar."""

    def __init__(self, width: int) -> None:
        self._square, self._volume, self._surge = (np.full(width, np.nan) for _ in range(3))

    def now(self, close: Floats) -> Sizes:
        return Sizes(close=close, move=np.sqrt(self._square), volume=self._volume.copy(), surge=self._surge.copy())

    def take(self, fields: dict[str, Floats], before: Sizes, bar: Flags) -> None:
        with np.errstate(all="ignore"):
            move = np.clip(np.log(fields["close"] / before.close), -WIDEST, WIDEST) ** 2
            surge = np.log(np.maximum(fields["volume"], 1.0) / before.volume)
        self._square = _mixed(self._square, move + 1e-8, bar & np.isfinite(move), MOVE)
        traded = bar & (fields["volume"] > 0)
        self._surge = np.where(traded & np.isfinite(surge), surge, self._surge)
        self._volume = _mixed(self._volume, fields["volume"], traded, VOLUME)


def _mixed(stood: Floats, comes: Floats, here: Flags, share: float) -> Floats:
    return np.where(here, np.where(np.isnan(stood), comes, stood + share * (comes - stood)), stood)


def _carried(values: Floats, bar: Flags) -> Floats:
    """Each symbol's latest value."""
    rows = np.where(bar, np.arange(len(values))[:, None], -1)
    last = np.maximum.accumulate(rows, axis=0)
    found = np.take_along_axis(values, np.maximum(last, 0), axis=0)
    return np.where(last < 0, np.nan, found)


def _together(told: dict[str, Floats], known: Flags, last: Sizes, group: Ints) -> Habits:
    near = {name: np.where(known, np.clip(told[name], -FAR, FAR), 0.0) for name in ("close", "open", "volume")}
    count = np.maximum(known.sum(axis=1), 1)
    market = near["close"].sum(axis=1) / count
    spread = float(np.var(market)) if len(market) else 0.0
    weight = (known * market[:, None] ** 2).sum(axis=0) + PRIOR * spread
    pull = ((near["close"] * market[:, None]).sum(axis=0) + PRIOR * spread) / np.where(weight > 0, weight, 1.0)
    pull = np.where(weight > 0, pull, 1.0)
    return Habits(
        sizes=last,
        shape={name: told[name] for name in SHAPE},
        volume=told["volume"],
        surge=np.nan_to_num(told["surge"]),
        known=known,
        pull=pull,
        group=group,
        market=market,
        opening=near["open"].sum(axis=1) / count,
        flow=near["volume"].sum(axis=1) / count,
        beyond=_beyond(np.where(known, told["close"] - pull * market[:, None], 0.0), known, group),
    )


def _beyond(moves: Floats, known: Flags, group: Ints) -> Floats:
    """The mean of each group's moves on each frame."""
    of = np.zeros((len(group), int(group.max(initial=0)) + 1))
    of[np.arange(len(group)), group] = 1.0
    return (moves @ of) / np.maximum(known.astype(np.float64) @ of, 1.0)


def _groups(panel: Panel) -> Ints:
    """The sector of each symbol as a number from 0; those without one share the last number."""
    sector = panel.attributes.get("sector")
    codes = np.full(panel.shape[1], -1) if sector is None or sector.codes is None else sector.codes
    return np.where(codes < 0, codes.max(initial=-1) + 1, codes).astype(np.int64)
