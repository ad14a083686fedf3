"""Two scans beside each other over HTTP: now, session by session, and in words."""

from __future__ import annotations

import numpy as np

from scanwright.app import market as markets
from scanwright.app.scans import Scan
from tests.integration.http.conftest import served


def test_each_has_what_the_other_has_not(server):
    wheres = ("rsi(14) < 55", "rsi(14) < 50 or close > sma(50)")
    first, second = ({"scan": {"where": each}} for each in wheres)
    found = server.post("/v1/compare", {"first": first, "second": second, "sessions": 100}).json()
    market = markets.open(server.folder)
    one, two = ({hit.symbol for hit in Scan(each).now(market).hits} for each in wheres)
    assert (found["now"]["both"], found["now"]["first"]) == (sorted(one & two), sorted(one - two))
    pasts = [Scan(each).history(market).outcomes.past for each in wheres]
    hits = [(past.found == 1)[-100:] for past in pasts]
    assert found["year"]["first"] == hits[0].sum(axis=1).tolist()
    assert found["year"]["both"] == (hits[0] & hits[1]).sum(axis=1).tolist()
    assert found["year"]["counts"]["only_second"] == int((hits[1] & ~hits[0]).sum())
    latest = found["year"]["latest_only_first"][0]
    row, column = np.argwhere(hits[0] & ~hits[1])[-1][0], pasts[0].panel.column(latest["symbol"])
    assert latest["ts"] == found["year"]["frames"][row]
    assert (hits[0] & ~hits[1])[row, column]
    assert found["differences"] == [f"where: {wheres[0]} -> {wheres[1]}"]


def test_versions_and_runs_are_compared(own):
    with served(own) as server:
        for where in ("close > 10", "close > 30"):
            server.post("/v1/scans", {"name": "mine", "scan": {"where": where}})
        body = {"first": {"saved": "mine", "version": 1}, "second": {"saved": "mine"}}
        found = server.post("/v1/compare", body).json()
        assert (found["first"]["version"], found["second"]["version"]) == (1, 2)
        assert found["now"]["second"] == []
        assert found["year"]["counts"]["only_second"] == 0
        runs = [server.start({"where": where}) for where in ("close > 10", "close > 30")]
        for run in runs:
            server.events(run)
        again = server.post("/v1/compare", {"first": {"run": runs[0]}, "second": {"run": runs[1]}}).json()
        assert again["now"] == found["now"]
        assert server.post("/v1/compare", {"first": {"run": "none"}, "second": {"run": runs[1]}}).status_code == 404
        weekly = {"first": {"scan": {"where": "close > 1", "interval": "1w"}}, "second": {"run": runs[1]}}
        assert server.post("/v1/compare", weekly).status_code == 422
