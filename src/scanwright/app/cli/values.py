"""`scanwright values`."""

from __future__ import annotations


def values() -> None:
    """Later."""
