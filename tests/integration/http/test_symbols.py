"""A symbol over HTTP as the page draws it, small charts, and what stands beside hits."""

from __future__ import annotations

import time

import numpy as np
import pytest

from scanwright.app import market as markets
from scanwright.app.scans import Scan
from tests.integration.http.conftest import SCAN, served

DRAWN = "close > sma(20) and rsi(14) < 60 and volume > 0.8 * sma(volume, 20) and bollinger(20, 2).width > 1"


def until(holds):
    """Wait for what a record has a moment after the readers do."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline


def test_what_a_scan_names_is_drawn_where_it_belongs(server):
    found = server.post("/v1/symbol", {"symbol": "SPY", "scan": {"where": DRAWN}, "bars": 100}).json()
    panes = {each["name"]: (each["pane"], each["levels"]) for each in found["series"]}
    assert panes == {
        "sma(20)": ("price", []),
        "rsi(14)": ("rsi(14)", [60.0]),
        "sma(volume, 20)": ("volume", []),
        "bollinger(20, 2).width": ("bollinger(20, 2)", [1.0]),
    }
    lengths = {len(each) for each in found["bars"].values() if each is not None}
    assert lengths | {len(each["values"]) for each in found["series"]} == {100}


@pytest.mark.parametrize("where", [DRAWN, "rank(roc(20)) < 60 and close > sma(20)"])
def test_a_legend_says_what_values_says(server, where):
    found = server.post("/v1/symbol", {"symbol": "SPY", "scan": {"where": where}, "bars": 60}).json()
    for each in found["series"]:
        values = server.post("/v1/values", {"expression": each["name"], "symbol": "SPY", "limit": 60}).json()["values"]
        assert each["values"] == [row["value"] for row in values]
        assert found["bars"]["time"] == [row["ts"] for row in values]
    past = Scan(where).history(markets.open(server.folder)).outcomes.past
    column = past.panel.column("SPY")
    own = past.found[past.panel.bar[:, column] == 1, column][-60:]
    assert found["true_at"] == np.flatnonzero(own == 1).tolist()


@pytest.mark.parametrize("where", [DRAWN, "rank(roc(20)) < 60 and close > sma(20)"])
def test_why_is_the_same_wherever_it_is_asked(server, where):
    symbol = server.client.get("/v1/symbols", params={"most": 1}).json()["symbols"][0]["symbol"]
    asked = {"scan": {"where": where}, "symbol": symbol}
    mine, theirs = (server.post(path, asked).json() for path in ("/v1/symbol", "/v1/why"))
    assert mine["why"] == {key: value for key, value in theirs.items() if key != "worth"}
    day = mine["bars"]["time"][-30]
    before = server.post("/v1/symbol/why", {**asked, "as_of": day}).json()
    assert before["ts"] == day
    again = server.post("/v1/why", {**asked, "scan": {"where": where, "as_of": day}}).json()
    assert [each["held"] for each in before["terms"]] == [each["held"] for each in again["terms"]]


def test_raw_bars_stand_beside_adjusted_ones(tmp_path):
    from scanwright.app.demo import written

    folder = written(tmp_path / "market", symbols=300, years=1)
    stored = markets.open(folder).stored
    split = stored.table("splits").filter(
        stored.table("splits")["date"] > stored.panel(markets.Interval.DAY).ts[30].item()
    )
    with served(folder) as server:
        for symbol, ratio in split.select("symbol", "ratio").iter_rows():
            found = server.post("/v1/symbol", {"symbol": symbol, "bars": 5000}).json()
            bars = found["bars"]
            assert np.isclose(bars["raw_close"][0] / bars["close"][0], ratio, rtol=1e-9)
            assert np.isclose(bars["volume"][0] / bars["raw_volume"][0], ratio, rtol=1e-9)
            assert bars["raw_close"][-1] == bars["close"][-1]
            assert "split" in {each["kind"] for each in found["marks"]}
        assert len(split)


def test_a_span_of_days_and_another_interval(server):
    whole = server.post("/v1/symbol", {"symbol": "SPY"}).json()
    days = whole["bars"]["time"]
    some = server.post("/v1/symbol", {"symbol": "SPY", "from": days[10], "to": days[20]}).json()
    assert some["bars"]["time"] == days[10:21]
    weeks = server.post("/v1/symbol", {"symbol": "SPY", "scan": SCAN, "interval": "1w"}).json()
    assert weeks["interval"] == "1w"
    assert 50 <= weeks["total"] <= 54
    assert server.post("/v1/symbol", {"symbol": "SPYY"}).json()["code"] == "unknown-symbol"


def test_runs_that_had_a_symbol_are_told(own):
    with served(own) as server:
        run = server.start({"where": "close > 0", "name": "all"})
        server.events(run)
        until(lambda: server.post("/v1/symbol", {"symbol": "SPY"}).json()["runs"])
        found = server.post("/v1/symbol", {"symbol": "SPY"}).json()
        assert [each["run"] for each in found["runs"]] == [run]
        same = server.post("/v1/symbol", {"symbol": "SPY", "run": run}).json()
        assert (same["runs"], same["where"]) == ([], "close > 0")


def test_small_charts_of_many(server):
    found = server.post("/v1/charts", {"symbols": ["SPY", "NOPE"], "bars": 30}).json()["charts"]
    whole = server.post("/v1/symbol", {"symbol": "SPY", "bars": 30}).json()["bars"]["close"]
    assert np.allclose(found[0]["close"], whole, rtol=1e-5)
    assert found[0]["last"] == whole[-1]
    assert found[1]["close"] == []


def test_symbols_are_found_by_what_they_are_called(server):
    found = server.client.get("/v1/symbols", params={"q": "sp"}).json()
    assert found["symbols"][0]["symbol"].startswith("SP")
    assert found["total"] == 120
    name = server.client.get("/v1/symbols", params={"q": "SPY"}).json()["symbols"][0]["name"]
    again = server.client.get("/v1/symbols", params={"q": name.lower()}).json()["symbols"]
    assert "SPY" in [each["symbol"] for each in again]


def test_the_usual_columns_stand_beside_hits(server):
    found = server.post("/v1/context", {"scan": SCAN}).json()
    hits = Scan(SCAN["where"]).now(markets.open(server.folder)).hits
    rows = {row[0]: dict(zip(found["columns"], row, strict=True)) for row in found["rows"]}
    assert rows.keys() == {each.symbol for each in hits}
    symbol = hits[0].symbol
    for name, text in (("change", "roc(1)"), ("atr", "natr(14)"), ("dollar_volume", "dollar_volume")):
        value = server.post("/v1/values", {"expression": text, "symbol": symbol, "limit": 1}).json()["values"][0]
        assert rows[symbol][name] == value["value"]
    drawn = server.post("/v1/symbol", {"symbol": symbol, "scan": SCAN, "bars": 252}).json()
    false = set(range(len(drawn["bars"]["time"]))) - set(drawn["true_at"])
    assert rows[symbol]["bars_true"] == len(drawn["bars"]["time"]) - 1 - max(false)
    other = server.post("/v1/context", {"scan": SCAN, "symbols": ["SPY", "NOPE"]}).json()["rows"]
    assert [row[0] for row in other] == ["SPY", "NOPE"]
    assert set(other[1][1:]) == {None}


def test_what_is_new_since_the_run_before(own):
    with served(own) as server:
        for scan in ({"where": "close > 20"}, {"where": "close > 21"}, {"where": "close > 20", "rank": "roc(5)"}):
            run = server.start(scan)
            server.events(run)
        until(lambda: server.post("/v1/context", {"run": run}).json()["previous"])
        found = server.post("/v1/context", {"run": run}).json()
        assert (found["fresh"], found["dropped"]) == ([], [])
        first = server.client.get("/v1/runs").json()["runs"][-1]["id"]
        assert found["previous"]["run"] == first
        assert server.post("/v1/context", {"run": first}).json()["previous"] is None
