"""Where bars and the rows of small tables came from, kept small in the manifest: said without reading a table."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

import polars as pl

from scanwright.store.manifest import Source
from scanwright.store.merging import stamp_text

MOST = 32  # the names that are kept, the latest ones


def sources_with(
    known: Sequence[Source], asked: pl.DataFrame | None, good: pl.DataFrame, name: str
) -> tuple[Source, ...]:
    """The sources after bars have come.

    asked: all stretches, where the bars answer some; else they are of a file called `name`. good: the bars, none where
    all of them were there already. Bars that answer nothing and come beside others (a correction, a bar of a feed) are
    no source of their own.
    """
    if asked is not None:
        coming = _providers(asked, 10 if good.schema["ts"] == pl.Date else 19)
    elif good.is_empty() or (any(each.asked for each in known) and name not in {each.name for each in known}):
        return tuple(known)
    else:
        first, last = stamp_text(good["ts"].min()), stamp_text(good["ts"].max())
        coming = [_with(known, Source(name=name, first=first, last=last, symbols=good["symbol"].n_unique()))]
    names = {each.name for each in coming}
    return tuple([*(each for each in known if each.name not in names), *coming][-MOST:])


def told_with(known: Sequence[Source], coming: Source) -> tuple[Source, ...]:
    """The sources of a small table after rows have come.

    >>> file, asked = (Source(name=name, first="", last="", symbols=2) for name in ("a.csv", "simulated"))
    >>> [each.name for each in told_with([file, asked], file)]
    ['simulated', 'a.csv']
    """
    before = next((each for each in known if each.name == coming.name), coming)
    others = [each for each in known if each.name != coming.name]
    asked = coming if coming.asked else before  # figures made of what a provider gave ask nobody
    now = dataclasses.replace(asked, symbols=max(before.symbols, coming.symbols))
    return tuple([*others, now][-MOST:])


def teller(name: str, rows: pl.DataFrame, asked: dt.datetime | None, delayed: dt.timedelta | None) -> Source:
    """Who told rows of a small table, and when it was asked; a file was not."""
    return Source(
        name=name,
        first="",
        last="",
        symbols=rows["symbol"].n_unique(),
        asked="" if asked is None else asked.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        delayed=None if delayed is None else delayed.total_seconds(),
    )


def _with(known: Sequence[Source], coming: Source) -> Source:
    """A file together with what came under its name before."""
    for each in known:
        if each.name == coming.name:
            first, last = min(each.first, coming.first), max(each.last, coming.last)
            return Source(name=each.name, first=first, last=last, symbols=max(each.symbols, coming.symbols))
    return coming


def _providers(asked: pl.DataFrame, length: int) -> list[Source]:
    """Each provider's stretches in one, the one asked last at the end; `length` is that of a stamp's text."""
    parts = asked.sort("asked_at").partition_by("provider", maintain_order=True)
    return sorted((_provider(part, length) for part in parts), key=lambda each: each.asked)


def _provider(part: pl.DataFrame, length: int) -> Source:
    """One provider's stretches."""
    delayed: float | None = part["delayed_seconds"][-1]
    return Source(
        name=str(part["provider"][0]),
        first=stamp_text(part["first"].min())[:length],
        last=stamp_text(part["last"].max())[:length],
        symbols=part["symbol"].n_unique(),
        asked=stamp_text(part["asked_at"].max()),
        delayed=delayed,
    )
