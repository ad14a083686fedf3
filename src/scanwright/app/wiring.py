"""What goes into what: read from top to bottom, this is the only list in the program."""

from __future__ import annotations

from functools import cache

from scanwright.expr.catalogue import Catalogue, Folder, indicator_entry, kernel_entry
from scanwright.expr.words import WORDS


@cache
def catalogue() -> Catalogue:
    """The language: the words of the grammar, the kernels, the indicators; then other packages' and TA-Lib's functions."""
    kernels = Folder(package="scanwright.kernels", make=kernel_entry, attribute="KERNEL")
    indicators = Folder(package="scanwright.indicators", make=indicator_entry)
    return Catalogue(words=WORDS, folders=(kernels, indicators))
