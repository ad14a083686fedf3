"""Real files of the US market."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from scanwright.model.interval import Interval
from scanwright.store.market import create

DAY = Interval.DAY


@pytest.fixture(scope="module")
def sp500(shared_data, tmp_path_factory):
    market = create(tmp_path_factory.mktemp("sp500") / "market", name="sp500")
    path = shared_data / "bars/daily/sp500_5yr.parquet"
    return market, market.import_file(path), pl.read_parquet(path)


def test_five_years_of_the_sp500(sp500):
    market, report, _ = sp500
    assert report.rows_read == 619_040
    assert report.quarantined == {"missing_price": 11, "high_below_low": 1, "outside_range": 11}
    assert report.rows_new == 619_040 - 23
    assert (report.symbols, report.first, report.last) == (505, "2013-02-08", "2018-02-07")
    assert market.panel(DAY).shape == (1259, 505)


def test_every_good_bar_stands_in_its_place(sp500):
    market, _, frame = sp500
    panel = market.panel(DAY)
    rows, columns = np.nonzero(panel.bar)
    back = pl.DataFrame(
        {
            "symbol": pl.Series(panel.symbols).gather(columns),
            "ts": pl.Series(panel.ts[rows].astype("M8[D]")),
            **{name: values[rows, columns] for name, values in panel.fields.items()},
        }
    ).sort("symbol", "ts")
    refused = market.quarantine(DAY).select("symbol", "ts")
    kept = frame.join(refused, on=["symbol", "ts"], how="anti").filter(pl.col("volume") > 0).sort("symbol", "ts")
    assert back.equals(kept.with_columns(pl.col("volume").cast(pl.Float64)).select(back.columns))


def test_sectors_become_categories(sp500, shared_data):
    market, _, _ = sp500
    report = market.import_file(shared_data / "meta/sectors.parquet")
    assert (report.kind, report.rows_new) == ("symbols", 681)
    sector = market.panel(DAY).attributes["sector"]
    assert sector.names[sector.codes[market.panel(DAY).column("AAPL")]] == "Information Technology"
    assert (sector.codes >= 0).all()


def test_the_whole_us_market_of_2015(shared_data, tmp_path):
    market = create(tmp_path / "market", name="us")
    path = shared_data / "bars/daily/us_all_2015.parquet"
    report = market.import_file(path)
    assert report.rows_read == 1_210_700
    stray = 84  # rows on six holidays
    assert report.quarantined == {"not_positive": 11, "outside_range": 1, "outside_session": stray}
    assert "prices look unadjusted" in report.warnings[0]
    panel = market.panel(DAY)
    assert panel.shape == (199, 6473)
    assert market.quarantine(DAY).filter(pl.col("reason") == "outside_session")["ts"].n_unique() == 6
    assert report.rows_new - 32_000 < panel.bar.sum() < report.rows_new
    before = market.data_hash(DAY)
    assert market.import_file(path).rows_same == report.rows_new
    assert market.data_hash(DAY) == before


def test_splits_take_the_jumps_away(shared_data, tmp_path):
    market = create(tmp_path / "market", name="lean")
    raw = market.import_file(shared_data / "bars/daily/lean_us_unadjusted.parquet")
    assert "AAPL 2014-06-09 x0.145" in raw.warnings[0]
    splits = {"symbol": ["AAPL", "AAPL"], "date": ["2014-06-09", "2020-08-31"], "ratio": ["7:1", "4:1"]}
    market.write(pl.DataFrame(splits), source="splits")
    aapl = market.panel(DAY, symbols=["AAPL"])
    around = np.searchsorted(aapl.ts, np.datetime64("2014-06-09"))
    close = aapl.fields["close"][:, 0]
    assert close[around] / close[around - 1] == pytest.approx(1.0, abs=0.05)
    assert close[around - 1] == pytest.approx(645.57 / 28, rel=1e-3)
    again = market.import_file(shared_data / "bars/daily/lean_us_unadjusted.parquet")
    assert "AAPL 2014-06-09" not in again.warnings[0]


def test_an_index_without_volume_keeps_its_bars(shared_data, tmp_path):
    market = create(tmp_path / "market", name="vix")
    report = market.import_file(shared_data / "bars/daily/vix_index.parquet")
    on_holidays = 33  # since 2022 it is worked out on days on which stocks are not traded
    assert (report.quarantined, report.warnings) == ({"outside_range": 47, "outside_session": on_holidays}, ())
    assert market.panel(DAY).bar.sum() == report.rows_new


def test_minutes_with_doubles_and_empty_rows(shared_data, tmp_path):
    market = create(tmp_path / "market", name="etf")
    report = market.import_file(shared_data / "bars/minute/us_etf_1m_2019-12.parquet")
    assert report.interval is Interval.MINUTE
    assert report.quarantined["missing_price"] == 179
    late = market.quarantine(Interval.MINUTE).filter(pl.col("reason") == "outside_session")
    assert late["ts"].unique().to_list() == [dt.datetime(2019, 12, 24, 18, 1, tzinfo=dt.UTC)]  # after the early close
    assert len(late) == report.quarantined["outside_session"] == 258
    assert report.rows_read == report.rows_new + report.refused
    panel = market.panel(Interval.MINUTE, symbols=["SPY"])
    assert panel.ts[panel.bar[:, 0] == 1][0].astype(str)[11:16] >= "14:31"


def test_hours_after_early_closes_are_set_apart(shared_data, tmp_path):
    market = create(tmp_path / "market", name="hours")
    report = market.import_file(shared_data / "bars/hour/lean_us_1h.parquet")
    assert report.quarantined == {"outside_session": 128}
    late = market.quarantine(Interval.HOUR)["ts"].dt.convert_time_zone("America/New_York")
    assert set(late.dt.hour()) == {14, 15, 16}  # the ends of bars after 13:00
    assert {(day.month, day.day) for day in late.dt.date()} >= {(12, 24), (7, 3), (11, 27)}
