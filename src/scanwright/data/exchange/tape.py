"""The trades inside a bar, and the quotes around them: made up, the same each time, and together they are the bar."""

from __future__ import annotations

import dataclasses
import random

MOST, LEAST = 24, 4
"""Trades in one bar: more where more is traded."""

KEPT = 20_000  # bars


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Trade:
    """At `ts` (milliseconds since 1970) `size` shares changed hands; bid and ask stood around it."""

    ts: int
    price: float
    size: float
    bid: float
    ask: float


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """A bar to be taken apart: when it began and was whole, in seconds UTC, and what it came to."""

    symbol: str
    begins: int
    ends: int
    values: tuple[float, float, float, float, float]


class Tape:
    """Takes bars apart; the last ones are remembered."""

    def __init__(self, seed: int) -> None:
        """Equal seeds, equal trades."""
        self._seed = seed
        self._kept: dict[tuple[str, int, int], tuple[Trade, ...]] = {}

    def trades(self, bar: Bar, by: float | None = None) -> tuple[Trade, ...]:
        """The trades of a bar, those up to a moment (seconds) where one is given.

        >>> bar = Bar(symbol="A", begins=0, ends=60, values=(10.0, 11.0, 9.5, 10.5, 300.0))
        >>> found = Tape(7).trades(bar)
        >>> found[0].price, max(each.price for each in found), found[-1].price, sum(each.size for each in found)
        (10.0, 11.0, 10.5, 300.0)
        """
        key = (bar.symbol, bar.begins, bar.ends)
        if key not in self._kept:
            if len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = _taken_apart(bar, self._seed)
        found = self._kept[key]
        return found if by is None else tuple(each for each in found if each.ts <= by * 1000)

    def so_far(self, bar: Bar, moment: float) -> tuple[float, float, float, float, float] | None:
        """What a bar has come to by a moment; nothing where nothing was traded yet."""
        done = self.trades(bar, moment)
        if not done:
            return None
        prices = [each.price for each in done]
        return prices[0], max(prices), min(prices), prices[-1], float(sum(each.size for each in done))


def around(price: float) -> tuple[float, float]:
    """Bid and ask around a price: five hundredths of a percent apart, at least a cent."""
    half = max(round(price * 0.0005, 2), 0.01) / 2
    return round(max(price - half, 0.0001), 4), round(price + half, 4)


def _taken_apart(bar: Bar, seed: int) -> tuple[Trade, ...]:
    dice = random.Random(f"{seed} tape {bar.symbol} {bar.begins} {bar.ends}")  # noqa: S311 - a simulation, seeded
    op, high, low, close, volume = bar.values
    count = int(min(MOST, max(LEAST, volume / 100)))
    turns = [high, low] if dice.random() < 0.5 else [low, high]
    inner = [round(low + (high - low) * dice.random(), 2) for _ in range(count - 4)]
    cut = sorted(dice.randrange(len(inner) + 1) for _ in range(2))
    prices = [op, *inner[: cut[0]], turns[0], *inner[cut[0] : cut[1]], turns[1], *inner[cut[1] :], close]
    prices = [min(max(each, low), high) for each in prices]
    times = sorted(dice.random() for _ in prices)
    span = (bar.ends - bar.begins) * 1000
    found: list[Trade] = []
    for price, time, size in zip(prices, times, _sizes(volume, len(prices), dice), strict=True):
        bid, ask = around(price)
        found.append(Trade(ts=bar.begins * 1000 + int(span * time) + 1, price=price, size=size, bid=bid, ask=ask))
    return tuple(found)


def _sizes(volume: float, count: int, dice: random.Random) -> list[float]:
    """Sizes that add up to the volume: whole ones where it is whole and large enough."""
    if volume < 4 * count or volume != int(volume):
        return [volume / count] * count
    cuts = sorted(dice.randrange(int(volume) - count + 1) for _ in range(count - 1))
    ends = [*cuts, int(volume) - count]
    return [float(end - start + 1) for start, end in zip([0, *cuts], ends, strict=True)]
