"""The named figures: the same names in the language and here, each with its source and its way into a market."""

from __future__ import annotations

from scanwright.data.facts.catalogue import FIGURES, WANTED
from scanwright.data.options.figures import MADE
from scanwright.expr.words import COMPUTED, NAMED
from tests.docs.documents import ROOT, rows


def test_the_language_names_the_same_figures():
    assert set(FIGURES) == {*NAMED, *COMPUTED}
    assert {name for name, each in FIGURES.items() if each.source == "bars"} == set(COMPUTED)


def test_what_chains_give_is_said_to_come_from_chains():
    assert {name for name, each in FIGURES.items() if each.source == "chains"} == {*MADE, "iv_rank"}


def test_each_says_its_unit_and_how_it_comes():
    assert all(each.unit and each.made and each.wanted for each in FIGURES.values())
    assert {each.source for each in FIGURES.values()} == set(WANTED)


def test_the_page_tells_what_the_catalogue_does():
    told = {row[0]: tuple(row[1:]) for row in rows(ROOT / "docs/options.md", "name", "unit", "source", "made")}
    assert told == {name: (each.unit, each.source, each.made) for name, each in FIGURES.items()}
