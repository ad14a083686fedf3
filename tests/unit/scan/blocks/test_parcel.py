"""What travels is plain: values that JSON has words for, and arrays; and it comes out as it went in."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
from hypothesis import given

from scanwright.model.interval import Interval
from scanwright.scan.blocks.block import columns_of
from scanwright.scan.blocks.parcel import named, panel_of, parcel_of, scan_of, scan_parcel
from scanwright.scan.definition import Scan
from tests.laws.panels import Market, law, panels


def plain(value):
    """The same with arrays as lists; fails on anything that JSON has no word for."""
    if isinstance(value, np.ndarray):
        assert value.dtype != object
        return str(value.dtype)
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def assert_same_panel(found, expected):
    for each in dataclasses.fields(expected):
        mine, theirs = getattr(found, each.name), getattr(expected, each.name)
        if each.name in {"ts", "bar", "until"}:
            np.testing.assert_array_equal(mine, theirs)
        elif each.name == "fields":
            assert mine.keys() == theirs.keys()
            for name, values in mine.items():
                np.testing.assert_array_equal(values, theirs[name])
        elif each.name not in {"attributes", "splits", "payouts", "dated"}:
            assert mine == theirs
    assert repr([*found.splits]) == repr([*expected.splits])
    assert repr(found.attributes) == repr(expected.attributes)
    for name in expected.dated.series:
        for mine, theirs in zip(
            found.dated.get(name).until(1 << 61), expected.dated.get(name).until(1 << 61), strict=True
        ):
            np.testing.assert_array_equal(mine, theirs)


@law
@given(market=panels())
def test_a_panel_comes_out_as_it_went_in(market):
    for panel in (market.daily(), market.intraday(), market.daily().columns(np.array([3, 1]))):
        json.dumps(plain(parcel_of(panel)))
        assert_same_panel(panel_of(parcel_of(panel)), panel)


def test_a_scan_comes_out_as_it_went_in():
    scan = Scan(
        where="a > 1", define={"a": "rsi(14)"}, columns={"x": "a"}, interval=Interval.WEEK, adjust="total", name="n"
    )
    assert scan_of(json.loads(json.dumps(scan_parcel(scan)))) == scan


def test_what_a_panel_is_called_follows_from_its_data():
    panel = Market(seed=3).daily()
    assert named(panel) == named(panel.rows(0, len(panel.ts)))
    bare = dataclasses.replace(panel, data_hash="")
    other = dataclasses.replace(bare, fields={**panel.fields, "close": panel.fields["close"] * 2})
    called = [panel, panel.rows(0, 300), dataclasses.replace(panel, data_hash="b", splits=()), bare, other]
    assert len({named(each) for each in called}) == len(called)


def test_neighbours_are_looked_at_where_they_lie():
    panel = Market(seed=3).daily()
    part = columns_of(panel, np.array([1, 2, 3]))
    assert np.shares_memory(part.fields["close"], panel.fields["close"])
    assert_same_panel(part, panel.columns(np.array([1, 2, 3])))
    assert not np.shares_memory(columns_of(panel, np.array([1, 3])).fields["close"], panel.fields["close"])
