"""European options after Black, Scholes and Merton, over arrays: prices, greeks, implied volatilities."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from scanwright.data.options.normal import below, density
from scanwright.data.options.terms import YEAR, Greeks, Options
from scanwright.model.panel import Floats

LEAST, MOST = 1e-4, 10.0
"""Volatilities that are looked for: 0.01 % to 1000 % a year."""
ROUNDS = 100  # halving the range so often leaves nothing of it; three to eight are the rule
ENOUGH = 1e-12


def price(options: Options, volatility: Floats) -> Floats:
    """What each option is worth at a volatility.

    >>> one = np.ones(1)  # Hull, Options, Futures and Other Derivatives, example 15.6: 4.76
    >>> call = Options(spot=42 * one, strike=40 * one, years=0.5 * one, call=one.astype(np.uint8), rate=0.1)
    >>> price(call, 0.2 * one).round(2)
    array([4.76])
    """
    return _value(options, *_places(options, volatility))


def greeks(options: Options, volatility: Floats) -> Greeks:
    """How each price moves; dividends in dollars are taken off the spot first."""
    first, second = _places(options, volatility)
    sign, held, owed = options.sign, options.held, options.strike * options.discount
    root, yields = np.sqrt(options.years), np.exp(-options.dividend_yield * options.years)
    clean = held / yields
    decay = held * density(first) * volatility / (2 * root)
    carry = options.dividend_yield * held * below(sign * first) - options.rate * owed * below(sign * second)
    return Greeks(
        delta=sign * yields * below(sign * first),
        gamma=yields * density(first) / (clean * volatility * root),
        theta=(sign * carry - decay) / YEAR,
        vega=held * density(first) * root / 100,
        rho=sign * options.years * owed * below(sign * second) / 100,
    )


def implied(options: Options, prices: Floats) -> Floats:
    """The volatility at which each option is worth its price: NaN where none within the bounds is.

    Newton's steps on the logarithm of the option's time value, each kept inside a range that every step narrows.
    """
    wanted = dearness(options, prices)
    out = _out_of_the_money(options)
    ends = np.full(len(options), LEAST), np.full(len(options), MOST)
    found = np.full(len(options), math.nan)
    with np.errstate(all="ignore"):
        possible = (wanted > price(out, ends[0])) & (wanted < price(out, ends[1]))
        if possible.any():
            found[possible] = _searched(out.take(possible), wanted[possible])
    return found


def _searched(options: Options, wanted: Floats) -> Floats:
    """The volatilities of prices that are all within the bounds; those that are found drop out of the rounds."""
    count = len(options)
    low, high = np.full(count, LEAST), np.full(count, MOST)
    # Manaster and Koehler away from the money, Brenner and Subrahmanyam at it: whichever is more.
    apart = np.sqrt(2 * np.abs(np.log(options.held / (options.strike * options.discount))) / options.years)
    found = np.maximum(apart, np.sqrt(2 * np.pi / options.years) * wanted / options.held).clip(2 * LEAST, MOST / 2)
    left = np.ones(count, np.bool_)
    for _ in range(ROUNDS):
        some, aim, here = options.take(left), wanted[left], found[left]
        first, second = _places(some, here)
        worth = _value(some, first, second)
        slope = some.held * density(first) * np.sqrt(some.years)
        above = worth > aim
        low[left], high[left] = np.where(above, low[left], here), np.where(above, here, high[left])
        after = here - (np.log(worth) - np.log(aim)) * worth / slope
        inside = np.isfinite(after) & (after >= low[left]) & (after <= high[left])
        after = np.where(inside, after, (low[left] + high[left]) / 2)
        found[left] = after
        left[left] = np.abs(after - here) > ENOUGH * here
        if not left.any():
            break
    return found


def dearness(options: Options, prices: Floats) -> Floats:
    """What a price holds over exercise at expiry as it is worth now: as much for a put as for the call beside it."""
    return prices - np.maximum(options.sign * (options.held - options.strike * options.discount), 0.0)


def _value(options: Options, first: Floats, second: Floats) -> Floats:
    sign = options.sign
    owed = options.strike * options.discount
    return sign * (options.held * below(sign * first) - owed * below(sign * second))


def _out_of_the_money(options: Options) -> Options:
    """Of a call and a put of the same strike the one whose whole price is time value."""
    above = options.strike * options.discount > options.held
    return dataclasses.replace(options, call=above.astype(np.uint8))


def _places(options: Options, volatility: Floats) -> tuple[Floats, Floats]:
    """How far the option is in the money, in deviations, measured in shares and in dollars."""
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = volatility * np.sqrt(options.years)
        ratio = np.log(options.held / (options.strike * options.discount))
        return ratio / spread + spread / 2, ratio / spread - spread / 2
