"""A worker's block: every answer follows from what is asked, and what is kept is bounded."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from scanwright.app.workers import block
from scanwright.model.errors import Conflict
from scanwright.scan.blocks.block import MOST_PANELS, MOST_SCANS
from scanwright.scan.blocks.parcel import named, parcel_of, scan_parcel
from scanwright.scan.definition import Scan
from scanwright.scan.judge import Case
from tests.laws.panels import Market

PANEL = Market(seed=7, holes=0.05, late=1).daily()
SCAN = Scan(where="close > sma(20) and rsi(14) > 30", columns={"e": "ema(9)"})


def asked(panel=PANEL, scan=SCAN, first=None, stop=None, *, sent=True, **further):
    case = Case.of(scan, panel, block()._catalogue)
    stop = len(panel.ts) if stop is None else stop
    bars = {"name": named(panel), "rows": len(panel.ts), "columns": np.arange(5), "data_hash": panel.data_hash}
    parts = {"bars": bars, "scan": scan_parcel(scan), "facts": {}, "plan": case.plan.hash}
    parts |= {"first": stop - 1 if first is None else first, "stop": stop}
    return parts | ({"panel": parcel_of(panel)} if sent else {}) | further


def test_a_block_without_bars_says_so_and_is_sent_them_once():
    it = block()
    assert it.values(**asked(sent=False)) == {"lacking": True}
    found = it.values(**asked())
    assert found["values"].shape == (2, 1, 5)
    np.testing.assert_array_equal(it.values(**asked(sent=False))["values"], found["values"])


@pytest.mark.parametrize("order", [(300, 310, 330), (330, 300), (310, 310, 311), (330, 330)])
def test_what_was_asked_before_shortens_the_work_and_changes_nothing(order):
    kept = block()
    for stop in order:
        found = kept.values(**asked(stop=stop))["values"]
        np.testing.assert_array_equal(found, block().values(**asked(stop=stop))["values"])


def test_all_rows_are_those_that_come_one_by_one():
    whole = block().values(**asked(first=0))["values"]
    kept = block()
    for stop in (250, 251, 300, 330):
        np.testing.assert_array_equal(kept.values(**asked(stop=stop))["values"][:, 0], whole[:, stop - 1])


def test_another_plan_of_the_same_texts_is_refused():
    with pytest.raises(Conflict, match="the same version and the same plug-ins"):
        block().values(**asked(plan="0123456789abcdef"))


def test_a_folder_that_is_not_there_or_has_other_data_is_not_mapped(tmp_path):
    for folder in (tmp_path / "none", tmp_path):
        parts = asked(sent=False)
        parts["bars"] |= {"folder": str(folder), "interval": "1d", "as_of": "", "adjust": "splits"}
        assert block().values(**parts) == {"lacking": True}


def test_only_the_last_few_panels_are_kept_and_nothing_that_holds_on_to_others():
    it = block()
    for at in range(MOST_PANELS + 3):
        panel = dataclasses.replace(PANEL, data_hash=f"version {at}")
        it.values(**asked(panel, Scan(where=f"close > sma({at + 2})")))
        it.values(**asked(panel))
    assert len(it._panels) == MOST_PANELS
    assert {kept.bars for kept in it._kept.values()} <= it._panels.keys()
    assert len(it._kept) == MOST_PANELS + 1


def test_only_the_last_few_scans_are_kept():
    it = block()
    for at in range(MOST_SCANS + 4):
        it.values(**asked(scan=Scan(where=f"close > sma({at + 2})")))
    assert len(it._kept) == MOST_SCANS
