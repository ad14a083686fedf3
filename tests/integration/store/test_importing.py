"""Files of every usual shape become the same market."""

from __future__ import annotations

import datetime as dt
import gzip

import numpy as np
import polars as pl
import pytest

from scanwright.model.errors import Absent, BadBars, Conflict, SettingsError
from scanwright.model.interval import Interval
from scanwright.store.lock import writing
from scanwright.store.market import Market, create

DAY = Interval.DAY


def write_csv(frame, path, **options):
    frame.write_csv(path, **options)
    return path


def split_by_symbol(frame, folder):
    folder.mkdir()
    for (symbol,), part in frame.group_by("symbol"):
        part.drop("symbol").write_csv(folder / f"{symbol.lower()}.csv")
    return folder


def as_parquet(frame, tmp_path):
    frame.write_parquet(tmp_path / "bars.parquet")
    return tmp_path / "bars.parquet"


def as_gzip(frame, tmp_path):
    path = tmp_path / "bars.csv.gz"
    path.write_bytes(gzip.compress(frame.write_csv().encode()))
    return path


SHAPES = {
    "parquet": as_parquet,
    "csv": lambda frame, tmp: write_csv(frame, tmp / "bars.csv"),
    "csv with a byte order mark": lambda frame, tmp: write_csv(frame, tmp / "bars.csv", include_bom=True),
    "semicolons": lambda frame, tmp: write_csv(frame, tmp / "bars.txt", separator=";"),
    "tabs": lambda frame, tmp: write_csv(frame, tmp / "bars.tsv", separator="\t"),
    "gzip": as_gzip,
    "other spellings": lambda frame, tmp: write_csv(
        frame.rename({"symbol": "Ticker", "ts": "Date", "close": "Close/Last", "volume": "<VOL>"}), tmp / "bars.csv"
    ),
    "quoted dollars": lambda frame, tmp: write_csv(
        frame.with_columns("$" + pl.col("close").cast(pl.String)), tmp / "bars.csv", quote_style="always"
    ),
    "rows in disorder": lambda frame, tmp: as_parquet(frame.sample(fraction=1.0, shuffle=True, seed=1), tmp),
    "a folder, one file a symbol": lambda frame, tmp: split_by_symbol(frame, tmp / "folder"),
    "categories and decimals": lambda frame, tmp: as_parquet(
        frame.with_columns(pl.col("symbol").cast(pl.Categorical), pl.col("close").cast(pl.Decimal(18, 4))), tmp
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_market(market, bars, tmp_path, shape):
    straight = create(tmp_path / "straight", name="straight", calendar="always_open")
    straight.write(bars(), source="straight")
    report = market.import_file(SHAPES[shape](bars(), tmp_path))
    assert (report.kind, report.interval, report.rows_read, report.rows_new) == ("bars", DAY, 24, 24)
    assert (report.first, report.last, report.symbols) == ("2015-12-28", "2016-01-04", 3)
    assert market.data_hash(DAY) == straight.data_hash(DAY)
    panel = market.panel(DAY)
    assert panel.symbols == ("A", "B", "C")
    assert panel.fields["close"][0].tolist() == [10.5, 11.5, 12.5]
    assert panel.bar.all()


def test_what_was_understood_is_said(market, bars, tmp_path):
    report = market.import_file(split_by_symbol(bars(), tmp_path / "folder"))
    assert "took the symbol from the file's name" in report.said


def test_the_ticker_na_stays_a_ticker(market, bars, tmp_path):
    market.import_file(write_csv(bars(symbols=("NA", "NULL", "TRUE")), tmp_path / "bars.csv"))
    assert market.panel(DAY).symbols == ("NA", "NULL", "TRUE")


def test_refused_rows_are_kept_counted_and_holes(market, bars, tmp_path):
    frame = bars().with_columns(
        pl.when((pl.col("symbol") == "B") & (pl.col("ts") == dt.date(2015, 12, 30)))
        .then(0)
        .otherwise("high")
        .alias("high")
    )
    report = market.import_file(write_csv(frame, tmp_path / "bars.csv"))
    assert report.quarantined == {"not_positive": 1}
    assert report.rows_read == report.rows_new + report.refused
    assert market.quarantined(DAY) == {"not_positive": 1}
    assert market.quarantine(DAY).select("symbol", "reason", "source").rows() == [("B", "not_positive", "bars.csv")]
    panel = market.panel(DAY)
    assert panel.bar[2].tolist() == [1, 0, 1]
    assert np.isnan(panel.fields["close"][2, 1])
    market.import_file(tmp_path / "bars.csv")
    assert market.quarantined(DAY) == {"not_positive": 1}


def test_a_file_of_refused_rows_only_leaves_no_interval(market, bars):
    report = market.write(bars().with_columns(pl.lit(-1.0).alias("low")), source="bad")
    assert report.quarantined == {"not_positive": 24}
    assert market.intervals() == ()
    assert market.status().intervals[0].bars == 0
    with pytest.raises(Absent):
        market.panel(DAY)


def intraday(zone="UTC", rows=5):
    start = dt.datetime(2015, 6, 1, 13, 30, tzinfo=dt.UTC)
    ts = pl.Series("ts", [start + dt.timedelta(minutes=5 * row) for row in range(rows)]).dt.convert_time_zone(zone)
    prices = dict.fromkeys(("open", "high", "low", "close"), [10.0] * rows)
    return pl.DataFrame({"symbol": ["A"] * rows, "ts": ts, **prices, "volume": [1] * rows})


@pytest.mark.parametrize(("stamps", "first"), [("start", "2015-06-01T13:35"), ("end", "2015-06-01T13:30")])
def test_intraday_bars_are_stamped_with_their_end(market, tmp_path, stamps, first):
    path = as_parquet(intraday(), tmp_path)
    report = market.import_file(path, stamps=stamps)
    assert report.interval is Interval.MINUTES_5
    assert f"took stamps as the {stamps} of each bar" in report.said
    assert market.panel(Interval.MINUTES_5).ts[0] == np.datetime64(first)


def test_a_zone_written_or_named_gives_the_same_moments(market, tmp_path):
    there = intraday("America/New_York")
    market.import_file(as_parquet(there, tmp_path))
    before = market.data_hash(Interval.MINUTES_5)
    plain = write_csv(there.with_columns(pl.col("ts").dt.replace_time_zone(None)), tmp_path / "plain.csv")
    report = market.import_file(plain, zone="America/New_York")
    assert report.rows_same == 5
    assert "took times without a zone as America/New_York" in report.said
    assert market.data_hash(Interval.MINUTES_5) == before
    with pytest.raises(SettingsError):
        market.import_file(plain, zone="Nowhere")


def test_date_and_clock_in_two_columns(market, tmp_path):
    path = tmp_path / "a.txt"
    lines = ["<TICKER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>"]
    path.write_text("\n".join(lines + [f"A,20150601,{clock},1,2,1,2,5" for clock in ("093000", "093100", "093200")]))
    market.import_file(path)
    assert market.panel(Interval.MINUTE).ts[0] == np.datetime64("2015-06-01T09:31")


def test_mixed_zones_within_a_folder_are_refused(market, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    intraday().write_parquet(folder / "a.parquet")
    intraday().with_columns(pl.col("ts").dt.replace_time_zone(None)).write_parquet(folder / "b.parquet")
    with pytest.raises(BadBars, match="one zone"):
        market.import_file(folder)
    assert market.intervals() == ()


def test_weeks_stamped_with_their_monday_are_warned_of(market, bars):
    frame = bars(symbols=("A",)).with_columns(
        (pl.lit(dt.date(2015, 1, 5)) + pl.duration(weeks=pl.int_range(8))).alias("ts")
    )
    assert "first day" in market.write(frame, source="weeks").warnings[0]


def test_intervals_live_side_by_side(market, bars, tmp_path):
    market.write(bars(), source="days")
    market.import_file(as_parquet(intraday(), tmp_path))
    assert market.intervals() == (Interval.MINUTES_5, DAY)
    assert [each.bars for each in market.status().intervals] == [5, 24]


def test_progress_ends_with_everything_done(market, bars, tmp_path):
    told = []
    market.import_file(as_parquet(bars(), tmp_path), progress=lambda *what: told.append(what))
    assert {what for *_, what in told} == {"files read", "rows judged", "files written", "panel"}
    assert all(done <= total for done, total, _ in told)
    assert told[-1] == (6, 6, "panel")


def test_a_second_writer_is_told_to_wait(market, bars):
    with writing(market.folder), pytest.raises(Conflict, match="one writer"):
        market.write(bars(), source="second")
    market.write(bars(), source="second")


def test_a_market_is_made_once_and_found_again(tmp_path):
    made = create(tmp_path / "m", name="demo", calendar="always_open")
    assert Market.open(tmp_path / "m") == made
    with pytest.raises(Conflict):
        create(tmp_path / "m", name="demo")
    with pytest.raises(Absent, match="scanwright data import"):
        Market.open(tmp_path / "nowhere")
    with pytest.raises(SettingsError, match="a calendar"):
        create(tmp_path / "n", name="demo", calendar="lunar")


def test_the_three_tables_are_told_apart(market, bars, tmp_path):
    market.write(bars(), source="bars")
    (tmp_path / "facts.csv").write_text("Symbol,GICS Sector,Market Cap\nA,Energy,5e9\nB,Tech,\n")
    (tmp_path / "splits.csv").write_text("symbol,date,ratio\nA,2015-12-30,2:1\n")
    facts, splits = (market.import_file(tmp_path / name) for name in ("facts.csv", "splits.csv"))
    assert (facts.kind, facts.rows_new, splits.kind, splits.rows_new) == ("symbols", 2, "splits", 1)
    status = market.status()
    assert (status.known, status.splits, status.generation) == (2, 1, 3)
    panel = market.panel(DAY)
    sector, cap = panel.attributes["sector"], panel.attributes["market_cap"]
    assert [sector.names[code] if code >= 0 else None for code in sector.codes] == ["Energy", "Tech", None]
    assert cap.numbers[0] == 5e9
    assert np.isnan(cap.numbers[1:]).all()
    assert not sector.dated
    before = market.data_hash(DAY)
    assert not market.import_file(tmp_path / "facts.csv").changed
    assert not market.import_file(tmp_path / "splits.csv").changed
    assert market.data_hash(DAY) == before
