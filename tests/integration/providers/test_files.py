"""Folders of files as a provider: what they hold, what is new in them, and what is wrong with them."""

from __future__ import annotations

import asyncio
import datetime as dt

import numpy as np
import polars as pl
import pytest

from scanwright.data.ports import ActionsWanted, BarsWanted, DayWanted, QuotesWanted, SymbolsWanted
from scanwright.data.providers.files import PROVIDER, Settings, _batches
from scanwright.model.clock import SettableClock
from scanwright.model.errors import Refused, Unreadable
from scanwright.model.interval import Interval
from scanwright.store.market import create

HEADER = "date,open,high,low,close,volume"
STOOQ = "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>"
NSE = "SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,TOTALTRADES,ISIN"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "files"


def write(folder, name, *lines):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def provider_of(folder, **settings):
    clock = SettableClock(dt.datetime(2026, 1, 5, 15, tzinfo=dt.UTC))
    return PROVIDER.make(Settings(folder=str(folder), **settings), clock)


def asked(folder, want, **settings):
    return asyncio.run(provider_of(folder, **settings).ask(want))


def bars(*symbols, first="2024-01-01", last="2024-12-31", interval=Interval.DAY):
    return BarsWanted(
        symbols=symbols, interval=interval, first=np.datetime64(first, "s"), last=np.datetime64(last, "s")
    )


def test_bars_of_a_stretch_from_one_file_a_symbol(folder):
    write(folder, "aapl.csv", HEADER, "2024-01-02,1,2,1,2,10", "2024-01-03,2,3,2,3,20", "2025-01-02,4,5,4,5,30")
    write(folder, "msft.csv", HEADER, "2023-01-03,1,2,1,2,10")
    answer = asked(folder, bars("AAPL", "MSFT", "IBM"))
    assert answer.table.rows() == [
        ("AAPL", dt.date(2024, 1, 2), 1.0, 2.0, 1.0, 2.0, 10.0),
        ("AAPL", dt.date(2024, 1, 3), 2.0, 3.0, 2.0, 3.0, 20.0),
    ]
    assert answer.absent == {"MSFT": "no trade", "IBM": "unknown"}
    assert answer.provider == "files"
    assert answer.as_of == dt.datetime(2025, 1, 3, tzinfo=dt.UTC), "it speaks for what its newest bar is of"


def test_intraday_stamps_become_ends(folder):
    write(folder, "a.csv", HEADER, "2024-01-02 09:30,1,2,1,2,10", "2024-01-02 09:31,2,3,2,3,20")
    want = bars("A", interval=Interval.MINUTE, first="2024-01-02T14:31", last="2024-01-02T14:31:30")
    answer = asked(folder, want, zone="America/New_York")
    assert answer.table["ts"].to_list() == [dt.datetime(2024, 1, 2, 14, 31, tzinfo=dt.UTC)]
    ends = asked(folder, want, zone="America/New_York", stamps="end")
    assert ends.table["close"].to_list() == [3.0]


def test_parquet_beside_csv(folder):
    write(folder, "a.csv", HEADER, "2024-01-02,1,2,1,2,10")
    frame = pl.DataFrame({"ticker": ["B"], "date": [dt.date(2024, 1, 2)], **{n: [1.0] for n in HEADER.split(",")[1:]}})
    frame.write_parquet(folder / "rest.parquet")
    answer = asked(folder, DayWanted(date=dt.date(2024, 1, 2)))
    assert answer.table["symbol"].to_list() == ["A", "B"]


def test_a_day_of_nse_and_its_symbols(folder):
    for day, close in (("01", "1509.6"), ("02", "1535.3")):
        write(
            folder,
            f"cm{day}JAN2020bhav.csv",
            NSE,
            f"RELIANCE,EQ,1500,1600,1400,{close},1509.8,1514,6402372,97064789,{day}-JAN-2020,148014,INE002A01018",
            f"IRFC,N1,1111,1112,1110,1110,1110,1108,110,122200,{day}-JAN-2020,5,INE053F07512",
        )
    day = asked(folder, DayWanted(date=dt.date(2020, 1, 2)))
    assert dict(day.table.select("symbol", "close").iter_rows()) == {"RELIANCE": 1535.3, "IRFC.N1": 1110.0}
    assert asked(folder, SymbolsWanted()).table.rows() == [
        ("IRFC.N1", "note", "NSE", "INR"),
        ("RELIANCE", "common", "NSE", "INR"),
    ]


def test_the_tree_of_stooq(folder):
    for place, name in (("nyse stocks/1", "BRK-B"), ("nasdaq stocks", "AAPL")):
        lines = [f"{name}.US,D,202401{day},000000,1,2,1,2,10,0" for day in ("02", "03")]
        write(folder, f"data/daily/us/{place}/{name.lower()}.us.txt", STOOQ, *lines)
    assert asked(folder, bars("AAPL", "BRK.B")).table["symbol"].to_list() == ["AAPL", "AAPL", "BRK.B", "BRK.B"]


def test_splits_dividends_and_the_symbol_table_beside_the_bars(folder):
    write(folder, "bars.csv", f"symbol,{HEADER}", "AAPL,2024-01-02,1,2,1,2,10")
    write(folder, "splits.csv", "symbol,date,ratio", "AAPL,2020-08-31,4:1", "AAPL,2014-06-09,7:1")
    write(folder, "dividends.csv", "symbol,ex_date,amount", "AAPL,2020-08-07,0.82")
    write(folder, "symbols.csv", "symbol,name,sector,listed", "AAPL,Apple,Technology,1980-12-12", "IBM,IBM,,")
    actions = asked(folder, ActionsWanted(first=dt.date(2020, 1, 1), last=dt.date(2020, 12, 31)))
    assert sorted(actions.table.rows()) == [
        ("AAPL", dt.date(2020, 8, 7), "dividend", 0.82, None),
        ("AAPL", dt.date(2020, 8, 31), "split", 4.0, None),
    ]
    assert asked(folder, SymbolsWanted()).table.rows() == [
        ("AAPL", "Apple", "Technology", dt.date(1980, 12, 12)),
        ("IBM", "IBM", None, None),
    ]


def test_a_file_that_came_since_is_read(folder):
    write(folder, "one.csv", f"symbol,{HEADER}", "A,2024-01-02,1,2,1,2,10")
    provider = provider_of(folder)

    async def story():
        before = await provider.ask(bars("A"))
        write(folder, "two.csv", f"symbol,{HEADER}", "A,2024-01-03,1,2,1,2,10")
        return before, await provider.ask(bars("A"))

    before, after = asyncio.run(story())
    assert (len(before.table), len(after.table)) == (1, 2)


def test_what_it_gives_is_what_an_import_of_the_folder_brings(folder, tmp_path):
    """Refused rows too: they come along and are set apart by the market."""
    lines = ["A,2024-01-02,1,2,1,2,10", "A,2024-01-03,1,0.5,1,2,10", "A,2024-01-04,1,2,1,2,10", "B,2024-01-02,,,,,"]
    write(folder, "one.csv", f"symbol,{HEADER}", *lines)
    imported, updated = (create(tmp_path / name, name=name) for name in ("imported", "updated"))
    report = imported.import_file(folder)
    table, seen = asked(folder, bars("A", "B")).table, dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
    given = updated.append(Interval.DAY, table, source="files", seen=seen)
    assert (given.rows_new, given.quarantined) == (report.rows_new, report.quarantined)
    assert (given.rows_new, given.refused) == (2, 2)
    assert imported.bars(Interval.DAY).equals(updated.bars(Interval.DAY))


def test_large_folders_are_read_in_shares_of_like_size():
    state = [("a.csv", 150_000_000, 0), ("b.csv", 150_000_000, 0), ("c.parquet", 30_000_000, 0)]
    assert [len(each) for each in _batches(tuple(state))] == [1, 1, 1]
    assert [len(each) for each in _batches((("a.csv", 10, 0), ("b.csv", 10, 0)))] == [2]


def test_a_real_file_comes_in_as_an_import_brings_it(shared_data, tmp_path):
    """Five years of 505 symbols, some of their rows refused: the same bars, the same refusals."""
    file = shared_data / "bars/daily/sp500_5yr.parquet"
    imported, updated = (create(tmp_path / name, name=name) for name in ("imported", "updated"))
    report = imported.import_file(file)
    symbols = tuple(asked(file, SymbolsWanted()).table["symbol"])
    table = asked(file, bars(*symbols, first="2013-01-01", last="2018-12-31")).table
    seen = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
    given = updated.append(Interval.DAY, table, source="files", seen=seen)
    assert (given.rows_new, given.quarantined) == (report.rows_new, report.quarantined)
    assert imported.bars(Interval.DAY).equals(updated.bars(Interval.DAY))


@pytest.mark.parametrize(
    ("name", "lines", "error", "told"),
    [
        ("a.csv", ["date,open,high", "2024-01-02,1,2"], Unreadable, "a column low"),
        ("a.csv", [HEADER], Unreadable, "rows"),
        ("a.csv", [HEADER, "yesterday,1,2,1,2,3"], Unreadable, "dates or times"),
        ("a.csv", [HEADER, "2024-01-02,1,2,1,2,3", "2024-01-03,1,2,1,2,3", "?,1,2,1,2,3"], Unreadable, "in a.csv"),
        ("a.parquet", ["PAR1, or not"], Unreadable, "Parquet"),
        ("splits.csv", ["symbol,date,ratio", "A,2020-01-02,2"], Unreadable, "bars among the files"),
        ("readme.md", ["nothing"], Unreadable, "files that end in"),
    ],
    ids=["columns", "empty", "dates", "one date", "no parquet", "no bars", "no files"],
)
def test_a_broken_folder_says_what_is_wrong(folder, name, lines, error, told):
    write(folder, name, *lines)
    with pytest.raises(error, match=told):
        asked(folder, bars("A"))


def test_one_broken_file_of_many_is_named(folder):
    write(folder, "a.csv", HEADER, "2024-01-02,1,2,1,2,3")
    (folder / "b.csv").write_bytes(b"")
    with pytest.raises(Unreadable, match=r"1 of 2 that cannot \(b\.csv: .*an empty file"):
        asked(folder, bars("A"))


def test_what_is_not_there_is_refused(folder):
    with pytest.raises(Refused, match="files"):
        asked(folder, bars("A"))
    write(folder, "a.csv", HEADER, "2024-01-02,1,2,1,2,3")
    with pytest.raises(Refused, match="bars of 1d"):
        asked(folder, bars("A", interval=Interval.MINUTE))
    with pytest.raises(Refused, match="QuotesWanted"):
        asked(folder, QuotesWanted(symbols=("A",)))
