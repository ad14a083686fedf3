"""Universes, watch lists and symbols through the real command, on a market on disk."""

from __future__ import annotations

import json

import polars as pl
import pytest

from scanwright.model.interval import Interval
from scanwright.store.market import Market, create
from tests.acceptance.conftest import run
from tests.acceptance.test_shapes import named
from tests.exchange import running


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A market of its own: lists and symbols are changed here."""
    from scanwright.app.demo import written

    return written(tmp_path_factory.mktemp("universes") / "market", symbols=60, years=2)


@pytest.fixture
def on(place):
    def command(*words, **environ):
        return run(*words, "--market", str(place), **environ)

    return command


def objects(ran):
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def receipt(ran):
    return objects(ran)["receipt"]


def test_a_list_is_made_used_taken_from_and_deleted(on, tmp_path):
    assert "no list is here yet" in on("lists").err
    made = on("lists", "add", "mine", "SPY,NASDAQ:NOPE", "BEMN", "--note", "to watch", "--section", "Big ones")
    assert "3 added" in made.err
    assert "kept on mine and not in this market: NASDAQ:NOPE" in made.err
    assert on("lists").out.splitlines()[1].split() == ["mine", "3", "Big", "ones"]
    rows = objects(on("lists", "show", "mine", "--format", "json"))
    assert set(rows[0]) <= named("lists")
    assert [(row["symbol"], row["exchange"], row["note"]) for row in rows][1] == ("NOPE", "NASDAQ", "to watch")
    found = receipt(on("scan", "close > 0", "--universe", "list:mine", "--format", "json"))
    assert found["universe"] == 3
    assert found["missed"]["unknown_symbol"] == 1
    assert found["outside"] == {"not_named": 58}
    left = receipt(on("scan", "close > 0", "--exclude", "list:mine", "--format", "json"))
    assert left["outside"]["excluded"] == 2
    assert on("lists", "export", "mine").out == "###Big ones,ARCA:SPY,NASDAQ:NOPE,NASDAQ:BEMN\n"
    on("lists", "export", "mine", str(tmp_path / "mine.csv"))
    assert (tmp_path / "mine.csv").read_text().startswith("symbol,exchange,section,added,note\nSPY,,Big ones,")
    assert "1 removed; 2 symbols" in on("lists", "remove", "mine", "NOPE").err
    assert "mine is deleted" in on("lists", "delete", "mine").err
    assert on("lists", "delete", "mine").code == 1


def test_a_list_of_tradingview_comes_in_and_goes_out(on, tmp_path):
    (tmp_path / "in.txt").write_text("###Funds,ARCA:SPY,###Others,NASDAQ:BEMN,NYSE:BRZX")
    assert "3 added" in on("lists", "import", "tv", str(tmp_path / "in.txt")).err
    assert on("lists", "export", "tv").out == "###Funds,ARCA:SPY,###Others,NASDAQ:BEMN,NYSE:BRZX\n"
    hits = objects(on("scan", "close > 0", "--universe", "list:tv and kind == 'common'", "--format", "json"))["results"]
    assert {hit["symbol"] for hit in hits} <= {"BEMN", "BRZX"}
    again = on("lists", "import", "tv", str(tmp_path / "in.txt"), "--replace")
    assert "3 symbols" in again.err


def test_a_file_is_a_universe(on, tmp_path):
    (tmp_path / "these.txt").write_text("SPY\nBEMN\n")
    found = receipt(on("scan", "close > 0", "--universe", f"@{tmp_path / 'these.txt'}", "--format", "json"))
    assert found["universe"] == 2
    assert on("scan", "close > 0", "--universe", "@nowhere.txt").code == 2


def test_an_index_is_who_belonged_on_that_day(on, place):
    members = Market.open(place).table("members")
    day = pl.date(2025, 6, 30)
    belongs = members.filter((pl.col("since") <= day) & (pl.col("until").is_null() | (pl.col("until") > day)))
    words = ("scan", "close > 0", "--universe", "index:SIM100", "--as-of", "2025-06-30", "--format", "json")
    found = objects(on(*words))
    assert found["receipt"]["universe"] == belongs["symbol"].n_unique()
    assert {hit["symbol"] for hit in found["results"]} <= set(belongs["symbol"])
    wrong = on("scan", "close > 0", "--universe", "index:SIM10")
    assert wrong.code == 2
    assert "did you mean index:SIM100?" in wrong.err


def test_members_of_an_index_come_from_a_file(on, tmp_path):
    (tmp_path / "small.csv").write_text("symbol,since,until\nSPY,2020-01-02,\nBEMN,2020-01-02,2025-03-03\n")
    assert (
        "members from small.csv: 2 new"
        in on("data", "symbols", "--import", str(tmp_path / "small.csv"), "--index", "TWO").out
    )
    early, late = (
        receipt(on("scan", "close > 0", "--universe", "index:TWO", "--as-of", day, "--format", "json"))["universe"]
        for day in ("2025-02-28", "2025-03-03")
    )
    assert (early, late) == (2, 1)


def test_a_former_name_is_followed_and_told(on, tmp_path):
    (tmp_path / "renames.csv").write_text("symbol,date,was\nBEMN,2024-06-10,OLDB\n")
    on("data", "symbols", "--import", str(tmp_path / "renames.csv"))
    told = "OLDB is BEMN since 2024-06-10"
    assert told in on("data", "symbols", "--search", "OLDB").err
    ran = on("scan", "close > 0", "--universe", "NASDAQ:OLDB,SPY", "--format", "json")
    assert receipt(ran)["universe"] == 2
    assert told in ran.err
    assert told in on("scan", "close > 0", "--why", "OLDB").err


def test_symbols_are_listed_with_what_is_missing(on):
    rows = objects(on("data", "symbols", "--format", "json"))
    assert len(rows) >= 60
    assert list(rows[0]) == [
        "symbol", "name", "kind", "exchange", "currency", "sector", "industry", "listed", "delisted",
        "first", "last", "bars", "before", "missing",
    ]  # fmt: skip
    assert set(rows[0]) <= named("data symbols")
    funds = objects(on("data", "symbols", "--kind", "etf", "--format", "json"))
    assert {row["kind"] for row in funds} == {"etf"}
    wrong = on("data", "symbols", "--kind", "eft")
    assert wrong.code == 2
    assert "did you mean 'etf'?" in wrong.err
    liquid = objects(on("data", "symbols", "--universe", "liquid", "--format", "json"))
    assert 0 < len(liquid) < len(rows)


def test_facts_come_from_a_file(on, tmp_path):
    (tmp_path / "facts.csv").write_text("ticker,gics sector\nSPY,Funds of shares\n")
    assert "1 changed" in on("data", "symbols", "--import", str(tmp_path / "facts.csv")).out
    assert objects(on("data", "symbols", "--sector", "Funds of shares", "--format", "json"))[0]["symbol"] == "SPY"


def test_liquid_is_defined_and_shown(on):
    ran = on("explain", "--universe", "liquid")
    assert "raw(close) > 5 and sma(dollar_volume, 20)[1] > 5000000" in ran.err
    assert ran.out.splitlines()[0].split() == ["part", "holds", "fails", "unknown", "left"]
    found = objects(on("explain", "--universe", "liquid", "--format", "json"))
    assert len(found["members"]) == found["parts"][-1]["left"]
    assert {*found, *found["parts"][0]} <= named("explain")


def test_a_word_that_no_symbol_has_is_told_before_the_run(on):
    ran = on("scan", "close > 0", "--universe", 'sector == "Financal"')
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean 'Financials'?" in ran.err
    told = on("scan", 'sector == "Financal"')
    assert told.code == 0
    assert told.err.startswith("note: no symbol has the sector 'Financal'; did you mean 'Financials'?")


@pytest.mark.parametrize("command", ["scan", "history"])
def test_a_universe_of_nobody_ends_with_what_each_term_lets_in(on, command):
    ran = on(command, "close > 0", "--universe", "volume > 0 and close > 1e9")
    assert ran.code == 1
    assert "close > 1000000000 holds for 0 of" in ran.err
    document = on(command, "close > 0", "--universe", "close > 1e9", "--format", "json")
    assert document.code == 1
    assert json.loads(document.out)["receipt"]["universe"] == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("lists", "add", "mine"), "symbols after add mine"),
        (("lists", "frobnicate", "mine"), "show|add|remove"),
        (("lists", "add"), "no name of a list"),
        (("lists", "add", "a/b", "SPY"), "a list's name"),
        (("lists", "add", "mine", "A B"), "a symbol such as"),
        (("lists", "import", "mine", "nowhere.txt"), "a list at nowhere.txt"),
        (("scan", "close > 0", "--universe", "not list:mine"), "joined with the condition by `and`"),
        (("scan", "close > 0", "--universe", "AAPL and close > 1 or open > 2"), "brackets around `or`"),
        (("scan", "close > 0", "--universe", "list:a,index:b,@c.txt"), "a watch list 'a'"),
    ],
)
def test_what_is_asked_wrongly_is_told(on, words, told):
    ran = on(*words)
    assert ran.code == 2
    assert told in ran.err


def test_a_scan_file_may_exclude(on, tmp_path):
    (tmp_path / "mine.toml").write_text('where = "close > 0"\nuniverse = "SPY,BEMN"\nexclude = "BEMN"\n')
    found = objects(on("scan", str(tmp_path / "mine.toml"), "--format", "json"))
    assert [hit["symbol"] for hit in found["results"]] == ["SPY"]
    assert found["scan"]["exclude"] == "BEMN"
    assert found["receipt"]["outside"] == {"not_named": 58, "excluded": 1}


def test_symbols_come_from_a_provider(place, tmp_path):
    other = create(tmp_path / "other", name="other")
    with running(Market.open(place)) as exchange:
        words = ("data", "symbols", "--provider", "simulated", "--url", exchange.url, "--market", str(other.folder))
        ran = run(*words, folder=tmp_path)
    assert ran.code == 0, ran.err
    assert ran.out.startswith("symbols from simulated: 60 new")
    assert other.table("symbols")["name"].null_count() == 0
    assert "members from simulated" in ran.out
    assert other.table("members").equals(Market.open(place).table("members"))


def test_a_list_says_what_is_fetched(place, tmp_path):
    other = create(tmp_path / "other", name="other")
    run("lists", "add", "mine", "ARCA:SPY,BEMN", "--market", str(other.folder))
    with running(Market.open(place)) as exchange:
        words = ("data", "update", "--provider", "simulated", "--url", exchange.url, "--only-bars")
        ran = run(*words, "--universe", "list:mine", "--market", str(other.folder), folder=tmp_path)
        wrong = run(*words, "--universe", "list:mine and close > 5", "--market", str(other.folder), folder=tmp_path)
    assert ran.code == 0, ran.err
    assert set(other.panel(Interval.DAY).symbols) == {"SPY", "BEMN"}
    assert wrong.code == 2
    assert "the condition stands in the scan" in wrong.err


def test_what_a_list_lets_in_is_proved(on):
    on("lists", "add", "few", "SPY,BEMN,BRZX")
    assert on("prove", "rank(close) <= 1").code == 0
    assert on("lists").err.count("index:SIM100") == 1
