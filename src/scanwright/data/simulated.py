"""A market that never was: daily bars with the habits and the faults of real ones, made from a seed.

A market factor in calm and rough regimes, sectors, trends that turn, volatility that comes in clusters, fat tails, gaps
on reports, days of surging volume; splits, late listings, delistings, halts and thin trading. What was planted is kept
beside the bars, so that a scan can be judged by what is truly there.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from scanwright.data.calendars import calendar
from scanwright.data.companies import INDEX_FUND, SECTORS, Company, invented
from scanwright.model.errors import SettingsError
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS, Attribute, Panel, Split

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    from numpy.typing import NDArray

    from scanwright.model.panel import Bytes, Floats, Ints, Times

YEAR = 252  # sessions


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Truth:
    """What was planted.

    rough: `[T]`, days of the rough regime (falling, volatile).
    surges: `[T, N]`, days of a sudden move on three to eight times the usual volume.
    trends: `[T, N]`, the daily drift (as a logarithm) of each symbol's own.
    """

    rough: NDArray[np.bool_]
    surges: NDArray[np.bool_]
    trends: Floats


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class SimulatedMarket:
    """Raw daily bars as traded (a split is a jump), the companies, their splits, and what was planted.

    fields: `open high low close volume`, `[T, N]` each, NaN where `bar` is 0; prices in cents, volumes whole.
    """

    ts: Times
    companies: tuple[Company, ...]
    fields: Mapping[str, Floats]
    bar: Bytes
    splits: tuple[Split, ...]
    truth: Truth

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols in the order of the columns."""
        return tuple(each.symbol for each in self.companies)

    def bars(self) -> pl.DataFrame:
        """The bars as a table: symbol, ts (a date), open, high, low, close, volume; sorted by symbol and date."""
        import polars as pl

        column, row = np.nonzero(self.bar.T)
        facts = {name: self.fields[name][row, column] for name in FIELDS}
        frame = pl.DataFrame({"ts": self.ts.astype("M8[D]")[row], **facts})
        symbols = pl.Series("symbol", self.symbols).gather(column)
        return frame.insert_column(0, symbols).with_columns(pl.col("volume").cast(pl.Int64))

    def symbol_table(self) -> pl.DataFrame:
        """A row for each symbol: name, kind, exchange, currency, sector, industry."""
        import polars as pl

        return pl.DataFrame([dataclasses.asdict(each) for each in self.companies], infer_schema_length=None)

    def split_table(self) -> pl.DataFrame:
        """The splits: symbol, date, ratio."""
        import polars as pl

        schema = {"symbol": pl.String, "date": pl.Date, "ratio": pl.Float64}
        rows = [(each.symbol, each.date.astype("M8[D]").item(), each.ratio) for each in self.splits]
        return pl.DataFrame(rows, schema=schema, orient="row")

    def panel(self) -> Panel:
        """The bars adjusted by all splits, without a store in between."""
        scale = np.ones(self.bar.shape)
        for each in self.splits:
            scale[self.ts < each.date, self.symbols.index(each.symbol)] *= each.ratio
        fields = {name: values * scale if name == "volume" else values / scale for name, values in self.fields.items()}
        facts = ("name", "kind", "exchange", "currency", "sector", "industry")
        return Panel(
            interval=Interval.DAY,
            symbols=self.symbols,
            ts=self.ts,
            fields=fields,
            bar=self.bar,
            attributes={name: _category([getattr(each, name) for each in self.companies]) for name in facts},
            splits=self.splits,
            market="the simulated market",
        )


def simulate(
    symbols: int = 2000, years: float = 3, seed: int = 7, *, last: np.datetime64 | None = None
) -> SimulatedMarket:
    """So many symbols (the index fund SPY among them) over so many years up to `last`; the same for the same seed.

    >>> market = simulate(symbols=20, years=1)
    >>> market.bar.shape, "SPY" in market.symbols
    ((252, 20), True)
    """
    count = round(years * YEAR)
    if symbols < 2 or count < 2:
        wanted = "at least 2 symbols and 2 sessions"
        raise SettingsError(expected=wanted, found=f"{symbols} and {count}", todo="ask for a larger market")
    ts = _sessions(count, np.datetime64("2025-12-31") if last is None else last)
    people, prices, trades, life = (np.random.default_rng(each) for each in np.random.SeedSequence(seed).spawn(4))
    companies = invented(symbols, people)
    traits = _traits(companies, prices)
    truth = _plant(count, traits, prices)
    paths = _paths(truth, traits, prices)
    bar = _lives((count, symbols), traits.index, life)
    fields = _bars(paths, traits.first, prices) | {"volume": _volumes(paths, truth, traits, trades)}
    splits = _splits(ts, companies, fields["close"], bar, life)
    truth = dataclasses.replace(truth, surges=truth.surges & (bar != 0))
    raw = _as_traded(fields, splits, ts, companies)
    raw = {name: np.where(bar, values, np.nan) for name, values in raw.items()}
    return SimulatedMarket(ts=ts, companies=companies, fields=raw, bar=bar, splits=splits, truth=truth)


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class _Traits:
    """What each symbol is like; the index fund (column `index`) is the market itself."""

    index: int
    first: Floats
    beta: Floats
    sector: Ints
    calm: Floats
    usual: Floats
    report: Ints


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class _Paths:
    """Logarithmic moves `[T, N]`: over night, in the session, and the size that is usual that day."""

    night: Floats
    day: Floats
    usual: Floats


def _sessions(count: int, last: np.datetime64) -> Times:
    days = int(count * 1.5) + 20
    return calendar("us_stocks").sessions(last.astype("M8[D]") - np.timedelta64(days, "D"), last)[-count:]


def _traits(companies: tuple[Company, ...], random: np.random.Generator) -> _Traits:
    width = len(companies)
    index = [each.symbol for each in companies].index(INDEX_FUND)
    beta = random.normal(1, 0.35, width).clip(0.2, 2.2)
    usual = random.normal(13.2, 1.2, width)
    beta[index], usual[index] = 1.0, 18.2
    sector = [-1 if each.sector is None else SECTORS.index(each.sector) for each in companies]
    first = np.exp(random.normal(np.log(45), 0.8, width))
    first[index] = 380.0
    return _Traits(
        index=index,
        first=first,
        beta=beta,
        sector=np.array(sector, np.int64),
        calm=np.exp(random.normal(np.log(0.014), 0.4, width)),
        usual=usual,
        report=random.integers(0, YEAR // 4, width),
    )


def _plant(count: int, traits: _Traits, random: np.random.Generator) -> Truth:
    width = traits.beta.size
    rough = np.zeros(count, np.bool_)
    turns = random.random(count)
    for at in range(1, count):
        rough[at] = turns[at] > 1 / 30 if rough[at - 1] else turns[at] < 1 / 110
    surges = random.random((count, width)) < 0.003
    surges[:, traits.index] = False
    turned = random.random((count, width)) < 1 / 60
    turned[0] = True
    since = np.maximum.accumulate(np.where(turned, np.arange(count)[:, None], 0), axis=0)
    trends = np.take_along_axis(random.normal(0, 0.12, (count, width)) * traits.calm, since, axis=0)
    trends[:, traits.index] = 0.0
    return Truth(rough=rough, surges=surges, trends=trends)


def _paths(truth: Truth, traits: _Traits, random: np.random.Generator) -> _Paths:
    count, width = truth.surges.shape
    wide = np.where(truth.rough, 0.018, 0.0075)
    market = np.where(truth.rough, -0.0008, 0.0005) + wide * _fat(5, count, random)
    sectors = 0.5 * wide[:, None] * random.standard_normal((count, len(SECTORS) + 1))
    sectors[:, -1] = 0.0  # funds have no sector
    clusters = np.exp(_persistent(random.standard_normal((count, width)), 0.97, 0.1))
    usual = traits.calm * clusters * np.where(truth.rough, 1.3, 1.0)[:, None]
    usual[:, traits.index] = wide
    jumps = truth.surges * usual * random.uniform(2, 5, (count, width)) * random.choice([1, 1, -1], (count, width))
    days: Ints = np.arange(count, dtype=np.int64)
    reports = days[:, None] % (YEAR // 4) == traits.report
    gaps = 2.5 * usual * reports * random.standard_normal((count, width))
    own = usual * _fat(4, (count, width), random)
    alone = 0.3 * usual * random.standard_normal((count, width))
    gaps[:, traits.index] = own[:, traits.index] = alone[:, traits.index] = 0.0
    moved = traits.beta * market[:, None] + sectors[:, traits.sector]
    return _Paths(night=0.35 * moved + gaps + alone, day=0.65 * moved + own - alone + truth.trends + jumps, usual=usual)


def _bars(paths: _Paths, first: Floats, random: np.random.Generator) -> dict[str, Floats]:
    """Prices adjusted by all splits, not yet in cents."""
    shape = paths.day.shape
    close: Floats = np.log(first) + np.cumsum(paths.night + paths.day, axis=0)
    open_ = close - paths.day
    up, down = (0.5 * paths.usual * np.abs(random.standard_normal(shape)) for _ in range(2))
    high, low = np.maximum(open_, close) + up, np.minimum(open_, close) - down
    return {"open": np.exp(open_), "high": np.exp(high), "low": np.exp(low), "close": np.exp(close)}


def _volumes(paths: _Paths, truth: Truth, traits: _Traits, random: np.random.Generator) -> Floats:
    shape = truth.surges.shape
    mood = _persistent(random.standard_normal(shape), 0.7, 0.2)
    moved = np.minimum(np.abs(paths.night + paths.day) / paths.usual, 4)
    times = 1 + truth.surges * random.uniform(2, 7, shape)
    for later in (1, 2, 3):  # it ebbs away
        times[later:] += truth.surges[:-later] * 2.0 / 2**later
    return np.exp(traits.usual + mood + 0.15 * moved + 0.2 * truth.rough[:, None]) * times


def _lives(shape: tuple[int, int], index: int, random: np.random.Generator) -> Bytes:
    """Who has a bar when: some are listed late, delisted, halted or thinly traded."""
    count, width = shape
    days: Ints = np.arange(count, dtype=np.int64)
    late, gone = random.random(width) < 0.08, random.random(width) < 0.03
    begins = np.where(late, random.integers(1, count, width), 0)
    ends = np.where(gone, random.integers(1, count, width), count)
    bar = (begins <= days[:, None]) & (days[:, None] < np.maximum(ends, begins + 1))
    thin = np.where(random.random(width) < 0.03, random.uniform(0.05, 0.3, width), 0.0)
    bar &= random.random(shape) >= thin
    halts = random.random(shape) < 0.3 / YEAR
    length = random.integers(1, 6, shape)
    for later in range(5):
        bar[later:] &= ~(halts & (length > later))[: max(count - later, 0)]
    bar[:, index] = True
    return bar.astype(np.uint8)


def _splits(
    ts: Times, companies: tuple[Company, ...], close: Floats, bar: Bytes, random: np.random.Generator
) -> tuple[Split, ...]:
    """One of thirty splits on one day it trades: the dear ones forward, the cheap ones in reverse."""
    found: list[Split] = []
    for column in np.flatnonzero(random.random(len(companies)) < 1 / 30):
        rows = np.flatnonzero(bar[:, column])[1:]
        if not rows.size or companies[column].symbol == INDEX_FUND:
            continue
        row = int(random.choice(rows))
        ratios = (
            (0.1, 0.2) if close[row, column] < 10 else (1.5, 2.0, 3.0) if close[row, column] < 80 else (2.0, 4.0, 10.0)
        )
        found.append(Split(symbol=companies[column].symbol, date=ts[row], ratio=float(random.choice(ratios))))
    return tuple(found)


def _as_traded(
    fields: Mapping[str, Floats], splits: tuple[Split, ...], ts: Times, companies: tuple[Company, ...]
) -> dict[str, Floats]:
    """Undo the adjustment by splits, and round: prices to cents, volumes to whole shares."""
    column = {each.symbol: at for at, each in enumerate(companies)}
    scale = np.ones(fields["close"].shape)
    for each in splits:
        scale[ts < each.date, column[each.symbol]] = each.ratio
    prices = {name: np.maximum(np.round(fields[name] * scale, 2), 0.01) for name in FIELDS if name != "volume"}
    return prices | {"volume": np.maximum(np.round(fields["volume"] / scale), 1.0)}


def _fat(freedom: int, shape: int | tuple[int, int], random: np.random.Generator) -> Floats:
    """Student's t with unit deviation."""
    return random.standard_t(freedom, shape) / np.sqrt(freedom / (freedom - 2))


def _persistent(noise: Floats, memory: float, size: float) -> Floats:
    """What remembers its last value: `x = memory * x + size * noise`."""
    out = size * noise
    for at in range(1, out.shape[0]):
        out[at] += memory * out[at - 1]
    return out


def _category(values: list[str | None]) -> Attribute:
    names = tuple(sorted({each for each in values if each is not None}))
    at = {name: code for code, name in enumerate(names)}
    return Attribute(codes=np.array([-1 if each is None else at[each] for each in values], np.int32), names=names)
