"""Writes `web/openapi.json`, of which the page's types are made: what the service answers, without starting one.

    .venv/bin/python tools/openapi.py

A test says when it no longer fits.
"""

from __future__ import annotations

import json
import pathlib

from scanwright.app.http.building import described

FILE = pathlib.Path(__file__).parent.parent / "web" / "openapi.json"


def text() -> str:
    """The file as it should be."""
    return json.dumps(described().openapi(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
