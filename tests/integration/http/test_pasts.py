"""A scan's past over HTTP in figures: what the command says, spread out, and a basket that can be followed by hand."""

from __future__ import annotations

import io

import numpy as np
import polars as pl
import pytest

from scanwright.app import market as markets
from scanwright.app.scans import Scan
from tests.integration.http.conftest import SCAN

WHERE = "crosses_above(close, sma(20))"


@pytest.fixture(scope="module")
def found(server):
    answer = server.post("/v1/history/summary", {"scan": {"where": WHERE, "universe": "close > 8"}})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def history(server):
    return Scan(WHERE, universe="close > 8").history(markets.open(server.folder))


def test_the_figures_are_those_of_the_command(found, history):
    for mine, theirs in zip(found["outcomes"], history.summary.outcomes, strict=True):
        assert (mine["horizon"], mine["counted"], mine["evidence"]) == (theirs.horizon, theirs.counted, theirs.evidence)
        assert mine["mean"] == theirs.mean
        assert mine["excess_bounds"]["low"] == theirs.excess_bounds.low
    past = history.outcomes.past
    assert found["per_session"]["hits"] == past.per_day().tolist()
    assert found["hits"] == sum(found["per_session"]["hits"])
    assert max(found["per_session"]["members"]) <= 120


def test_shares_add_up_and_parts_are_parts(found):
    for each in found["outcomes"]:
        bins = each["bins"]
        assert len(bins["edges"]) == len(bins["hits"]) + 1 == len(bins["universe"]) + 1
        assert np.isclose(sum(bins["hits"]), 100)
        assert np.isclose(sum(bins["universe"]), 100)
        for parts in (each["by_year"], each["by_sector"]):
            assert sum(part["counted"] for part in parts) == each["counted"]
            mean = sum(part["counted"] * part["mean"] for part in parts) / each["counted"]
            assert np.isclose(mean, each["mean"])


def test_a_basket_grows_by_what_it_holds(found, history):
    basket = found["basket"]
    past, hits = history.outcomes.past, history.summary.hits
    chosen = np.flatnonzero(hits.episode[1] & (hits.why[1] == 0))
    close, opens, bar = (past.panel.fields["close"], past.panel.fields["open"], past.panel.bar == 1)
    returns = {}
    for row, column in zip(hits.rows[chosen].tolist(), hits.columns[chosen].tolist(), strict=True):
        own = [at for at in range(row + 1, len(bar)) if bar[at, column]][:5]
        before = opens[own[0], column]
        for at in own:
            returns.setdefault(at, []).append(close[at, column] / before - 1)
            before = close[at, column]
    value = np.cumprod([1 + np.mean(returns.get(at, [0.0])) for at in range(len(bar))])
    held = [len(returns.get(at, [])) for at in range(len(bar))]
    assert basket["horizon"] == 5
    assert np.allclose(basket["value"], value[-len(basket["value"]) :], atol=1e-6)
    assert basket["held"] == held[-len(basket["held"]) :]
    drawdown = 100 * (value / np.maximum.accumulate(value) - 1)
    assert np.isclose(basket["worst"]["drawdown"], drawdown.min())
    assert basket["value"][0] == basket["universe"][0] == 1.0


def test_the_table_of_hits_is_paged_sorted_and_handed_out(server, history):
    body = {"scan": {"where": WHERE, "universe": "close > 8"}, "sort": "-ret_5", "size": 10}
    first, second = (server.post("/v1/history/hits", {**body, "page": page}).json() for page in (1, 2))
    column = first["columns"].index("ret_5")
    returns = [row[column] for row in (*first["rows"], *second["rows"])]
    assert returns == sorted(returns, reverse=True)
    assert len(returns) == 20
    assert first["total"] == len(history.frame())
    whole = server.post("/v1/history/hits", {**body, "format": "parquet"})
    frame = pl.read_parquet(io.BytesIO(whole.content))
    assert len(frame) == first["total"]
    assert frame["symbol"][0] == first["rows"][0][0]
    text = server.post("/v1/history/hits", {**body, "format": "csv", "symbol": frame["symbol"][0]}).text
    assert {line.partition(",")[0] for line in text.splitlines()[1:]} == {frame["symbol"][0]}
    assert server.post("/v1/history/hits", {**body, "sort": "nothing"}).status_code == 422


def test_a_scan_without_hits_has_a_past_too(server):
    found = server.post("/v1/history/summary", {"scan": {**SCAN, "where": "rsi(14) > 99.99"}}).json()
    assert found["hits"] == 0
    assert found["outcomes"][0]["counted"] == 0
    assert set(found["basket"]["value"]) == {1.0}
