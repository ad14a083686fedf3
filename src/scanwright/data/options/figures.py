"""The figures of a chain: one number a snapshot, dated by when it could be known.

They are made of prices alone, never of volatilities that were given: those of providers are computed in as many ways as
there are providers, and some are wrong by a factor of a hundred.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import polars as pl

from scanwright.data.facts.ceasing import ceasing
from scanwright.data.options import european
from scanwright.data.options.completing import expires
from scanwright.data.options.terms import YEAR, Options
from scanwright.model.panel import Floats, Ints, Times
from scanwright.store.tables import SCHEMAS

MONTH = 30.0  # days
NEAREST, FURTHEST = 2.0, 95.0  # days of the expiries that iv30 is made of
STANDARD = 100.0  # shares of a contract that is not adjusted
RANKED = 365  # days that iv_rank looks back
LEAST = 60  # days with an iv30 that iv_rank needs
MADE = ("iv30", "option_volume", "put_call", "expected_move")


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Pairs:
    """The strikes of one expiry at which call and put have a price: strikes rising, and both prices.

    days: until the expiry. date: its date, in days since 1970.
    """

    days: float
    date: int
    strike: Floats
    call: Floats
    put: Floats

    def forward(self, rate: float) -> float:
        """What the underlying costs at expiry, by the parity of call and put where they differ least."""
        at = int(np.argmin(np.abs(self.call - self.put)))
        return float(self.strike[at] + (self.call[at] - self.put[at]) * math.exp(rate * self.days / YEAR))

    def variance(self, rate: float) -> float:
        """The variance until expiry at the forward: volatilities of the strikes around it, between them in line."""
        forward = self.forward(rate)
        above = int(np.searchsorted(self.strike, forward))
        exact = above < len(self.strike) and self.strike[above] == forward
        chosen = [above] if exact else [above - 1, above]
        if chosen[0] < 0 or chosen[-1] >= len(self.strike):
            return math.nan
        at: Ints = np.array(chosen, np.int64)
        volatility = self._volatilities(at, forward, rate)
        found = float(np.interp(forward, self.strike[at], volatility))
        return found**2 * self.days / YEAR

    def _volatilities(self, at: Ints, forward: float, rate: float) -> Floats:
        """At some strikes, the mean of what call and put say."""
        years = np.full(2 * len(at), self.days / YEAR)
        options = Options(
            spot=forward * np.exp(-rate * years),
            strike=np.tile(self.strike[at], 2),
            years=years,
            call=np.repeat(np.array([1, 0], np.uint8), len(at)),
            rate=rate,
        )
        call, put = european.implied(options, np.concatenate([self.call[at], self.put[at]])).reshape(2, -1)
        return np.where(np.isnan(call), put, np.where(np.isnan(put), call, (call + put) / 2))


def figures(chain: pl.DataFrame, exchange: str, rate: float = 0.0) -> Mapping[str, float]:
    """The figures of one snapshot; one that cannot be is left out.

    iv30: volatility of 30 days at the forward, percent a year: variance in line between the last expiry before 30 days
    and the first one after, of those 2 to 95 days away. expected_move: the straddle nearest the forward of the first
    expiry a day or more away, percent of the underlying's price. put_call: volume of puts for that of calls.
    option_volume: contracts.
    """
    found: dict[str, float] = {}
    volumes = dict(chain.group_by("right").agg(pl.col("volume").sum()).iter_rows())
    if chain["volume"].count():
        calls, puts = volumes.get("call", 0.0), volumes.get("put", 0.0)
        found["option_volume"] = calls + puts
        if calls:
            found["put_call"] = puts / calls
    pairs = list(_pairs(chain, exchange))
    found["iv30"] = _month(pairs, rate)
    spot = chain["underlying_price"].drop_nulls()
    found["expected_move"] = _move(pairs, rate) / float(spot[0]) * 100 if len(spot) else math.nan
    return {name: found[name] for name in MADE if math.isfinite(found.get(name, math.nan))}


def facts_of(chains: pl.DataFrame, exchange: str, rate: float = 0.0) -> pl.DataFrame:
    """The figures of some snapshots as facts: symbol, fact, known (when the provider could tell), value.

    NaN where a snapshot does not give one: what an older one gave holds no more.
    """
    rows: list[tuple[str, str, dt.datetime, float]] = []
    for part in chains.partition_by("underlying", "taken", "provider", maintain_order=True):
        underlying, taken, late = part.select("underlying", "taken", pl.col("delayed_seconds").fill_null(0)).row(0)
        known = taken + dt.timedelta(seconds=late)
        found = figures(part, exchange, rate)
        rows += [(underlying, name, known, found.get(name, math.nan)) for name in MADE]
    return pl.DataFrame(rows, schema=SCHEMAS["facts"], orient="row")


def iv_ranks(facts: pl.DataFrame) -> pl.DataFrame:
    """Where each iv30 of the facts stands between the least (0) and the highest (100) of the 365 days up to it.

    None where these hold fewer than 60 days with one, or where all are the same; NaN where there was one before.
    """
    told = facts.filter((pl.col("fact") == "iv30") & pl.col("known").is_not_null()).select("symbol", "known", "value")
    own = told.filter(pl.col("value").is_not_nan())
    spans = (
        own.sort("symbol", "known")
        .with_columns(pl.col("known").dt.date().alias("day"))
        .rolling("known", period=f"{RANKED}d", group_by="symbol")
        .agg(
            pl.col("value").min().alias("low"),
            pl.col("value").max().alias("high"),
            pl.col("value").last(),
            pl.col("day").n_unique().alias("days"),
        )
    )
    enough = (pl.col("days") >= LEAST) & (pl.col("high") > pl.col("low"))
    rank = 100 * (pl.col("value") - pl.col("low")) / (pl.col("high") - pl.col("low"))
    ranks = spans.select("symbol", "known", pl.when(enough).then(rank).otherwise(pl.lit(math.nan)).alias("value"))
    none = told.filter(pl.col("value").is_nan())
    return ceasing(pl.concat([ranks, none])).select("symbol", pl.lit("iv_rank").alias("fact"), "known", "value")


def _month(pairs: Sequence[Pairs], rate: float) -> float:
    """The volatility of 30 days in percent; NaN where the expiries do not reach around it."""
    near = [each for each in pairs if NEAREST <= each.days <= FURTHEST]
    before = _first([each for each in reversed(near) if each.days <= MONTH], rate)
    after = _first([each for each in near if each.days >= MONTH], rate)
    if before is None or after is None:
        return math.nan
    days, variances = zip(before, after, strict=True)
    return 100 * math.sqrt(float(np.interp(MONTH, days, variances)) * YEAR / MONTH)


def _first(pairs: Sequence[Pairs], rate: float) -> tuple[float, float] | None:
    """The days and the variance of the first expiry that has one."""
    found = ((each.days, each.variance(rate)) for each in pairs)
    return next(((days, variance) for days, variance in found if variance > 0), None)


def _move(pairs: Sequence[Pairs], rate: float) -> float:
    """The straddle nearest the forward of the first expiry that is a day or more away, in dollars."""
    ahead = next((each for each in pairs if each.days >= 1), None)
    if ahead is None:
        return math.nan
    at = int(np.argmin(np.abs(ahead.strike - ahead.forward(rate))))
    return float(ahead.call[at] + ahead.put[at])


def _pairs(chain: pl.DataFrame, exchange: str) -> Iterator[Pairs]:
    """The expiries that are ahead, the nearest first, of contracts that deliver what the underlying is."""
    plain = pl.col("deliverable").is_null() & (pl.col("multiplier").is_null() | (pl.col("multiplier") == STANDARD))
    sides = (pl.col("bid") > 0) & (pl.col("ask") >= pl.col("bid"))
    alone = pl.col("bid").is_null() & pl.col("ask").is_null()
    middle = pl.when(sides).then((pl.col("bid") + pl.col("ask")) / 2).when(alone & (pl.col("mark") > 0)).then("mark")
    priced = chain.filter(plain).with_columns(middle.alias("middle")).drop_nulls("middle")
    both = (
        priced.unique(["expiry", "strike", "right"], keep="none")
        .pivot("right", index=["expiry", "strike"], values="middle")
        .sort("expiry", "strike")
    )
    if not {"call", "put"} <= set(both.columns):
        return
    taken: Times = chain["taken"].dt.replace_time_zone(None).to_numpy()[:1].astype("M8[s]")
    for (expiry,), part in both.drop_nulls().group_by("expiry", maintain_order=True):
        date = np.array([expiry], "M8[D]")
        days = float((expires(date, exchange) - taken.astype(np.int64))[0] / 86_400)
        if days > 0:
            yield Pairs(
                days=days,
                date=int(date.astype(np.int64)[0]),
                strike=part["strike"].to_numpy(),
                call=part["call"].to_numpy(),
                put=part["put"].to_numpy(),
            )
