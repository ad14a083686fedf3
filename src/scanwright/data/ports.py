"""The port of a provider: one question, one answer.

A `Want` is a frozen value that says what is asked; equal wants have equal answers, so they can be coalesced, cached and
recorded by themselves. A provider has one method, `ask`. What makes it bearable on a bad network (limits, retries, a
breaker, a chain of others to fall back on, a cache) are providers too: each holds another one and has the same method.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from scanwright.model.errors import SettingsError
from scanwright.model.interval import Interval

if TYPE_CHECKING:
    import polars as pl

EventKind = Literal["earnings", "dividend", "split", "filing", "news"]
Adjusted = Literal["raw", "splits", "total"]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class BarsWanted:
    """Bars of some symbols, as traded; table: symbol, ts, open, high, low, close, volume.

    first, last: stamps `datetime64[s]`, both included: a session's date for a day or longer, else the bar's END, UTC.
    """

    symbols: tuple[str, ...]
    interval: Interval
    first: np.datetime64
    last: np.datetime64


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class DayWanted:
    """The daily bars of one session for every symbol that the provider has; the table of `BarsWanted`."""

    date: dt.date


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class SymbolsWanted:
    """The provider's list of symbols.

    table: symbol, and what it knows of name, kind, exchange, currency, sector, industry, listed, delisted.
    """


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class ActionsWanted:
    """Splits, dividends, renames and delistings from `first` to `last`, of some symbols or (empty) of all.

    table: symbol, date (the first session that trades on the new terms), kind (`split dividend rename delisted`),
    value (new shares for an old one; cash a share as traded then), text (the former symbol of a rename).
    """

    symbols: tuple[str, ...] = ()
    first: dt.date
    last: dt.date


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class EventsWanted:
    """Events of some kinds that became or will become due from `first` to `last`, of some symbols or (empty) of all.

    table: symbol, kind, ts (when it is due), known (from when it could be known), status (`confirmed estimated`),
    timing (`before during after`, of the session), headline, and a number for each further value (`eps`, `revenue`).
    """

    kinds: tuple[EventKind, ...]
    symbols: tuple[str, ...] = ()
    first: dt.date
    last: dt.date


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class ChainWanted:
    """The option chain of an underlying as it is now.

    table: underlying, contract, expiry, strike, right (`call put`), style (`american european`), bid, ask, last,
    volume, open_interest, implied_volatility, delta, gamma, theta, vega, quoted (its time), underlying_price; where the
    provider says what it computes with also rate and dividend_yield, of a year, as fractions.
    """

    underlying: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class QuotesWanted:
    """The latest quotes; table: symbol, quoted, bid, ask, bid_size, ask_size, last, volume."""

    symbols: tuple[str, ...]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class FactsWanted:
    """Figures of companies (`market_cap`, `float` ...); table: symbol, fact, known (null where undated), value."""

    symbols: tuple[str, ...]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class MembersWanted:
    """Who belonged to its lists when; table: symbol, list, since, until (the first day after; null: still)."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class PresentWanted:
    """What time it is at a provider whose time is not ours, and which data it serves: no rows, `as_of` and `edition`.

    Who does not offer this lives in our time, and holds its data back as its `Offers` say.
    """


Want = (
    BarsWanted
    | DayWanted
    | SymbolsWanted
    | ActionsWanted
    | EventsWanted
    | ChainWanted
    | QuotesWanted
    | FactsWanted
    | MembersWanted
    | PresentWanted
)


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Answer:
    """What a provider gave, and what it is worth.

    table: as the want says; times are `Datetime("ms", "UTC")`, dates `Date`, numbers Float64.
    provider: who said it; the one that answered, also behind a chain. asked_at: when it was asked, by our clock.
    as_of: the moment that it speaks for, by the provider's clock: what happened later is not in it. Where data is held
        back, the delay is taken off already: asked at 16:00 with 15 minutes of delay, it speaks for 15:45.
    delayed: how long it is held back; None where the provider does not say. Nobody takes it off `as_of` once more.
    absent: symbols that were asked for and have no row, each with the reason (`unknown`, `delisted 2015-03-04`,
        `no trade`); a symbol that is neither in the table nor here is a broken answer, and no provider gives one.
    requests: how many requests it took, each page being one; none where a cache had it.
    given_by: symbols whose rows another provider of a chain gave, and which.
    edition: of the present, which data is served, where one address may serve one or another.
    tier: the tier of the cache that had it. stale: it was kept longer than it is good for, and nobody gave a newer one.
    """

    table: pl.DataFrame
    provider: str
    asked_at: dt.datetime
    as_of: dt.datetime
    delayed: dt.timedelta | None = None
    absent: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    given_by: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    requests: int = 1
    edition: str = ""
    tier: str = ""
    stale: bool = False

    @property
    def known(self) -> dt.datetime:
        """From when it could be known, by the provider's clock: the delay after the moment that it speaks for."""
        return self.as_of + (self.delayed or dt.timedelta(0))


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Offers:
    """What a provider can do.

    wants: the kinds of question it answers. intervals: of bars, each with how many days back they reach (None: all).
    most_symbols: in one request for bars. adjusted: what its own bars are before we take it out again.
    events: the kinds it has. delayed: how long its latest data is held back.
    """

    wants: frozenset[type]
    intervals: Mapping[Interval, int | None] = dataclasses.field(default_factory=dict[Interval, int | None])
    most_symbols: int = 1
    adjusted: Adjusted = "raw"
    events: tuple[EventKind, ...] = ()
    delayed: dt.timedelta | None = None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Costs:
    """What a request costs: at most `requests` in any `seconds`, `at_once` of them open together, `dollars` each.

    paced: the provider lets every page of an answer wait for its turn; else only the first one has waited for it.
    further: requests, about, that the figures of one symbol take, and its events of a year.
    """

    requests: float
    seconds: float = 1.0
    at_once: int = 8
    dollars: float = 0.0
    paced: bool = False
    further: float = 0.01

    def __post_init__(self) -> None:
        """Refuse limits under which nothing could ever be asked."""
        if not (self.requests > 0 and self.seconds > 0 and self.at_once >= 1):
            found = f"{self.requests} in {self.seconds} seconds, {self.at_once} at once"
            raise SettingsError(expected="limits above 0", found=found, todo="correct the provider's settings")


class Provider(Protocol):
    """Somebody who answers wants."""

    @property
    def name(self) -> str:
        """As it is written on the command line."""
        ...

    @property
    def offers(self) -> Offers:
        """What it can do."""
        ...

    @property
    def costs(self) -> Costs:
        """What asking costs."""
        ...

    async def ask(self, want: Want) -> Answer:
        """Answer whole, or raise `ProviderError`; never a part of an answer."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
