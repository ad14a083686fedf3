"""Option chains into a market: from files and providers, with what their prices say, and the facts made of them."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from scanwright.data.options.completing import Assumed
from scanwright.model.errors import DataError
from scanwright.model.interval import Interval
from scanwright.store.progress import Progress, unheard

if TYPE_CHECKING:
    import polars as pl

    from scanwright.app.settings import Settings
    from scanwright.data.options.shapes import Unsaid
    from scanwright.data.ports import Answer, Provider
    from scanwright.model.clock import Clock
    from scanwright.store.market import Market
    from scanwright.store.report import ImportReport

TOLD = 3  # reasons that an error tells in full
AT_ONCE = 100  # underlyings whose chains are asked for, and kept, together
NEAR = "15m"  # how old the underlying's own bar may be where a chain does not say its price


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class From:
    """Whom chains are asked from: providers, the first first, at `url` where that is said instead of the settings."""

    providers: str
    settings: Settings
    clock: Clock
    say: Callable[[str], None]
    url: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Arrived:
    """What came of some chains.

    new, same, twice: contracts that were kept, those of snapshots that were there, those that a snapshot names twice.
    marks: where volatilities are from, or why there is none, counted. belied: given ones that make another price than
    the market's. facts: how many were made. absent: underlyings without a chain, each with the reason.
    """

    source: str
    underlyings: int = 0
    new: int = 0
    same: int = 0
    twice: int = 0
    first: str = ""
    last: str = ""
    marks: Counter[str] = dataclasses.field(default_factory=Counter[str])
    belied: int = 0
    facts: int = 0
    said: Sequence[str] = ()
    warnings: Sequence[str] = ()
    absent: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])

    def with_more(self, other: Arrived) -> Arrived:
        """Both together."""
        counts = {name: getattr(self, name) + getattr(other, name) for name in COUNTS}
        return dataclasses.replace(
            self,
            source=self.source
            if other.source in {"", *self.source.split()}
            else f"{self.source} {other.source}".strip(),
            first=min(filter(None, (self.first, other.first)), default=""),
            last=max(self.last, other.last),
            said=tuple(dict.fromkeys((*self.said, *other.said))),
            warnings=(*self.warnings, *other.warnings),
            absent={**self.absent, **other.absent},
            **counts,
        )


COUNTS = ("underlyings", "new", "same", "twice", "marks", "belied", "facts")


def import_chains(market: Market, path: Path, unsaid: Unsaid, assumed: Assumed | None) -> Arrived:
    """Bring the chains of a file in; without anything assumed, the rate that the file states, or none."""
    from scanwright.data.options.shapes import read_chains

    read = read_chains(path, unsaid)
    used = assumed or Assumed(rate=read.rate)
    found, figures = kept(market, read.frame, used, path.name)
    facts = sum(each.rows_new for each in put_figures(market, [figures], path.name))
    return dataclasses.replace(found, said=(*read.said, *found.said, _terms(used)), facts=facts)


def fetch_chains(
    market: Market, whom: From, underlyings: Sequence[str], assumed: Assumed, progress: Progress = unheard
) -> Arrived:
    """Ask providers for the chains of some underlyings as they are now, and keep them as they come.

    Who has none is told of, and stops nobody; `DataError` where nobody has one.
    """
    import polars as pl

    from scanwright.app.providers import asking

    async def asked() -> Arrived:
        found = Arrived(source="")
        figures: list[pl.DataFrame] = []
        async with asking(
            whom.providers, whom.settings, whom.clock, say=whom.say, url=whom.url, sessions=market.calendar
        ) as provider:
            try:
                for at in range(0, len(underlyings), AT_ONCE):
                    answers, absent = await _answers(provider, underlyings[at : at + AT_ONCE])
                    found = found.with_more(Arrived(source="", absent=absent, warnings=_stale(answers)))
                    if answers:
                        chains = pl.concat([_of(each) for each in answers], how="diagonal_relaxed")
                        more, made = kept(market, chains, assumed, provider.name)
                        found, figures = found.with_more(more), [*figures, made]
                    progress(min(at + AT_ONCE, len(underlyings)), len(underlyings), "chains")
            finally:  # what was kept before a person stopped it has its figures too
                made = put_figures(market, [pl.concat(figures)] if figures else [], provider.name)
        return dataclasses.replace(
            found, facts=sum(each.rows_new for each in made), said=(*found.said, _terms(assumed))
        )

    found = asyncio.run(asked())
    if not found.underlyings:
        told = [f"{name}: {why}" for name, why in found.absent.items()]
        none = "; ".join(told[:TOLD]) + (f" and {len(told) - TOLD:,} more" if len(told) > TOLD else "") or "none"
        raise DataError(expected="an option chain", found=none, todo="check the underlyings, or ask another provider")
    return found


def kept(market: Market, chains: pl.DataFrame, assumed: Assumed, source: str) -> tuple[Arrived, pl.DataFrame]:
    """Complete chains and keep them as snapshots; the figures of those."""
    from scanwright.data.options.completing import completed
    from scanwright.data.options.figures import facts_of
    from scanwright.data.options.paid import with_yields
    from scanwright.store.chains import SNAPSHOT, checked_chains

    whole, said = _with_prices(market, checked_chains(chains, source))
    if assumed.dividend_yield is None and not assumed.dividends:
        whole = with_yields(whole, market.table("dividends"), market.table("splits"))
    done = completed(whole, assumed, market.calendar)
    report = market.keep_chain(done.frame, source=source)
    # Of what is kept: a snapshot that was there already may have had other values.
    stands = market.chains(
        underlyings=done.frame["underlying"].unique().to_list(),
        first=done.frame["taken"].min(),  # pyright: ignore[reportArgumentType] - a moment
        last=done.frame["taken"].max(),  # pyright: ignore[reportArgumentType] - a moment
    ).join(done.frame, on=SNAPSHOT, how="semi")
    arrived = Arrived(
        source=source,
        underlyings=report.symbols,
        new=report.rows_new,
        same=report.rows_same,
        twice=report.refused,
        first=report.first,
        last=report.last,
        marks=Counter(done.volatilities),
        belied=done.belied,
        said=said,
        warnings=report.warnings,
    )
    told = whole["rate"].drop_nulls()
    rate = assumed.rate if assumed.rate is not None else told[0] if len(told) else 0.0
    return arrived, facts_of(stands, market.calendar, rate)


def put_figures(market: Market, made: Iterable[pl.DataFrame], source: str) -> list[ImportReport]:
    """Put figures beside the market's other facts, and the rank of each iv30 that these have now."""
    from scanwright.data.options.figures import iv_ranks

    done = [market.put("facts", each, source=source) for each in made if not each.is_empty()]
    table = market.table("facts") if done else None
    ranks = None if table is None else iv_ranks(table)
    return done if ranks is None or ranks.is_empty() else [*done, market.put("facts", ranks, source=source)]


def _terms(assumed: Assumed) -> str:
    paid = f", and {len(assumed.dividends)} dividends in dollars" if assumed.dividends else ""
    rate = "the rate that was told, else 0" if assumed.rate is None else f"a rate of {assumed.rate:.4g}"
    told = "no dividend yield" if assumed.dividends else "the dividends of the year before"
    own = told if assumed.dividend_yield is None else f"a dividend yield of {assumed.dividend_yield:.4g}"
    return f"computed with {rate} and {own}{paid}"


async def _answers(provider: Provider, underlyings: Sequence[str]) -> tuple[list[Answer], dict[str, str]]:
    """The chains of some underlyings, and why the others have none."""
    from scanwright.data.ports import ChainWanted

    wants = [ChainWanted(underlying=each) for each in underlyings]
    told = await asyncio.gather(*(provider.ask(each) for each in wants), return_exceptions=True)
    found: list[Answer] = []
    absent: dict[str, str] = {}
    for name, each in zip(underlyings, told, strict=True):
        if isinstance(each, DataError):
            absent[name] = str(each.facts.get("found", each))
        elif isinstance(each, BaseException):
            raise each
        elif each.table.is_empty():
            absent[name] = each.absent.get(name, "no listed options")
        else:
            found.append(each)
    return found, absent


def _stale(answers: Sequence[Answer]) -> tuple[str, ...]:
    """What is to be said of chains that were kept longer than they are good for."""
    old = [each for each in answers if each.stale]
    if not old:
        return ()
    return (
        f"nobody answered for {len(old):,} chains: these are of {min(each.as_of for each in old):%Y-%m-%d %H:%M} UTC",
    )


def _of(answer: Answer) -> pl.DataFrame:
    """A provider's answer as a snapshot, taken at the moment that it speaks for."""
    import polars as pl

    from scanwright.data.options.contracts import named, plain
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
    return table.with_columns(plain() if "contract" in table.columns else named())


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

    from scanwright.model.calendars import calendar
    from scanwright.store.tables import MOMENT

    if interval.is_intraday:
        return bars["ts"].cast(MOMENT)
    days = bars["ts"].to_numpy().astype("M8[s]")
    _, closes = calendar(exchange).open_close(days)
    found = np.where(np.isnat(closes), days + np.timedelta64(1, "D"), closes).astype("M8[ms]")
    return pl.Series(found).dt.replace_time_zone("UTC").cast(MOMENT)
