"""American options by QuantLib: prices, greeks, and the volatility that a price implies.

Without dividends in dollars: the engine of Andersen, Lake and Offengenden (QdFp), some 0.04 ms a price. With them:
finite differences in which the spot falls by each dividend, some 0.6 ms.

QuantLib counts whole days; an option of two hours needs finer time. A price depends on time only through rate x time,
yield x time and variance x time, so every option is priced over the same span of 36,500 days with these scaled to it:
one day stands for a 36,500th of the option's life, and one set of QuantLib's objects serves all options.
"""

from __future__ import annotations

import dataclasses
import importlib
import math
from typing import Any

import numpy as np

from scanwright.data.options import european
from scanwright.data.options.european import LEAST, MOST
from scanwright.data.options.terms import YEAR, Greeks, Options
from scanwright.model.panel import Floats

SPAN = 36_500  # days
STEPS = 100  # of the finite differences, in time and in price
NUDGE = 1e-3  # of the spot, for what moves with it
POINT = 1e-3  # of volatility and rate
ENOUGH = 1e-7


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """One option."""

    spot: float
    strike: float
    years: float
    call: bool
    rate: float
    dividend_yield: float
    volatility: float


class Desk:
    """QuantLib's objects, set to one option after another."""

    def __init__(self, options: Options) -> None:
        """Load the library; `ModuleNotFoundError` where it is not installed."""
        self._ql: Any = importlib.import_module("QuantLib")
        self._options = options
        ql = self._ql
        # A date that no clock has reached: an option in the past would count as expired.
        self._start = ql.Date(1, 1, 2090)
        self._values = {name: ql.SimpleQuote(1.0) for name in ("spot", "rate", "dividend_yield", "volatility")}
        day = ql.Actual365Fixed()
        quotes = {name: ql.QuoteHandle(value) for name, value in self._values.items()}
        curves = [
            ql.YieldTermStructureHandle(ql.FlatForward(self._start, quotes[name], day))
            for name in ("dividend_yield", "rate")
        ]
        surface = ql.BlackConstantVol(self._start, ql.NullCalendar(), quotes["volatility"], day)
        self._process = ql.BlackScholesMertonProcess(quotes["spot"], *curves, ql.BlackVolTermStructureHandle(surface))
        self._exercise = ql.AmericanExercise(self._start, self._start + SPAN)
        self._plain = ql.QdFpAmericanEngine(self._process, ql.QdFpAmericanEngine.fastScheme())
        self._made: tuple[tuple[float, bool, float], Any] | None = None

    def price(self, terms: Terms) -> float:
        """What an option is worth."""
        scale = terms.years / (SPAN / YEAR)
        self._values["spot"].setValue(terms.spot)
        self._values["rate"].setValue(terms.rate * scale)
        self._values["dividend_yield"].setValue(terms.dividend_yield * scale)
        self._values["volatility"].setValue(terms.volatility * math.sqrt(scale))
        return float(self._option(terms).NPV())

    def implied(self, terms: Terms, wanted: float) -> float:
        """The volatility of an option that is worth so much, looked for from the one in its terms; NaN without one."""

        def off(volatility: float) -> float:
            return self.price(dataclasses.replace(terms, volatility=volatility)) - wanted

        if not off(LEAST) < 0 < off(MOST):
            return math.nan
        return float(self._ql.Brent().solve(off, ENOUGH, terms.volatility, LEAST, MOST))

    def _option(self, terms: Terms) -> Any:  # noqa: ANN401 - QuantLib has no types
        key = (terms.strike, terms.call, terms.years)
        if self._made is None or self._made[0] != key:
            ql = self._ql
            kind = ql.Option.Call if terms.call else ql.Option.Put
            option = ql.VanillaOption(ql.PlainVanillaPayoff(kind, terms.strike), self._exercise)
            option.setPricingEngine(self._engine(terms.years))
            self._made = key, option
        return self._made[1]

    def _engine(self, years: float) -> Any:  # noqa: ANN401 - QuantLib has no types
        ql, due = self._ql, [each for each in self._options.cash if each.years < years]
        if not due:
            return self._plain
        dates = [self._start + max(1, round(each.years / years * SPAN)) for each in due]
        schedule = ql.DividendVector(dates, [each.amount for each in due])
        return ql.FdBlackScholesVanillaEngine(self._process, schedule, STEPS, STEPS)


def price(options: Options, volatility: Floats) -> Floats:
    """What each option is worth at a volatility.

    >>> one = np.ones(1)  # Hull, Options, Futures and Other Derivatives, figure 21.4: 4.283 by a tree of 500 steps
    >>> put = Options(spot=50 * one, strike=50 * one, years=5 / 12 * one, call=np.zeros(1, np.uint8), rate=0.1)
    >>> price(put, 0.4 * one).round(3)
    array([4.284])
    """
    desk = Desk(options)
    return np.array([desk.price(_terms(options, at, volatility[at])) for at in range(len(options))])


def greeks(options: Options, volatility: Floats) -> Greeks:
    """How each price moves, by pricing it a little to both sides."""
    desk = Desk(options)
    rows = [_greeks(desk, _terms(options, at, volatility[at])) for at in range(len(options))]
    return Greeks(**{name: np.array([row[name] for row in rows], np.float64) for name in Greeks.__slots__})


def implied(options: Options, prices: Floats) -> Floats:
    """The volatility at which each option is worth its price: NaN where none within the bounds is.

    The search begins where the European option's would end.
    """
    desk = Desk(options)
    near = european.implied(options, prices)
    guesses = np.where(np.isfinite(near), np.clip(near, 2 * LEAST, MOST / 2), 0.3)
    return np.array(
        [desk.implied(_terms(options, at, guesses[at]), float(prices[at])) for at in range(len(options))], np.float64
    )


def _terms(options: Options, at: int, volatility: float) -> Terms:
    return Terms(
        spot=float(options.spot[at]),
        strike=float(options.strike[at]),
        years=float(options.years[at]),
        call=bool(options.call[at]),
        rate=options.rate,
        dividend_yield=options.dividend_yield,
        volatility=float(volatility),
    )


def _greeks(desk: Desk, terms: Terms) -> dict[str, float]:
    """A difference to both sides for each; of the day by a thousandth of the time that is left."""

    def moved(**by: float) -> float:
        after = {name: getattr(terms, name) + step for name, step in by.items()}
        return desk.price(dataclasses.replace(terms, **after))

    # A tenth of how far the underlying moves until then: curved enough to see, straight enough to measure.
    wide = min(terms.spot * terms.volatility * math.sqrt(terms.years) / 10, terms.spot / 20)
    step, time, point = min(NUDGE * terms.spot, wide), NUDGE * terms.years, min(POINT, terms.volatility / 2)
    # Below a rate of 0 calls too are exercised early: there, rho is that of a rise alone.
    fall = POINT if terms.rate >= POINT else 0.0
    return {
        "delta": (moved(spot=step) - moved(spot=-step)) / (2 * step),
        "gamma": (moved(spot=wide) - 2 * moved() + moved(spot=-wide)) / wide**2,
        "theta": (moved(years=-time) - moved(years=time)) / (2 * time) / YEAR,
        "vega": (moved(volatility=point) - moved(volatility=-point)) / (2 * point) / 100,
        "rho": (moved(rate=POINT) - moved(rate=-fall)) / (POINT + fall) / 100,
    }
