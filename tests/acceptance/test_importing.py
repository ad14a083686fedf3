"""Files on their way into a market: what is said, and that nothing is left behind where it fails."""

from __future__ import annotations

import json

import pytest

from tests.acceptance.conftest import run

GOOD = "Date,Ticker,Open,High,Low,Adj Close,Volume\n" + "".join(
    f"2015-01-{day:02d},{symbol},10,12,9,{10 + day / 10},1000\n" for symbol in ("AA", "BB") for day in (5, 6, 7, 8, 9)
)


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "bars.csv"
    path.write_text(GOOD)
    return path


def test_import_says_what_it_did(good, tmp_path):
    ran = run("data", "import", str(good), "--market", str(tmp_path / "market"))
    assert ran.code == 0
    assert "10 1d bars of 2 symbols, 2015-01-05 to 2015-01-09: 10 new" in ran.out
    assert "Adj Close" in ran.err
    again = run("data", "import", str(good), "--market", str(tmp_path / "market"))
    assert "10 as they were" in again.out


def test_import_then_scan_then_values(good, tmp_path):
    market = ("--market", str(tmp_path / "market"))
    run("data", "import", str(good), *market)
    found = json.loads(run("scan", "close > close[1]", *market, "--format", "json").out)
    assert [row["symbol"] for row in found["results"]] == ["AA", "BB"]
    values = run("values", "close", "--symbol", "AA", *market, "--format", "csv").out.splitlines()
    assert values == ["ts,value", *(f"2015-01-{day:02d},{10 + day / 10}" for day in (5, 6, 7, 8, 9))]


def test_a_quarantined_bar_is_counted_and_named(good, tmp_path):
    good.write_text(GOOD + "2015-01-12,AA,10,12,9,11,1000\n2015-01-12,BB,10,8,9,9.5,1000\n")
    market = ("--market", str(tmp_path / "market"))
    ran = run("data", "import", str(good), *market)
    assert "1 in quarantine" in ran.out
    status = json.loads(run("data", "status", *market, "--format", "json").out)
    assert sum(status["intervals"][0]["quarantined"].values()) == 1
    why = run("scan", "close > 5", "--why", "BB", *market)
    assert "in quarantine: 2015-01-12" in why.err


FILES = {
    "empty.csv": b"",
    "header.csv": b"symbol,date,open,high,low,close,volume\n",
    "empty.parquet": b"",
    "truncated.parquet": b"PAR1" + bytes(1000),
    "columns.csv": b"a,b\n1,2\n",
    "types.csv": b"symbol,date,open,high,low,close,volume\nA,never,x,y,z,w,v\n",
    "binary.csv": bytes(range(256)) * 20,
}
BAD = (*FILES, "absent.csv", "nothing")


def bad_files(folder):
    (folder / "nothing").mkdir()
    for name, content in FILES.items():
        (folder / name).write_bytes(content)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_leaves_no_market_behind(tmp_path, name):
    bad_files(tmp_path)
    ran = run("data", "import", str(tmp_path / name), "--market", str(tmp_path / "deep" / "market"))
    assert ran.code == 1 or (name == "types.csv" and "quarantine" in ran.out)
    assert ran.code == 0 or ("Hint" in ran.err and not (tmp_path / "deep").exists())


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_changes_no_market(good, tmp_path, name):
    bad_files(tmp_path)
    market = ("--market", str(tmp_path / "market"))
    run("data", "import", str(good), *market)
    before = json.loads(run("scan", "close > 5", *market, "--format", "json").out)
    run("data", "import", str(tmp_path / name), *market)
    after = json.loads(run("scan", "close > 5", *market, "--format", "json").out)
    assert after["results"] == before["results"]
    assert after["receipt"]["data_hash"] == before["receipt"]["data_hash"]


def test_the_good_files_before_a_bad_one_stay(good, tmp_path):
    bad_files(tmp_path)
    market = ("--market", str(tmp_path / "market"))
    ran = run("data", "import", str(good), str(tmp_path / "columns.csv"), *market)
    assert ran.code == 1
    assert run("scan", "close > 5", *market).code == 0


def test_another_calendar_for_a_market_that_is_there_is_refused(good, tmp_path):
    market = ("--market", str(tmp_path / "market"))
    run("data", "import", str(good), *market)
    ran = run("data", "import", str(good), *market, "--calendar", "always_open")
    assert (ran.code, "us_stocks" in ran.err) == (2, True)
