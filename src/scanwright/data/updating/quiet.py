"""Who has no bar any more though others go on: delisted without a word, halted, or forgotten by the provider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from scanwright.model.panel import Bytes, Ints, Panel

LATELY = 10  # sessions without a bar after which a symbol is called quiet


def since_of(stamps: Ints, whole: int) -> int:
    """The date, in seconds since 1970, from which on somebody who goes on has a bar: so many sessions before the last.

    >>> days = np.arange("2015-03-02", "2015-03-31", dtype="M8[D]").astype("M8[s]").astype(np.int64)
    >>> str(np.datetime64(since_of(days, 20), "s").astype("M8[D]"))
    '2015-03-12'
    """
    days = np.unique(stamps[:whole] // 86_400)
    return int(days[max(len(days) - LATELY, 0)]) * 86_400 if len(days) else 0


def quiet(lasts: Mapping[str, int], symbols: Iterable[str], since: int) -> Mapping[str, str]:
    """The symbols without a bar from a date on, and the date of the last one; empty for who never had any.

    >>> quiet({"A": 1_426_032_000, "B": 1_420_070_400}, ["A", "B", "C"], 1_426_000_000)
    {'B': '2015-01-01', 'C': ''}
    """
    found = {each: lasts.get(each) for each in symbols}
    return {each: _date(last) for each, last in found.items() if last is None or last < since}


def _date(stamp: int | None) -> str:
    return "" if stamp is None else str(np.datetime64(stamp, "s").astype("M8[D]"))


def lasts_of(panel: Panel, since: int) -> Mapping[str, int]:
    """The last bar of each symbol; of those who have one from a date on, some bar since then."""
    stamps = panel.ts.astype("M8[s]").astype(np.int64)
    start = int(np.searchsorted(stamps, since))
    alive: Bytes = panel.bar[start:].max(axis=0, initial=0)
    found: dict[str, int] = {}
    for at, symbol in enumerate(panel.symbols):
        if alive[at]:
            found[symbol] = int(stamps[-1])
        else:
            rows = np.flatnonzero(panel.bar[:, at])
            if len(rows):
                found[symbol] = int(stamps[rows[-1]])
    return found
