"""Events at the command line: brought in from a file and from an exchange, shown, and asked for in a scan."""

from __future__ import annotations

import json

import polars as pl
import pytest

from scanwright.app.demo import written
from scanwright.store.market import Market, create
from tests.acceptance.conftest import run
from tests.exchange import running, small_market

CSV = """\
ticker,report_date,filed,session,title,eps
SPY,2025-11-05,2025-10-20,amc,Q3,1.25
SPY,2026-02-05,2025-12-01,bmo,Q4,
NONE,2025-11-06,2025-10-20,,Q3,0.5
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("events")
    written(folder / "market", symbols=20, years=1)
    (folder / "buybacks.csv").write_text(CSV)
    done = at(
        folder, "data", "events", "--import", str(folder / "buybacks.csv"), "--kind", "buyback", "--timing", "session"
    )
    assert done.code == 0, done.err
    assert "events from buybacks.csv: 3 new, 0 changed, 0 the same, of 2 symbols" in done.out
    assert "understood: 'ticker' as symbol" in done.err
    return folder


def at(folder, *words):
    return run(*words, "--market", str(folder / "market"))


def test_they_are_shown_the_latest_first(place):
    done = at(place, "data", "events", "--kind", "buyback", "--format", "jsonl")
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert [(row["symbol"], row["ts"], row["timing"]) for row in rows] == [
        ("SPY", "2026-02-05T00:00:00Z", "before"),
        ("NONE", "2025-11-06T00:00:00Z", None),
        ("SPY", "2025-11-05T00:00:00Z", "after"),
    ]
    assert rows[2]["known"] == "2025-10-21T00:00:00Z"
    assert rows[2]["eps"] == 1.25
    assert "3 buyback of 2 symbols, 2025-11-05 to 2026-02-05" in done.err


def test_every_format_holds_the_same(place, tmp_path):
    out = tmp_path / "events.parquet"
    assert at(place, "data", "events", "--out", str(out)).code == 0
    frame = pl.read_parquet(out)
    assert frame.columns[:8] == ["symbol", "kind", "ts", "timing", "status", "known", "seen", "headline"]
    assert frame.schema["ts"] == pl.Datetime("us", "UTC")
    lines = at(place, "data", "events", "--format", "csv").out.splitlines()
    assert len(lines) == 1 + len(frame)


def test_of_a_symbol_and_since_a_date(place):
    words = ("--kind", "buyback", "--symbols", "SPY", "--since", "2026-01-01")
    lines = at(place, "data", "events", *words).out.splitlines()
    assert len(lines) == 2
    assert lines[1].split()[:4] == ["SPY", "buyback", "2026-02-05", "before"]


def test_the_same_file_again_changes_nothing(place):
    words = ("--import", str(place / "buybacks.csv"), "--kind", "buyback", "--timing", "session")
    assert "0 new, 0 changed, 3 the same" in at(place, "data", "events", *words).out


def test_a_scan_sees_them_when_they_could_be_known(place):
    done = at(place, "values", 'bars_to_event("buyback")', "--symbol", "SPY", "--format", "jsonl")
    to = {row["ts"]: row["value"] for row in map(json.loads, done.out.splitlines())}
    assert [to[day] for day in ("2025-10-20", "2025-10-21", "2025-11-05", "2025-11-06")] == [None, 12, 1, None]
    assert to["2025-12-31"] == 24  # sessions to 5 February: 20 in January without two holidays, 4 after
    done = at(place, "scan", 'bars_since_event("buyback") < 60', "--format", "json")
    assert [hit["symbol"] for hit in json.loads(done.out)["results"]] == ["SPY"]


WRONG = {
    ("data", "events", "--kind", "buybacks"): "did you mean buyback?",
    ("scan", 'event_count("bybuck", 5) > 0'): "did you mean buyback?",
    ("scan", 'event_value("buyback", "epps") > 0'): "did you mean eps?",
}


@pytest.mark.parametrize("words", WRONG)
def test_asked_wrongly(place, words):
    done = at(place, *words)
    assert done.code == 2
    assert WRONG[words] in done.err


def test_a_market_without_events_says_how_they_come(tmp_path):
    create(tmp_path / "market", name="empty")
    done = at(tmp_path, "data", "events")
    assert done.code == 2
    assert "data events --import FILE --kind KIND" in done.err


def test_an_exchange_is_asked_for_them(tmp_path):
    theirs = small_market(tmp_path / "theirs", symbols=6)
    create(tmp_path / "market", name="ours")
    with running(theirs) as exchange:
        done = at(tmp_path, "data", "events", "--provider", "simulated", "--url", exchange.url, "--kind", "earnings")
    assert done.code == 0, done.err
    found = Market.open(tmp_path / "market").table("events")
    expected = theirs.table("events")
    assert found is not None
    assert expected is not None
    assert set(found["kind"]) == {"earnings"}
    assert found["seen"].null_count() == 0


def test_words_that_read_a_file_need_one(place):
    done = at(place, "data", "events", "--symbol", "SPY")
    assert done.code == 2
    assert "expected --import FILE beside --symbol, found none. Hint: did you mean --symbols?" in done.err


def test_it_is_told_from_whom_they_are_and_of_when(place):
    done = at(place, "data", "events", "--kind", "buyback")
    last = done.err.splitlines()[-1]
    assert last.startswith("events from simulated, buybacks.csv")
    assert "; the latest seen 20" in last
