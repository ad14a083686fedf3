"""The market over HTTP: brought up to date from a real exchange and watched, what is missing, what was refused."""

from __future__ import annotations

import json

import polars as pl
import pytest

from scanwright.app import market as markets
from scanwright.app.scans import Scan
from scanwright.store.market import create
from tests.exchange import running, small_market
from tests.integration.http.conftest import served
from tests.integration.http.test_symbols import until


@pytest.fixture(scope="module")
def exchange(tmp_path_factory):
    with running(small_market(tmp_path_factory.mktemp("exchange") / "market", symbols=12)) as found:
        yield found


def told(server, update, **headers):
    """The events of an update until its stream ends."""
    with server.client.stream("GET", update["links"]["events"], headers=headers, timeout=60) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        return [json.loads(line[6:]) for line in answer.iter_lines() if line.startswith("data: ")]


def test_a_market_is_brought_up_to_date_and_watched(exchange, tmp_path):
    folder = tmp_path / "market"
    create(folder, name="mine")
    with served(folder, providers="simulated", url=exchange.url) as server:
        exchange.let(0)
        made = server.post("/v1/data/updates", {"deadline": 60})
        assert (made.status_code, made.json()["status"]) == (201, "running")
        again = server.post("/v1/data/updates", {})
        assert (again.status_code, again.json()["code"]) == (409, "conflict")
        until(lambda: exchange.requests)  # from now on the exchange hears what it is told
        exchange.let()
        events = told(server, made.json())
        assert [each["seq"] for each in events] == list(range(1, len(events) + 1))
        assert (events[0]["type"], events[-1]["type"], events[-1]["reason"]) == ("started", "finished", "complete")
        assert events[-1]["report"]["complete"] == 12
        assert str(folder) not in json.dumps(events)
        found = server.client.get(made.json()["links"]["self"]).json()
        assert (found["status"], found["done"]) == ("finished", found["total"])
        rest = told(server, made.json(), **{"Last-Event-ID": str(events[-2]["seq"])})
        assert rest == events[-1:]
        assert server.client.get("/v1/data/updates").json()["provider"] == "simulated"
        hits = server.post("/v1/play", {"scan": {"where": "close > 0"}}).json()["hits"]
        assert hits == [each.symbol for each in Scan("close > 0").now(markets.open(folder)).hits] != []


def test_an_update_is_ended_by_a_person(exchange, tmp_path):
    folder = tmp_path / "market"
    create(folder, name="mine")
    with served(folder, providers="simulated", url=exchange.url) as server:
        exchange.let(0)
        made = server.post("/v1/data/updates", {"universe": "SPY"}).json()
        assert server.client.delete(made["links"]["self"]).status_code == 202
        assert told(server, made)[-1]["reason"] == "cancelled"
        exchange.let()
        assert server.client.get("/v1/data/updates/none").status_code == 404


def test_without_a_provider_nobody_is_asked(server):
    refused = server.post("/v1/data/updates", {})
    assert (refused.status_code, refused.json()["hint"]) == (422, "start the server with --provider")
    assert server.client.get("/v1/data/updates").json() == {"provider": None, "updates": []}


def test_what_is_missing_is_told(server):
    found = server.client.get("/v1/data/completeness").json()
    assert len(found["sessions"]["day"]) == len(found["sessions"]["complete"]) > 200
    assert len(found["symbols"]) == 120
    complete = [each["complete"] for each in found["symbols"]]
    assert complete == sorted(complete)
    assert server.client.get("/v1/data/completeness", params={"interval": "1w"}).json()["symbols"] == []


def test_what_was_refused_is_told(own):
    stored = markets.open(own).stored
    bar = stored.bars(markets.Interval.DAY, symbols=["SPY"]).tail(1)
    wrong = bar.with_columns(pl.lit(-1.0).alias("close"), pl.lit("SPY").alias("symbol"))
    path = own.parent / "wrong.parquet"
    wrong.select("symbol", "ts", "open", "high", "low", "close", "volume").write_parquet(path)
    stored.import_file(path)
    with served(own) as server:
        found = server.client.get("/v1/data/quarantine").json()
        assert found["total"] == 1
        row = found["rows"][0]
        assert (row["symbol"], row["close"], row["source"]) == ("SPY", -1.0, "wrong.parquet")
        assert found["reasons"] == {row["reason"]: 1}
        assert server.client.get("/v1/data/quarantine", params={"symbol": "QQQ"}).json()["total"] == 0
        drawn = server.post("/v1/symbol", {"symbol": "SPY"}).json()
        assert [each["reason"] for each in drawn["quarantine"]] == [row["reason"]]
