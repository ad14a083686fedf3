"""What an import is asked, and how it is watched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

Progress = Callable[[int, int, str], None]
"""Told `(done, total, what)` as an import goes on."""

Stamps = Literal["start", "end"]


def unheard(done: int, total: int, what: str) -> None:
    """The progress of an import that nobody watches."""
    del done, total, what
