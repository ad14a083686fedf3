"""Making a simulated market, part by part, in the order in which one needs the other."""

from __future__ import annotations

import dataclasses

import numpy as np

from scanwright.data.simulated.accounts import drawn_accounts, largest
from scanwright.data.simulated.companies import Company, invented
from scanwright.data.simulated.dividends import Dividends, amounts, drawn_dividends, fallen
from scanwright.data.simulated.draws import stream
from scanwright.data.simulated.lives import YEAR, Lives, drawn_lives, drawn_renames, drawn_splits, farewells, reasons
from scanwright.data.simulated.market import Happenings, SimulatedMarket
from scanwright.data.simulated.paths import (
    Paths,
    Truths,
    Weather,
    drawn_paths,
    drawn_weather,
    planted_setups,
    prices,
    volumes,
)
from scanwright.data.simulated.reports import Reports, drawn_reports
from scanwright.data.simulated.stories import Stories, attention, drawn_stories
from scanwright.data.simulated.traits import Traits, drawn_traits
from scanwright.data.simulated.truth import INFORMED, Truth
from scanwright.model.calendars import calendar
from scanwright.model.errors import SettingsError
from scanwright.model.panel import FIELDS, Bytes, Floats, Split, Times


def simulate(
    symbols: int = 2000, years: float = 3, seed: int = 7, *, last: np.datetime64 | None = None
) -> SimulatedMarket:
    """So many symbols (the index fund SPY among them) over so many years up to `last`; the same for the same seed.

    >>> market = simulate(symbols=20, years=1)
    >>> market.bar.shape, "SPY" in market.symbols
    ((252, 20), True)
    """
    count = round(years * YEAR)
    if symbols < 2 or count < 2:
        wanted = "at least 2 symbols and 2 sessions"
        raise SettingsError(expected=wanted, found=f"{symbols} and {count}", todo="ask for a larger market")
    ts = _sessions(count, np.datetime64("2025-12-31") if last is None else last)
    people, course, trades, life = (np.random.default_rng(each) for each in np.random.SeedSequence(seed).spawn(4))
    cast = _cast(ts, invented(symbols, people), course, life, seed)
    paths, weather, stories = _moved(cast, course)
    volume, setups, paths = _traded(cast, paths, weather, stories, trades)
    dividends = drawn_dividends(cast.lives.bar.shape, cast.traits, cast.lives, stream(seed, "dividends"))
    paths = dataclasses.replace(paths, night=fallen(paths.night, paths.day, dividends))
    fields = prices(paths, cast.traits.first, course) | {"volume": volume}
    splits = drawn_splits(ts, cast.companies, fields["close"], cast.lives.bar, life)
    scale = _scale(ts, cast.companies, splits)
    return SimulatedMarket(
        seed=seed,
        ts=ts,
        companies=cast.companies,
        fields=_as_traded(fields, scale, cast.lives.bar),
        scale=scale,
        bar=cast.lives.bar,
        splits=splits,
        happened=_happened(cast, paths, stories, dividends, fields["close"], scale),
        truth=_truth(cast, paths, weather, setups),
    )


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class _Cast:
    """Who plays: companies with their traits, lives, ends and the days of their reports."""

    seed: int
    ts: Times
    companies: tuple[Company, ...]
    traits: Traits
    lives: Lives
    endings: dict[str, str]
    reports: Reports


def _cast(
    ts: Times, companies: tuple[Company, ...], course: np.random.Generator, life: np.random.Generator, seed: int
) -> _Cast:
    traits = drawn_traits(companies, course)
    lives = drawn_lives((len(ts), len(companies)), traits.index, life)
    return _Cast(
        seed=seed,
        ts=ts,
        companies=companies,
        traits=traits,
        lives=lives,
        endings=reasons(lives, companies, stream(seed, "endings")),
        reports=drawn_reports(ts, calendar("us_stocks"), traits, lives, stream(seed, "reports")),
    )


def _moved(cast: _Cast, course: np.random.Generator) -> tuple[Paths, Weather, Stories]:
    """How prices move but for setups and dividends, and what is told of it."""
    shape = cast.lives.bar.shape
    weather = drawn_weather(shape[0], cast.traits, course)
    paths = drawn_paths(weather, cast.reports.met(shape), cast.traits, course)
    ends = farewells(cast.lives, cast.endings, cast.companies, paths.usual, stream(cast.seed, "farewells"))
    night, day, share = ends
    paths = dataclasses.replace(
        paths, night=paths.night * share + night, day=paths.day * share + day, usual=paths.usual * share
    )
    told = stream(cast.seed, "stories")
    calm = calendar("us_stocks")
    stories = drawn_stories(cast.ts, calm, cast.lives, weather, paths, cast.reports, np.maximum(night, 0), told)
    return paths, weather, stories


def _traded(
    cast: _Cast, paths: Paths, weather: Weather, stories: Stories, trades: np.random.Generator
) -> tuple[Floats, Truths, Paths]:
    """The volumes, the setups that they make, and the moves with what is planted after those."""
    shape = cast.lives.bar.shape
    drawn = attention(shape, stories, cast.reports.met(shape), stream(cast.seed, "attention"))
    volume = volumes(paths, weather, drawn, cast.traits.usual, trades)
    setups, planted = planted_setups(paths, volume, cast.traits.index)
    return volume, setups, dataclasses.replace(paths, day=paths.day + planted)


def _happened(
    cast: _Cast, paths: Paths, stories: Stories, dividends: Dividends, close: Floats, scale: Floats
) -> Happenings:
    """What follows from prices and reports: accounts, members, what dividends come to; and names."""
    accounts = drawn_accounts(cast.reports, paths.surprises, cast.traits, stream(cast.seed, "accounts"))
    worth = np.where(_alive(cast), close * accounts.shares, np.nan)
    count = len(cast.companies)
    return Happenings(
        lives=cast.lives,
        reports=cast.reports,
        stories=stories,
        dividends=dividends,
        amounts=amounts(close, scale, dividends),
        accounts=accounts,
        members=largest(cast.ts.astype("M8[M]").astype(np.int64), worth, _size(count)),
        renames=drawn_renames(cast.ts, cast.companies, cast.lives, stream(cast.seed, "renames")),
        listed=_listed(cast.ts, count, stream(cast.seed, "listings")),
    )


def _truth(cast: _Cast, paths: Paths, weather: Weather, setups: Truths) -> Truth:
    traded = cast.lives.bar != 0
    surges: Truths = weather.surges & traded
    drawn = stream(cast.seed, "informed").random(surges.shape)
    knew: Truths = surges & (drawn < INFORMED)
    side = np.where(knew, np.sign(paths.jumps), 0).astype(np.int8)
    informed = np.zeros_like(side)
    for before in (3, 2, 1):
        informed[:-before] = np.where(side[before:] != 0, side[before:], informed[:-before])
    return Truth(
        rough=weather.rough,
        surges=surges,
        jumps=np.where(surges, paths.jumps, 0.0),
        trends=weather.trends,
        usual=paths.usual,
        surprises=np.where(traded, paths.surprises, np.nan),
        setups=setups & traded,
        informed=informed,
        beta=cast.traits.beta,
        sector=cast.traits.sector,
        endings=cast.endings,
    )


def _sessions(count: int, last: np.datetime64) -> Times:
    days = int(count * 1.5) + 20
    return calendar("us_stocks").sessions(last.astype("M8[D]") - np.timedelta64(days, "D"), last)[-count:]


def _alive(cast: _Cast) -> Truths:
    """Who could be a member of the index: living companies, no funds."""
    days = np.arange(len(cast.ts))[:, None]
    return (cast.lives.begins <= days) & (days < cast.lives.ends) & (cast.traits.sector >= 0)


def _size(symbols: int) -> int:
    return min(100, max(symbols // 3, 1))


def _listed(ts: Times, count: int, random: np.random.Generator) -> Times:
    """Since when the old ones are listed: some day of the forty years before the market begins."""
    return ts[0].astype("M8[D]") - random.integers(30, 40 * 365, count).astype("m8[D]")


def _scale(ts: Times, companies: tuple[Company, ...], splits: tuple[Split, ...]) -> Floats:
    column = {each.symbol: at for at, each in enumerate(companies)}
    scale = np.ones((len(ts), len(companies)))
    for each in splits:
        scale[ts < each.date, column[each.symbol]] = each.ratio
    return scale


def _as_traded(fields: dict[str, Floats], scale: Floats, bar: Bytes) -> dict[str, Floats]:
    """Undo the adjustment by splits, and round: prices to cents, volumes to whole shares; NaN where there is no bar."""
    prices = {name: np.maximum(np.round(fields[name] * scale, 2), 0.01) for name in FIELDS if name != "volume"}
    raw = prices | {"volume": np.maximum(np.round(fields["volume"] / scale), 1.0)}
    return {name: np.where(bar, values, np.nan) for name, values in raw.items()}
