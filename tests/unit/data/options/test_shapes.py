"""Chains as they come in files."""

from __future__ import annotations

import datetime as dt
import gzip

import pytest

from scanwright.data.options.shapes import Unsaid, read_chains
from scanwright.model.errors import Absent, BadBars
from scanwright.store.chains import checked_chains

CSV = """\
Symbol,Quote Date,Expiration,Strike Price,Type,Bid,Ask,Last,Volume,OI,IV,Underlying Last
AAPL,2014-06-06,2014-07-19,645,C,15.2,15.4,15.3,100,5000,0.21,645.57
AAPL,2014-06-06,2014-07-19,645,put,14.5,14.7,,0,4000,,645.57
AAPL,2014-06-06,2014-07-19,650,P,17.1,17.4,17.2,5,100,0,645.57
"""


@pytest.fixture
def written(tmp_path):
    def write(text, name="chain.csv"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def test_a_csv_in_the_spellings_of_the_field(written):
    read = read_chains(written(CSV), Unsaid())
    frame = checked_chains(read.frame, "chain.csv")
    assert frame["contract"].to_list() == ["AAPL140719C00645000", "AAPL140719P00645000", "AAPL140719P00650000"]
    assert frame["right"].to_list() == ["call", "put", "put"]
    assert frame["implied_volatility"].to_list() == [0.21, None, None]
    assert frame["taken"].unique().to_list() == [dt.datetime(2014, 6, 6, 20, tzinfo=dt.UTC)]
    assert frame["provider"].unique().to_list() == ["files"]
    assert "took every option as american" in read.said
    assert "understood 'OI' as open_interest" in read.said


def test_volatilities_in_percents_are_made_fractions_and_it_is_said(written):
    read = read_chains(written(CSV.replace("0.21", "21.5")), Unsaid())
    assert read.frame["implied_volatility"][0] == pytest.approx(0.215)
    assert "took volatilities as percents" in read.said


def test_a_close_is_no_middle_where_there_are_sides(written):
    beside = read_chains(written(CSV.replace("Last,V", "Close,V")), Unsaid()).frame
    assert "mark" not in beside.columns or beside["mark"].null_count() == len(beside)
    alone = "symbol,date,expiry,strike,right,close\nA,2014-06-06,2014-07-19,10,C,1.5\n"
    assert read_chains(written(alone), Unsaid()).frame["mark"].to_list() == [1.5]


def test_quotes_of_different_moments_are_one_snapshot_where_each_contract_comes_once(written):
    text = CSV.replace("2014-06-06", "2014-06-06T19:58:00", 1).replace("2014-06-06,", "2014-06-06T19:59:00,")
    read = read_chains(written(text), Unsaid())
    assert read.frame["taken"].unique().to_list() == [dt.datetime(2014, 6, 6, 19, 59, tzinfo=dt.UTC)]
    assert read.frame["quoted"].n_unique() == 2
    twice = CSV + CSV.split("\n", 1)[1].replace("2014-06-06", "2014-06-09")
    assert read_chains(written(twice), Unsaid()).frame["taken"].n_unique() == 2


def test_a_moment_that_is_told_stands_for_all(written):
    moment = dt.datetime(2014, 6, 6, 15, tzinfo=dt.UTC)
    text = "\n".join(",".join(row.split(",")[:1] + row.split(",")[2:]) for row in CSV.splitlines())
    read = read_chains(written(text), Unsaid(taken=moment, style="european"))
    assert read.frame["taken"].unique().to_list() == [moment]
    assert read.frame["style"].unique().to_list() == ["european"]
    with pytest.raises(BadBars, match="quoted"):
        read_chains(written(text), Unsaid())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("symbol,date,strike,right\nA,2014-06-06,10,C\n", "expiry"),
        ("symbol,date,open,high,low,close\nA,2014-06-06,1,1,1,1\n", "expiry"),
        ("", "whole CSV"),
        (CSV.replace("645,C", "x,C"), "whole CSV"),
    ],
)
def test_what_is_no_chain_is_refused(written, text, told):
    with pytest.raises(BadBars, match=told):
        read_chains(written(text), Unsaid())


def test_a_right_of_another_letter_is_refused(written):
    with pytest.raises(BadBars, match="right None"):
        checked_chains(read_chains(written(CSV.replace("645,C", "645,X")), Unsaid()).frame, "chain.csv")


def test_absent_files_and_broken_json(written, tmp_path):
    with pytest.raises(Absent):
        read_chains(tmp_path / "none.csv", Unsaid())
    for text in ("{}", "[1]", "{", '{"symbol": "A", "callExpDateMap": {}, "putExpDateMap": {}}'):
        with pytest.raises(BadBars):
            read_chains(written(text, "a.json"), Unsaid())


def test_the_answer_of_td_ameritrade_is_the_table_that_was_made_of_it(shared_data):
    raw = read_chains(shared_data / "fixtures/td_ameritrade/sample_option_chain.jsonc.gz", Unsaid())
    table = read_chains(shared_data / "options/f_chain_snapshot_2020-12-09.parquet", Unsaid())
    assert raw.rate == pytest.approx(0.001)
    shared = ["contract", "bid", "ask", "volume", "open_interest", "implied_volatility", "underlying_price", "taken"]
    one, other = (checked_chains(each.frame, "").sort("contract").select(shared) for each in (raw, table))
    assert one.equals(other)
    assert len(one) == 494


def test_a_gzip_that_is_none_is_refused(tmp_path):
    path = tmp_path / "chain.json.gz"
    path.write_bytes(gzip.compress(b"{}")[:-3])
    with pytest.raises(BadBars):
        read_chains(path, Unsaid())
