"""What goes into what: read from top to bottom, this is the only list in the program."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from scanwright.app.settings import WallClock
from scanwright.expr.catalogue import Catalogue, Entry, Folder, indicator_entry, kernel_entry, plug_ins
from scanwright.expr.words import ALIASES, WORDS
from scanwright.model.clock import Clock


@cache
def catalogue() -> Catalogue:
    """The language: the words of the grammar, the kernels and the indicators by their folders, then what is further."""
    kernels = Folder(package="scanwright.kernels", make=kernel_entry, attribute="KERNEL")
    indicators = Folder(package="scanwright.indicators", make=indicator_entry)
    return Catalogue(words=WORDS, folders=(kernels, indicators), fallback=further)


def further() -> Mapping[str, Entry]:
    """Indicators of other packages, and TA-Lib's functions; looked at when no file of ours has the name."""
    from scanwright.kernels._talib import functions

    borrowed = {name: kernel_entry(name, kernel) for name, kernel in functions().items() if name not in ALIASES}
    return {**borrowed, **plug_ins()}


def clock() -> Clock:
    """The time, for whoever asks."""
    return WallClock()
