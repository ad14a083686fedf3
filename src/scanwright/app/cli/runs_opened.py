"""The records that a command about runs looks into."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from pathlib import Path

from scanwright.app.records import opened as records_of
from scanwright.app.settings import Settings
from scanwright.app.wiring import clock
from scanwright.store.market import Market
from scanwright.store.records.database import Database


@contextlib.contextmanager
def opened(market: Path | None, settings: Path | None) -> Generator[tuple[Market, Database]]:
    """The market of `--market`, else of the settings, and the records of its runs."""
    known = Settings.read(file=settings)
    stored = Market.open(market or known.market)
    with records_of(stored.folder, known, clock()) as records:
        yield stored, records
