"""Option chains from a surface of volatility: smile, term, the bump of a report, and what the informed buy."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scanwright.data.simulated.draws import stream
from scanwright.data.simulated.tree import Terms, greeks
from scanwright.data.simulated.truth import GAP
from scanwright.model.calendars import calendar
from scanwright.model.panel import Floats, Ints

if TYPE_CHECKING:
    import polars as pl

    from scanwright.data.simulated.market import SimulatedMarket

RATE = 0.04
LEAST_PRICE, LEAST_DOLLARS = 5.0, 5e6
"""Whose options are listed: a price and a usual day's turnover at least so high."""

HALF_LIFE = 0.25  # years after which a volatility is half way back to what is usual in the long run
SKEW, CURVE = -0.10, 0.06
WORTH_A_LOOK = 10.0
"""By how many times the volume of the informed side is raised, in the two nearest expiries, out of the money."""


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class _Listed:
    """The contracts of a day, one entry each; `years` to the expiry's close, `number` names it for good."""

    expiry: Ints
    years: Floats
    rank: Ints
    strike: Floats
    call: NDArray[np.bool_]

    @property
    def number(self) -> Ints:
        """A number of its own."""
        return (self.expiry * 10_000_000 + np.round(self.strike * 100).astype(np.int64)) * 2 + self.call


class Surface:
    """Makes chains for a market; equal days give equal chains."""

    def __init__(self, made: SimulatedMarket) -> None:
        """Of this market."""
        self._made = made

    def chain(self, symbol: str, date: np.datetime64) -> pl.DataFrame | None:
        """The chain at a session's close, with the columns of `ChainWanted`; None where there is none."""
        made = self._made
        day = date.astype("M8[D]")
        rows = np.flatnonzero(made.ts == day)
        if symbol not in made.symbols or not rows.size:
            return None
        row = int(rows[0])
        column = made.symbols.index(symbol)
        spot = float(made.fields["close"][row, column])
        if not made.bar[row, column] or not self._has_options(column):
            return None
        listed = _listed(made.ts[row], spot, self.volatility(column, row, 30 / 365))
        if not listed.strike.size:
            return None
        random = stream(made.seed, "options", column, int(day.astype(np.int64)))
        sigma = self._sigma(listed, column, row, spot)
        terms = Terms(
            spot=spot, strike=listed.strike, years=listed.years, sigma=sigma, call=listed.call, rate=RATE,
            dividend=float(made.happened.dividends.yields[column]),
        )  # fmt: skip
        return self._frame(symbol, row, listed, terms, random)

    def volatility(self, column: int, row: int, years: float) -> float:
        """At the money, for so many years: today's on the way back to the usual one."""
        made = self._made
        now = float(made.truth.usual[row, column]) * np.sqrt(252) * 1.25
        usual = float(np.median(made.truth.usual[: row + 1, column])) * np.sqrt(252) * 1.25
        stays = (1 - np.exp(-years / HALF_LIFE)) / (years / HALF_LIFE)
        return float(np.clip(usual + (now - usual) * stays, 0.08, 2.5))

    def _has_options(self, column: int) -> bool:
        made = self._made
        close, volume = made.fields["close"][:, column], made.fields["volume"][:, column]
        held = made.bar[:, column] != 0
        return bool(np.median(close[held]) >= LEAST_PRICE and np.median(close[held] * volume[held]) >= LEAST_DOLLARS)

    def _sigma(self, listed: _Listed, column: int, row: int, spot: float) -> Floats:
        """The surface at each contract: term, then smile, with the variance of a report between now and the expiry."""
        years = np.unique(listed.years)
        base = np.array([self.volatility(column, row, each) for each in years])[np.searchsorted(years, listed.years)]
        told = self._made.happened.reports
        coming = told.row[(told.column == column) & (told.row > row)]
        close = int(self._closes()[row])
        due = int(told.due[(told.column == column) & (told.row > row)].min()) if coming.size else None
        if due is not None:
            gap = GAP * float(self._made.truth.usual[row, column])
            spans = listed.years * 365 * 86_400 + close >= due
            base = np.where(spans, np.sqrt(base**2 + gap**2 / listed.years), base)
        apart = np.log(listed.strike / spot) / (base * np.sqrt(listed.years))
        smile = 1 + SKEW * np.clip(apart, -3, 3) + CURVE * np.clip(apart, -3, 3) ** 2
        return np.clip(base * smile, 0.05, 3.0)

    def _closes(self) -> Ints:
        return calendar("us_stocks").open_close(self._made.ts)[1].astype("M8[s]").astype(np.int64)

    def _frame(self, symbol: str, row: int, listed: _Listed, terms: Terms, random: np.random.Generator) -> pl.DataFrame:
        import polars as pl

        column, close = self._made.symbols.index(symbol), int(self._closes()[row])
        value, figures = greeks(terms)
        half = 0.01 + np.minimum(0.015 * value, 0.0004 * terms.spot + 0.003 * value) * random.uniform(
            0.6, 1.4, value.size
        )
        bid, ask = np.floor(np.maximum(value - half, 0) * 100) / 100, np.ceil((value + half) * 100) / 100
        volume, interest = self._traded(listed, terms, column, row, random)
        last = np.round(np.clip(value * (1 + 0.02 * random.standard_normal(value.size)), bid, ask), 2)
        days = listed.expiry.astype("M8[D]")
        quoted = pl.Series("quoted", np.full(value.size, close).astype("M8[s]").astype("M8[ms]"))
        numbers = {
            "bid": bid, "ask": ask, "last": np.where(volume > 0, last, np.nan), "volume": volume,
            "open_interest": interest, "implied_volatility": np.round(terms.sigma, 4),
            **{name: np.round(each, 6) for name, each in figures.items()},
        }  # fmt: skip
        return pl.DataFrame(
            {
                "underlying": [symbol] * value.size,
                "contract": _names(symbol, days, listed),
                "expiry": pl.Series(days),
                "strike": listed.strike,
                "right": np.where(listed.call, "call", "put"),
                "style": ["american"] * value.size,
                **{name: pl.Series(each).fill_nan(None) for name, each in numbers.items()},
                "rate": np.full(value.size, RATE),
                "quoted": quoted.dt.replace_time_zone("UTC"),
                "underlying_price": np.full(value.size, terms.spot),
            }
        )

    def _traded(
        self, listed: _Listed, terms: Terms, column: int, row: int, random: np.random.Generator
    ) -> tuple[Floats, Floats]:
        """Volume and open interest of each contract; the informed buy out of the money, before it comes out."""
        made = self._made
        apart = np.log(listed.strike / terms.spot) / (terms.sigma * np.sqrt(listed.years))
        level = np.log(np.nanmedian(made.fields["volume"][: row + 1, column]) / 4000)
        numbers: list[int] = (listed.number + made.seed * 7 + column).tolist()
        own = np.array([_steady(each) for each in numbers])
        shape: Floats = level - 0.5 * apart**2 - 0.8 * np.sqrt(listed.years) - 0.2 * listed.rank + 0.7 * own
        interest: Floats = np.floor(np.exp(np.clip(shape + 1.5, -2, 14)))
        volume: Floats = np.exp(np.clip(shape - 0.3 + 0.8 * random.standard_normal(shape.size), -3, 13))
        for back, of_volume, of_interest in ((0, WORTH_A_LOOK, 1.0), (1, 1.5, 3.0)):  # what was bought is held after
            side = int(made.truth.informed[row - back, column]) if row >= back else 0
            bought = (listed.rank < 2) & (listed.call == (side > 0)) & (np.where(listed.call, 1, -1) * apart > 0.2)
            if side:
                volume = np.where(bought, volume * of_volume, volume)
                interest = np.where(bought, interest * of_interest, interest)
        return np.floor(volume), np.floor(interest)


def _listed(date: np.datetime64, spot: float, sigma: float) -> _Listed:
    """Weeklies and months, with strikes as far as three deviations of each, and as near as an exchange has them."""
    today = int(date.astype("M8[D]").astype(np.int64))
    expiries = _expiries(today)
    step = next(each for bound, each in ((25, 0.5), (60, 1.0), (200, 2.5), (500, 5.0), (1e12, 10.0)) if spot < bound)
    rows: list[tuple[int, int, float]] = []
    for rank, expiry in enumerate(expiries):
        far = 3 * sigma * np.sqrt((expiry - today) / 365)
        wide = step * (1 if rank < 4 else 2)
        low, high = np.ceil(spot * np.exp(-far) / wide), np.floor(spot * np.exp(far) / wide)
        middle = round(spot / wide)
        low, high = max(low, middle - 20, 1), min(high, middle + 20)
        rows += [(expiry, rank, float(strike * wide)) for strike in range(int(low), int(high) + 1)]
    expiry, rank, strike = (np.array([row[at] for row in rows]) for at in range(3))
    return _Listed(
        expiry=np.repeat(expiry.astype(np.int64), 2),
        years=np.repeat((expiry - today) / 365.0, 2),
        rank=np.repeat(rank.astype(np.int64), 2),
        strike=np.repeat(strike.astype(np.float64), 2),
        call=np.tile([True, False], len(rows)),
    )


def _expiries(today: int) -> list[int]:
    """Days since 1970 of the Fridays of the next four weeks, and of the third one of six months; moved by holidays."""
    fridays = [today + (1 - today) % 7 + 7 * week for week in range(5)]  # 1970-01-02 was a Friday
    month = int(np.datetime64(today, "D").astype("M8[M]").astype(np.int64))
    thirds: list[int] = []
    for ahead in (1, 2, 3, 4, 6, 9, 12):
        first = int(np.datetime64(month + ahead, "M").astype("M8[D]").astype(np.int64))
        thirds.append(first + (1 - first) % 7 + 14)
    sessions = calendar("us_stocks")
    found = sorted({each for each in (*fridays[:5], *thirds) if each > today})
    known = sessions.is_session(np.array(found).astype("M8[D]").astype("M8[s]"))
    moved = [day if there else day - 1 for day, there in zip(found, known.tolist(), strict=True)]
    return [each for each in moved if each > today]


def _names(symbol: str, days: NDArray[np.datetime64], listed: _Listed) -> list[str]:
    """As the OCC writes a contract, without blanks."""
    texts = np.datetime_as_string(days)
    strikes = np.round(listed.strike * 1000).astype(np.int64)
    return [
        f"{symbol}{text[2:4]}{text[5:7]}{text[8:10]}{'C' if call else 'P'}{strike:08d}"
        for text, call, strike in zip(texts.tolist(), listed.call.tolist(), strikes.tolist(), strict=True)
    ]


def _steady(number: int) -> float:
    """A number from -1 to 1 that belongs to a contract for good."""
    mixed = (number * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
    mixed ^= mixed >> 31
    return (mixed * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF) / 2**63 - 1
