"""Pages that follow from the code fit it."""

from __future__ import annotations

import runpy

import pytest

from tests.docs.documents import ROOT

PAGES = runpy.run_path(str(ROOT / "tools" / "make_docs.py"))["pages"]()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_up_to_date(name):
    kept = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert kept == PAGES[name], "run .venv/bin/python tools/make_docs.py"


def test_every_decision_is_listed():
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    pages = sorted(path.name for path in folder.glob("0*.md"))
    assert pages
    assert all(f"]({name})" in listed for name in pages)


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "decisions").glob("0*.md")), ids=lambda path: path.stem)
def test_a_decision_answers_what_decisions_answer(path):
    text = path.read_text(encoding="utf-8")
    parts = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert parts == ["Question", "Choice", "Measured", "Against", "Look again when"]
    assert text.startswith(f"# {path.stem[:4]} ")
