"""The simulated market as it is handed out: bars as traded, companies, what happened to them, and what was planted."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from scanwright.data.simulated import tables
from scanwright.data.simulated.accounts import Accounts, Members
from scanwright.data.simulated.companies import Company
from scanwright.data.simulated.dividends import Dividends
from scanwright.data.simulated.lives import Lives, Rename
from scanwright.data.simulated.minutes import Minutes
from scanwright.data.simulated.options import Surface
from scanwright.data.simulated.reports import Reports
from scanwright.data.simulated.stories import Stories
from scanwright.data.simulated.truth import Truth
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS, Attribute, Panel, Split

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from scanwright.model.panel import Bytes, Floats, Times
    from scanwright.store.market import Market
    from scanwright.store.progress import Progress
    from scanwright.store.report import ImportReport


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Happenings:
    """What happened, as the parts of the simulation drew it; `SimulatedMarket` gives it as tables."""

    lives: Lives
    reports: Reports
    stories: Stories
    dividends: Dividends
    amounts: Floats
    accounts: Accounts
    members: Members
    renames: tuple[Rename, ...]
    listed: Times


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class SimulatedMarket:
    """Raw daily bars as traded (a split is a jump), the companies, what happened to them, and what was planted.

    fields: `open high low close volume`, `[T, N]` each, NaN where `bar` is 0; prices in cents, volumes whole.
    scale: `[T, N]`, by which prices adjusted by all splits are multiplied to be as traded.
    """

    seed: int
    ts: Times
    companies: tuple[Company, ...]
    fields: Mapping[str, Floats]
    scale: Floats
    bar: Bytes
    splits: tuple[Split, ...]
    happened: Happenings
    truth: Truth

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols in the order of the columns, as they are called on the last day."""
        return tuple(each.symbol for each in self.companies)

    def bars(self) -> pl.DataFrame:
        """The bars as a table: symbol, ts (a date), open, high, low, close, volume; sorted by symbol and date."""
        import polars as pl

        column, row = np.nonzero(self.bar.T)
        facts = {name: self.fields[name][row, column] for name in FIELDS}
        frame = pl.DataFrame({"ts": self.ts.astype("M8[D]")[row], **facts})
        symbols = pl.Series("symbol", self.symbols).gather(column)
        return frame.insert_column(0, symbols).with_columns(pl.col("volume").cast(pl.Int64))

    def minutes(
        self,
        symbols: Sequence[str],
        *,
        first: np.datetime64,
        last: np.datetime64,
        interval: Interval = Interval.MINUTE,
        extended: bool = False,
    ) -> pl.DataFrame:
        """Bars of minutes of some symbols on the sessions between two dates, stamped with their END in UTC.

        Together the bars of a regular session are its daily bar. extended: with the hours before and after it.

        >>> from scanwright.data.simulated import simulate
        >>> made = simulate(symbols=5, years=0.1)
        >>> day = made.minutes(["SPY"], first=made.ts[-1], last=made.ts[-1])
        >>> bool(day["high"].max() == made.fields["high"][-1, made.symbols.index("SPY")])
        True
        """
        return Minutes(self).table(symbols, first=first, last=last, interval=interval, extended=extended)

    def chain(self, symbol: str, date: np.datetime64) -> pl.DataFrame | None:
        """The option chain of a symbol at the close of a session; None where it has no options or no bar that day."""
        return Surface(self).chain(symbol, date)

    def table(self, name: str) -> pl.DataFrame:
        """A small table by its name in the store: `symbols splits dividends renames events facts members`."""
        return tables.MAKERS[name](self)

    def symbol_table(self) -> pl.DataFrame:
        """A row for each symbol: name, kind, exchange, currency, sector, industry, listed, delisted."""
        return self.table("symbols")

    def split_table(self) -> pl.DataFrame:
        """The splits: symbol, date, ratio."""
        return self.table("splits")

    def write(
        self,
        market: Market,
        *,
        minutes: Sequence[str] = (),
        chains: Sequence[str] = (),
        days: int = 5,
        source: str = "simulated",
        progress: Progress | None = None,
    ) -> ImportReport:
        """Write daily bars and all tables into a market on disk; the report is that of the daily bars.

        minutes, chains: symbols whose bars of a minute and option chains are written too, of the last `days` sessions.
        """
        from scanwright.store.progress import unheard

        for name in tables.MAKERS:
            frame = self.table(name)
            if not frame.is_empty():
                market.put(name, frame, source=source)
        if minutes:
            bars = self.minutes(minutes, first=self.ts[-days], last=self.ts[-1])
            market.write(bars, source=source, interval=Interval.MINUTE)
        if chains:
            self._write_chains(market, chains, days, source)
        return market.write(self.bars(), source=source, interval=Interval.DAY, progress=progress or unheard)

    def _write_chains(self, market: Market, symbols: Sequence[str], days: int, source: str) -> None:
        """Whole snapshots, taken at the closes."""
        import polars as pl

        made = [chain for day in self.ts[-days:] for each in symbols if (chain := self.chain(each, day)) is not None]
        if made:
            kept = pl.concat(made).with_columns(pl.lit(source).alias("provider"), pl.col("quoted").alias("taken"))
            market.keep_chain(kept, source=source)

    def panel(self) -> Panel:
        """The bars adjusted by all splits, without a store in between."""
        fields = {
            name: values * self.scale if name == "volume" else values / self.scale
            for name, values in self.fields.items()
        }
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


def _category(values: list[str | None]) -> Attribute:
    names = tuple(sorted({each for each in values if each is not None}))
    at = {name: code for code, name in enumerate(names)}
    return Attribute(codes=np.array([-1 if each is None else at[each] for each in values], np.int32), names=names)
