"""Prices with dividends taken out, so that a change from bar to bar is what a holder earned.

The convention is that of CRSP, which Yahoo's adjusted close follows too: prices before an ex-date are multiplied by
1 - amount / close, the close being the last one before the ex-date, both in the shares of the ex-date. Volumes stay: a
dividend makes no new shares. Factors come from the bars, splits and dividends known at the as-of, and only where the
panel has a frame on the ex-date or after it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence

import numpy as np

from scanwright.model.calendars import calendar
from scanwright.model.panel import Floats, Panel, Payout, Times

PRICES = ("open", "high", "low", "close")
Paid = tuple[str, dt.date, float]


def total(panel: Panel, dividends: Iterable[Paid]) -> Panel:
    """A panel that is adjusted by splits, adjusted by dividends too.

    dividends: symbol, ex-date, and the cash a share as it was paid; those of one symbol and day add up.

    >>> from scanwright.model.interval import Interval
    >>> ts = np.array(["2015-05-06", "2015-05-07"], "M8[s]")
    >>> fields = dict.fromkeys((*PRICES, "volume"), np.array([[125.01], [125.26]]))
    >>> apple = Panel(interval=Interval.DAY, symbols=("AAPL",), ts=ts, fields=fields, bar=np.ones((2, 1), np.uint8))
    >>> total(apple, [("AAPL", dt.date(2015, 5, 7), 0.52)]).fields["close"][:, 0].round(2).tolist()
    [124.49, 125.26]
    """
    payouts = payouts_of(panel, dividends)
    if not payouts:
        return panel
    days = _days(panel)
    columns = {symbol: at for at, symbol in enumerate(panel.symbols)}
    factors: dict[int, Floats] = {}
    for each in payouts:
        factor = factors.setdefault(columns[each.symbol], np.ones(panel.shape[0]))
        factor[days < each.date] *= each.factor
    fields = {name: np.array(values) if name in PRICES else values for name, values in panel.fields.items()}
    for column, factor in factors.items():
        for name in PRICES:
            fields[name][:, column] *= factor
    return dataclasses.replace(panel, fields=fields, payouts=payouts)


def payouts_of(panel: Panel, dividends: Iterable[Paid]) -> list[Payout]:
    """The factor of each dividend that the panel has bars on both sides of, by symbol and date.

    One that is as large as the price, or larger, cannot be: it has no factor (`data check` finds it).
    """
    columns = {symbol: at for at, symbol in enumerate(panel.symbols)}
    days = _days(panel)
    paid: dict[tuple[str, np.datetime64], float] = {}
    for symbol, date, amount in dividends:
        if symbol in columns:
            key = symbol, np.datetime64(date, "s")
            paid[key] = paid.get(key, 0.0) + amount
    splits: dict[str, list[tuple[np.datetime64, float]]] = {}
    for each in panel.splits:
        splits.setdefault(each.symbol, []).append((each.date, each.ratio))
    found: list[Payout] = []
    for (symbol, date), amount in sorted(paid.items()):
        before = _close_before(panel, columns[symbol], int(np.searchsorted(days, date)))
        factor = 1.0 - _in_todays_shares(amount, date, splits.get(symbol, ())) / before
        if 0.0 < factor < 1.0:
            found.append(Payout(symbol=symbol, date=date, factor=float(factor)))
    return found


def _close_before(panel: Panel, column: int, row: int) -> float:
    """The close of a symbol's last bar before a row; NaN where there is none, or no frame from the row on."""
    if row >= panel.shape[0]:
        return float("nan")
    rows = np.flatnonzero(panel.bar[:row, column])
    return float(panel.fields["close"][rows[-1], column]) if rows.size else float("nan")


def _in_todays_shares(amount: float, date: np.datetime64, splits: Sequence[tuple[np.datetime64, float]]) -> float:
    for since, ratio in splits:
        amount /= ratio if date < since else 1.0
    return amount


def _days(panel: Panel) -> Times:
    return calendar(panel.calendar).session_of(panel.ts) if panel.interval.is_intraday else panel.ts
