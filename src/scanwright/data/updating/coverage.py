"""What the market has already: the stretches that were answered, and bars that came without one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from scanwright.data.updating.plan import Covered
from scanwright.model.interval import Interval
from scanwright.store.market import Market


def covered(market: Market, interval: Interval) -> Mapping[str, list[Covered]]:
    """The stretches of each symbol; bars that came without one, by an import, stand for themselves."""
    import polars as pl

    found: dict[str, list[Covered]] = defaultdict(list)
    stretches = market.stretches(interval)
    if stretches is not None:
        seconds = [pl.col(name).dt.epoch("s") for name in ("first", "last", "as_of")]
        for symbol, first, last, asked, provider in stretches.select("symbol", *seconds, "provider").iter_rows():
            found[symbol].append(Covered(first=first, last=last, asked=asked, provider=provider))
    if interval in market.intervals() and (stretches is None or len(market.symbols(interval)) > len(found)):
        spans = (
            market.bars(interval).group_by("symbol").agg(pl.col("ts").min().alias("a"), pl.col("ts").max().alias("b"))
        )
        ends = [pl.col(name).cast(pl.Datetime("ms")).dt.epoch("s") for name in ("a", "b")]
        for symbol, first, last in spans.select("symbol", *ends).iter_rows():
            if symbol not in found:
                found[symbol].append(Covered(first=first, last=last, asked=last, provider=""))
    return found


def held_symbols(market: Market, interval: Interval) -> Sequence[str]:
    """The symbols that the market has bars or stretches of."""
    stretches = market.stretches(interval)
    asked = [] if stretches is None else stretches["symbol"].unique().sort().to_list()
    return [*market.symbols(interval), *asked]
