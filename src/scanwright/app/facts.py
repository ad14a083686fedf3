"""The named figures of a market: which it has, from when, and why it lacks the others."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from scanwright.data.facts.catalogue import FIGURES, Figure
from scanwright.model.errors import SettingsError
from scanwright.model.interval import Interval

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from scanwright.app.market import Market
    from scanwright.app.settings import Settings
    from scanwright.data.ports import Answer
    from scanwright.model.clock import Clock
    from scanwright.store.market import Market as Stored
    from scanwright.store.report import ImportReport

UNDATED = "undated"
LISTED = "listed"  # the column of the symbol table that ipo_date is


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """A figure of a symbol: its value and since when it was known (as text), or why there is none."""

    symbol: str
    name: str
    value: float | None = None
    known: str = ""
    why: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """A figure in a market: how many symbols have it, the moments it was first and last known, or how to get it."""

    name: str
    figure: Figure
    symbols: int
    first: str = ""
    last: str = ""
    why: str = ""


def chosen(names: Sequence[str]) -> Sequence[str]:
    """The figures that are asked for, all of them by default; `SettingsError` with the nearest name."""
    import difflib

    wrong = [each for each in names if each not in FIGURES]
    if wrong:
        near = difflib.get_close_matches(wrong[0], FIGURES, 1, 0.5)
        todo = f"did you mean {near[0]}?" if near else "scanwright data facts lists them"
        raise SettingsError(expected=f"figures ({' '.join(FIGURES)})", found=", ".join(wrong), todo=todo)
    return names or tuple(FIGURES)


def coverage(market: Market, names: Sequence[str], at: dt.datetime | None) -> Sequence[Coverage]:
    """What the market has of each figure, as it was known at a moment."""
    import polars as pl

    known = _known(market.stored, at)
    counts = (
        known.filter(pl.col("value").is_not_nan())
        .group_by("fact")
        .agg(pl.col("symbol").n_unique(), pl.col("known").min().alias("first"), pl.col("known").max().alias("last"))
    )
    held = {name: (count, first, last) for name, count, first, last in counts.iter_rows()}
    return [_covered(name, FIGURES[name], held.get(name, (0, None, None))) for name in names]


def facts(market: Market, symbols: Sequence[str], names: Sequence[str], at: dt.datetime | None) -> Sequence[Fact]:
    """Each figure of each symbol, as it was known at a moment."""
    import polars as pl

    known = _known(market.stored, at).filter(pl.col("symbol").is_in(list(symbols)))
    latest = known.sort("known", nulls_last=False).group_by("symbol", "fact").last()
    rows = latest.select("symbol", "fact", "value", "known").iter_rows()
    held = {(symbol, fact): (value, when) for symbol, fact, value, when in rows}
    chains = set(market.stored.chain_snapshots(underlyings=symbols, last=at)["underlying"])
    days = (
        known.filter(pl.col("fact") == "iv30", pl.col("value").is_not_nan())
        .group_by("symbol")
        .agg(pl.col("known").dt.date().n_unique())
    )
    ranked = dict(days.iter_rows())

    def found(symbol: str, name: str) -> Fact:
        figure = FIGURES[name]
        if figure.source == "bars":
            return _from_bars(market, symbol, name, at)
        value, when = held.get((symbol, name), (math.nan, None))
        if not math.isnan(value):
            return Fact(symbol=symbol, name=name, value=value, known=_when(when, 1))
        why = f"none since {_when(when, 1)}: {figure.made}" if when else figure.wanted
        if symbol in chains and figure.source == "chains":
            days = f", of which there are {ranked.get(symbol, 0)}" if name == "iv_rank" else ""
            why = f"its chains do not give it: {figure.made}{days}"
        return Fact(symbol=symbol, name=name, why=why)

    return [found(symbol, name) for symbol in symbols for name in names]


def compute_facts(market: Market) -> Sequence[ImportReport]:
    """Make the figures of the reports and chains that the market holds, and put them beside the others."""
    from scanwright.app.chains import ended, put_figures
    from scanwright.data.facts.reports import growth, price_earnings, reports_of

    stored = market.stored
    events, splits = stored.table("events"), stored.table("splits")
    made = list(_of_chains(stored))
    if events is not None:
        reports = reports_of(events)
        made.append(growth(reports, splits))
        if Interval.DAY in market.intervals:
            days = stored.bars(Interval.DAY, symbols=reports["symbol"].unique().to_list())
            whole = ended(days, Interval.DAY, stored.calendar)
            bars = days.select("symbol", date="ts", close="close").with_columns(whole.alias("ended"))
            made.append(price_earnings(reports, bars, splits))
    return put_figures(stored, made, "computed")


def _of_chains(stored: Stored) -> Iterator[pl.DataFrame]:
    """The figures of all chains, a day's at a time."""
    from scanwright.data.options.figures import facts_of

    days = stored.chain_snapshots()["taken"].dt.truncate("1d").unique().sort()
    for day in days:
        chains = stored.chains(first=day, last=day + dt.timedelta(days=1, milliseconds=-1))
        yield facts_of(chains, stored.calendar)


def import_facts(market: Market, path: Path, zone: str = "UTC") -> tuple[ImportReport, Sequence[str]]:
    """Bring the dated facts of a file in; what was done, and how it was understood."""
    from scanwright.data.facts.files import read_facts

    read = read_facts(path, zone)
    return market.stored.put("facts", read.frame, source=path.name), read.said


def fetch_facts(
    market: Market,
    providers: str,
    symbols: Sequence[str],
    *,
    settings: Settings,
    clock: Clock,
    say: Callable[[str], None],
    url: str = "",
) -> Sequence[ImportReport]:
    """Ask providers for what they know of companies, and for quotes, of which the spread is a figure."""
    from scanwright.app.providers import asking
    from scanwright.data.ports import FactsWanted, QuotesWanted
    from scanwright.data.updating.tables import put_answer

    async def asked() -> list[tuple[Answer, bool]]:
        async with asking(providers, settings, clock, say=say, url=url, sessions=market.stored.calendar) as provider:
            kinds = [each for each in (FactsWanted, QuotesWanted) if each in provider.offers.wants]
            if not kinds:
                raise SettingsError(expected="a provider of figures or quotes", found=providers, todo="ask another one")
            return [(await provider.ask(each(symbols=tuple(symbols))), each is QuotesWanted) for each in kinds]

    found = [(spreads(answer.table) if quotes else answer.table, answer) for answer, quotes in asyncio.run(asked())]
    return [put_answer(market.stored, "facts", table, answer) for table, answer in found if len(table)]


def spreads(quotes: pl.DataFrame) -> pl.DataFrame:
    """`spread_pct` of quotes that have two sides: the distance of the sides in percent of the middle.

    >>> import polars as pl
    >>> moment = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
    >>> spreads(pl.DataFrame({"symbol": ["A"], "quoted": [moment], "bid": [9.9], "ask": [10.1]}))["value"].to_list()
    [2.0]
    """
    import polars as pl

    from scanwright.store.tables import SCHEMAS

    two = quotes.filter((pl.col("bid") > 0) & (pl.col("ask") >= pl.col("bid")))
    value = (200 * (pl.col("ask") - pl.col("bid")) / (pl.col("ask") + pl.col("bid"))).round(6)
    told = two.select(
        "symbol", pl.lit("spread_pct").alias("fact"), pl.col("quoted").alias("known"), value.alias("value")
    )
    return told.select(pl.col(name).cast(kind) for name, kind in SCHEMAS["facts"].items())


def _known(stored: Stored, at: dt.datetime | None) -> pl.DataFrame:
    """The facts with a value that were known at a moment, and the dates of listing among them."""
    import polars as pl

    from scanwright.store.tables import SCHEMAS

    table, symbols = stored.table("facts"), stored.table("symbols")
    schema = SCHEMAS["facts"]
    found = table.select(list(schema)) if table is not None else schema.to_frame()
    if symbols is not None and LISTED in symbols.columns:
        day = pl.col(LISTED).cast(pl.String).str.slice(0, 10).str.replace_all("-", "").cast(pl.Float64, strict=False)
        dates = symbols.select(
            "symbol", pl.lit("ipo_date").alias("fact"), pl.lit(None, schema["known"]).alias("known"), day.alias("value")
        )
        found = pl.concat([found.filter(pl.col("fact") != "ipo_date"), dates])
    found = found.drop_nulls("value")
    return found if at is None else found.filter(pl.col("known").is_null() | (pl.col("known") <= at))


def _covered(name: str, figure: Figure, held: tuple[int, dt.datetime | None, dt.datetime | None]) -> Coverage:
    count, first, last = held
    why = "" if count else figure.wanted
    return Coverage(
        name=name, figure=figure, symbols=count, first=_when(first, count), last=_when(last, count), why=why
    )


def _from_bars(market: Market, symbol: str, name: str, at: dt.datetime | None) -> Fact:
    """A figure that the language makes of daily bars, on the last one."""
    from scanwright.app.wiring import catalogue
    from scanwright.scan.values import values

    if not market.intervals or market.intervals[0] > Interval.DAY:
        return Fact(symbol=symbol, name=name, why="the market has no daily bars")
    panel = market.panel(Interval.DAY, None if at is None else _last_session(at, market.stored.calendar))
    if symbol not in panel.symbols:
        return Fact(symbol=symbol, name=name, why="no bars")
    found = values(name, panel, catalogue(), symbol)
    value = found.values[-1] if found.values else None
    if not isinstance(value, float):
        return Fact(symbol=symbol, name=name, why=f"needs {found.warmup + 1} bars, there are {len(found.values)}")
    return Fact(symbol=symbol, name=name, value=value, known=found.ts[-1])


def _last_session(at: dt.datetime, exchange: str) -> np.datetime64:
    """The date of the last session that was over at a moment."""
    from scanwright.model.calendars import calendar

    sessions = calendar(exchange)
    over = int(np.searchsorted(sessions.closes, int(at.timestamp()), side="right")) - 1
    return np.datetime64(int(sessions.days[max(over, 0)]), "D")


def _when(moment: dt.datetime | None, count: int) -> str:
    if moment is None:
        return UNDATED if count else ""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
