"""Late and corrected bars become revisions, and the market reads as it was known."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from scanwright.model.interval import Interval
from tests.exchange import running
from tests.integration.updating.test_updating import end_of

DAY = Interval.DAY


def test_a_corrected_bar_reads_as_it_was_known(source, faster):
    with running(source, moment=end_of(source, 1), correct_rate=0.3, seed=3) as exchange:
        faster.update(exchange)
        wrong = faster.market.bars(DAY)
        exchange.go_to(end_of(source) + 30 * 86_400)
        report = faster.update(exchange)
    right, revised = faster.market.bars(DAY), faster.market.revisions(DAY)
    last = wrong["ts"].max()
    differing = wrong.filter(pl.col("ts") == last).join(
        source.bars(DAY).filter(pl.col("ts") == last), on="symbol", suffix=" right"
    )
    spoilt = differing.filter(pl.col("close") != pl.col("close right"))
    assert len(spoilt) > 2
    assert report.rows_changed == len(spoilt)
    assert set(revised.filter(pl.col("close").is_not_null())["symbol"]) >= set(spoilt["symbol"])
    assert right.filter(pl.col("ts") == last).equals(source.bars(DAY).filter(pl.col("ts") == last))
    symbols = spoilt["symbol"].to_list()
    then = faster.market.panel(DAY, as_of=np.datetime64(last, "D"), symbols=symbols)
    now = faster.market.panel(DAY, symbols=symbols)
    row = int(np.searchsorted(now.ts, then.ts[-1]))
    assert np.allclose(then.fields["close"][-1] / now.fields["close"][row], 1.01, atol=1e-3)


def test_a_late_bar_was_not_known(source, faster):
    with running(source, moment=end_of(source, 1), late_rate=0.3, seed=3) as exchange:
        faster.update(exchange)
        before = faster.market.bars(DAY)
        exchange.go_to(end_of(source) + 30 * 86_400)
        faster.update(exchange)
    assert faster.same_bars(source)
    session = sorted(source.bars(DAY)["ts"].unique())[-2]
    late = set(source.bars(DAY).filter(pl.col("ts") == session)["symbol"]) - set(
        before.filter(pl.col("ts") == session)["symbol"]
    )
    assert late
    missing = faster.market.revisions(DAY).filter(pl.col("close").is_null() & (pl.col("ts") == session))
    assert set(missing["symbol"]) == late
    then = faster.market.panel(DAY, as_of=np.datetime64(session, "D"), symbols=sorted(late))
    assert session != then.ts[-1].astype("M8[D]").item() or not then.bar[-1].any()


def test_what_was_seen_is_told_by_the_provider_s_time(source, faster):
    moment = end_of(source, 1)
    with running(source, moment=moment) as exchange:
        faster.update(exchange)
    stretches = faster.market.stretches(DAY)
    assert set(stretches["as_of"].dt.epoch("s")) == {moment}
    assert stretches["asked_at"].min() > dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
