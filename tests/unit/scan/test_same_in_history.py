"""One definition: now is the last row of history, live is now, and values are what was judged."""

from __future__ import annotations

import numpy as np
import pytest

from scanwright.app.wiring import catalogue
from scanwright.scan.definition import Scan
from scanwright.scan.history import history
from scanwright.scan.live import Live
from scanwright.scan.now import now
from scanwright.scan.values import values
from tests.laws.panels import Market

PANEL = Market(seed=5, holes=0.1, late=30).daily()
SCANS = {
    "plain": Scan(where="close > sma(20) and rsi(14) < 60"),
    "ranked": Scan(where="close > sma(20)", rank="roc(10)", columns={"strength": "rsi(14)", "what": "sector"}),
    "across": Scan(where="rank(roc(20)) <= 2", rank="roc(20)"),
    "universe": Scan(where="rank(close) <= 2", universe="rank(volume) <= 3", rank="close"),
    "weekly": Scan(where='close > at("1w", sma(4))', columns={"week": 'at("1w", close)'}),
    "other": Scan(where='roc(20) > of("SPY", roc(20))'),
    "listed": Scan(where="close > sma(20)", universe="AAPL,SPY,BA"),
    "listed across": Scan(where="rank(roc(5)) <= 1", universe="AAPL,SPY,BA and close > 0", exclude="BA"),
    "left out": Scan(where="rank(roc(5)) <= 1", universe="volume > 100000", exclude="SPY and close > sma(5)"),
    "defined": Scan(where="up and close > 1", define={"up": "close > close[1]"}),
}
DAYS = (60, 150, 200, 300, 329)


@pytest.mark.parametrize("name", SCANS)
@pytest.mark.parametrize("row", DAYS)
def test_now_is_the_last_row_of_history(name, row):
    scan, as_of = SCANS[name], PANEL.ts[row]
    found = now(scan, PANEL, catalogue(), as_of=as_of)
    past = history(scan, PANEL, catalogue(), as_of=as_of)
    assert found.receipt.frame == str(as_of.astype("M8[D]"))
    last = past.rows == len(past.panel.ts) - 1
    assert sorted(hit.symbol for hit in found.hits) == sorted(PANEL.symbols[at] for at in past.columns[last])
    for column, cells in past.values.items():
        shown = {
            PANEL.symbols[at]: cells[int(i)] for i, at in zip(np.flatnonzero(last), past.columns[last], strict=True)
        }
        assert shown == {hit.symbol: hit.values[column] for hit in found.hits}


@pytest.mark.parametrize("name", SCANS)
def test_history_up_to_a_day_is_the_beginning_of_all_history(name):
    part, whole = (history(SCANS[name], PANEL, catalogue(), as_of=as_of) for as_of in (PANEL.ts[200], None))
    np.testing.assert_array_equal(part.found, whole.found[:201])


@pytest.mark.parametrize("name", SCANS)
def test_live_is_now(name):
    live = Live.start(SCANS[name], PANEL.rows(0, 300), catalogue())
    for row in range(300, 306):
        found, expected = live.commit(PANEL.rows(row, row + 1)), now(SCANS[name], PANEL.rows(0, row + 1), catalogue())
        assert found.hits == expected.hits
        assert found.misses == expected.misses
        assert found.receipt.result_hash == expected.receipt.result_hash


def test_a_live_scan_goes_on_from_a_snapshot():
    scan = SCANS["ranked"]
    kept = Live.start(scan, PANEL.rows(0, 300), catalogue()).snapshot()
    live = Live.resume(kept, scan, PANEL.rows(0, 300), catalogue())
    assert live.last == PANEL.ts[299]
    peeked = live.peek(PANEL.rows(300, 301))
    assert live.last == PANEL.ts[299]
    assert live.commit(PANEL.rows(300, 301)).hits == peeked.hits == now(scan, PANEL.rows(0, 301), catalogue()).hits


def test_history_is_sorted_by_time_and_then_by_symbol():
    past = history(SCANS["plain"], PANEL, catalogue())
    order = [(int(row), PANEL.symbols[at]) for row, at in zip(past.rows, past.columns, strict=True)]
    assert order == sorted(order)
    assert past.per_day().sum() == len(order) == past.receipt.hits


@pytest.mark.parametrize("symbol", PANEL.symbols)
def test_values_are_what_was_judged(symbol):
    text = "close > sma(20) and rsi(14) < 60"
    found = values(text, PANEL, catalogue(), symbol)
    past = history(Scan(where=text), PANEL, catalogue())
    at = PANEL.column(symbol)
    own = PANEL.bar[:, at] == 1
    assert [{None: 2, True: 1, False: 0}[each] for each in found.values] == past.found[own, at].tolist()
    assert found.ts == [str(day) for day in PANEL.ts[own].astype("M8[D]")]
    assert found.warmup == 19


def test_values_across_symbols_see_the_whole_market():
    ranks = [values("rank(close)", PANEL, catalogue(), symbol).values[-1] for symbol in ("SPY", "ZION")]
    past = history(Scan(where="close > 0", columns={"place": "rank(close)"}), PANEL, catalogue())
    last = dict(zip([PANEL.symbols[at] for at in past.columns[-5:]], past.values["place"][-5:], strict=True))
    assert ranks == [last["SPY"], last["ZION"]]


def test_progress_is_told():
    seen = []
    history(SCANS["ranked"], PANEL, catalogue(), progress=lambda done, of: seen.append((done, of)))
    assert seen[-1] == (330, 330)
