"""Layouts of Stooq and NSE, as their files are published (headers and rows after public examples of them)."""

from __future__ import annotations

import datetime as dt

import pytest

from scanwright.model.errors import BadBars
from scanwright.store.progress import unheard
from scanwright.store.reading import read_table, read_tables
from scanwright.store.typed import typed_bars

STOOQ = "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>"
OLD = "SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,TOTALTRADES,ISIN,"
FULL = (
    "SYMBOL, SERIES, DATE1, PREV_CLOSE, OPEN_PRICE, HIGH_PRICE, LOW_PRICE, LAST_PRICE, CLOSE_PRICE, AVG_PRICE, "
    "TTL_TRD_QNTY, TURNOVER_LACS, NO_OF_TRADES, DELIV_QTY, DELIV_PER"
)
UDIFF = (
    "TradDt,BizDt,Sgmt,Src,FinInstrmTp,FinInstrmId,ISIN,TckrSymb,SctySrs,XpryDt,FininstrmActlXpryDt,StrkPric,OptnTp,"
    "FinInstrmNm,OpnPric,HghPric,LwPric,ClsPric,LastPric,PrvsClsgPric,UndrlygPric,SttlmPric,OpnIntrst,"
    "ChngInOpnIntrst,TtlTradgVol,TtlTrfVal,TtlNbOfTxsExctd,SsnId,NewBrdLotQty,Rmks,Rsvd1,Rsvd2,Rsvd3,Rsvd4"
)


def read(folder, name, *lines):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return typed_bars(read_table(path, unheard), calendar="us_stocks")


def rows(typed):
    return typed.frame.drop("unread", "origin").rows()


def test_stooq_s_daily_text(tmp_path):
    found = read(
        tmp_path,
        "data/daily/us/nyse stocks/brk-b.us.txt",
        STOOQ,
        "BRK-B.US,D,20240102,000000,356.3,363.9,355.9,363.5,4012345,0",
        "BRK-B.US,D,20240103,000000,363.4,365.1,361.9,363.6,3412345,0",
    )
    assert found.interval == "1d"
    assert rows(found)[0] == ("BRK.B", dt.date(2024, 1, 2), 356.3, 363.9, 355.9, 363.5, 4012345.0)
    assert any("layout of Stooq" in each for each in found.said)


@pytest.mark.parametrize(
    ("written", "ours"),
    [("AAPL.US", "AAPL"), ("abr_d.us", "ABR.PRD"), ("ACND-U.US", "ACND.U"), ("7203.JP", "7203.JP"), ("^SPX", "^SPX")],
)
def test_stooq_s_symbols(tmp_path, written, ours):
    assert rows(read(tmp_path, "a.txt", STOOQ, f"{written},D,20240102,000000,1,1,1,1,1,0"))[0][0] == ours


def test_stooq_s_five_minutes(tmp_path):
    lines = [f"AAPL.US,5,20240102,15{minute}00,1,1,1,1,1,0" for minute in ("35", "40", "45")]
    found = read(tmp_path, "data/5 min/us/aapl.us.txt", STOOQ, *lines)
    assert found.interval == "5m"
    assert rows(found)[0][1] == dt.datetime(2024, 1, 2, 15, 40, tzinfo=dt.UTC)


def test_the_download_of_stooq_s_page_is_named_by_its_file(tmp_path):
    found = read(tmp_path, "aapl_us_d.csv", "Date,Open,High,Low,Close,Volume", "2024-01-02,1,2,1,2,3")
    assert rows(found)[0][0] == "AAPL"


def test_the_old_bhavcopy(tmp_path):
    found = read(
        tmp_path,
        "cm01JAN2020bhav.csv",
        OLD,
        "RELIANCE,EQ,1516.8,1527.1,1505.5,1509.6,1509.8,1514.05,6402372,9706478945.2,01-JAN-2020,148014,INE002A01018,",
        "IRFC,N1,1111,1111.99,1110,1110,1110,1108,110,122200,01-JAN-2020,5,INE053F07512,",
        "ABAN,BE,28.4,29.3,27.75,28.9,28.6,28.35,137291,3959466.25,01-JAN-2020,1024,INE421A01028,",
    )
    assert rows(found) == [
        ("RELIANCE", dt.date(2020, 1, 1), 1516.8, 1527.1, 1505.5, 1509.6, 6402372.0),
        ("IRFC.N1", dt.date(2020, 1, 1), 1111.0, 1111.99, 1110.0, 1110.0, 110.0),
        ("ABAN", dt.date(2020, 1, 1), 28.4, 29.3, 27.75, 28.9, 137291.0),
    ]


def test_the_full_bhavcopy_with_deliveries(tmp_path):
    line = "TCS, EQ, 02-Jan-2024, 3793.5, 3790, 3800.9, 3775, 3785.5, 3783.9, 3785.7, 1475299, 55850.5, 90000, 9, 50.1"
    assert rows(read(tmp_path, "sec_bhavdata_full.csv", FULL, line)) == [
        ("TCS", dt.date(2024, 1, 2), 3790.0, 3800.9, 3775.0, 3783.9, 1475299.0)
    ]


def udiff(segment, symbol, series):
    numbers = "799.95,814.25,796.30,802.45,804.00,797.10,,802.45,,,21689,17428538.20,1007,F1,1,,,,,"
    return f"2025-01-02,2025-01-02,{segment},NSE,STK,11394,INE358U01012,{symbol},{series},,,,,ZOTA LIMITED,{numbers}"


def test_the_bhavcopy_since_july_2024(tmp_path):
    name = "BhavCopy_NSE_CM_0_0_0_20250102_F_0000.csv"
    found = read(tmp_path, name, UDIFF, udiff("CM", "ZOTA", "EQ"), udiff("CM", "SGBNOV25", "GB"))
    assert rows(found)[0] == ("ZOTA", dt.date(2025, 1, 2), 799.95, 814.25, 796.3, 802.45, 21689.0)
    assert rows(found)[1][0] == "SGBNOV25.GB"


def test_futures_and_options_in_the_same_columns_are_refused(tmp_path):
    with pytest.raises(BadBars, match="rows of FO"):
        read(tmp_path, "BhavCopy_NSE_FO.csv", UDIFF, udiff("FO", "NIFTY", ""))


def test_a_folder_is_read_as_one_table_of_each_kind(tmp_path):
    read(tmp_path, "bars/aapl.csv", "date,open,high,low,close,volume", "2024-01-02,1,2,1,2,3")
    (tmp_path / "splits.csv").write_text("symbol,date,ratio\nAAPL,2020-08-31,4:1\n", encoding="utf-8")
    (tmp_path / "dividends.csv").write_text("symbol,ex_date,amount\nAAPL,2024-02-09,0.24\n", encoding="utf-8")
    (tmp_path / "symbols.csv").write_text("symbol,sector\nAAPL,Energy\n", encoding="utf-8")
    assert [table.kind for table in read_tables(tmp_path, unheard)] == ["bars", "dividends", "splits", "symbols"]
    with pytest.raises(BadBars, match=r"bars in aapl\.csv, dividends in dividends\.csv"):
        read_table(tmp_path, unheard)
