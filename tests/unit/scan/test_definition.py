"""A scan's definition: text and TOML, names, and every wrong key at once."""

from __future__ import annotations

import pytest

from scanwright.app.wiring import catalogue
from scanwright.expr.types import Typing
from scanwright.model.errors import ExpressionError, SettingsError
from scanwright.model.interval import Interval
from scanwright.scan.definition import Scan, load, of_table
from scanwright.scan.receipt import Receipt, result_hash

TYPING = Typing(catalogue())
FILE = """
name = "pullback"
title = "A pull-back in an up-trend"
where = "close > sma(200) and strength < 40"
rank = "-strength"
interval = "1w"
universe = "liquid"
session = "extended"
[columns]
rsi = "strength"
[define]
strength = "rsi(14)"
"""


def test_a_file_says_all_of_a_scan(tmp_path):
    (tmp_path / "scan.toml").write_text(FILE)
    scan = load(tmp_path / "scan.toml")
    assert (scan.name, scan.title, scan.interval) == ("pullback", "A pull-back in an up-trend", Interval.WEEK)
    assert (scan.universe, scan.session, scan.rank) == ("liquid", "extended", "-strength")
    shown = scan.bind(TYPING).shown(TYPING)
    assert shown["where"] == "close > sma(200) and rsi(14) < 40"
    assert shown["rank"] == "-rsi(14)"
    assert shown["columns"] == {"rsi": "rsi(14)"}


def test_a_scan_without_a_name_has_that_of_its_file(tmp_path):
    (tmp_path / "mine.toml").write_text('where = "close > 1"')
    assert load(tmp_path / "mine.toml").name == "mine"


def test_definitions_may_use_those_before_them():
    scan = Scan(where="b", define={"a": "close > 1", "b": "a and volume > 1"})
    assert scan.bind(TYPING).shown(TYPING)["where"] == "close > 1 and volume > 1"
    with pytest.raises(ExpressionError):
        Scan(where="b", define={"b": "a", "a": "close > 1"}).bind(TYPING)


def test_the_terms_are_what_is_asked_for_all_at_once():
    assert len(Scan(where="a and volume > 1", define={"a": "close > 1 and open > 1"}).bind(TYPING).terms) == 3


@pytest.mark.parametrize(("part", "kind"), [("where", "a yes/no"), ("rank", "a number"), ("universe", "a yes/no")])
def test_each_part_has_its_type(part, kind):
    parts = {"where": "close > 1"} | {part: "close > (2)" if part == "rank" else "close + (2)"}
    with pytest.raises(ExpressionError) as caught:
        Scan(**parts).bind(TYPING)
    assert caught.value.facts["expected"] == kind


def test_all_wrong_keys_are_told_at_once():
    with pytest.raises(SettingsError) as caught:
        of_table({"wher": "close > 1", "rank": 3, "columns": {"a": 1}, "define": "x"})
    for told in ("no key 'wher'", "rank = 3", "columns = ", "define = 'x'", "where is missing"):
        assert told in caught.value.text


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"interval": "1M"}, "write 1mo for a month"),
        ({"session": "night"}, "regular or extended"),
        ({"where": 3}, "where = 3"),
    ],
)
def test_a_value_that_does_not_fit_is_told(table, told):
    with pytest.raises(SettingsError) as caught:
        of_table({"where": "close > 1"} | table)
    assert told in str(caught.value)


def test_a_file_that_is_none_is_told(tmp_path):
    with pytest.raises(SettingsError, match="no "):
        load(tmp_path / "absent.toml")
    (tmp_path / "broken.toml").write_text("where = ")
    (tmp_path / "strange.toml").write_bytes(b"where = '\xff'")
    for path in (tmp_path / "broken.toml", tmp_path / "strange.toml", tmp_path):
        with pytest.raises(SettingsError, match="a scan file in TOML"):
            load(path)


def receipt(**changed):
    facts = {
        "universe": 3,
        "judged": 2,
        "hits": 1,
        "missed": {"no_bar": 1},
        "not_reached": 0,
        "data_from": "",
        "data_to": "",
    }
    facts |= {"frame": "2015-01-05", "warmup": 3, "plan_hash": "", "data_hash": "", "result_hash": "", "seconds": 0.01}
    return Receipt(**(facts | changed))


def test_counts_that_do_not_add_up_are_refused():
    assert receipt().sentence()
    with pytest.raises(ArithmeticError, match="= 4, found 3"):
        receipt(universe=4)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "1 hit of 2 judged on 2015-01-05; 1 of 3 symbols not judged (1 no bar at this time)"),
        ({"judged": 3, "missed": {}, "hits": 2}, "2 hits of 3 judged on 2015-01-05; all 3 symbols judged"),
        (
            {"universe": 0, "judged": 0, "missed": {}, "hits": 0},
            "0 hits of 0 judged on 2015-01-05; no symbols to judge",
        ),
        ({"universe": 5, "not_reached": 2}, "; 2 not reached"),
        ({"requests": 1, "cached": 20, "dollars": 0.5}, "; 1 request, 20 from the cache, $0.50;"),
    ],
)
def test_the_receipt_speaks(changed, said):
    assert said in receipt(**changed).sentence()


def test_the_result_hash_is_over_nine_digits_and_the_order():
    rows = [("A", "2015-01-02", {"x": 1.0, "s": "Energy", "b": True, "n": None}), ("B", "2015-01-02", {"x": 2.0})]
    same = [("A", "2015-01-02", {"s": "Energy", "x": 1.0 + 1e-12, "n": None, "b": True}), rows[1]]
    assert result_hash(rows) == result_hash(same)
    assert result_hash(rows) != result_hash(rows[::-1])
    assert result_hash(rows) != result_hash([("A", "2015-01-02", {"x": 1.00001}), rows[1]])
