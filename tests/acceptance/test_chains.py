"""Option chains and named figures at the command line, from files and from an exchange."""

from __future__ import annotations

import datetime as dt
import json
import math

import numpy as np
import polars as pl
import pytest

from scanwright.data.simulated import simulate
from scanwright.store.market import Market, create
from tests.acceptance.conftest import run
from tests.exchange import running

CSV = """\
symbol,quoted,expiry,strike,right,bid,ask,volume,underlying_price
XYZ,2026-01-05T20:30:00,2026-02-20,95,C,7.9,8.1,40,100
XYZ,2026-01-05T20:30:00,2026-02-20,95,P,2.4,2.6,60,100
XYZ,2026-01-05T20:30:00,2026-02-20,100,C,4.9,5.1,100,100
XYZ,2026-01-05T20:30:00,2026-02-20,100,P,4.4,4.6,20,100
XYZ,2026-01-05T20:30:00,2026-02-20,105,C,0,2.9,0,100
XYZ,2026-01-05T20:30:00,2026-02-20,105,P,7.2,7.0,0,100
"""


@pytest.fixture
def place(tmp_path):
    create(tmp_path / "market", name="options")
    (tmp_path / "chain.csv").write_text(CSV)
    return tmp_path


def at(place, *words):
    return run(*words, "--market", str(place / "market"))


def imported(place, *words):
    done = at(place, "data", "chains", "--import", str(place / "chain.csv"), *words)
    assert done.code == 0, done.err
    return done


def test_chains_of_a_file_come_in_and_say_what_is_missing(place):
    done = imported(place, "--rate", "0.04")
    assert "6 contracts of 1 underlyings, 2026-01-05T20:30:00: 6 new; 4 facts kept" in done.out
    assert "4 computed" in done.err
    assert "1 no bid" in done.err
    assert "1 bid above ask" in done.err
    assert "a rate of 0.04" in done.err
    again = imported(place, "--rate", "0.04")
    assert "6 as they were" in again.out
    assert "facts kept" not in again.out


def test_a_chain_is_shown_as_it_was(place):
    imported(place)
    shown = at(place, "data", "chains", "--underlying", "XYZ", "--format", "json")
    rows = json.loads(shown.out)
    assert [row["contract"] for row in rows][:2] == ["XYZ260220C00095000", "XYZ260220P00095000"]
    assert rows[0]["implied_from"] == "computed"
    assert 0.2 < rows[0]["implied_volatility"] < 0.5
    assert rows[4]["implied_volatility"] is None
    assert "as of 2026-01-05T20:30:00Z from files, delay not said" in shown.err
    assert "4 computed, 2 missing" in shown.err
    before = at(place, "data", "chains", "--underlying", "XYZ", "--at", "2026-01-04")
    assert before.code == 1
    assert "no chain of XYZ by 2026-01-05T04:59:59Z" in before.err


def test_snapshots_are_listed(place):
    imported(place)
    assert at(place, "data", "chains").out.splitlines()[1].split()[:2] == ["XYZ", "1"]
    rows = json.loads(at(place, "data", "chains", "--snapshots", "--format", "json").out)
    assert rows == [{"underlying": "XYZ", "taken": "2026-01-05T20:30:00Z", "provider": "files", "contracts": 6}]


def test_what_is_written_as_parquet_comes_in_again(place):
    imported(place)
    out = place / "chain.parquet"
    at(place, "data", "chains", "--underlying", "XYZ", "--out", str(out))
    table = pl.read_parquet(out)
    assert table.schema["expiry"] == pl.Date
    create(place / "other", name="other")
    again = run("data", "chains", "--import", str(out), "--market", str(place / "other"))
    assert "6 new" in again.out
    assert "4 given" in again.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--underlying", "ABC"), "chains of ABC"),
        (("--underlying", "XYZ", "--expiry", "2026-02-21"), "2026-02-20"),
        (("--underlying", "XYZ", "--at", "soon"), "a date, or a time"),
        (("--provider", "simulated"), "underlyings to ask for"),
        (("--provider", "nobody", "--underlying", "XYZ"), "nobody"),
        (("--import", "nowhere.csv"), "nowhere.csv"),
        (("--dividend", "0.47"), "2014-08-07=0.47"),
    ],
)
def test_asked_wrongly(place, words, told):
    imported(place)
    done = at(place, "data", "chains", *words)
    assert done.code in {1, 2}
    assert told in done.err
    assert done.out == ""


def test_figures_are_told_or_why_there_are_none(place):
    imported(place)
    rows = json.loads(at(place, "data", "facts", "--symbols", "XYZ", "--format", "json").out)
    told = {row["name"]: row for row in rows}
    assert told["option_volume"]["value"] == 220
    assert told["put_call"]["value"] == pytest.approx(80 / 140)
    assert told["expected_move"]["value"] == pytest.approx(9.5)
    assert told["option_volume"]["known"] == "2026-01-05T20:30:00Z"
    assert "do not give it" in told["iv30"]["why not"]
    assert "there are 0" in told["iv_rank"]["why not"]
    assert told["pe"]["why not"].startswith("scanwright data events")
    for row in rows:
        assert (row["value"] is None) == bool(row["why not"])
    early = json.loads(
        at(
            place, "data", "facts", "--symbols", "XYZ", "--names", "put_call", "--at", "2026-01-04", "--format", "json"
        ).out
    )
    assert early[0]["value"] is None


def test_every_figure_is_listed_with_how_it_comes(place):
    rows = json.loads(at(place, "data", "facts", "--format", "json").out)
    assert len(rows) == 15
    assert all(row["how"] and row["symbols"] == 0 for row in rows)
    assert "did you mean iv30" in at(place, "data", "facts", "--names", "iv31").err


@pytest.fixture(scope="module")
def exchange_market(tmp_path_factory):
    """A simulated market whose last session has chains."""
    made = simulate(symbols=30, years=1, seed=11)
    market = create(tmp_path_factory.mktemp("exchange") / "market", name="exchange")
    made.write(market)
    date = made.ts[-1]
    chains = [chain for each in made.symbols if (chain := made.chain(each, date)) is not None]
    taken = chains[0]["quoted"].max()
    whole = pl.concat(chains).with_columns(provider=pl.lit("simulated"), taken=pl.lit(taken))
    market.keep_chain(whole, source="simulated")
    return market


def test_chains_of_an_exchange(exchange_market, place):
    names = exchange_market.chain_snapshots()["underlying"].to_list()[:3]
    with running(exchange_market) as exchange:
        asked = ("--provider", "simulated", "--url", exchange.url, "--underlying", ",".join([*names, "NONE"]))
        done = at(place, "data", "chains", *asked)
        figures = at(place, "data", "facts", "--provider", "simulated", "--url", exchange.url, "--symbols", names[0])
    assert done.code == 0, done.err
    assert figures.code == 0, figures.err
    assert "contracts of 3 underlyings" in done.out
    assert "no chain of NONE" in done.err
    market = Market.open(place / "market")
    for name in names:
        came, served = market.chain(name), exchange_market.chain(name)
        assert came is not None
        assert served is not None
        assert came.select("contract", "bid", "ask", "open_interest").equals(
            served.select("contract", "bid", "ask", "open_interest")
        )
        assert set(came["provider"]) == {"simulated"}
        assert set(came["delayed_seconds"]) == {0}
    facts = json.loads(at(place, "data", "facts", "--symbols", names[0], "--format", "json").out)
    values = {row["name"]: row["value"] for row in facts}
    assert values["market_cap"] > 0
    assert values["spread_pct"] > 0
    assert values["iv30"] > 0


def test_volatilities_of_simulated_chains_are_found_again(exchange_market, place):
    """What the market was made with is given; without it, what is computed from the quotes is near."""
    name = exchange_market.chain_snapshots()["underlying"][0]
    chain = exchange_market.chain(name)
    chain.drop("provider", "delta", "gamma", "theta", "vega", "rho", "implied_volatility").write_parquet(
        place / "bare.parquet"
    )
    at(place, "data", "chains", "--import", str(place / "bare.parquet"), "--rate", "0.04")
    found = Market.open(place / "market").chain(name)
    assert found is not None
    both = found.join(chain, on="contract", suffix=" given")
    near = both.filter(
        pl.col("bid") > 0.2, pl.col("delta").abs().is_between(0.2, 0.8), pl.col("implied_from") == "computed"
    )
    off = (near["implied_volatility"] - near["implied_volatility given"]).abs()
    assert len(near) > 20
    assert float(np.median(off)) < 0.02


def test_facts_are_computed_from_what_the_market_holds(exchange_market):
    done = run("data", "facts", "--compute", "--market", str(exchange_market.folder))
    assert done.code == 0, done.err
    rows = json.loads(run("data", "facts", "--market", str(exchange_market.folder), "--format", "json").out)
    held = {row["name"]: row["symbols"] for row in rows}
    assert held["pe"] > 0
    assert held["iv30"] > 0
    assert held["ipo_date"] > 0
    table = exchange_market.table("facts")
    assert table is not None
    assert table.filter(pl.col("fact") == "pe")["known"].max() <= dt.datetime(2026, 12, 31, tzinfo=dt.UTC)


def test_real_chains_over_a_split_stay_as_they_were(shared_data, tmp_path):
    place = str(tmp_path / "market")
    run("data", "import", str(shared_data / "bars/daily/lean_us_unadjusted.parquet"), "--market", place)
    done = run(
        *("data", "chains", "--import", str(shared_data / "options/aapl_twx_eod_2014.parquet"), "--rate", "0.0025"),
        *("--market", place),
    )
    assert "8,594 contracts of 2 underlyings" in done.out
    assert "took the underlying's price" in done.err
    market = Market.open(tmp_path / "market")
    split = pl.DataFrame({"symbol": ["AAPL"], "date": [dt.date(2014, 6, 9)], "ratio": [7.0]})
    market.put("splits", split, source="test")
    before, after = (market.chain("AAPL", at=dt.datetime(2014, 6, day, 21, tzinfo=dt.UTC)) for day in (6, 9))
    assert before is not None
    assert after is not None
    assert before["underlying_price"].unique().to_list() == [645.57]
    assert after["underlying_price"].unique().to_list() == [93.7]
    assert before["strike"].max() > 900
    table = market.table("facts")
    assert table is not None
    volatility = table.filter(pl.col("symbol") == "AAPL", pl.col("fact") == "iv30").sort("known")["value"].to_list()
    # Around 22 % on both sides of the split; then only open interest is left, and nothing is known any more.
    assert all(18 < each < 26 for each in volatility[:2])
    assert all(math.isnan(each) for each in volatility[2:])
    told = run(
        "values",
        "iv30",
        "--symbol",
        "AAPL",
        "--as-of",
        "2014-06-11",
        "--limit",
        "4",
        "--format",
        "csv",
        "--market",
        place,
    )
    days = [line.split(",") for line in told.out.splitlines()[1:]]
    assert [day for day, value in days if value] == ["2014-06-06", "2014-06-09"]
    assert [float(value) for _, value in days if value] == pytest.approx(volatility[:2], rel=1e-9)


def test_chains_of_everybody_and_an_exchange_that_has_none(exchange_market, place):
    with running(exchange_market) as exchange:
        asked = ("data", "chains", "--provider", "simulated", "--url", exchange.url)
        copy = run(
            "data", "update", "--provider", "simulated", "--url", exchange.url, "--market", str(place / "market")
        )
        assert copy.code == 0, copy.err
        done = at(place, *asked, "--underlying", "all")
        none = at(place, *asked, "--underlying", "N1,N2,N3,N4")
    assert done.code == 0, done.err
    kept = Market.open(place / "market").chain_snapshots()
    assert set(kept["underlying"]) == set(exchange_market.chain_snapshots()["underlying"])
    assert none.code == 1
    assert "and 1 more" in none.err
