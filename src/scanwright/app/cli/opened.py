"""The market that a command is about."""

from __future__ import annotations

from pathlib import Path

from scanwright.app.market import Market
from scanwright.app.settings import Settings
from scanwright.store.market import Market as Stored


def opened(folder: Path | None) -> Market:
    """The market of `--market`, else of the settings."""
    settings = Settings.read()
    return Market(Stored.open(folder or settings.market), threads=settings.threads)
