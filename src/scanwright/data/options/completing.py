"""A chain with what its prices say: implied volatilities and greeks where the provider gave none, or why not.

What was given stays as it was given. A volatility is computed from the middle of bid and ask, or from the provider's
own middle where it gives no sides; without a bid there is none. Nothing is guessed: a contract without a volatility
says why.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib.util
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scanwright.data.options import american, european
from scanwright.data.options.terms import YEAR, Cash, Greeks, Options, Why
from scanwright.model.calendars import calendar
from scanwright.model.panel import Floats, Times

GREEKS = ("delta", "gamma", "theta", "vega", "rho")
CENT = 0.01


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Assumed:
    """What is computed with: a rate and a dividend yield, continuous, of a year, as fractions; dividends by ex-date.

    Where a rate or a yield is None, the chain's own column says it, and 0 where nothing stands there.
    """

    rate: float | None = None
    dividend_yield: float | None = None
    dividends: Sequence[tuple[dt.date, float]] = ()

    def cash(self, taken: np.datetime64) -> tuple[Cash, ...]:
        """The dividends that come after a moment."""
        ahead = (
            ((np.datetime64(day, "s") - taken) / np.timedelta64(1, "D") / YEAR, paid) for day, paid in self.dividends
        )
        return tuple(Cash(years=float(years), amount=paid) for years, paid in ahead if years > 0)


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Completed:
    """A chain with its volatilities and greeks; how many have each mark, and how many given ones belie their quotes."""

    frame: pl.DataFrame
    volatilities: Mapping[str, int]
    greeks: Mapping[str, int]
    belied: int


def expires(expiries: Times, exchange: str) -> Floats:
    """When options of these dates expire, in seconds UTC; NaN beyond the calendar.

    At the close of the date's session, or of the last one before where there is none.

    >>> saturday = expires(np.array(["2014-06-21"], "M8[D]"), "us_stocks")
    >>> str(saturday.astype("M8[s]")[0])
    '2014-06-20T20:00:00'
    """
    sessions = calendar(exchange)
    days = expiries.astype("M8[D]").astype(np.int64)
    at = np.searchsorted(sessions.days[:-1], days, side="right") - 1
    known = (at >= 0) & (days < sessions.days[-1])
    return np.where(known, sessions.closes[at.clip(0)], np.nan).astype(np.float64)


def completed(chain: pl.DataFrame, assumed: Assumed, exchange: str) -> Completed:
    """Compute what is missing in snapshots, which have the columns of `store/chains.py`."""
    done = [_snapshot(part, whole, exchange) for part, whole in _alike(chain, assumed)]
    frame = pl.concat([part for part, _ in done]) if done else chain.with_columns(_unmarked(chain))
    counts = [dict(frame.group_by(name).len().sort("len", descending=True).iter_rows()) for name in MARKS]
    return Completed(frame=frame, volatilities=counts[0], greeks=counts[1], belied=sum(belied for _, belied in done))


def _alike(chain: pl.DataFrame, assumed: Assumed) -> Iterator[tuple[pl.DataFrame, Assumed]]:
    """The contracts that are computed with the same, and with what."""
    if chain.is_empty():
        return
    own = [name for name, value in _assumed(assumed).items() if value is None]
    # Only dividends in dollars are another time away in each snapshot.
    keys = [*own, *(["taken"] if assumed.dividends else [])]
    for part in chain.partition_by(keys, maintain_order=True) if keys else [chain]:
        said = {name: part[name][0] or 0.0 for name in own}
        yield part, dataclasses.replace(assumed, **said)


def _unmarked(chain: pl.DataFrame) -> list[pl.Series]:
    return [pl.Series(name, [], dtype=pl.String) for name in MARKS if name not in chain.columns]


MARKS = ("implied_from", "greeks_from")


def _snapshot(chain: pl.DataFrame, assumed: Assumed, exchange: str) -> tuple[pl.DataFrame, int]:
    """The contracts of one moment."""
    options = _options(chain, assumed, exchange)
    style = (chain["style"].to_numpy() == "american") & options.early
    given = _numbers(chain, "implied_volatility")
    has = given > 0
    prices, why = _prices(chain, options, has)
    volatility = np.where(has, given, np.nan)
    asked = why == Why.COMPUTED
    _fill(volatility, options, asked, style, lambda some, kind, at: kind.implied(some, prices[at]))
    failed = asked & np.isnan(volatility)
    why[failed] = np.where(_worthless(options, prices)[failed], Why.NO_TIME_VALUE, Why.TOO_DEAR)
    if importlib.util.find_spec("QuantLib") is None:
        why[asked & style] = Why.NO_LIBRARY
    greeks, from_whom = _greeks(chain, options, volatility, why, style)
    used = (why == Why.COMPUTED) | (from_whom == Why.COMPUTED)
    columns = {"implied_volatility": volatility, **greeks}
    told = {name: _numbers(chain, name) if name in chain.columns else np.nan for name in _assumed(assumed)}
    columns |= {name: np.where(used, value or 0.0, told[name]) for name, value in _assumed(assumed).items()}
    frame = chain.with_columns(
        *(pl.Series(name, values).fill_nan(None) for name, values in columns.items()),
        pl.Series("implied_from", [str(each) for each in why]),
        pl.Series("greeks_from", [str(each) for each in from_whom]),
    )
    return frame, _belied(chain, options, volatility, has, style)


def _assumed(assumed: Assumed) -> dict[str, float | None]:
    return {"rate": assumed.rate, "dividend_yield": assumed.dividend_yield}


def _options(chain: pl.DataFrame, assumed: Assumed, exchange: str) -> Options:
    taken = chain["taken"].dt.replace_time_zone(None).to_numpy().astype("M8[s]")
    seconds = expires(chain["expiry"].to_numpy(), exchange) - taken.astype(np.int64)
    return Options(
        spot=_numbers(chain, "underlying_price"),
        strike=_numbers(chain, "strike"),
        years=seconds / (YEAR * 86_400),
        call=(chain["right"].to_numpy() == "call").astype(np.uint8),
        rate=assumed.rate or 0.0,
        dividend_yield=assumed.dividend_yield or 0.0,
        cash=assumed.cash(taken[0]),
    )


def _prices(chain: pl.DataFrame, options: Options, has: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.object_]]:
    """The price that a volatility is computed from, and what stands against it; the first reason counts."""
    bid, ask, mark = (_numbers(chain, name) for name in ("bid", "ask", "mark"))
    alone = np.isnan(bid) & np.isnan(ask)
    reasons = (
        (has, Why.GIVEN),
        (np.isnan(options.years), Why.NO_EXPIRY),
        (options.years <= 0, Why.EXPIRED),
        (~(options.spot > 0), Why.NO_UNDERLYING),
        (alone & ~(mark > 0), Why.NO_QUOTE),
        (~alone & ~(bid > 0), Why.NO_BID),
        (~alone & ~(ask > 0), Why.NO_ASK),
        (bid > ask, Why.CROSSED),
    )
    why = np.select([mask for mask, _ in reasons], [str(reason) for _, reason in reasons], str(Why.COMPUTED))
    return np.where(alone, mark, (bid + ask) / 2), why.astype(np.object_)


def _worthless(options: Options, prices: Floats) -> NDArray[np.bool_]:
    """Which prices are no more than exercise brings, now or at expiry."""
    now = options.sign * (options.spot - options.strike)
    return (prices <= now + 1e-9) | (european.dearness(options, prices) <= 1e-9)


def _greeks(
    chain: pl.DataFrame, options: Options, volatility: Floats, why: NDArray[np.object_], style: NDArray[np.bool_]
) -> tuple[dict[str, Floats], NDArray[np.object_]]:
    """The greeks that were given beside a volatility, else those that follow from one, and whose they are."""
    found = {name: _numbers(chain, name) for name in GREEKS}
    given = ~np.isnan(found["delta"]) & (why == Why.GIVEN)
    possible = ~given & np.isfinite(volatility) & (options.years > 0) & (options.spot > 0)
    whose = np.where(given, Why.GIVEN, np.where(possible, Why.COMPUTED, Why.NO_VOLATILITY)).astype(np.object_)
    if importlib.util.find_spec("QuantLib") is None:
        whose[possible & style] = Why.NO_LIBRARY
    for name in GREEKS:
        found[name][~given] = np.nan
    for kind, mask in _kinds(possible, style):
        if mask.any():
            computed: Greeks = kind.greeks(options.take(mask), volatility[mask])
            for name in GREEKS:
                found[name][mask] = getattr(computed, name)
    return found, whose


def _belied(
    chain: pl.DataFrame, options: Options, volatility: Floats, given: NDArray[np.bool_], style: NDArray[np.bool_]
) -> int:
    """How many given volatilities make another price than the market's.

    One further outside of bid and ask than these stand apart, or a twentieth off the provider's own middle.
    """
    bid, ask, mark = (_numbers(chain, name) for name in ("bid", "ask", "mark"))
    alone = np.isnan(bid) & np.isnan(ask)
    low, high = np.where(alone, mark, bid), np.where(alone, mark, ask)
    judged = given & (options.years > 0) & (options.spot > 0) & (low > 0) & (high >= low)
    worth = np.full(len(options), np.nan)
    _fill(worth, options, judged, style, lambda some, kind, at: kind.price(some, volatility[at]))
    room = np.maximum(np.where(alone, mark / 20, ask - bid), CENT)
    return int(((worth < low - room) | (worth > high + room)).sum())


def _fill(
    into: Floats,
    options: Options,
    which: NDArray[np.bool_],
    style: NDArray[np.bool_],
    work: Callable[[Options, _Kind, NDArray[np.bool_]], Floats],
) -> None:
    """Compute some entries, each by the formulas of its style."""
    for kind, mask in _kinds(which, style):
        if mask.any():
            into[mask] = work(options.take(mask), kind, mask)


def _kinds(which: NDArray[np.bool_], style: NDArray[np.bool_]) -> list[tuple[_Kind, NDArray[np.bool_]]]:
    found: list[tuple[_Kind, NDArray[np.bool_]]] = [(EUROPEAN, which & ~style)]
    return [*found, (AMERICAN, which & style)] if importlib.util.find_spec("QuantLib") is not None else found


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class _Kind:
    """The formulas of a style."""

    price: Callable[[Options, Floats], Floats]
    greeks: Callable[[Options, Floats], Greeks]
    implied: Callable[[Options, Floats], Floats]


EUROPEAN = _Kind(price=european.price, greeks=european.greeks, implied=european.implied)
AMERICAN = _Kind(price=american.price, greeks=american.greeks, implied=american.implied)


def _numbers(chain: pl.DataFrame, name: str) -> Floats:
    """A column, NaN where nothing stands in it."""
    return chain[name].cast(pl.Float64).fill_null(float("nan")).to_numpy(writable=True)
