"""The symbol directory over real HTTP; rows in the shape that its documentation gives (Symbol Look-Up/Directory)."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from scanwright.data.ports import QuotesWanted, SymbolsWanted
from scanwright.data.providers.nasdaqtrader import PROVIDER, Settings
from scanwright.model.clock import SettableClock
from scanwright.model.errors import RateLimited, Refused, Unavailable, Unreadable
from tests.recorded import Reply, serving

NASDAQ = "Symbol|Security Name|Market Category|Test Issue|Financial Status|Round Lot Size|ETF|NextShares"
OTHER = "ACT Symbol|Security Name|Exchange|CQS Symbol|ETF|Round Lot Size|Test Issue|NASDAQ Symbol"
FOOTER = "File Creation Time: 0102202621:31|||||||"
LISTED = (
    "AAPL|Apple Inc. - Common Stock|Q|N|N|100|N|N",
    "QQQ|Invesco QQQ Trust, Series 1|G|N|N|100|Y|N",
    "GDS|GDS Holdings Limited - ADS|G|N|N|100|N|N",
    "ACEVW|ACE Convergence Acquisition Corp. - Warrant|S|N|N|100|N|N",
    "ZVZZT|NASDAQ TEST STOCK|G|Y|N|100|N|N",
)
ELSEWHERE = (
    "BRK.B|Berkshire Hathaway Inc. New Common Stock|N|BRK.B|N|100|N|BRK.B",
    "ABR$D|Arbor Realty Trust 6.375% Series D Cumulative Redeemable Preferred Stock|N|ABRpD|N|100|N|ABR-D",
    "ACND.U|Ascendant Digital Acquisition Corp. Units, each consisting of one share|N|ACND.U|N|100|N|ACND=",
    "SPY|SPDR S&P 500|P|SPY|Y|100|N|SPY",
    "CBOE|Cboe Global Markets, Inc. Common Stock|Z|CBOE|N|100|N|CBOE",
    "NTEST|NYSE TEST|N|NTEST|N|100|Y|NTEST",
)


def text(header, rows, footer=FOOTER):
    return "\r\n".join([header, *rows, footer]) + "\r\n"


def routes(**changed):
    bodies = {"nasdaqlisted": text(NASDAQ, LISTED), "otherlisted": text(OTHER, ELSEWHERE)} | changed
    return {f"/{name}.txt": body for name, body in bodies.items()}


def asked(answers, want=None):
    async def story(server):
        clock = SettableClock(dt.datetime(2026, 1, 5, 15, tzinfo=dt.UTC))
        provider = PROVIDER.make(Settings(url=server.address), clock)
        try:
            return await provider.ask(want or SymbolsWanted())
        finally:
            await provider.close()

    with serving(answers) as server:
        return asyncio.run(story(server)), server


def test_both_files_become_one_table_without_test_issues():
    answer, server = asked(routes())
    assert answer.table.rows() == [
        ("AAPL", "Apple Inc. - Common Stock", "common", "NASDAQ", "USD"),
        ("ABR.PRD", ELSEWHERE[1].split("|")[1], "preferred", "NYSE", "USD"),
        ("ACEVW", "ACE Convergence Acquisition Corp. - Warrant", "warrant", "NASDAQ", "USD"),
        ("ACND.U", ELSEWHERE[2].split("|")[1], "unit", "NYSE", "USD"),
        ("BRK.B", "Berkshire Hathaway Inc. New Common Stock", "common", "NYSE", "USD"),
        ("CBOE", "Cboe Global Markets, Inc. Common Stock", "common", "BATS", "USD"),
        ("GDS", "GDS Holdings Limited - ADS", "adr", "NASDAQ", "USD"),
        ("QQQ", "Invesco QQQ Trust, Series 1", "etf", "NASDAQ", "USD"),
        ("SPY", "SPDR S&P 500", "etf", "ARCA", "USD"),
    ]
    assert answer.requests == len(server.seen) == 2


def test_the_answer_speaks_for_when_the_older_file_was_made():
    older = text(OTHER, ELSEWHERE, "File Creation Time: 0701202509:05|||||||")
    answer, _ = asked(routes(otherlisted=older))
    assert answer.as_of == dt.datetime(2025, 7, 1, 13, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (text(NASDAQ, LISTED)[: -len(FOOTER) - 2], "footer"),
        (text(NASDAQ, LISTED)[:-10], "footer"),
        ("<html><body>Maintenance</body></html>", "the columns Symbol"),
        ("", "the columns Symbol"),
        (b"\xff\xfe\x00", "UTF-8"),
        (text(NASDAQ, (*LISTED, "MSFT|Microsoft")), "8 fields a line"),
        (text(NASDAQ, LISTED[-1:]), "expected symbols, found none"),
        (text(NASDAQ, LISTED, "File Creation Time: 1302202621:31|||||||"), "1302202621"),
        (text(NASDAQ, (*LISTED, LISTED[0])), "AAPL twice"),
        (Reply(body=text(NASDAQ, LISTED), cut=120), "asked for nasdaqlisted.txt"),
    ],
    ids=[
        "no footer",
        "cut footer",
        "a page",
        "nothing",
        "bytes",
        "short line",
        "only tests",
        "no date",
        "twice",
        "cut",
    ],
)
def test_what_did_not_come_whole_is_no_answer(body, told):
    with pytest.raises(Unreadable, match=told):
        asked(routes(nasdaqlisted=body))


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(status=429, headers={"Retry-After": "7"}), RateLimited),
        (Reply(status=503), Unavailable),
        (Reply(status=403), Refused),
        (Reply(reset=True), Unavailable),
    ],
    ids=["429", "503", "403", "reset"],
)
def test_a_refusal_is_one_of_ours(reply, error):
    with pytest.raises(error, match=r"nasdaqtrader, asked for otherlisted\.txt"):
        asked(routes(otherlisted=reply))


def test_it_has_nothing_but_symbols():
    with pytest.raises(Refused, match="QuotesWanted"):
        asked(routes(), QuotesWanted(symbols=("AAPL",)))
