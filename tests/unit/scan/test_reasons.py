"""Who is a hit, who could not be judged and why, and counts that add up."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from scanwright.app.wiring import catalogue
from scanwright.model.errors import ExpressionError
from scanwright.model.panel import Attribute, Split
from scanwright.scan.definition import Scan
from scanwright.scan.history import history
from scanwright.scan.now import now
from tests.example import example_panel
from tests.unit.engine.bars import NAN, market


def found(where, panel, **further):
    return now(Scan(where=where, **further), panel, catalogue())


def reasons(result):
    return {miss.symbol: miss.reason for miss in result.misses}


FOUR = {"A": [1, 2, 3], "B": [None, None, 3], "C": [1, 2, None], "D": [1, 2, NAN]}


def test_only_true_is_a_hit_and_unknown_is_a_miss_with_its_reason():
    result = found("close > close[1]", market(FOUR))
    assert [hit.symbol for hit in result.hits] == ["A"]
    assert reasons(result) == {"B": "warm_up", "C": "no_bar", "D": "missing_value"}
    assert result.receipt.missed == {"warm_up": 1, "no_bar": 1, "missing_value": 1}


def test_who_has_no_bar_is_told_with_its_last_date():
    (miss,) = (each for each in found("close > close[1]", market(FOUR)).misses if each.symbol == "C")
    assert miss.last == "2015-01-06"


def test_the_receipt_adds_up():
    receipt = found("close > close[1]", market(FOUR)).receipt
    assert (receipt.universe, receipt.judged, receipt.hits, receipt.not_reached) == (4, 1, 1, 0)
    assert receipt.universe == receipt.judged + sum(receipt.missed.values()) + receipt.not_reached
    assert (receipt.data_from, receipt.data_to, receipt.frame) == ("2015-01-05", "2015-01-07", "2015-01-07")


def test_the_receipt_of_history_counts_bars():
    receipt = history(Scan(where="close > close[1]"), market(FOUR), catalogue()).receipt
    assert (receipt.universe, receipt.judged, receipt.hits) == (9, 4, 4)
    assert receipt.missed == {"warm_up": 4, "missing_value": 1}


def test_a_ranking_sorts_the_highest_first_then_by_symbol():
    panel = market({"D": [1, 5], "B": [1, 9], "C": [1, 5], "A": [1, NAN]})
    result = found("volume > 0", panel, rank="close")
    assert [hit.symbol for hit in result.hits] == ["B", "C", "D", "A"]
    assert [hit.values["rank"] for hit in result.hits] == [9, 5, 5, None]


def test_without_a_ranking_hits_are_in_the_order_of_symbols():
    assert [hit.symbol for hit in found("close > 0", market({"D": [1], "B": [1], "C": [1]})).hits] == ["B", "C", "D"]


def test_columns_are_shown_as_people_read_them():
    sector = Attribute(codes=np.array([0, -1], np.int32), names=("Energy",))
    panel = market({"A": [1, 5], "B": [1, 2]}, attributes={"sector": sector})
    columns = {"up": "close > 3", "before": "close[1]", "far": "close[5]", "what": "sector", "never": "close[5] > 1"}
    hits = found("close > 0", panel, columns=columns).hits
    assert hits[0].values == {"close": 5, "up": True, "before": 1, "far": None, "what": "Energy", "never": None}
    assert hits[1].values["what"] is None
    assert hits[1].values["up"] is False


def test_a_listed_symbol_that_is_not_there_is_told_with_the_nearest():
    result = found("close > 0", market({"AAPL": [1], "MSFT": [1]}), universe="AAPL,MSFTX")
    assert reasons(result) == {"MSFTX": "unknown_symbol"}
    assert result.receipt.universe == 2
    assert any("MSFTX" in warning and "MSFT?" in warning for warning in result.receipt.warnings)


def test_an_empty_universe_is_said():
    result = found("close > 0", market({"A": [1]}), universe="close > 100")
    assert (result.receipt.universe, result.hits, result.misses) == (0, [], [])
    assert any("no symbol belongs to the universe" in warning for warning in result.receipt.warnings)


def test_fewer_bars_than_the_warm_up_are_said():
    result = found("sma(200) > 0", market({"A": [1, 2]}))
    assert reasons(result) == {"A": "warm_up"}
    assert "the scan needs 200 bars, the market has 2" in result.receipt.warnings


def test_a_day_before_the_data_is_said():
    result = now(Scan(where="close > 0"), market({"A": [1]}), catalogue(), as_of=np.datetime64("2001-01-01"))
    assert result.receipt.missed == {"no_bar": 1}
    assert any("no bar" in warning for warning in result.receipt.warnings)


def test_a_day_after_the_data_is_its_last():
    result = now(Scan(where="close > 0"), market({"A": [1]}), catalogue(), as_of=np.datetime64("2099-01-01"))
    assert result.receipt.frame == "2015-01-05"


def test_the_liquid_universe_is_of_traded_prices_and_of_the_days_before():
    panel = example_panel(40, 3)
    fields = {**panel.fields, "close": np.tile([10.0, 3.0, 10.0], (40, 1)), "volume": np.tile([1e6, 1e7, 1e5], (40, 1))}
    result = found("close > 0", dataclasses.replace(panel, fields=fields), universe="liquid")
    assert [hit.symbol for hit in result.hits] == ["S00"]
    kinds = Attribute(codes=np.array([1, 0, 0], np.int32), names=("common", "etf"))
    known = dataclasses.replace(panel, fields=fields, attributes={"kind": kinds})
    assert found("close > 0", known, universe="liquid").receipt.universe == 0


def test_other_symbols_are_not_added_to_the_universe():
    result = found('close > of("SPY", close)', market({"A": [3], "SPY": [1]}), universe="A")
    assert [hit.symbol for hit in result.hits] == ["A"]
    assert result.receipt.universe == 1


def test_the_same_result_has_the_same_hash():
    panel = example_panel(60, 5)
    first, again = (found("close > sma(20)", panel, rank="close").receipt for _ in range(2))
    assert first.result_hash == again.result_hash
    assert first.plan_hash == again.plan_hash
    turned = panel.columns(np.array([4, 2, 0, 3, 1]))
    assert found("close > sma(20)", turned, rank="close").receipt.result_hash == first.result_hash
    assert found("close > sma(21)", panel, rank="close").receipt.plan_hash != first.plan_hash


def warnings(where, panel, **further):
    return list(found(where, panel, **further).receipt.warnings)


def test_undated_facts_are_said():
    panel = example_panel(10, 2)
    assert "sector: today's facts, also for past days" in warnings('sector == "Energy"', panel)
    dated = {"sector": dataclasses.replace(panel.attributes["sector"], dated=True)}
    assert not warnings('sector == "Energy"', dataclasses.replace(panel, attributes=dated))
    assert not warnings("close > 0", panel)


def test_a_fixed_price_over_adjusted_history_is_warned_of():
    split = Split(symbol="S00", date=np.datetime64("2015-01-07"), ratio=2.0)
    panel = dataclasses.replace(example_panel(10, 2), splits=(split,))
    assert any("raw(close)" in each for each in warnings("close > 5", panel))
    assert not warnings("raw(close) > 5", panel)
    assert not warnings("close > sma(3)", panel)
    assert not warnings("close > 5", example_panel(10, 2))


def test_a_category_that_nobody_has_is_said_with_the_nearest():
    assert "no symbol has the sector 'Enrgy'; did you mean 'Energy'?" in warnings(
        'sector == "Enrgy"', example_panel(9, 2)
    )
    assert any("industry" in each for each in warnings('industry == "Oil"', example_panel(9, 2)))


def test_an_error_names_the_part_of_the_scan_that_is_wrong():
    with pytest.raises(ExpressionError) as caught:
        found("close > 0", market({"A": [1]}), columns={"x": "clos"})
    assert caught.value.__notes__ == ["in column x: clos"]
