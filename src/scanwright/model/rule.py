"""How a hit is traded: from the next open to a target, a stop or a last bar, at which costs."""

from __future__ import annotations

import dataclasses
import math
from typing import Literal

from scanwright.model.errors import SettingsError

Unit = Literal["atr", "percent"]
Side = Literal["long", "short"]
UNITS: dict[str, Unit] = {"atr": "atr", "%": "percent", "percent": "percent"}
SIDES: tuple[Side, ...] = ("long", "short")
MOST_BARS = 250


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """How far from the entry: in average true ranges of the hit's bar (`atr(14)`), or in percent of the entry.

    >>> Level.read("2atr"), Level.read("5%").text
    (Level(amount=2.0, unit='atr'), '5%')
    """

    amount: float
    unit: Unit

    @classmethod
    def read(cls, text: str) -> Level:
        """A distance as a person wrote it; `SettingsError` for what is none."""
        shown = text.strip().lower()
        ending = next((each for each in UNITS if shown.endswith(each)), "")
        try:
            amount = float(shown.removesuffix(ending))
        except ValueError:
            amount = math.nan
        if not ending or not 0 < amount < math.inf:
            raise SettingsError(expected="a distance above 0", found=repr(text), todo="for example 2atr, 5% or none")
        return cls(amount=amount, unit=UNITS[ending])

    @property
    def text(self) -> str:
        """As a person writes it."""
        return f"{self.amount:g}{'atr' if self.unit == 'atr' else '%'}"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Costs:
    """What trading takes; all in percent but the dollars.

    spread: between bid and ask, half of it paid on each side. fee: of each side's money. borrow: a year, of a short.
    dollars: put into one hit. most: of the mean daily dollar volume of the 20 days up to the hit; a larger order is not
    filled.
    """

    spread: float = 0.1
    fee: float = 0.01
    borrow: float = 3.0
    dollars: float = 10_000.0
    most: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what is no cost."""
        wrong = [f"{name} {value:g}" for name, value in dataclasses.asdict(self).items() if not 0 <= value < math.inf]
        if wrong:
            raise SettingsError(expected="costs of 0 or more", found=", ".join(wrong), todo="")

    def words(self, side: Side) -> str:
        """In one line."""
        borrow = f", borrow {self.borrow:g} % a year" if side == "short" else ""
        size = f"${self.dollars:,.0f} a hit, at most {self.most:g} % of its 20-day dollar volume"
        return f"spread {self.spread:g} %, fee {self.fee:g} % a side{borrow}; {size}"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """From the next own bar's open to whichever comes first: the stop, the target, the close of the last bar.

    bars: own bars from the entry's on that it is held at most; that is the horizon. A None level is never reached.
    A hit came good where more than `least` percent is left after costs.

    >>> Rule().words
    'long from the next open, target 2atr, stop 1atr, at most 10 bars'
    """

    bars: int = 10
    target: Level | None = Level(amount=2.0, unit="atr")
    stop: Level | None = Level(amount=1.0, unit="atr")
    side: Side = "long"
    costs: Costs = Costs()
    least: float = 0.0

    def __post_init__(self) -> None:
        """Refuse horizons that nothing can be learned for."""
        if not 1 <= self.bars <= MOST_BARS:
            expected = f"a horizon of 1 to {MOST_BARS} bars"
            raise SettingsError(expected=expected, found=self.bars, todo="try 5, 10 or 20")

    @property
    def words(self) -> str:
        """The rule in one line, without its costs."""
        levels = (("target", self.target), ("stop", self.stop))
        told = ", ".join(f"{name} {each.text}" if each else f"no {name}" for name, each in levels)
        bars = "1 bar" if self.bars == 1 else f"{self.bars} bars"
        more = f", good above {self.least:g} %" if self.least else ""
        return f"{self.side} from the next open, {told}, at most {bars}{more}"


def sided(text: str) -> Side:
    """The side that a text names.

    >>> sided("short")
    'short'
    """
    if text not in SIDES:
        raise SettingsError(expected="side long or short", found=repr(text), todo="")
    return text


def level(text: str) -> Level | None:
    """A distance as a person wrote it, `none` for one that is never reached.

    >>> level("none"), level("1.5 atr")
    (None, Level(amount=1.5, unit='atr'))
    """
    return None if text.strip().lower() == "none" else Level.read(text)
