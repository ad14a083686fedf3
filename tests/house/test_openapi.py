"""What the page's types are made of is what the service says of itself."""

from __future__ import annotations

import runpy

from tests.house.source import ROOT


def test_the_page_knows_the_service_as_it_is():
    found = runpy.run_path(str(ROOT / "tools" / "openapi.py"))
    assert found["FILE"].read_text(encoding="utf-8") == found["text"](), "run .venv/bin/python tools/openapi.py"
