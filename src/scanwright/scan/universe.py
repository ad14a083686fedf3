"""Who takes part: everybody, a list of symbols, or a condition judged day by day."""

from __future__ import annotations

from scanwright.expr.types import Typing

LIQUID = "raw(close) > 5 and sma(dollar_volume, 20)[1] > 5e6"
STOCKS = ' and kind in ("common", "adr")'


def universe_text(name: str, typing: Typing) -> str:
    """The condition of a universe, "" where it names everybody or single symbols.

    `liquid` is a traded price over 5 and a 20-day dollar volume to the day before over 5 million; where the market
    knows the kind of its symbols, common stocks and ADRs only.
    """
    if name in {"", "all"} or symbols_of(name):
        return ""
    if name == "liquid":
        return LIQUID + (STOCKS if "kind" in typing.present else "")
    return name


def symbols_of(name: str) -> tuple[str, ...]:
    """The symbols of a list such as `AAPL,MSFT`, or nothing.

    >>> symbols_of("AAPL, BTC/USDT"), symbols_of("close > 5")
    (('AAPL', 'BTC/USDT'), ())
    """
    if name in {"", "all", "liquid"} or any(sign in name for sign in "<>=("):
        return ()
    return tuple(part.strip() for part in name.split(",") if part.strip())
