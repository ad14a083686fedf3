"""Option chains into a market: from files and providers, with what their prices say, and the facts made of them."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from scanwright.data.options.completing import Assumed, Completed
from scanwright.model.interval import Interval

if TYPE_CHECKING:
    import polars as pl

    from scanwright.app.settings import Settings
    from scanwright.data.options.shapes import Unsaid
    from scanwright.data.ports import Answer
    from scanwright.model.clock import Clock
    from scanwright.store.market import Market
    from scanwright.store.report import ImportReport

Say = Callable[[str], None]
NEAR = "15m"  # how old the underlying's own bar may be where a chain does not say its price


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Arrived:
    """What came of some chains: the report of the store, what was computed, and how many facts were made.

    absent: underlyings that were asked for and have no chain, each with the reason. said: what was assumed.
    """

    report: ImportReport
    completed: Completed
    facts: int
    said: Sequence[str] = ()
    absent: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])


def import_chains(market: Market, path: Path, unsaid: Unsaid, assumed: Assumed | None) -> Arrived:
    """Bring the chains of a file in; without anything assumed, the rate that the file states, or none."""
    from scanwright.data.options.shapes import read_chains

    read = read_chains(path, unsaid)
    found = kept(market, read.frame, assumed or Assumed(rate=read.rate or 0.0), path.name)
    return dataclasses.replace(found, said=(*read.said, *found.said))


def fetch_chains(
    market: Market,
    providers: str,
    underlyings: Sequence[str],
    *,
    settings: Settings,
    clock: Clock,
    assumed: Assumed,
    say: Say,
    url: str = "",
) -> Arrived:
    """Ask providers for the chains of some underlyings as they are now; whoever has none is told, and stops nobody."""
    import polars as pl

    answers, absent = asyncio.run(
        _asked(market, providers, underlyings, settings=settings, clock=clock, say=say, url=url)
    )
    frames = [_of(answer) for answer in answers if len(answer.table)]
    if not frames:
        from scanwright.model.errors import DataError

        found = "; ".join(f"{name}: {why}" for name, why in absent.items()) or "none"
        raise DataError(expected="an option chain", found=found, todo="check the underlyings, or ask another provider")
    found = kept(market, pl.concat(frames, how="diagonal_relaxed"), assumed, answers[0].provider)
    return dataclasses.replace(found, absent=absent)


def kept(market: Market, chains: pl.DataFrame, assumed: Assumed, source: str) -> Arrived:
    """Complete chains, keep them as snapshots, and make the facts of those."""
    from scanwright.data.options.completing import completed
    from scanwright.data.options.figures import facts_of
    from scanwright.store.chains import SNAPSHOT, checked_chains

    whole, said = _with_prices(market, checked_chains(chains, source))
    done = completed(whole, assumed, market.calendar)
    report = market.keep_chain(done.frame, source=source)
    # Of what is kept: a snapshot that was there already may have had other values.
    stands = market.chains(
        underlyings=done.frame["underlying"].unique().to_list(),
        first=done.frame["taken"].min(),  # pyright: ignore[reportArgumentType] - a moment
        last=done.frame["taken"].max(),  # pyright: ignore[reportArgumentType] - a moment
    ).join(done.frame, on=SNAPSHOT, how="semi")
    facts = put_figures(market, [facts_of(stands, market.calendar, assumed.rate)], source)
    return Arrived(report=report, completed=done, facts=sum(each.rows_new for each in facts), said=said)


def put_figures(market: Market, made: Iterable[pl.DataFrame], source: str) -> list[ImportReport]:
    """Put figures beside the market's other facts, and the rank of each iv30 that these have now."""
    from scanwright.data.options.figures import iv_ranks

    done = [market.put("facts", each, source=source) for each in made if not each.is_empty()]
    table = market.table("facts") if done else None
    ranks = None if table is None else iv_ranks(table)
    return done if ranks is None or ranks.is_empty() else [*done, market.put("facts", ranks, source=source)]


async def _asked(
    market: Market, providers: str, underlyings: Sequence[str], *, settings: Settings, clock: Clock, say: Say, url: str
) -> tuple[list[Answer], dict[str, str]]:
    from scanwright.app.providers import asking
    from scanwright.data.ports import ChainWanted
    from scanwright.model.errors import DataError

    absent: dict[str, str] = {}
    answers: list[Answer] = []
    async with asking(providers, settings, clock, say=say, url=url, sessions=market.calendar) as provider:
        wants = [ChainWanted(underlying=each) for each in underlyings]
        told = await asyncio.gather(*(provider.ask(each) for each in wants), return_exceptions=True)
    for name, each in zip(underlyings, told, strict=True):
        if isinstance(each, DataError):
            absent[name] = str(each.facts.get("found", each))
        elif isinstance(each, BaseException):
            raise each
        else:
            answers.append(each)
            if each.table.is_empty():
                absent[name] = each.absent.get(name, "no listed options")
    return answers, absent


def _of(answer: Answer) -> pl.DataFrame:
    """A provider's answer as a snapshot, taken at the moment that it speaks for."""
    import polars as pl

    from scanwright.data.options.contracts import named
    from scanwright.store.tables import MOMENT

    late = None if answer.delayed is None else answer.delayed.total_seconds()
    table = answer.table.with_columns(
        pl.lit(answer.provider).alias("provider"),
        pl.lit(answer.as_of).cast(MOMENT).alias("taken"),
        pl.lit(late, dtype=pl.Float64).alias("delayed_seconds"),
    )
    if "style" not in table.columns:
        table = table.with_columns(pl.lit("american").alias("style"))
    table = table.with_columns(pl.col("style").fill_null("american"))
    return table if "contract" in table.columns else table.with_columns(named())


def _with_prices(market: Market, chains: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Chains with the underlying's price: where none was given, the close as traded of its bar that ended last."""
    import polars as pl

    lacking = chains.filter(pl.col("underlying_price").is_null()).select("underlying", "taken").unique()
    if lacking.is_empty() or not market.intervals():
        return chains, ()
    parts = [_closes(market, interval, lacking) for interval in market.intervals()]
    closes = pl.concat(parts).sort("ended")
    met = lacking.sort("taken").join_asof(
        closes.rename({"symbol": "underlying"}),
        left_on="taken",
        right_on="ended",
        by="underlying",
        tolerance=NEAR,
        check_sortedness=False,
    )
    known = met.drop_nulls("close").select("underlying", "taken", "close")
    if known.is_empty():
        return chains, ()
    price = pl.coalesce("underlying_price", "close").alias("underlying_price")
    filled = chains.join(known, on=["underlying", "taken"], how="left", maintain_order="left").with_columns(price)
    return filled.drop("close"), (f"took the underlying's price of {len(known):,} snapshots from the market's bars",)


def _closes(market: Market, interval: Interval, wanted: pl.DataFrame) -> pl.DataFrame:
    """The closes of an interval around the moments that are wanted, each with the moment when its bar was whole."""
    ends = [wanted["taken"].min(), wanted["taken"].max()]
    first, last = (np.datetime64(each.replace(tzinfo=None), "s") for each in ends if isinstance(each, dt.datetime))
    day = np.timedelta64(1, "D")
    bars = market.bars(interval, symbols=wanted["underlying"].unique().to_list(), first=first - day, last=last + day)
    return bars.select("symbol", ended(bars, interval, market.calendar).alias("ended"), "close")


def ended(bars: pl.DataFrame, interval: Interval, exchange: str) -> pl.Series:
    """When bars were whole: their stamp, or the close of their session; midnight UTC after a day without one."""
    import polars as pl

    from scanwright.data.calendars import calendar
    from scanwright.store.tables import MOMENT

    if interval.is_intraday:
        return bars["ts"].cast(MOMENT)
    days = bars["ts"].to_numpy().astype("M8[s]")
    _, closes = calendar(exchange).open_close(days)
    found = np.where(np.isnat(closes), days + np.timedelta64(1, "D"), closes).astype("M8[ms]")
    return pl.Series(found).dt.replace_time_zone("UTC").cast(MOMENT)
