"""What the documents show is true: expressions are read, refusals are refused, scan files bind, Python runs."""

from __future__ import annotations

import tomllib

import pytest

from scanwright.app.wiring import catalogue
from scanwright.expr.reader import read
from scanwright.expr.types import Typing
from scanwright.model.errors import ExpressionError
from scanwright.scan.definition import KEYS, of_table
from scanwright.scan.receipt import OUTSIDE, REASONS
from tests.docs.documents import ROOT, blocks, expressions, rows

LANGUAGE = ROOT / "docs" / "language.md"
SCANS = ROOT / "docs" / "scans.md"
UNIVERSES = ROOT / "docs" / "universes.md"


def cases(found):
    return [pytest.param(text, id=f"{where} {text[:40]}") for where, text in found]


def test_there_are_examples():
    assert len(list(expressions("scan"))) > 30
    assert len(list(expressions("refused"))) > 8


@pytest.mark.parametrize("text", cases(expressions("scan")))
def test_an_expression_that_is_shown_is_read(text):
    read(text, catalogue())


@pytest.mark.parametrize("text", cases(expressions("refused")))
def test_a_refusal_that_is_shown_is_one(text):
    with pytest.raises(ExpressionError) as refused:
        read(text, catalogue())
    assert refused.value.line == 1


def translated(text):
    """The tree of a text, or the advice of its refusal."""
    try:
        return read(text, catalogue())
    except ExpressionError as error:
        return error.advice


@pytest.mark.parametrize(("elsewhere", "here"), list(rows(LANGUAGE, "elsewhere", "here")))
def test_what_other_systems_write_is_translated(elsewhere, here):
    found, meant = translated(elsewhere), read(here, catalogue())
    assert found
    assert isinstance(found, str) or found == meant


@pytest.mark.parametrize("text", cases(blocks("toml")))
def test_a_scan_file_that_is_shown_binds(text):
    of_table(tomllib.loads(text), "shown").bind(Typing(catalogue()))


def test_every_key_and_reason_is_explained():
    assert {row[0] for row in rows(SCANS, "key", "what it says", "without it")} == set(KEYS)
    assert {row[0] for row in rows(SCANS, "reason", "meaning")} <= set(REASONS)
    assert {row[0] for row in rows(UNIVERSES, "outside", "meaning")} == set(OUTSIDE)


@pytest.mark.parametrize("text", cases(blocks("python")))
def test_python_that_is_shown_runs(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(compile(text, "shown", "exec"), {"__name__": "shown"})
