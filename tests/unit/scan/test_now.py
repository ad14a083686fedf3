"""The frame of now, who is missed and why, and live bars that fall outside the session."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from scanwright.app.wiring import catalogue
from scanwright.model.errors import DataError, SettingsError
from scanwright.model.interval import Interval
from scanwright.scan.definition import Scan
from scanwright.scan.explain import why
from scanwright.scan.history import history
from scanwright.scan.live import Live
from scanwright.scan.now import now
from tests.example import example_panel

RULE = Scan(where="close > sma(3)")


def minutes(count=800, session_start="2015-01-05T13:00"):
    """One-minute bars of the US market from before the open on; ends in UTC."""
    panel = example_panel(times=count, symbols=4)
    ts = np.datetime64(session_start, "s") + np.arange(1, count + 1) * np.timedelta64(60, "s")
    return dataclasses.replace(panel, ts=ts, interval=Interval.MINUTE, calendar="us_stocks")


def test_a_stray_last_row_is_passed_over_and_said():
    panel = example_panel(times=50, symbols=6)
    bar = panel.bar.copy()
    bar[-1, 1:] = 0
    found = now(RULE, dataclasses.replace(panel, bar=bar), catalogue()).receipt
    assert found.frame == str(panel.ts[-2])[:10]
    assert any("passed over" in each and "at most 1 symbols" in each for each in found.warnings)
    assert not now(RULE, panel, catalogue(), as_of=panel.ts[30]).receipt.warnings


def test_intraday_the_last_regular_frame_is_judged():
    panel = minutes()  # 08:01 to 21:20 in New York: the regular session ends at 16:00, 21:00 UTC
    found = now(RULE, panel, catalogue()).receipt
    assert found.frame == "2015-01-05T21:00:00Z"
    assert found.warnings == []
    extended = now(dataclasses.replace(RULE, session="extended"), panel, catalogue()).receipt
    assert extended.frame == "2015-01-06T02:20:00Z"


def test_the_judged_row_is_the_last_row_of_history():
    panel = minutes()
    past = history(RULE, panel, catalogue())
    last = int(np.searchsorted(panel.ts, np.datetime64("2015-01-05T21:00:00")))
    judged = {panel.symbols[at] for at in past.columns[past.rows == last]}
    assert {hit.symbol for hit in now(RULE, panel, catalogue()).hits} == judged


def test_without_a_frame_everybody_is_missed():
    panel = example_panel(times=20, symbols=3)
    found = now(RULE, panel, catalogue(), as_of=np.datetime64("1990-01-01"))
    assert found.receipt.missed == {"no_bar": 3}
    assert (found.receipt.frame, found.receipt.data_from, list(found.hits)) == ("", "", [])
    past = history(RULE, panel.rows(0, 0), catalogue())
    assert (past.receipt.universe, past.receipt.frame) == (0, "")
    with pytest.raises(DataError):
        why(RULE, panel.rows(0, 0), catalogue(), "S00")


def test_live_bars_outside_the_session_judge_nobody():
    panel = minutes()
    end = int(np.searchsorted(panel.ts, np.datetime64("2015-01-05T21:00:00"))) + 1
    live = Live.start(RULE, panel.rows(0, end - 1), catalogue())
    assert live.commit(panel.rows(end - 1, end)).receipt.judged == 4
    after = live.commit(panel.rows(end, end + 1))
    assert after.receipt.missed == {"no_bar": 4}


def test_live_tells_warm_up_from_a_missing_bar():
    panel = example_panel(times=40, symbols=3)
    bar = panel.bar.copy()
    bar[:39, 1] = 0
    bar[39, 2] = 0
    panel = dataclasses.replace(panel, bar=bar)
    live = Live.start(RULE, panel.rows(0, 39), catalogue())
    found = live.commit(panel.rows(39, 40))
    misses = {each.symbol: (each.reason, each.last) for each in found.misses}
    dates = [str(panel.ts[at])[:10] for at in (38, 39)]
    assert misses == {"S01": ("warm_up", dates[1]), "S02": ("no_bar", dates[0])}
    assert list(found.misses) == list(now(RULE, panel, catalogue()).misses)


def test_a_live_list_is_ranked_among_itself():
    panel, rule = example_panel(times=40, symbols=3), Scan(where="rank(close) <= 1", universe="S00,S01")
    live = Live.start(rule, panel.rows(0, 39), catalogue())
    found, expected = live.commit(panel.rows(39, 40)), now(rule, panel, catalogue())
    assert len(found.hits) == 1
    assert found.hits == expected.hits
    assert found.receipt.outside == expected.receipt.outside == {"not_named": 1}


@pytest.mark.parametrize("name", ["symbol", "ts", "close", "rank", "ret_5"])
def test_a_column_cannot_take_a_name_of_the_results(name):
    with pytest.raises(SettingsError, match=name):
        now(Scan(where="close > 5", columns={name: "high"}), example_panel(times=10), catalogue())
