"""What is told of symbols beside their bars (splits, dividends, events, refused bars), by symbol and read once."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from scanwright.model.interval import Interval
from scanwright.store.manifest import read_manifest

if TYPE_CHECKING:
    import polars as pl

    from scanwright.store.market import Market

OWN_KINDS = {"split": "splits", "dividend": "dividends"}


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """Something that happened to a symbol: when, of which kind, in a few words, and its figure where it has one."""

    at: dt.datetime
    kind: str
    label: str
    value: float | None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """A bar that was refused."""

    at: dt.datetime
    reason: str
    source: str
    close: float | None


class Told:
    """The small tables of a market as of its present generation.

    >>> from scanwright.app.demo import written
    >>> from scanwright.app import market
    >>> told = Told(market.open(written(symbols=10, years=1)).stored)
    >>> {each.kind for each in told.marks("SPY")} <= {"split", "dividend", "earnings", "news", "filing"}
    True
    """

    def __init__(self, market: Market) -> None:
        """Nothing was read yet."""
        self._market = market
        self._kept: dict[tuple[int, str], _BySymbol] = {}
        self._lock = threading.Lock()

    def marks(self, symbol: str) -> Sequence[Mark]:
        """Splits, dividends and events of a symbol, the earliest first."""
        found = [_split(row) for row in self._of("splits", symbol)]
        found += [_dividend(row) for row in self._of("dividends", symbol)]
        own = {each.kind for each in found}
        events = (_event(row) for row in self._of("events", symbol))
        found += [each for each in events if each.kind not in own or each.kind not in OWN_KINDS]
        return sorted(found, key=lambda each: each.at)

    def refused(self, symbol: str, interval: Interval) -> Sequence[Refusal]:
        """The refused bars of a symbol, the earliest first."""
        rows = self._of(f"quarantine {interval}", symbol)
        found = [_refusal(row) for row in rows if row.get("ts") is not None]
        return sorted(found, key=lambda each: each.at)

    def _of(self, name: str, symbol: str) -> Sequence[Mapping[str, object]]:
        generation = read_manifest(self._market.folder).generation
        with self._lock:
            table = self._kept.get((generation, name))
            if table is None:
                self._kept = {key: each for key, each in self._kept.items() if key[0] == generation}
                table = self._kept[generation, name] = _BySymbol.of(self._read(name))
        return table.rows(symbol)

    def _read(self, name: str) -> pl.DataFrame | None:
        kind, _, interval = name.partition(" ")
        return self._market.quarantine(Interval.read(interval)) if interval else self._market.table(kind)


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class _BySymbol:
    """A table in the order of its symbols, and where each begins."""

    table: pl.DataFrame | None
    places: Mapping[str, tuple[int, int]]

    @classmethod
    def of(cls, table: pl.DataFrame | None) -> _BySymbol:
        if table is None or not len(table):
            return cls(table=None, places={})
        import polars as pl

        ordered = table.drop_nulls("symbol").sort("symbol", maintain_order=True).with_row_index("place")
        spans = ordered.group_by("symbol").agg(pl.col("place").min().alias("first"), pl.len().alias("count"))
        places = {symbol: (first, count) for symbol, first, count in spans.iter_rows()}
        return cls(table=ordered.drop("place"), places=places)

    def rows(self, symbol: str) -> Sequence[Mapping[str, object]]:
        if self.table is None or symbol not in self.places:
            return ()
        return self.table.slice(*self.places[symbol]).to_dicts()


def _split(row: Mapping[str, object]) -> Mark:
    ratio = _number(row["ratio"]) or 1.0
    label = f"{ratio:g}:1" if ratio >= 1 else f"1:{1 / ratio:g}"
    return Mark(at=_moment(row["date"]), kind="split", label=label, value=ratio)


def _dividend(row: Mapping[str, object]) -> Mark:
    amount = _number(row["amount"])
    return Mark(at=_moment(row["date"]), kind="dividend", label=f"{amount or 0:g} a share", value=amount)


def _event(row: Mapping[str, object]) -> Mark:
    kind = str(row["kind"])
    eps = _number(row.get("eps"))
    text = str(row.get("headline") or "") or (f"EPS {eps:g}" if eps is not None else str(row.get("timing") or ""))
    return Mark(
        at=_moment(row["ts"]), kind=kind, label=text, value=eps if eps is not None else _number(row.get("value"))
    )


def _refusal(row: Mapping[str, object]) -> Refusal:
    reason, source = str(row["reason"]), str(row.get("source") or "")
    return Refusal(at=_moment(row["ts"]), reason=reason, source=source, close=_number(row.get("close")))


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _moment(value: object) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC) if value.tzinfo else value.replace(tzinfo=dt.UTC)
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time(), dt.UTC)
    return dt.datetime.fromisoformat(str(value)).replace(tzinfo=dt.UTC)
