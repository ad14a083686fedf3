"""Watch lists as other programs write them: read, written, and read again."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.data.lists import csv_text, entry_of, read_list, tradingview_text
from scanwright.model.errors import SettingsError
from scanwright.store.lists import Entry

SYMBOLS = st.from_regex(r"[A-Z0-9][A-Z0-9./!_-]{0,9}", fullmatch=True)
EXCHANGES = st.sampled_from(["", "NASDAQ", "NYSE", "BINANCE"])
WORDS = st.text(alphabet=st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=8)
ENTRIES = st.lists(
    st.builds(Entry, symbol=SYMBOLS, exchange=EXCHANGES, section=st.just("") | WORDS),
    max_size=12,
    unique_by=lambda each: each.symbol,
)
NOTES = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Z")), max_size=12)


@given(ENTRIES)
def test_tradingviews_text_reads_back(entries):
    found = read_list(tradingview_text(entries))
    assert sorted(found, key=str) == sorted(entries, key=str)
    for section in {each.section for each in entries}:
        assert [each for each in found if each.section == section] == [e for e in entries if e.section == section]


@given(ENTRIES, st.lists(NOTES, min_size=12, max_size=12))
def test_csv_reads_back_with_notes_and_dates(entries, notes):
    whole = [dataclasses.replace(e, note=n, added="2026-01-02") for e, n in zip(entries, notes, strict=False)]
    assert read_list(csv_text(whole)) == whole


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("NASDAQ:AAPL,NYSE:IBM", ["NASDAQ:AAPL", "NYSE:IBM"]),
        ("###Tech,NASDAQ:AAPL\n###Oil\nNYSE:XOM\n", ["NASDAQ:AAPL", "NYSE:XOM"]),
        ("\ufeffAAPL\r\n\r\n# a remark\r\nMSFT\r\n", ["AAPL", "MSFT"]),
        ("AAPL;MSFT\tIBM", ["AAPL", "MSFT", "IBM"]),
        ("Ticker,Company\nAAPL,Apple\nIBM,International\n", ["AAPL", "IBM"]),
        ("symbol\nAAPL\n\nIBM\n", ["AAPL", "IBM"]),
        ("symbol;exchange\nAAPL;NASDAQ\n", ["NASDAQ:AAPL"]),
        ("BTC/USDT,BINANCE:ETHUSDT,BRK.B,^VIX", ["BTC/USDT", "BINANCE:ETHUSDT", "BRK.B", "^VIX"]),
        ("", []),
    ],
)
def test_spellings_of_a_list(text, written):
    assert [each.written for each in read_list(text)] == written


def test_sections_are_kept():
    found = read_list("XOM,###Tech,NASDAQ:AAPL,###Big Oil,CVX")
    assert [(each.symbol, each.section) for each in found] == [("XOM", ""), ("AAPL", "Tech"), ("CVX", "Big Oil")]


def test_exchanges_come_from_the_symbol_table_where_the_list_names_none():
    entries = [Entry(symbol="AAPL"), Entry(symbol="IBM", exchange="NYSE"), Entry(symbol="X")]
    assert tradingview_text(entries, {"AAPL": "NASDAQ", "IBM": "WRONG"}) == "NASDAQ:AAPL,NYSE:IBM,X"


@pytest.mark.parametrize("text", ["", ":", "NASDAQ:", ":AAPL", "A B", "A" * 61, "A\x00B", "<html>"])
def test_what_cannot_be_a_symbol_is_refused(text):
    with pytest.raises(SettingsError, match="a symbol such as"):
        entry_of(text)
