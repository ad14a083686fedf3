"""`scanwright history`."""

from __future__ import annotations


def history() -> None:
    """Later."""
