"""The manifest: read back as written, keys that change with the data only, damage said."""

from __future__ import annotations

import dataclasses

import pytest

from scanwright.model.errors import Absent, StoreError
from scanwright.model.interval import Interval
from scanwright.store.manifest import MANIFEST, Kept, Manifest, Series, read_manifest, write_manifest

DAY = Interval.DAY


def kept(name):
    return Kept(file=f"{name}.parquet", rows=1, sha256=name)


WHOLE = Manifest(
    generation=3,
    intervals={
        DAY: Series(
            bars=(kept("b"),),
            columns=kept("c"),
            first="2015-01-02",
            last="2015-12-31",
            quarantine=kept("q"),
            quarantined={"duplicate": 2},
        )
    },
    tables={"symbols": kept("s"), "splits": kept("p")},
)


@pytest.mark.parametrize("manifest", [Manifest(), WHOLE], ids=["empty", "whole"])
def test_it_reads_back_as_written(tmp_path, manifest):
    write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) == manifest
    assert [path.name for path in tmp_path.iterdir()] == [MANIFEST]


def test_it_names_every_file():
    assert WHOLE.files() == {f"{name}.parquet" for name in "bcqsp"}


def changed(**series):
    return dataclasses.replace(WHOLE, intervals={DAY: dataclasses.replace(WHOLE.intervals[DAY], **series)})


@pytest.mark.parametrize(
    ("other", "data", "prices", "attributes"),
    [
        (dataclasses.replace(WHOLE, generation=9), True, True, True),
        (changed(quarantine=kept("x")), True, True, True),
        (changed(bars=(kept("x"),)), False, False, True),
        (dataclasses.replace(WHOLE, tables={"symbols": kept("s")}), False, False, False),
        (dataclasses.replace(WHOLE, tables={"splits": kept("p")}), False, True, False),
    ],
    ids=["generation", "quarantine", "bars", "splits", "symbols"],
)
def test_keys_change_with_what_they_name(other, data, prices, attributes):
    assert (other.data_hash(DAY) == WHOLE.data_hash(DAY)) is data
    assert (other.prices_key(DAY) == WHOLE.prices_key(DAY)) is prices
    assert (other.attributes_key(DAY) == WHOLE.attributes_key(DAY)) is attributes


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 2}', '{"format": 1, "generation": 1}'])
def test_a_damaged_one_is_said(tmp_path, text):
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(StoreError, match="manifest"):
        read_manifest(tmp_path)


def test_none_is_said(tmp_path):
    with pytest.raises(Absent):
        read_manifest(tmp_path)
