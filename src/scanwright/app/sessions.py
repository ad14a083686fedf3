"""A scan on live bars, handed over as tables."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from scanwright.model.errors import BadBars, UnknownSymbol
from scanwright.model.panel import FIELDS, Floats, Panel
from scanwright.scan.judge import nearest
from scanwright.scan.live import Live
from scanwright.scan.now import Found

if TYPE_CHECKING:
    import polars as pl

    from scanwright.app.market import Market

NEEDED = ("symbol", "ts", *FIELDS)
RECENT = 250


class Session:
    """Takes bar after bar: each `commit` judges the last one; `peek` judges a bar that is still forming.

    >>> import scanwright as sw
    >>> from scanwright.app.demo import written
    >>> market = sw.open(written(symbols=10, years=1))
    >>> live = sw.Scan(where="close > sma(20)").session(market, as_of="2025-12-30")
    >>> found = live.commit(live.rows_after(market))
    >>> found.receipt.frame, found.receipt.universe
    ('2025-12-31', 9)
    """

    def __init__(self, live: Live, panel: Panel) -> None:
        """Stand where the scan stands; the panel is the one that it was started on."""
        self._live = live
        self._panel = panel.rows(0, 0)
        recent = panel.fields["volume"][-RECENT:]
        self._trades = np.nan_to_num(np.asarray(recent)).any(axis=0)

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols that it knows."""
        return self._live.symbols

    @property
    def last(self) -> np.datetime64 | None:
        """The time of the last bar that was committed."""
        return self._live.last

    def commit(self, bars: pl.DataFrame | Panel) -> Found:
        """Take closed bars later than the last ones, and judge the last of them.

        A table has the columns symbol, ts, open, high, low, close and volume; ts is the session's date, or the end of
        an intraday bar in UTC. Prices are as traded now, after all splits.
        """
        return self._live.commit(bars if isinstance(bars, Panel) else self._read(bars))

    def peek(self, bars: pl.DataFrame | Panel) -> Found:
        """What a bar that is still forming would give; nothing is kept of it."""
        return self._live.peek(bars if isinstance(bars, Panel) else self._read(bars))

    def snapshot(self) -> bytes:
        """The state as bytes, for `Scan.resume`."""
        return self._live.snapshot()

    def rows_after(self, market: Market) -> Panel:
        """The market's bars after the last one that was committed."""
        panel = market.panel(self._panel.interval, None, self._live.scan.adjust)
        start = 0 if self.last is None else int(np.searchsorted(panel.ts, self.last, side="right"))
        return panel.rows(start, len(panel.ts))

    def _read(self, bars: pl.DataFrame) -> Panel:
        missing = [name for name in NEEDED if name not in bars.columns]
        if missing or bars.is_empty():
            found = f"none of {', '.join(missing)}" if missing else "no row"
            raise BadBars(
                source="the session's bars", expected=f"the columns {', '.join(NEEDED)}", found=found, todo=""
            )
        place = {symbol: at for at, symbol in enumerate(self.symbols)}
        names: list[str] = bars["symbol"].to_list()
        for name in names:
            if name not in place:
                near = nearest(name, self._panel) or "one that the session was started with"
                raise UnknownSymbol(market="the session", symbol=name, nearest=near)
        ts, rows = np.unique(bars["ts"].to_numpy().astype("M8[s]"), return_inverse=True)
        if not self._panel.interval.is_intraday and (ts != ts.astype("M8[D]")).any():
            raise _refused("dates of sessions", f"the time {ts[ts != ts.astype('M8[D]')][0]}")
        columns = np.array([place[name] for name in names])
        if len(np.unique(np.stack([rows, columns]), axis=1).T) < len(names):
            raise _refused("one bar of a symbol at a time", "two")
        shape = (len(ts), len(place))
        fields = {name: np.full(shape, np.nan) for name in FIELDS}
        for name, values in fields.items():
            if not bars[name].dtype.is_numeric():
                raise _refused(f"numbers for {name}", str(bars[name].dtype))
            values[rows, columns] = bars[name].to_numpy()
        _possible(fields)
        bar = ~np.logical_or.reduce([np.isnan(values) for values in fields.values()])
        bar &= ~(self._trades & (fields["volume"] == 0))
        fields = {name: np.where(bar, values, np.nan) for name, values in fields.items()}
        return dataclasses.replace(self._panel, ts=ts, fields=fields, bar=bar.astype(np.uint8))


def _refused(expected: str, found: str) -> BadBars:
    return BadBars(source="the session's bars", expected=expected, found=found, todo="mend the row and commit it again")


def _possible(fields: Mapping[str, Floats]) -> None:
    """Refuse what an import would put in quarantine: a bar that its own row proves wrong is never used."""
    from scanwright.store.quarantine import NOISE

    low, high = fields["low"], fields["high"]
    slack = NOISE * np.abs(high)
    tests = {
        "low at or below high": high < low,
        "open and close between low and high": (np.minimum(fields["open"], fields["close"]) < low - slack)
        | (np.maximum(fields["open"], fields["close"]) > high + slack),
        "prices above zero": low <= 0,
        "a volume of zero or more": fields["volume"] < 0,
    }
    for expected, wrong in tests.items():
        if wrong.any():
            row, column = (int(each) for each in np.argwhere(wrong)[0])
            shown = ", ".join(f"{name} {values[row, column]:g}" for name, values in fields.items())
            raise _refused(expected, shown)
