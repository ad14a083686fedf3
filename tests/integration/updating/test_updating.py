"""A market filled from an exchange is the exchange's; then only what is new is asked for, and then nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import polars as pl
import pytest

from scanwright.data.providers.simulated import Settings as Own
from scanwright.model.errors import Absent, SettingsError, Unavailable
from scanwright.model.interval import Interval
from scanwright.store.market import Market, create
from tests.exchange import running

DAY = Interval.DAY


def end_of(market: Market, back: int = 0) -> int:
    """The close of a session, so many before the last one, in seconds; New York closes at 20:00 or 21:00 UTC."""
    dates = market.bars(DAY)["ts"].unique().sort()
    return int(dt.datetime.combine(dates[-1 - back], dt.time(22), dt.UTC).timestamp())


def test_a_market_is_filled_and_then_there_is_nothing_to_ask(source, faster):
    with running(source) as exchange:
        first = faster.update(exchange, only_bars=False)
        bars = exchange.counts["path /v1/bars"]
        again = faster.update(exchange, only_bars=False)
    assert (first.complete, first.missed, first.stopped) == (first.symbols, (), "")
    assert faster.same_bars(source)
    assert first.rows_new == len(source.bars(DAY))
    assert first.bars_requests == first.needed == bars
    assert (again.complete, again.needed, again.bars_requests, again.rows_new) == (first.symbols, 0, 0, 0)
    assert exchange.counts["path /v1/bars"] == bars


@pytest.mark.parametrize("table", ["splits", "dividends", "renames"])
def test_actions_come_with_the_bars(source, faster, table):
    with running(source) as exchange:
        faster.update(exchange)
    there, here = source.table(table), faster.market.table(table)
    if there is None:
        assert here is None
    else:
        assert here.equals(there.select(here.columns).cast(here.schema))


def test_the_panel_is_the_sources(source, faster):
    with running(source) as exchange:
        faster.update(exchange)
    there, here = source.panel(DAY), faster.market.panel(DAY, symbols=source.panel(DAY).symbols)
    assert np.array_equal(there.ts, here.ts)
    assert np.array_equal(there.fields["close"], here.fields["close"], equal_nan=True)


def test_only_what_is_new_is_asked_for(source, faster):
    with running(source, moment=end_of(source, 3)) as exchange:
        faster.update(exchange)
        before = exchange.counts["path /v1/day"] + exchange.counts["path /v1/bars"]
        exchange.go_to(end_of(source))
        report = faster.update(exchange)
        asked = exchange.counts["path /v1/day"] + exchange.counts["path /v1/bars"] - before
    assert faster.same_bars(source)
    assert asked == report.bars_requests == 4, "three new sessions, and the one before, which may have been corrected"
    assert report.rows_new == len(source.bars(DAY).filter(pl.col("ts") > source.bars(DAY)["ts"].unique().sort()[-4]))


def test_stretches_tell_who_was_asked_for_what_and_stay_few(source, faster):
    with running(source, moment=end_of(source, 9)) as exchange:
        for back in (9, 7, 4, 0):
            exchange.go_to(end_of(source, back))
            faster.update(exchange)
    stretches = faster.market.stretches(DAY)
    assert len(stretches) == len(faster.market.symbols(DAY))
    assert set(stretches["provider"]) == {"simulated"}
    assert stretches["last"].max().date() == source.bars(DAY)["ts"].max()


def test_a_first_fill_goes_back_as_far_as_is_said_and_later_further(source, faster):
    dates = source.bars(DAY)["ts"].unique().sort()
    since = np.datetime64(dates[len(dates) // 2], "D")
    with running(source) as exchange:
        faster.update(exchange, since=since)
        assert faster.market.bars(DAY)["ts"].min() == dates[len(dates) // 2]
        assert faster.update(exchange).bars_requests == 0
        faster.update(exchange, since=np.datetime64(dates[0], "D"))
    assert faster.same_bars(source)


def test_some_symbols_and_one_that_nobody_knows(source, faster):
    known = source.symbols(DAY)[:3]
    with running(source) as exchange:
        report = faster.update(exchange, universe=",".join([*known, "NOSUCH"]))
    assert (report.symbols, report.complete) == (4, 3)
    assert [(each.symbol, each.may_pass) for each in report.missed] == [("NOSUCH", False)]
    assert "unknown" in report.missed[0].reason
    assert faster.market.symbols(DAY) == tuple(sorted(known))


def test_symbols_from_a_file(source, faster, tmp_path):
    (tmp_path / "mine.txt").write_text("\n".join(source.symbols(DAY)[:2]))
    with running(source) as exchange:
        report = faster.update(exchange, universe=str(tmp_path / "mine.txt"))
    assert report.complete == 2


def test_several_symbols_in_a_request(source, faster):
    own = Own(requests_per_second=2000, most_symbols=7)
    faster.settings = dataclasses.replace(faster.settings, providers={"simulated": own})
    with running(source, most_symbols=7) as exchange:
        report = faster.update(exchange)
        assert exchange.counts["path /v1/bars"] == report.needed <= 5
    assert faster.same_bars(source)


def test_a_forming_bar_is_asked_for_again_and_is_no_revision(source, faster):
    dates = source.bars(DAY)["ts"].unique().sort()
    noon = int(dt.datetime.combine(dates[-1], dt.time(17), dt.UTC).timestamp())
    with running(source, moment=noon) as exchange:
        faster.update(exchange)
        forming = faster.market.bars(DAY).filter(pl.col("ts") == dates[-1])
        exchange.go_to(noon + 3600)
        later = faster.update(exchange)
        exchange.go_to(end_of(source))
        faster.update(exchange)
    assert len(forming) == later.needed == later.rows_changed
    assert faster.same_bars(source)
    assert faster.market.revisions(DAY) is None


def test_intraday_bars(tmp_path, faster):
    market = create(tmp_path / "minutes", name="minutes")
    ends = pl.datetime_range(
        dt.datetime(2025, 3, 3, 14, 31, tzinfo=dt.UTC), dt.datetime(2025, 3, 3, 21, tzinfo=dt.UTC), "1m", eager=True
    )
    frames = [
        pl.DataFrame({"symbol": name, "ts": ends, "open": 10.0, "high": 11.0, "low": 9.0, "close": 10.5, "volume": 5.0})
        for name in ("A", "B")
    ]
    market.write(pl.concat(frames), source="made", interval=Interval.MINUTE)
    evening = int(dt.datetime(2025, 3, 4, 3, tzinfo=dt.UTC).timestamp())
    with running(market, moment=evening) as exchange:
        first = faster.update(exchange, interval=Interval.MINUTE)
        again = faster.update(exchange, interval=Interval.MINUTE)
    assert first.complete == 2
    assert faster.same_bars(market, Interval.MINUTE)
    assert again.bars_requests == 0


def test_weeks_are_made_from_days(source, faster):
    with running(source) as exchange, pytest.raises(SettingsError, match="made from days"):
        faster.update(exchange, interval=Interval.WEEK)


def test_a_provider_that_is_not_there_is_said_and_leaves_no_market(source, faster):
    with running(source) as exchange:
        pass
    with pytest.raises(Unavailable, match="simulated, asked for offers"):
        faster.update(exchange)
    with pytest.raises(Absent):
        _ = faster.market
