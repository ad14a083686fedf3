"""Kinds of securities: documented rows of the exchanges' directories, and names of the US market of 2015 to 2017."""

from __future__ import annotations

import html
from collections import Counter

import pytest

from scanwright.data.kinds import KINDS, kind_of

# Rows as nasdaqlisted.txt and otherlisted.txt write them, judged by hand.
JUDGED = {
    "Apple Inc. - Common Stock": "common",
    "Alphabet Inc. - Class C Capital Stock": "common",
    "Preferred Bank - Common Stock": "common",
    "Preferred Apartment Communities, Inc. Common Stock": "common",
    "Rights Offering Corp Common Stock": "common",
    "Unit Corporation": "common",
    "Bond Street Holdings Class A Common Stock": "common",
    "Notable Labs, Ltd. - Ordinary Shares": "common",
    "Energy Transfer LP Common Units": "common",
    "Sabine Royalty Trust Units of Beneficial Interest": "common",
    "Compass Diversified Holdings Shares of Beneficial Interest": "common",
    "Alibaba Group Holding Limited American Depositary Shares, each representing eight Ordinary Shares": "adr",
    "Petroleo Brasileiro S.A. American Depositary Shares, each representing 2 Preferred Shares": "adr",
    "GDS Holdings Limited - ADS": "adr",
    "ASML Holding N.V. - New York Registry Shares": "adr",
    "Arbor Realty Trust 6.375% Series D Cumulative Redeemable Preferred Stock": "preferred",
    "AGNC Investment Corp. - Depositary Shares Each Representing a 1/1,000th Interest in a Share of 7.00% "
    "Series C Fixed-To-Floating Rate Cumulative Redeemable Preferred Stock": "preferred",
    "Aspen Insurance Holdings Limited 5.625% Perpetual Non-Cumulative Preference Shares": "preferred",
    "Gabelli Equity Trust, Inc. (The) 5.00% Series K Cumulative Preferred Stock": "preferred",
    "Global Eagle Acquisition Corp. - Warrant": "warrant",
    "Alussa Technologies Warrants, each whole warrant exercisable for one Class A Ordinary Share": "warrant",
    "Ares Acquisition Corporation Units, each consisting of one Class A ordinary share and one-fifth of one "
    "redeemable warrant": "unit",
    "NextEra Energy, Inc. Corporate Units": "unit",
    "Acme Acquisition Corp - Rights to receive one-tenth (1/10th) of one share of common stock": "right",
    "Acme Inc. Preferred Stock Purchase Rights": "right",
    "AT&T Inc. 5.350% Global Notes due 2066": "note",
    "B. Riley Financial, Inc. - 6.375% Senior Notes due 2025": "note",
    "NuStar Logistics, L.P. 7.625% Fixed-to-Floating Rate Subordinated Notes due 2043": "note",
    "Merrill Lynch Depositor, Inc. PPlus Trust Series GSC-2 Floating Rate Trust Certificates": "note",
    "iPath Series B S&P 500 VIX Short-Term Futures ETN": "etn",
    "First Trust Preferred Securities and Income ETF": "etf",
    "WisdomTree Investments, Inc. Common Stock": "common",
    "WisdomTree China ex-State-Owned Enterprises Fund": "etf",
    "Adams Diversified Equity Fund, Inc. Common Stock": "fund",
    "Nuveen Preferred & Income Opportunities Fund": "fund",
    "Flaherty & Crumrine Preferred Securities Income Fund Inc": "fund",
    "Blackstone Strategic Credit Fund Common Shares of Beneficial Interest": "fund",
}


@pytest.mark.parametrize("name", JUDGED)
def test_a_name_says_its_kind(name):
    assert kind_of(name) == JUDGED[name]


def test_the_exchange_s_flag_says_etf_where_the_name_does_not():
    assert kind_of("Invesco QQQ Trust, Series 1", etf=True) == "etf"
    assert kind_of("Invesco QQQ Trust, Series 1") == "common"
    assert kind_of("MicroSectors FANG+ Index 3X Leveraged ETNs due January 8, 2038", etf=True) == "etn"


@pytest.mark.parametrize(
    ("symbol", "kind"),
    [("ABR.PRD", "preferred"), ("XYZ.WS", "warrant"), ("XYZ.WSA", "warrant"), ("XYZ.U", "unit"), ("BRK.B", "common")],
)
def test_a_silent_name_leaves_it_to_the_symbol(symbol, kind):
    assert kind_of("XYZ Holdings", symbol=symbol) == kind


def test_the_names_of_the_us_market(shared_data):
    """The names of 2015 to 2017 carry their security only for funds, notes and a few depositary receipts."""
    import polars as pl

    frame = pl.read_parquet(shared_data / "meta/us_symbol_names_2015_2017.parquet")
    kinds = {symbol: kind_of(html.unescape(name or ""), symbol=symbol) for symbol, name in frame.iter_rows()}
    counts = Counter(kinds.values())
    assert set(counts) <= set(KINDS)
    assert {"GNK"} == {symbol for symbol, kind in kinds.items() if kind == "warrant"}
    assert {"ATE", "CIG", "IX", "NMR"} == {symbol for symbol, kind in kinds.items() if kind == "adr"}
    known = {
        "common": "AAPL AAT UNT PFBC APTS KEY BRT BFS ALX",
        "fund": "ADX FFC HPF JPC CEF",
        "etf": "AAXJ ADRA SOXX CXSE BND",
        "etn": "XIV DFVS TVIX",
    }
    present = {symbol: kind for kind, symbols in known.items() for symbol in symbols.split() if symbol in kinds}
    assert {symbol: kinds[symbol] for symbol in present} == present
    assert counts["common"] > 6_000
    assert counts["fund"] > 300
    assert counts["etf"] > 200
    assert counts["etn"] == sum(
        "ETN" in (name or "") or "Exchange Traded Note" in (name or "") for name in frame["name"]
    )
