"""The bars of one symbol in a row: what a check looks at."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING, Final

import numpy as np

from scanwright.model.panel import FIELDS, Panel, Split

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl
    from numpy.typing import NDArray

    from scanwright.model.panel import Floats, Times

KINDS: Final = (
    "spike",
    "split_like",
    "hundredfold",
    "misplaced_split",
    "stale",
    "gap",
    "recycled",
    "duplicate",
    "dividend_unit",
    "dividend_twice",
    "dividend_misplaced",
    "off_schedule",
    "missing_session",
)
PRICES: Final = ("open", "high", "low", "close")
_BLOCK = 256  # symbols at a time, turned from rows of times to rows of symbols


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Rescale:
    """Bars from `first` to `last` (both included) come right when prices are multiplied by `factor`.

    fields: the ones that are wrong. volume: whether volumes are divided by it, as for a split.
    """

    symbol: str
    first: np.datetime64
    last: np.datetime64
    factor: float
    fields: tuple[str, ...] = PRICES
    volume: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class NewSplit:
    """A split that the table of splits lacks."""

    symbol: str
    date: np.datetime64
    ratio: float


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class NewDividend:
    """The right amount of a dividend that is in the table; 0 for one that never was."""

    symbol: str
    date: np.datetime64
    amount: float


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class MovedDividend:
    """A dividend that is in the table under another day than the one on which the price fell; `amount` as paid."""

    symbol: str
    date: np.datetime64
    to: np.datetime64
    amount: float


Repair = Rescale | NewSplit | NewDividend | MovedDividend


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something that a person should look at; `symbol` is empty where it concerns all.

    kind: `spike` (a move that undid itself), `split_like` (a jump by a split's ratio on usual trading), `hundredfold`
        (prices in another unit, pence for pounds), `misplaced_split` (bars that a known split was not, or twice,
        taken out of), `stale` (a bar that repeats), `gap` (sessions without a bar of the symbol), `recycled` (half a
        year without a bar: perhaps another company), `duplicate` (two symbols with the same bars), `dividend_unit` and
        `dividend_twice` (a dividend that the price does not know of), `dividend_misplaced` (the price fell on another
        day), `off_schedule` (frames where the exchange was
        closed), `missing_session` (no bar of anybody on a session).
    repair: what would put it right, where that is certain.
    """

    symbol: str
    ts: np.datetime64
    kind: str
    detail: str
    repair: Repair | None = None


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Line:
    """The bars of one symbol, holes left out, known splits taken out.

    splits: the symbol's own, by date. dividends: cash a share by ex-date, in the same shares as the prices.
    """

    symbol: str
    ts: Times
    fields: Mapping[str, Floats]
    splits: Sequence[Split] = ()
    dividends: Mapping[np.datetime64, float] = dataclasses.field(default_factory=dict["np.datetime64", float])

    def finding(self, at: int, kind: str, detail: str, repair: Repair | None = None) -> Finding:
        """A finding at one of the bars."""
        return Finding(symbol=self.symbol, ts=self.ts[at], kind=kind, detail=detail, repair=repair)

    def is_heavy(self, traded: Floats, at: int, times: float) -> bool:
        """Whether much more was traded than on the twenty bars before; never where nothing is ever traded."""
        return bool(traded[at] >= times * np.median(traded[max(at - 20, 0) : at]) > 0)

    def steps(self) -> Floats:
        """Logarithmic moves from close to close, dividends put back; the first is 0."""
        close = self.fields["close"]
        paid = np.zeros(close.size)
        for date, amount in self.dividends.items():
            at = int(np.searchsorted(self.ts, date))
            if 0 < at < close.size and amount < close[at - 1]:
                paid[at] += amount
        moves = np.zeros(close.size)
        priced = (close[1:] > 0) & (close[:-1] > 0)
        moves[1:] = np.log(np.where(priced, close[1:] + paid[1:], 1) / np.where(priced, close[:-1], 1))
        return moves


def lines(panel: Panel) -> Iterator[Line]:
    """Each symbol of a panel."""
    splits = _by_symbol(panel.splits)
    for start in range(0, panel.shape[1], _BLOCK):
        block = slice(start, start + _BLOCK)
        bar = np.ascontiguousarray(panel.bar[:, block].T)
        fields = {name: np.ascontiguousarray(panel.fields[name][:, block].T) for name in FIELDS}
        for at in range(bar.shape[0]):
            rows = np.flatnonzero(bar[at])
            symbol = panel.symbols[start + at]
            own = {name: values[at, rows] for name, values in fields.items()}
            yield Line(symbol=symbol, ts=panel.ts[rows], fields=own, splits=splits.get(symbol, ()))


def stored_lines(bars: pl.DataFrame, splits: pl.DataFrame | None, dividends: pl.DataFrame | None) -> Iterator[Line]:
    """Each symbol of a table of raw bars, sorted by symbol and time, those without trade included.

    splits: symbol, date, ratio. dividends: symbol, date, amount as it was paid on a share of that day.
    """
    known = _by_symbol(_splits(splits))
    paid = _paid(dividends)
    symbols = bars["symbol"]
    edges: list[int] = (symbols != symbols.shift()).arg_true().to_list() if len(symbols) else []
    ts = bars["ts"].to_numpy().astype("M8[s]")
    columns = {name: bars[name].to_numpy() for name in FIELDS}
    for start, stop in itertools.pairwise([0, *edges, len(symbols)]):
        if start == stop:
            continue
        symbol = str(symbols[start])
        raw = {name: values[start:stop] for name, values in columns.items()}
        yield adjusted_line(symbol, ts[start:stop], raw, known.get(symbol, ()), paid.get(symbol, {}))


def adjusted_line(
    symbol: str,
    ts: Times,
    raw: Mapping[str, Floats],
    splits: Sequence[Split],
    paid: Mapping[np.datetime64, float],
) -> Line:
    """A symbol's raw bars and dividends in today's shares."""
    factor = np.ones(ts.size)
    for each in splits:
        factor[ts < each.date] *= each.ratio
    fields = {name: values * factor if name == "volume" else values / factor for name, values in raw.items()}
    rows = {date: min(int(np.searchsorted(ts, date)), ts.size - 1) for date in paid}
    dividends = {date: float(amount / factor[rows[date]]) for date, amount in paid.items()}
    return Line(symbol=symbol, ts=ts, fields=fields, splits=tuple(splits), dividends=dividends)


def _splits(table: pl.DataFrame | None) -> Sequence[Split]:
    if table is None:
        return ()
    rows = table.select("symbol", "date", "ratio").iter_rows()
    return [Split(symbol=symbol, date=np.datetime64(date, "s"), ratio=ratio) for symbol, date, ratio in rows]


def _by_symbol(splits: Sequence[Split]) -> dict[str, list[Split]]:
    found: dict[str, list[Split]] = {}
    for each in sorted(splits, key=lambda split: split.date):
        found.setdefault(each.symbol, []).append(each)
    return found


def _paid(table: pl.DataFrame | None) -> dict[str, dict[np.datetime64, float]]:
    found: dict[str, dict[np.datetime64, float]] = {}
    rows = () if table is None else table.select("symbol", "date", "amount").iter_rows()
    for symbol, date, amount in rows:
        if not amount:
            continue
        own = found.setdefault(symbol, {})
        day = np.datetime64(date, "s")
        own[day] = own.get(day, 0.0) + amount
    return found


def joined(marks: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The stretches of marked bars, each by its first and last.

    >>> joined(np.array([False, True, True, False, True]))
    [(1, 2), (4, 4)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], marks, [0]])))
    return [(int(start), int(stop) - 1) for start, stop in edges.reshape(-1, 2)]
