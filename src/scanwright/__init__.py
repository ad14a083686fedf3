"""Scanwright scans markets: one definition, run now, over history and on a live feed.

    import scanwright as sw

    market = sw.open("market/")
    scan = sw.Scan(where=(sw.close > sw.sma(200)) & (sw.rsi(14) < 40), rank=-sw.rsi(14))
    scan.now(market).frame()

Every name of the language stands here: fields (`sw.close`; the opening price is `sw.open_`), functions (`sw.sma(200)`),
results (`sw.macd(12, 26, 9).hist`). Nothing is loaded before it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanwright.app.language import Word, field, is_in
    from scanwright.app.market import Market, open
    from scanwright.app.scans import Scan
    from scanwright.expr.face import Expr
    from scanwright.model.run import Stop

_HOMES = {
    "Expr": "scanwright.expr.face",
    "Market": "scanwright.app.market",
    "Scan": "scanwright.app.scans",
    "Stop": "scanwright.model.run",
    "field": "scanwright.app.language",
    "is_in": "scanwright.app.language",
    "open": "scanwright.app.market",
}

__all__ = ["Expr", "Market", "Scan", "Stop", "field", "is_in", "open"]


def __getattr__(name: str) -> Word:
    """A name of the language, or of the few things beside it."""
    if name.startswith("__"):
        raise AttributeError(name)
    import importlib

    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    from scanwright.app.language import word

    return word(name)


def __dir__() -> list[str]:
    """What stands here and the names of the language."""
    from scanwright.app.language import names

    return sorted({*__all__, *names()})
