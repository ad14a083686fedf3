"""What the data is worth, as a person is told it: under every table, in the status, by the check and its repair."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re

import numpy as np
import polars as pl
import pytest

from scanwright.app.demo import written
from scanwright.model.interval import Interval
from scanwright.store.market import Market, create
from scanwright.store.stretches import Stretch
from tests.acceptance.conftest import run

DAY = Interval.DAY
ASKED = dt.datetime(2026, 1, 1, 3, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A market of 30 symbols that a provider filled, with one symbol behind and one price a hundred times too large."""
    made = Market.open(written(tmp_path_factory.mktemp("worth") / "made", symbols=30, years=2))
    bars = made.bars(DAY)
    last = bars["ts"].max()
    symbols = bars["symbol"].unique().sort().to_list()
    bars = bars.filter((pl.col("symbol") != symbols[5]) | (pl.col("ts") < last))
    at = (pl.col("symbol") == symbols[7]) & (pl.col("ts") == bars["ts"].unique().sort()[300])
    prices = [
        pl.when(at).then(pl.col(name) * 100).otherwise(pl.col(name)).alias(name)
        for name in ("open", "high", "low", "close")
    ]
    market = tmp_path_factory.mktemp("worth") / "market"
    stored = create(market, name="worth")
    ends = {"first": np.datetime64(bars["ts"].min(), "s"), "last": np.datetime64(last, "s")}
    stretches = [
        Stretch(
            symbol=each, provider="simulated", asked_at=ASKED, as_of=ASKED, delayed=dt.timedelta(minutes=15), **ends
        )
        for each in symbols
    ]
    stored.append(DAY, bars.with_columns(prices), seen=ASKED, source="simulated", stretches=stretches)
    stored.put("splits", made.table("splits"), source="simulated")
    return market, symbols


LINE = (
    r"bars to 2025-12-31(, [\d,]+ sessions? behind,)? from simulated, asked .+ ago, delayed by 15 min; "
    r"\d of \d+ symbols have no trade in the last session"
)


@pytest.mark.parametrize(
    "words",
    [
        ("scan", "close > sma(20)"),
        ("scan", "close > sma(20)", "--why", "SPY"),
        ("history", "crosses_above(close, sma(20))"),
        ("values", "close", "--symbol", "SPY"),
        ("explain", "close > sma(20)"),
        ("data", "status"),
        ("data", "check"),
        ("data", "symbols"),
    ],
    ids=lambda words: " ".join(words[:2] + words[2:3]),
)
def test_every_table_says_what_it_is_worth(folder, words):
    ran = run(*words, "--market", str(folder[0]))
    assert ran.code == 0
    assert re.search(LINE, ran.err), ran.err


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (("scan", "close > sma(20)"), ("receipt", "worth")),
        (("history", "crosses_above(close, sma(20))"), ("receipt", "worth")),
        (("values", "close", "--symbol", "SPY"), ("worth",)),
        (("explain", "close > sma(20)"), ("worth",)),
        (("scan", "close > sma(20)", "--why", "SPY"), ("worth",)),
    ],
)
def test_every_document_has_it_as_fields(folder, words, place):
    found = json.loads(run(*words, "--market", str(folder[0]), "--format", "json").out)
    for name in place:
        found = found[name]
    assert found["to"] == "2025-12-31"
    assert (found["sources"], found["asked"], found["delayed"]) == (["simulated"], "2026-01-01T03:00:00Z", 900.0)
    assert found["lacking"] >= 1


def test_as_of_an_earlier_day_nothing_is_called_late(folder):
    ran = run("scan", "close > sma(20)", "--as-of", "2025-06-30", "--market", str(folder[0]))
    assert "bars to 2025-06-30 from simulated, delayed by 15 min;" in ran.err


def test_an_imported_file_is_the_source(tmp_path):
    path = tmp_path / "bars.csv"
    path.write_text("Date,Ticker,Open,High,Low,Close,Volume\n2015-01-05,AA,10,12,9,10,5\n2015-01-06,AA,10,12,9,10,5\n")
    run("data", "import", str(path), "--market", str(tmp_path / "market"))
    ran = run("scan", "close > 5", "--market", str(tmp_path / "market"))
    assert re.search(r"bars to 2015-01-06, [\d,]+ sessions behind, from bars.csv; its one symbol has a trade", ran.err)


def test_status_by_source_with_providers_and_cache(folder, tmp_path):
    ran = run("data", "status", "--market", str(folder[0]), "--format", "json", SCANWRIGHT_CACHE__FOLDER=str(tmp_path))
    found = json.loads(ran.out)
    (interval,) = found["intervals"]
    assert interval["sources"][0]["source"] == "simulated"
    assert 99 < interval["complete"] <= 100
    assert interval["lacking"] == 1
    assert {each["provider"] for each in found["providers"]} >= {"simulated", "files"}
    assert found["cache"]["entries"] == 0
    assert found["tables"] == [{"table": "splits", "worth": "splits from simulated; the latest of 2024-01-25"}]
    assert found["option_chains"] is None


def test_of_some_symbols_no_session_is_called_missing(folder):
    market, symbols = folder
    lacks = run("data", "check", "--symbols", symbols[5], "--market", str(market)).out
    assert "missing_session" not in lacks


def test_status_of_symbols_and_days(folder):
    market, symbols = folder
    rows = list(
        csv.DictReader(
            io.StringIO(
                run("data", "status", "--symbols", f"{symbols[5]},SPY", "--market", str(market), "--format", "csv").out
            )
        )
    )
    assert {row["symbol"]: row["behind"] for row in rows} == {symbols[5]: "1", "SPY": "0"}
    days = run("data", "status", "--days", "--market", str(market), "--format", "jsonl").out.splitlines()
    assert json.loads(days[-1])["day"] == "2025-12-31"
    wrong = run("data", "status", "--symbols", "NONE", "--market", str(market))
    assert (wrong.code, "found 'NONE'" in wrong.err) == (1, True)


def test_check_finds_repair_mends_and_as_of_reads_what_stood(folder):
    market, symbols = folder
    where = ("--market", str(market))
    ask = ("values", "raw(close)", "--symbol", symbols[7], *where, "--format", "csv", "--limit", "0")
    before = run(*ask).out
    ran = run("data", "check", *where)
    assert "hundredfold" in ran.out
    assert "can be put right with --repair" in ran.err
    mended = run("data", "check", "--repair", *where, "--format", "json")
    done = [row for row in json.loads(mended.out) if row["repaired"]]
    assert [(row["symbol"], row["kind"]) for row in done] == [(symbols[7], "hundredfold")]
    assert "repaired 1 (1 hundredfold); what stood is kept" in mended.err
    after = run(*ask).out
    assert after != before
    yesterday = (dt.datetime.now(dt.UTC) - dt.timedelta(days=2)).date().isoformat()
    assert run(*ask, "--as-of", yesterday).out == before
    assert "repaired nothing" in run("data", "check", "--repair", *where).err
    assert run(*ask).out == after
