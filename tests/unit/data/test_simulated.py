"""The simulated market: the same for the same seed, lawful bars, and the planted things are truly there."""

from __future__ import annotations

import numpy as np
import pytest

from scanwright.data.simulated import simulate
from scanwright.data.simulated.companies import SECTORS
from scanwright.model.calendars import calendar
from scanwright.model.errors import SettingsError
from scanwright.model.panel import FIELDS


@pytest.fixture(scope="module")
def market():
    return simulate(symbols=300, years=2, seed=3)


def test_the_same_seed_gives_the_same_bits(market):
    again = simulate(symbols=300, years=2, seed=3)
    assert again.companies == market.companies
    assert again.bar.tobytes() == market.bar.tobytes()
    assert all(again.fields[name].tobytes() == market.fields[name].tobytes() for name in FIELDS)


def test_another_seed_is_another_market(market):
    assert simulate(symbols=300, years=2, seed=4).fields["close"].tobytes() != market.fields["close"].tobytes()


def test_frames_are_the_sessions_of_the_calendar(market):
    assert (calendar("us_stocks").sessions(market.ts[0], market.ts[-1]) == market.ts).all()
    assert market.ts[-1] == np.datetime64("2025-12-31")


def test_bars_are_lawful_and_holes_are_nan(market):
    has = market.bar != 0
    opened, high, low, close, volume = (market.fields[name][has] for name in FIELDS)
    assert ((low <= np.minimum(opened, close)) & (np.maximum(opened, close) <= high) & (low > 0)).all()
    assert ((volume >= 1) & (volume == np.round(volume))).all()
    assert all(np.isnan(market.fields[name][~has]).all() for name in FIELDS)


def test_some_are_listed_late_some_end_some_have_holes(market):
    has = market.bar != 0
    first, last = has.argmax(axis=0), has.shape[0] - 1 - has[::-1].argmax(axis=0)
    inner = np.array([not has[first[at] : last[at], at].all() for at in range(has.shape[1])])
    assert (first > 0).sum() > 10
    assert (last < has.shape[0] - 6).sum() > 3
    assert inner.sum() > 50
    assert has[-1].mean() > 0.9


def test_raw_prices_jump_at_splits_and_adjusted_ones_do_not(market):
    panel = market.panel()
    assert len(market.splits) >= 5
    for split in market.splits:
        column, row = panel.column(split.symbol), int(np.searchsorted(market.ts, split.date))
        before = np.flatnonzero(market.bar[:row, column])[-1]
        raw, adjusted = (each.fields["close"][[before, row], column] for each in (market, panel))
        assert raw[1] / raw[0] * split.ratio == pytest.approx(adjusted[1] / adjusted[0])
        dollars = [
            each.fields["close"][before, column] * each.fields["volume"][before, column] for each in (market, panel)
        ]
        assert dollars[0] == pytest.approx(dollars[1])


def test_planted_surges_stand_out(market):
    volume, surges = market.panel().fields["volume"], market.truth.surges
    usual = np.nanmedian(volume, axis=0)
    assert surges.sum() > 300
    assert np.median((volume / usual)[surges]) > 2.5 * np.nanmedian((volume / usual)[~surges])


def test_rough_days_are_rougher(market):
    spy = market.panel()
    moves = np.diff(np.log(spy.fields["close"][:, spy.column("SPY")]))
    rough = market.truth.rough[1:]
    assert 0 < rough.mean() < 0.6
    assert moves[rough].std() > 1.5 * moves[~rough].std()


def test_symbols_are_different_and_sectors_complete(market):
    assert len(set(market.symbols)) == 300
    assert list(market.symbols) == sorted(market.symbols)
    assert {each.sector for each in market.companies} == {*SECTORS, None}
    assert {each.kind for each in market.companies} == {"common", "adr", "etf"}
    assert market.panel().attributes["sector"].codes.min() == -1


def test_the_index_fund_trades_every_day(market):
    assert market.bar[:, market.symbols.index("SPY")].all()
    assert not any(each.symbol == "SPY" for each in market.splits)


def test_tables_hold_what_the_arrays_hold(market):
    table = market.bars()
    assert table.columns == ["symbol", "ts", *FIELDS]
    assert table.height == market.bar.sum()
    assert table.equals(table.sort("symbol", "ts"))
    some = table.row(table.height // 2, named=True)
    row, column = int(np.searchsorted(market.ts, np.datetime64(some["ts"], "s"))), market.symbols.index(some["symbol"])
    assert [some[name] for name in FIELDS] == [market.fields[name][row, column] for name in FIELDS]
    assert market.symbol_table().height == 300
    assert market.split_table()["ratio"].to_list() == [each.ratio for each in market.splits]


def test_a_market_may_be_as_small_as_two():
    assert simulate(symbols=2, years=0.01).bar.shape == (3, 2)


def test_less_than_a_market_is_refused():
    with pytest.raises(SettingsError, match="at least 2 symbols"):
        simulate(symbols=1)
