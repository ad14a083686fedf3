"""The symbols of a market: a table of them, files and providers that bring their facts in."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from scanwright.app.rows import Rows, of_objects
from scanwright.data.symbols import FACTS, Known, Span, called, known_symbols, matching, renames_of
from scanwright.model.errors import ProviderError, SettingsError
from scanwright.scan.judge import stamp

if TYPE_CHECKING:
    import polars as pl

    from scanwright.app.market import Market
    from scanwright.app.settings import Settings
    from scanwright.data.ports import Answer
    from scanwright.model.clock import Clock
    from scanwright.model.panel import Panel
    from scanwright.store.report import ImportReport

LONG_AGO = dt.date(1980, 1, 1)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Which symbols are wanted: a text in them or their names, facts that they must have, only those gone or all."""

    search: str = ""
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    unlisted: bool = False


def symbols_of(market: Market, panel: Panel | None, asked: Asked) -> Sequence[Known]:
    """The symbols of a market that are wanted; `SettingsError` for a fact that none of them has."""
    found = known_symbols(
        market.stored.table("symbols"), spans_of(panel) if panel else {}, renames_of(market.stored.table("renames"))
    )
    for name, value in asked.facts.items():
        held = sorted({each.facts.get(name, "") for each in found} - {""})
        if value not in held:
            raise _unheld(name, value, held)
        found = tuple(each for each in found if each.facts.get(name) == value)
    if asked.unlisted:
        found = tuple(each for each in found if each.facts.get("delisted"))
    return matching(found, asked.search) if asked.search else found


def _unheld(name: str, value: str, held: Sequence[str]) -> SettingsError:
    import difflib

    near = difflib.get_close_matches(value, held, 1, 0.4)
    known = f"it has {', '.join(held[:12])}" if held else "scanwright data symbols --import FILE brings facts in"
    todo = f"did you mean {near[0]!r}?" if near else known
    return SettingsError(expected=f"a {name} of this market", found=repr(value), todo=todo)


def spans_of(panel: Panel) -> dict[str, Span]:
    """The first and the last bar of every symbol that has one."""
    bar = np.asarray(panel.bar)
    counts = bar.sum(axis=0, dtype=np.int64)
    first, last = bar.argmax(axis=0), len(bar) - 1 - bar[::-1].argmax(axis=0)
    return {
        symbol: Span(
            first=stamp(panel.ts[int(first[at])], panel.interval),
            last=stamp(panel.ts[int(last[at])], panel.interval),
            bars=int(counts[at]),
        )
        for at, symbol in enumerate(panel.symbols)
        if counts[at]
    }


def known_rows(found: Sequence[Known], *, short: bool) -> Rows:
    """A row a symbol; `short` leaves out columns that nobody of these has."""
    names = ("symbol", *FACTS, "first", "last", "bars", "before", "missing")
    rows = of_objects(names, (_object(each) for each in found))
    if not short:
        return rows
    kept = [at for at, name in enumerate(names) if name == "symbol" or any(row[at] is not None for row in rows.rows)]
    return Rows(names=[names[at] for at in kept], rows=[[row[at] for at in kept] for row in rows.rows])


def _object(each: Known) -> dict[str, str | float | None]:
    span = each.span
    return {
        "symbol": each.symbol,
        **{name: each.facts.get(name) or None for name in FACTS},
        "first": span.first if span else None,
        "last": span.last if span else None,
        "bars": span.bars if span else 0,
        "before": ", ".join(each.before) or None,
        "missing": " ".join(each.missing) or None,
    }


def import_symbols(market: Market, path: Path, index: str = "") -> tuple[Sequence[ImportReport], Sequence[str]]:
    """Bring facts, renames or members of an index in from a file; what was done, and how it was understood."""
    from scanwright.data.symbol_files import read_symbol_file

    told = read_symbol_file(path, index)
    tables = dict(told.tables)
    if "members" in tables:
        tables["members"] = _called_today(market, tables["members"])
    reports = [market.stored.put(name, table, source=path.name) for name, table in tables.items()]
    return reports, told.said


def _called_today(market: Market, members: pl.DataFrame) -> pl.DataFrame:
    """Members under the names that they have in this market, where the file has those of the day."""
    import polars as pl

    held, renames = frozenset(market.symbols), renames_of(market.stored.table("renames"))
    names = {each: called(each, held, renames).symbol for each in members["symbol"].unique().to_list()}
    return members.with_columns(pl.col("symbol").replace(names))


def fetch_symbols(
    market: Market, providers: str, settings: Settings, clock: Clock, *, url: str, say: Callable[[str], None]
) -> Sequence[ImportReport]:
    """Ask providers for the list of symbols; for renames, delistings and members of indexes where they offer them."""
    from scanwright.app.providers import asking
    from scanwright.data.ports import ActionsWanted, MembersWanted, SymbolsWanted
    from scanwright.data.updating.tables import action_rows, put_answer, symbol_rows

    further = (ActionsWanted(first=LONG_AGO, last=clock.now().date()), MembersWanted())
    found: list[ImportReport] = []

    def put(tables: Mapping[str, pl.DataFrame], answer: Answer) -> None:
        found.extend(put_answer(market.stored, name, table, answer) for name, table in tables.items())

    async def asked() -> None:
        async with asking(providers, settings, clock, say=say, url=url, sessions=market.stored.calendar) as provider:
            answer = await provider.ask(SymbolsWanted())
            put(symbol_rows(answer, None), answer)
            for want in further:
                if type(want) not in provider.offers.wants:
                    continue
                try:
                    answer = await provider.ask(want)
                except ProviderError as error:
                    say(f"not all came: {error}")
                    continue
                if isinstance(want, MembersWanted):
                    put({"members": _called_today(market, answer.table)} if len(answer.table) else {}, answer)
                else:
                    rows = action_rows(answer)
                    put({name: rows[name] for name in ("renames", "symbols") if name in rows}, answer)

    asyncio.run(asked())
    return found
