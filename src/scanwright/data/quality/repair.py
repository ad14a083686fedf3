"""Repairs: what the certain findings change in bars, splits and dividends, and what is left to a person.

A repair is a revision like any other: what stood is kept, and the market as of a moment before reads it still. What a
repair has brought is never repaired again: a finding that comes back is a person's.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from scanwright.data.quality.line import Finding, MovedDividend, NewDividend, NewSplit, Rescale

if TYPE_CHECKING:
    from scanwright.data.quality.line import Repair

SOURCE = "data check --repair"
PRICES = ("open", "high", "low", "close")
_ACTIONS = pl.Schema({"symbol": pl.String, "date": pl.Date, "kind": pl.String, "amount": pl.Float64})
_SPLITS = pl.Schema({"symbol": pl.String, "date": pl.Date, "ratio": pl.Float64})


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Known:
    """What a market holds of an interval, of the symbols concerned.

    bars: raw, sorted by symbol and ts. mended: symbol and ts of bars that are as an earlier repair left them.
    corrections: the table of that name.
    """

    bars: pl.DataFrame
    splits: pl.DataFrame | None = None
    dividends: pl.DataFrame | None = None
    mended: pl.DataFrame | None = None
    corrections: pl.DataFrame | None = None


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Mending:
    """What is to be written: bars as they should be, rows of splits and dividends, and what these were before.

    done: findings that are put right. left: findings that are not, each with the reason.
    """

    bars: pl.DataFrame
    splits: pl.DataFrame
    dividends: pl.DataFrame
    before: Sequence[tuple[str, dt.date, str, str, float | None]]
    done: Sequence[Finding]
    left: Sequence[tuple[Finding, str]]

    def corrections(self, until: dt.datetime) -> pl.DataFrame:
        """What stood in the tables of splits and dividends, as rows of the table of corrections."""
        schema = {"symbol": pl.String, "date": pl.Date, "table": pl.String, "kind": pl.String, "was": pl.Float64}
        frame = pl.DataFrame(list(self.before), schema=schema, orient="row")
        return frame.with_columns(until=pl.lit(until).cast(pl.Datetime("ms", "UTC")), source=pl.lit(SOURCE))


def mending(findings: Iterable[Finding], known: Known) -> Mending:
    """Work out what the findings change; none of it is written."""
    findings = list(findings)
    bars = _Bars(known, {each.symbol for each in findings if isinstance(each.repair, Rescale)})
    splits = _Splits(known)
    dividends = _Dividends(known)
    done: list[Finding] = []
    left: list[tuple[Finding, str]] = []
    for each in findings:
        if each.repair is None:
            left.append((each, "not certain"))
            continue
        why = _apply(each.repair, bars, splits, dividends)
        if why:
            left.append((each, why))
        else:
            done.append(each)
    return Mending(
        bars=bars.changed(),
        splits=pl.DataFrame(splits.rows, schema=_SPLITS, orient="row"),
        dividends=pl.DataFrame(dividends.rows, schema=_ACTIONS, orient="row"),
        before=[*splits.before, *dividends.before],
        done=done,
        left=left,
    )


def _apply(repair: Repair, bars: _Bars, splits: _Splits, dividends: _Dividends) -> str:
    """Note one repair, or say why it is left."""
    match repair:
        case Rescale():
            return bars.rescale(repair)
        case NewSplit():
            return splits.add(repair)
        case NewDividend():
            return dividends.change(repair.symbol, repair.date, repair.amount)
        case MovedDividend():
            return dividends.move(repair)


class _Bars:
    """The bars of the symbols concerned, changed in place."""

    def __init__(self, known: Known, concerned: set[str]) -> None:
        self._frame = known.bars.filter(pl.col("symbol").is_in(concerned))
        self._ts = self._frame["ts"].cast(pl.Datetime("ms")).to_numpy().astype("M8[s]")
        self._fields = {name: self._frame[name].to_numpy().copy() for name in (*PRICES, "volume")}
        symbols = self._frame["symbol"]
        counts = symbols.to_frame().with_row_index("at").group_by("symbol").agg(pl.col("at").min(), pl.len())
        self._places: Mapping[str, tuple[int, int]] = {symbol: (at, at + n) for symbol, at, n in counts.iter_rows()}
        self._mended = _keys(known.mended)
        self._changed = np.zeros(len(self._frame), np.bool_)

    def rescale(self, repair: Rescale) -> str:
        """Multiply the prices of a stretch."""
        start, stop = self._places.get(repair.symbol, (0, 0))
        ts = self._ts[start:stop]
        rows = start + np.flatnonzero((ts >= repair.first) & (ts <= repair.last))
        if not rows.size:
            return "its bars are not there"
        if any((repair.symbol, stamp) in self._mended for stamp in self._ts[rows].tolist()):
            return "it was repaired before and is found again"
        for name in repair.fields:
            self._fields[name][rows] *= repair.factor
        if repair.volume:
            self._fields["volume"][rows] /= repair.factor
        self._changed[rows] = True
        return ""

    def changed(self) -> pl.DataFrame:
        """The bars that are other ones now."""
        fields = [pl.Series(name, values) for name, values in self._fields.items()]
        return self._frame.with_columns(fields).filter(pl.Series(self._changed))


def _keys(frame: pl.DataFrame | None) -> set[tuple[str, dt.datetime]]:
    if frame is None:
        return set()
    stamps = frame["ts"].cast(pl.Datetime("ms")).to_numpy().astype("M8[s]").tolist()
    return set(zip(frame["symbol"].to_list(), stamps, strict=True))


class _Splits:
    """Splits to be added."""

    def __init__(self, known: Known) -> None:
        table = known.splits
        rows = () if table is None else table.select("symbol", "date").iter_rows()
        self._known: set[tuple[str, dt.date]] = {(symbol, date) for symbol, date in rows}
        self.rows: list[tuple[str, dt.date, float]] = []
        self.before: list[tuple[str, dt.date, str, str, float | None]] = []

    def add(self, repair: NewSplit) -> str:
        """Note a split that nobody told of."""
        key = repair.symbol, _date(repair.date)
        if key in self._known:
            return "a split of that day is known already"
        self._known.add(key)
        self.rows.append((*key, repair.ratio))
        self.before.append((*key, "splits", "", None))
        return ""


class _Dividends:
    """Dividends to be changed; one that never was is kept with an amount of nothing."""

    def __init__(self, known: Known) -> None:
        self._paid: dict[tuple[str, dt.date], list[tuple[str, float]]] = {}
        table = known.dividends
        for symbol, date, kind, amount in () if table is None else table.select(*_ACTIONS).iter_rows():
            self._paid.setdefault((symbol, date), []).append((kind, amount))
        mended = known.corrections
        rows = (
            () if mended is None else mended.filter(pl.col("table") == "dividends").select("symbol", "date").iter_rows()
        )
        self._mended = set(rows)
        self.rows: list[tuple[str, dt.date, str, float]] = []
        self.before: list[tuple[str, dt.date, str, str, float | None]] = []

    def change(self, symbol: str, date: np.datetime64, amount: float) -> str:
        """Note another amount."""
        key = symbol, _date(date)
        held = [(kind, paid) for kind, paid in self._paid.get(key, []) if paid > 0]
        if key in self._mended:
            return "it was repaired before and is found again"
        if len(held) != 1:
            return "its day has several dividends" if held else "it is not in the table of dividends"
        ((kind, was),) = held
        self.rows.append((*key, kind, amount))
        self.before.append((*key, "dividends", kind, was))
        return ""

    def move(self, repair: MovedDividend) -> str:
        """Note another day."""
        to = repair.symbol, _date(repair.to)
        if to in self._paid:
            return "there is a dividend on the day where it belongs"
        kinds = [kind for kind, paid in self._paid.get((repair.symbol, _date(repair.date)), []) if paid > 0]
        why = self.change(repair.symbol, repair.date, 0.0)
        if why:
            return why
        self.rows.append((*to, kinds[0], repair.amount))
        self.before.append((*to, "dividends", kinds[0], None))
        return ""


def _date(day: np.datetime64) -> dt.date:
    return dt.date.fromisoformat(str(day.astype("M8[D]")))


def shown(repair: Repair | None) -> str:
    """A repair in words, nothing where there is none.

    >>> day = np.datetime64("2014-06-09", "s")
    >>> shown(NewSplit(symbol="AAPL", date=day, ratio=7.0)), shown(NewSplit(symbol="AIG", date=day, ratio=0.05))
    ('split 7:1 on 2014-06-09', 'split 1:20 on 2014-06-09')
    """
    match repair:
        case None:
            return ""
        case Rescale():
            span = _day(repair.first) if repair.first == repair.last else f"{_day(repair.first)} to {_day(repair.last)}"
            what = "prices" if repair.fields == PRICES else ", ".join(repair.fields)
            return f"{what} x {repair.factor:.6g}{', volume the other way,' if repair.volume else ''} on {span}"
        case NewSplit():
            terms = f"{repair.ratio:g}:1" if repair.ratio > 1 else f"1:{1 / repair.ratio:g}"
            return f"split {terms} on {_day(repair.date)}"
        case NewDividend():
            return f"dividend {repair.amount:.6g} on {_day(repair.date)}" if repair.amount else "no such dividend"
        case MovedDividend():
            return f"dividend {repair.amount:.6g} on {_day(repair.to)}, not {_day(repair.date)}"


def _day(ts: np.datetime64) -> str:
    return str(ts.astype("M8[D]") if ts == ts.astype("M8[D]") else ts.astype("M8[s]"))
