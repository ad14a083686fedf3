"""Repairs on a real market: real errors come right, what stood can be read, and a second run changes nothing."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

import scanwright as sw
from scanwright.app.checking import checked, repaired
from scanwright.data.simulated import simulate
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS
from scanwright.store.market import create

DAY = Interval.DAY
NOON = dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC)
YESTERDAY = np.datetime64("2026-06-30")


@pytest.fixture(scope="module")
def table(shared_data):
    table = pl.read_parquet(shared_data / "bars/daily/yahoo_price_errors.parquet").drop_nulls("close")
    zone = pl.col("ts").dt.convert_time_zone("Asia/Tokyo")  # what is stamped at 15:00 or 23:00 UTC is the next day's
    return table.filter(pl.col("interval") == "1d").with_columns(zone.dt.date().alias("day"))


def raw_market(folder, rows, symbol):
    """A provider's rows as a market keeps them: prices as traded, splits and dividends beside them."""
    stored = create(folder / "market", name=symbol, calendar="always_open")
    splits = rows.filter(pl.col("splits") > 0).select("symbol", pl.col("day").alias("date"), ratio=pl.col("splits"))
    factor = np.ones(len(rows))
    for _, date, ratio in splits.iter_rows():
        factor[(rows["day"] < date).to_numpy()] *= ratio
    times = pl.Series("factor", factor)
    prices = [(pl.col(name).cast(pl.Float64) * times).alias(name) for name in FIELDS[:4]]
    bars = rows.select("symbol", pl.col("day").alias("ts"), *prices, volume=pl.col("volume").cast(pl.Float64) / times)
    stored.append(DAY, bars, seen=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), source="yahoo")
    if len(splits):
        stored.put("splits", splits, source="yahoo")
    paid = rows.filter(pl.col("dividends") > 0)
    amounts = (pl.col("dividends") * pl.Series(factor).filter(rows["dividends"] > 0)).alias("amount")
    if len(paid):
        stored.put(
            "dividends",
            paid.select("symbol", date="day", kind=pl.lit("cash")).with_columns(paid.select(amounts)["amount"]),
            source="yahoo",
        )
    return sw.open(stored.folder, threads=1)


def rows_of(table, issue, symbol, variant):
    chosen = (pl.col("issue") == issue) & (pl.col("symbol") == symbol) & (pl.col("variant") == variant)
    return table.filter(chosen).sort("day")


def in_todays_shares(market):
    """The stored closes, those without trade too, as the provider gives them."""
    splits = market.stored.table("splits")
    bars = market.stored.bars(DAY)
    for _, date, ratio in () if splits is None else splits.iter_rows():
        bars = bars.with_columns(
            pl.when(pl.col("ts") < date).then(pl.col("close") / ratio).otherwise(pl.col("close")).alias("close")
        )
    return bars


def state(market):
    stored = market.stored
    return [
        stored.bars(DAY),
        *(stored.table(name) for name in ("splits", "dividends", "corrections")),
        stored.revisions(DAY),
    ]


def same(one, other):
    return all((a is None and b is None) or a.equals(b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    ("issue", "symbol"), [("100x-error", "AET.L"), ("bad-stock-split", "4063.T"), ("bad-stock-split", "CNE.L")]
)
def test_prices_come_right_and_what_stood_is_kept(tmp_path, table, issue, symbol):
    rows, answers = (rows_of(table, issue, symbol, variant) for variant in ("raw", "fixed"))
    market = raw_market(tmp_path, rows, symbol)
    before = market.panel("1d")
    found = repaired(market, DAY, None, NOON)
    assert found.done
    held = in_todays_shares(market)
    wanted = answers.filter(pl.col("day").is_in(held["ts"].implode()))
    np.testing.assert_allclose(held["close"].to_numpy(), wanted["close"].to_numpy(), rtol=2e-3)
    then = market.panel("1d", YESTERDAY)
    for name in FIELDS:
        assert np.array_equal(then.fields[name], before.fields[name], equal_nan=True)
    kept = state(market)
    again = repaired(market, DAY, None, NOON + dt.timedelta(hours=1))
    assert again.done == () or not again.done
    assert same(state(market), kept)


@pytest.mark.parametrize(
    "symbol", "4063.T ABDP.L ELCO.L KEN.TA LSC.L NVT.L REL.L SAND SERE.L TEM.L TEP.PA 1398.HK".split()
)
def test_dividends_come_right_and_what_stood_is_kept(tmp_path, table, symbol):
    rows, answers = (rows_of(table, "bad-div", symbol, variant) for variant in ("raw", "fixed"))
    market = raw_market(tmp_path, rows, symbol)
    before = market.stored.dividends()
    repaired(market, DAY, None, NOON)
    factor = dict.fromkeys(answers["day"], 1.0)
    for date, ratio in answers.filter(pl.col("splits") > 0).select("day", "splits").iter_rows():
        factor = {day: each * (ratio if day < date else 1.0) for day, each in factor.items()}
    wanted = {day: paid * factor[day] for day, paid in answers.select("day", "dividends").iter_rows() if paid}
    found = dict(market.stored.dividends().select("date", "amount").iter_rows())
    assert {day: round(paid, 6) for day, paid in found.items()} == {day: round(paid, 6) for day, paid in wanted.items()}
    assert market.stored.dividends(YESTERDAY).sort("date").equals(before.sort("date"))
    kept = state(market)
    repaired(market, DAY, None, NOON + dt.timedelta(hours=1))
    assert same(state(market), kept)


@pytest.fixture
def unadjusted(tmp_path):
    """A simulated market whose splits nobody told."""
    made = simulate(symbols=60, years=3, seed=5)
    stored = create(tmp_path / "market", name="unadjusted")
    rows, columns = np.nonzero(made.bar)
    raw = {name: made.fields[name][rows, columns] for name in FIELDS}
    frame = pl.DataFrame({"symbol": [made.symbols[at] for at in columns], "ts": made.ts[rows].astype("M8[D]"), **raw})
    stored.append(DAY, frame, seen=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), source="simulated")
    return sw.open(stored.folder, threads=1), made


def test_unknown_splits_become_known_from_the_repair_on(unadjusted):
    market, made = unadjusted
    told = {(each.symbol, str(each.date.astype("M8[D]")), each.ratio) for each in made.splits}
    before = market.panel("1d")
    repaired(market, DAY, None, NOON)
    found = {(symbol, str(date), ratio) for symbol, date, ratio in market.stored.table("splits").iter_rows()}
    assert found
    assert found <= told
    assert len(market.panel("1d").splits) == len(found)
    then = market.panel("1d", YESTERDAY)
    assert then.splits == []
    assert np.array_equal(then.fields["close"], before.fields["close"], equal_nan=True)
    kept = state(market)
    repaired(market, DAY, None, NOON + dt.timedelta(days=1))
    assert same(state(market), kept)


def test_what_a_provider_brings_back_is_found_again(unadjusted):
    """A repair holds until somebody else writes the bar; then it is looked at afresh."""
    market, _ = unadjusted
    symbol = market.panel("1d").symbols[3]
    bars = market.stored.bars(DAY, symbols=[symbol])
    prices = [(pl.col(name) * 100).alias(name) for name in FIELDS[:4]]
    wrong = bars[300:303].with_columns(prices)
    for hour in range(0, 4, 2):
        market.stored.append(DAY, wrong, seen=NOON + dt.timedelta(hours=hour), source="simulated")
        assert "hundredfold" in {each.kind for each in checked(market, DAY, [symbol]).found}
        done = repaired(market, DAY, [symbol], NOON + dt.timedelta(hours=hour + 1)).done
        assert "hundredfold" in {each.kind for each in done}
        np.testing.assert_allclose(market.stored.bars(DAY, symbols=[symbol])["close"], bars["close"])
