"""What lies beside the bars of a test's panel: events, facts and members written as rows."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

import polars as pl

from scanwright.model.panel import Panel
from scanwright.store.dated import dated_of, derived
from scanwright.store.tables import SCHEMAS

EVENTS = pl.Schema({**SCHEMAS["events"], "eps": pl.Float64})
FACTS = pl.Schema({**SCHEMAS["facts"], "word": pl.String})


def utc(text: str | None) -> dt.datetime | None:
    """A moment as it is written in a test, in UTC."""
    return None if text is None else dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def event(kind: str, due: str, known: str | None = None, *, symbol: str = "A", **more: object) -> dict[str, object]:
    """An event; `seen status timing headline eps` are further facts of it."""
    seen = utc(str(more.pop("seen"))) if "seen" in more else None
    return {"symbol": symbol, "kind": kind, "ts": utc(due), "known": utc(known), "seen": seen, **more}


def fact(name: str, known: str | None, value: float | str, *, symbol: str = "A") -> dict[str, object]:
    """A fact; a text is a word of a category."""
    row: dict[str, object] = {"symbol": symbol, "fact": name, "known": utc(known)}
    return {**row, "word" if isinstance(value, str) else "value": value}


def member(name: str, since: str | None, until: str | None = None, *, symbol: str = "A") -> dict[str, object]:
    """A membership."""
    first, last = (None if each is None else dt.date.fromisoformat(each) for each in (since, until))
    return {"symbol": symbol, "list": name, "since": first, "until": last}


def tables(
    events: Sequence[dict[str, object]] = (),
    facts: Sequence[dict[str, object]] = (),
    members: Sequence[dict[str, object]] = (),
) -> dict[str, pl.DataFrame]:
    """The tables of the rows, those that there are."""
    given = {"events": (events, EVENTS), "facts": (facts, FACTS), "members": (members, SCHEMAS["members"])}
    return {name: pl.DataFrame(list(rows), schema=schema) for name, (rows, schema) in given.items() if rows}


def beside(panel: Panel, *, symbols: pl.DataFrame | None = None, **rows: Sequence[dict[str, object]]) -> Panel:
    """The panel with events, facts, members and a symbol table."""
    found = tables(**rows) | ({} if symbols is None else {"symbols": symbols})
    dated, facts = dated_of(derived(found, panel.symbols, panel.calendar), len(panel.symbols))
    return dataclasses.replace(panel, dated=dated, attributes={**panel.attributes, **facts})
