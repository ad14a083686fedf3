"""Which table a stranger's columns make, and which column is which."""

from __future__ import annotations

import pytest

from scanwright.model.errors import BadBars
from scanwright.store.columns import folded, understand

OHLCV = ["Open", "High", "Low", "Close", "Volume"]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["symbol", "ts", "open", "high", "low", "close", "volume"], {}),
        (["date", *OHLCV, "Name"], {"symbol": "Name", "ts": "date"}),
        (["Ticker", "Timestamp", "o", "h", "l", "c", "v"], {"symbol": "Ticker", "open": "o", "volume": "v"}),
        (["<TICKER>", "<DTYYYYMMDD>", "<OPEN>", "<HIGH>", "<LOW>", "<CLOSE>", "<VOL>"], {"ts": "<DTYYYYMMDD>"}),
        (["sym", "time", "1. open", "2. high", "3. low", "4. close", "5. volume"], {"close": "4. close"}),
        (["Symbol", "Date", "Close/Last", "Volume", "Open", "High", "Low"], {"close": "Close/Last"}),
    ],
)
def test_spellings_of_bars(columns, expected):
    understood = understand(columns, "a.csv")
    assert understood.kind == "bars"
    assert expected.items() <= understood.names.items()
    assert set(understood.names) >= {"symbol", "ts", "open", "high", "low", "close", "volume"}


def test_what_is_spelled_otherwise_is_said():
    said = understand(["Ticker", "date", *OHLCV], "a.csv").said
    assert "understood 'Ticker' as symbol" in said


def test_the_adjusted_close_is_passed_over_beside_the_close():
    understood = understand(["symbol", "date", *OHLCV, "Adj Close"], "a.csv")
    assert understood.names["close"] == "Close"
    assert any("passed over 'Adj Close'" in text for text in understood.said)


def test_the_adjusted_close_alone_is_taken_and_said():
    understood = understand(["symbol", "date", "open", "high", "low", "Adj Close", "volume"], "a.csv")
    assert understood.names["close"] == "Adj Close"
    assert any("adjusted" in text for text in understood.said)


def test_date_and_clock_in_two_columns():
    understood = understand(["symbol", "<DATE>", "<TIME>", *OHLCV], "a.csv")
    assert (understood.names["ts"], understood.clock) == ("<DATE>", "<TIME>")


def test_bars_without_a_symbol_are_named_by_their_file():
    assert "symbol" not in understand(["date", *OHLCV], "AAPL.csv").names
    with pytest.raises(BadBars, match="symbol"):
        understand(["date", *OHLCV], "a frame", named_by_file=False)


@pytest.mark.parametrize("missing", ["date", *OHLCV])
def test_a_missing_column_is_named_with_its_spellings(missing):
    columns = [name for name in ["symbol", "date", *OHLCV] if name != missing]
    with pytest.raises(BadBars) as caught:
        understand(columns, "a.csv")
    wanted = "ts" if missing == "date" else missing.lower()
    assert f"a column {wanted} (also spelled" in str(caught.value)


def test_splits_and_the_symbol_table_are_recognised():
    assert understand(["Ticker", "Date", "Ratio"], "a.csv").kind == "splits"
    facts = understand(["Symbol", "Company Name", "GICS Sector", "Market Cap"], "a.csv")
    assert facts.kind == "symbols"
    assert facts.names == {
        "symbol": "Symbol",
        "name": "Company Name",
        "sector": "GICS Sector",
        "market_cap": "Market Cap",
    }


@pytest.mark.parametrize("columns", [["a", "b"], ["symbol"], ["symbol", "date", "headline"]])
def test_any_other_table_is_refused(columns):
    with pytest.raises(BadBars, match="symbol table"):
        understand(columns, "a.csv")


def test_a_byte_order_mark_is_no_part_of_a_name():
    assert folded("\ufeffDate") == "date"
