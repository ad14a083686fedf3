"""What a scan will find and take, over HTTP."""

from __future__ import annotations

from scanwright.app.estimating import Habitual, estimated
from scanwright.app.market import open as market_of
from scanwright.app.question import asked


def test_an_estimate_is_that_of_the_command(server, folder):
    found = server.post("/v1/estimate", {"scan": {"where": "close > sma(20) and rsi(14) < 70"}})
    assert found.status_code == 200, found.text
    own = estimated(market_of(folder), asked("close > sma(20) and rsi(14) < 70")).document()
    for name in ("frame", "hits", "scenarios", "year", "universe", "warnings"):
        assert found.json()[name] == own[name]


def test_a_change_is_looked_for_unless_it_is_not_wanted(server):
    scan = {"where": "rsi(14) < 2"}
    told = [
        server.post("/v1/estimate", {"scan": scan, "changes": each}).json()["warnings"][0] for each in (True, False)
    ]
    assert [each["code"] for each in told] == ["never", "never"]
    assert "rsi(14) < 2 -> rsi(14) < " in told[0]["change"]
    assert told[1]["change"] == ""
    better = server.post("/v1/estimate", {"scan": {"where": told[0]["where"]}}).json()
    assert better["year"]["mean"] > 0.3


def test_a_wrong_definition_is_a_problem(server):
    found = server.post("/v1/estimate", {"scan": {"where": "rsi(14) <"}})
    assert (found.status_code, found.headers["content-type"]) == (422, "application/problem+json")


def test_habits_are_worked_out_once(folder):
    panel = market_of(folder).panel("1d")
    known = Habitual()
    first = known.of(panel)
    assert known.of(panel) is first
    assert known.of(panel.rows(0, 200)) is not first
