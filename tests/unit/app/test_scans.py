"""Scans, answers and sessions in Python."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import polars as pl
import pytest

import scanwright as sw
from scanwright.app.demo import written
from scanwright.app.rows import json_text
from scanwright.model.errors import BadBars, Conflict, DataError, UnknownSymbol

RULE = sw.Scan(where="close > sma(20)", rank=-sw.rsi(14), columns={"rsi": "rsi(14)", "who": "sector"})


@pytest.fixture(scope="module")
def market(tmp_path_factory):
    return sw.open(written(tmp_path_factory.mktemp("scans") / "market", symbols=40, years=2), threads=1)


def rows_of(panel):
    """The bars of a panel as a table."""
    rows, columns = np.nonzero(panel.bar)
    facts = {name: values[rows, columns] for name, values in panel.fields.items()}
    return pl.DataFrame(
        {"symbol": [panel.symbols[at] for at in columns], "ts": panel.ts[rows].astype("M8[D]"), **facts}
    )


def test_now_gives_frames(market):
    found = RULE.now(market)
    assert found
    assert found.frame().columns == ["symbol", "ts", "close", "rank", "rsi", "who"]
    assert found.frame().height == len(found) == found.receipt.hits
    assert [hit.symbol for hit in found] == found.frame()["symbol"].to_list()
    assert found.not_judged().columns == ["symbol", "reason", "last"]
    assert json.loads(json_text(found.document()))["receipt"]["result_hash"] == found.receipt.result_hash
    assert repr(found) == f"<{found.receipt.sentence()}>"


@pytest.mark.parametrize("as_of", ["2025-06-30", dt.date(2025, 6, 30), np.datetime64("2025-06-30")])
def test_a_date_may_be_written_in_several_ways(market, as_of):
    assert RULE.now(market, as_of=as_of).receipt.frame == "2025-06-30"


def test_history_holds_every_now(market):
    past = RULE.history(market).frame()
    for date in ("2025-03-03", "2025-12-31"):
        then = RULE.now(market, as_of=date).frame()
        day = past.filter(pl.col("ts") == dt.date.fromisoformat(date)).drop("ret_1", "ret_5", "ret_20")
        assert day.sort("symbol")["symbol"].to_list() == then.sort("symbol")["symbol"].to_list()


def test_history_counts_by_day_and_sums_up(market):
    past = RULE.history(market)
    assert past.per_day()["hits"].sum() == len(past) == past.frame().height
    assert [each.horizon for each in past.summary.outcomes] == [1, 5, 20]
    assert "What came of them" in str(past)


def test_explain_and_why(market):
    rule = sw.Scan(where=(sw.close > sw.sma(20)) & (sw.rsi(14) < 30))
    assert rule.explain(market).frame()["term"].to_list() == ["close > sma(20)", "rsi(14) < 30"]
    why = rule.why(market, "SPY")
    assert why.frame().height == 2
    assert "SPY on 2025-12-31" in repr(why)
    with pytest.raises(UnknownSymbol):
        rule.why(market, "SPX")


def test_weeks_are_made_of_days_and_it_is_said(market):
    found = sw.Scan(where="close > sma(5)", interval="1w").now(market)
    assert "bars of 1w are made from the stored 1d bars" in found.receipt.warnings


def test_a_session_goes_on_as_history_does(market):
    live = RULE.session(market, as_of="2025-12-15")
    for at in range(len(live.rows_after(market).ts)):
        row = live.rows_after(market).rows(0, 1)
        found = live.commit(row)
        then = RULE.now(market, as_of=row.ts[0].astype("M8[D]"))
        assert [hit.symbol for hit in found.hits] == [hit.symbol for hit in then.hits], at
        assert found.receipt.result_hash == then.receipt.result_hash
        assert found.receipt.missed == then.receipt.missed
    assert live.last == market.panel().ts[-1]


def test_a_session_takes_tables_and_peeks_without_a_trace(market):
    by_panel, by_table = (RULE.session(market, as_of="2025-12-29") for _ in range(2))
    rows = by_panel.rows_after(market)
    forming = rows_of(rows.rows(0, 1)).with_columns(pl.col("open", "high", "low", "close") * 1.3)
    peeked = by_table.peek(forming)
    assert by_table.last == by_panel.last
    first = by_panel.commit(rows.rows(0, 1))
    assert by_table.commit(rows_of(rows.rows(0, 1))).receipt.result_hash == first.receipt.result_hash
    assert peeked.receipt.result_hash != first.receipt.result_hash


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (pl.col("high") * 0.5, "low at or below high"),
        (pl.col("close") * 9, "open and close between low and high"),
        (-pl.col("volume"), "a volume of zero or more"),
        (pl.lit("ten").alias("close"), "numbers for close"),
        (pl.col("ts").cast(pl.Datetime).dt.offset_by("21h"), "dates of sessions"),
    ],
)
def test_a_session_refuses_a_bar_that_proves_itself_wrong(market, change, expected):
    live = RULE.session(market, as_of="2025-12-29")
    row = rows_of(live.rows_after(market).rows(0, 1))
    with pytest.raises(BadBars, match=expected):
        live.commit(row.with_columns(change))
    live.commit(row)


def test_a_session_refuses_two_bars_of_a_symbol_at_once(market):
    live = RULE.session(market, as_of="2025-12-29")
    row = rows_of(live.rows_after(market).rows(0, 1))
    with pytest.raises(BadBars, match="one bar of a symbol"):
        live.commit(pl.concat([row, row]))


def test_a_session_resumes_from_its_snapshot(market):
    live = RULE.session(market, as_of="2025-12-29")
    again = RULE.resume(market, live.snapshot())
    assert again.last == live.last
    row = live.rows_after(market).rows(0, 1)
    mine, theirs = live.commit(row), again.commit(row)
    assert mine.receipt.result_hash == theirs.receipt.result_hash
    assert mine.receipt.missed == theirs.receipt.missed
    with pytest.raises(Conflict):
        sw.Scan(where="close > sma(21)").resume(market, live.snapshot())


def test_a_session_refuses_what_does_not_fit(market):
    live = RULE.session(market)
    bars = rows_of(market.panel().rows(0, 1))
    with pytest.raises(DataError, match="rows after"):
        live.commit(bars)
    with pytest.raises(BadBars, match="volume"):
        live.commit(bars.drop("volume"))
    with pytest.raises(BadBars):
        live.commit(bars.clear())
    with pytest.raises(UnknownSymbol):
        live.commit(bars.with_columns(symbol=pl.lit("NOPE")))


def test_no_trade_is_no_bar(market):
    live = RULE.session(market, as_of="2025-12-30")
    bars = rows_of(live.rows_after(market))
    idle = bars["symbol"][0]
    found = live.commit(bars.with_columns(volume=pl.when(pl.col("symbol") == idle).then(0.0).otherwise("volume")))
    assert {miss.symbol: miss.reason for miss in found.misses}[idle] == "no_bar"


def test_scans_are_compared_by_their_texts():
    assert sw.Scan(where=sw.close > 5) == sw.Scan(where="close > 5")
    assert sw.Scan(where="close > 5") != sw.Scan(where="close > 6")
    assert repr(sw.Scan(where="close > 5", interval="1w")) == "Scan(where='close > 5', interval=<Interval.WEEK: '1w'>)"
    assert sw.Scan.named("rs_leads_price").definition.define
