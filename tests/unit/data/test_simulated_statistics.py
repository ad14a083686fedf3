"""The simulated market has the habits of real ones, and what was planted in it can be found.

What real ones do is taken from R. Cont, Empirical properties of asset returns, stylized facts and statistical issues,
2001 (no correlation of returns, fat tails, clusters of volatility), and R. Wood, T. McInish, J. Ord, An investigation
of
transactions data for NYSE stocks, 1985 (activity by the time of day).
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from scanwright.data.simulated import simulate
from scanwright.data.simulated.truth import DRIFT, DRIFT_DAYS, SETUP, SETUP_DAYS, SETUP_RETURN
from scanwright.model.calendars import calendar
from tests.answers.evaluation import folded


@pytest.fixture(scope="module")
def market():
    return simulate(symbols=600, years=3, seed=3)


@pytest.fixture(scope="module")
def panel(market):
    return market.panel()


@pytest.fixture(scope="module")
def close(panel):
    return np.log(panel.fields["close"])


@pytest.fixture(scope="module")
def whole(market):
    """The companies that trade every day."""
    return np.flatnonzero((market.bar != 0).all(axis=0) & (market.truth.sector >= 0))


@pytest.fixture(scope="module")
def returns(close, whole):
    return np.diff(close[:, whole], axis=0)


@pytest.fixture(scope="module")
def fund(market, close):
    return np.diff(close[:, market.symbols.index("SPY")])


@pytest.fixture(scope="module")
def busy(panel):
    """Volume against the mean of the twenty sessions before."""
    volume = panel.fields["volume"]
    times = np.full(volume.shape, np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for row in range(20, len(volume)):
            times[row] = volume[row] / np.nanmean(volume[row - 20 : row], axis=0)
    return times


def correlation(x, lag):
    x = x - x.mean(axis=0)
    return np.median((x[lag:] * x[:-lag]).mean(axis=0) / x.var(axis=0))


def slope(x, y):
    """Of y on x through 0, and how far it may be off (one deviation, whatever the sizes of the errors)."""
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    found = (x * y).sum() / (x**2).sum()
    return found, np.sqrt(((y - found * x) ** 2 * x**2).sum()) / (x**2).sum()


def test_tails_are_fat(returns):
    apart = returns - returns.mean(axis=0)
    kurtosis = (apart**4).mean(axis=0) / apart.var(axis=0) ** 2
    assert np.median(kurtosis) > 5
    assert (kurtosis > 3).mean() > 0.95


def test_returns_do_not_foretell_the_next_but_their_size_does(returns):
    assert abs(correlation(returns, 1)) < 0.03
    sizes = [correlation(np.abs(returns), lag) for lag in (1, 5, 10, 20)]
    assert min(sizes) > 0.02
    assert sizes[0] > sizes[-1]


def test_the_market_and_the_sectors_move_companies(market, returns, fund, whole):
    moved = fund - fund.mean()
    beta = ((returns - returns.mean(axis=0)) * moved[:, None]).mean(axis=0) / fund.var()
    assert np.corrcoef(beta, market.truth.beta[whole])[0, 1] > 0.9
    share = beta**2 * fund.var() / returns.var(axis=0)
    assert 0.1 < np.median(share) < 0.5
    rest = np.corrcoef((returns - beta * fund[:, None]).T)
    sector = market.truth.sector[whole]
    apart = ~np.eye(len(sector), dtype=bool)
    alike = (sector[:, None] == sector) & apart
    assert rest[alike].mean() > 0.04
    assert abs(rest[apart & ~alike].mean()) < 0.01


def test_reports_draw_volume(market, busy):
    reported = ~np.isnan(market.truth.surprises)
    assert 2 < np.nanmedian(busy[reported]) < 6
    assert np.nanmedian(busy[~reported]) == pytest.approx(0.9, abs=0.15)


def test_stories_draw_volume(market, busy):
    told = market.happened.stories
    quiet = np.isnan(market.truth.surprises) & ~market.truth.surges
    met = np.zeros(quiet.shape, bool)
    met[told.row, told.column] = True
    assert np.nanmedian(busy[met & quiet]) > 1.15 * np.nanmedian(busy[~met & quiet])


def test_a_surprise_is_a_gap_of_its_sign_and_goes_on_for_weeks(market, panel, close):
    truth, spy = market.truth, market.symbols.index("SPY")
    row, column = np.nonzero(~np.isnan(truth.surprises))
    row, column = row[row > 0], column[row > 0]
    gap = np.log(panel.fields["open"][row, column]) - close[row - 1, column]
    surprise = truth.surprises[row, column]
    known = np.isfinite(gap)
    assert np.corrcoef(gap[known], surprise[known])[0, 1] > 0.7
    later = row + DRIFT_DAYS < len(close)
    row, column = row[later], column[later]
    after = close[row + DRIFT_DAYS, column] - close[row, column]
    excess = after - market.truth.beta[column] * (close[row + DRIFT_DAYS, spy] - close[row, spy])
    found, off = slope(truth.surprises[row, column] * truth.usual[row, column], excess)
    assert found == pytest.approx(DRIFT, abs=3 * off)
    assert found > 2 * off


def test_the_planted_setup_is_what_its_text_finds(market, panel):
    found = folded([SETUP], panel)[SETUP].values == 1
    planted = market.truth.setups
    assert planted.sum() > 1000
    assert (found & planted).sum() > 0.97 * max(found.sum(), planted.sum())


def test_after_the_planted_setup_the_price_rises_as_much_as_planted(market, close):
    spy = market.symbols.index("SPY")
    moves = close[SETUP_DAYS:] - close[:-SETUP_DAYS]
    excess = moves - market.truth.beta * moves[:, [spy]]
    after = excess[market.truth.setups[:-SETUP_DAYS]]
    after, other = after[np.isfinite(after)], np.nanmean(excess)
    off = after.std() / np.sqrt(len(after))
    assert after.mean() - other == pytest.approx(SETUP_RETURN, abs=3 * off)
    assert after.mean() - other > 4 * off


@pytest.fixture(scope="module")
def minutes(market, whole):
    rows = slice(-8, None)
    return market.minutes([market.symbols[at] for at in whole[:40]], first=market.ts[rows][0], last=market.ts[-1])


def test_the_day_is_lively_at_its_ends_and_quiet_at_noon(market, minutes):
    ts = minutes["ts"].dt.epoch("s").to_numpy()
    opens = calendar("us_stocks").open_close(market.ts[-8:])[0].astype("M8[s]").astype(np.int64)
    hour = (ts - opens[np.searchsorted(opens, ts) - 1] - 1) // 1800
    volume = minutes["volume"].to_numpy()
    moved = np.abs(np.log(minutes["close"].to_numpy() / minutes["open"].to_numpy()))
    traded = [volume[hour == at].mean() for at in range(13)]
    lively = [moved[hour == at].mean() for at in range(13)]
    for shape in (traded, lively):
        assert shape[0] > 1.3 * min(shape)
        assert shape[12] > 1.15 * min(shape)
        assert 3 <= int(np.argmin(shape)) <= 9


def test_news_in_the_session_is_followed_by_volume_within_minutes(market):
    told = market.happened.stories
    opens, closes = (each.astype("M8[s]").astype(np.int64) for each in calendar("us_stocks").open_close(market.ts))
    surged = market.truth.surges[told.row, told.column]
    inside = surged & (told.known > opens[told.row] + 3600) & (told.known < closes[told.row] - 3600)
    times = []
    for at in np.flatnonzero(inside)[:60]:
        symbol, day, known = market.symbols[told.column[at]], market.ts[told.row[at]], told.known[at]
        table = market.minutes([symbol], first=day, last=day)
        ts, volume = table["ts"].dt.epoch("s").to_numpy(), table["volume"].to_numpy()
        after, before = (ts > known) & (ts <= known + 1200), (ts > known - 1200) & (ts <= known)
        times.append(volume[after].sum() / max(volume[before].sum(), 1))
    assert len(times) > 20
    assert np.median(times) > 2
