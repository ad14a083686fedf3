"""What a text and its options stand for."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from scanwright.app.question import Options, asked, date_or_time, everything, listed
from scanwright.app.wiring import catalogue
from scanwright.model.errors import SettingsError
from scanwright.model.interval import Interval
from scanwright.scan import library
from scanwright.scan.definition import Scan
from tests.example import example_panel


def test_a_ready_scan_keeps_its_ranking_unless_another_is_asked():
    assert asked("pullback_rsi2").rank == "-rsi(2)"
    assert asked("pullback_rsi2", Options(rank="close")).rank == "close"


def test_columns_are_laid_beside_those_of_the_scan(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('where = "close > 5"\n[columns]\na = "rsi(14)"\nb = "close"\n')
    found = asked(str(path), Options(columns=["b = open == high", "c=rsi(2)"]))
    assert dict(found.columns) == {"a": "rsi(14)", "b": "open == high", "c": "rsi(2)"}
    assert found.name == "mine"


def test_symbols_become_the_universe():
    assert asked("close > 5", Options(symbols=" AAPL, BTC/USDT ,")).universe == "AAPL,BTC/USDT"
    assert asked("close > 5", Options(interval="1W")).interval is Interval.WEEK


@pytest.mark.parametrize("text", ["", ",", " , "])
def test_a_list_of_nobody_is_refused(text):
    with pytest.raises(SettingsError):
        listed(text)


def test_a_universe_of_nothing_is_refused():
    with pytest.raises(SettingsError, match="who takes part in --universe, found nothing"):
        asked("close > 5", Options(universe=" "))


def test_no_ready_scan_has_the_name_of_a_function():
    assert not [name for name in library.names() if name in catalogue()]


def test_every_ready_scan_names_itself_and_says_what_it_finds():
    scans = {name: library.ready(name) for name in library.names()}
    assert len(scans) == 25
    assert [name for name, scan in scans.items() if scan.name != name or not scan.title] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2015-03-02", np.datetime64("2015-03-02", "D")),
        ("2015-03-02T15:30", np.datetime64("2015-03-02T15:30", "s")),
        ("2015-03-02T15:30:00Z", np.datetime64("2015-03-02T15:30", "s")),
        ("2015-03-02T10:30-05:00", np.datetime64("2015-03-02T15:30", "s")),
    ],
)
def test_dates_stay_dates_and_times_become_utc(text, expected):
    assert date_or_time(text) == expected
    assert date_or_time(text).dtype == expected.dtype


@pytest.mark.parametrize("text", ["", "2015-02-30", "2015", "now", "02/03/2015"])
def test_other_dates_are_refused(text):
    with pytest.raises(SettingsError):
        date_or_time(text)


def test_an_expression_that_stands_alone_may_be_a_number():
    panel = example_panel()
    assert list(everything(asked("rsi(14)"), panel)[0].outputs) == ["value"]
    ranked = dataclasses.replace(Scan(where="close > 5"), rank="rsi(14)")
    assert list(everything(ranked, panel)[0].outputs) == ["where", "rank"]
