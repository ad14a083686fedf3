"""`scanwright lists`: watch lists, kept in the market's folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from scanwright.app.cli.options import FORMAT, MARKET, OUT
from scanwright.app.cli.words import Command, Word
from scanwright.model.errors import SettingsError

if TYPE_CHECKING:
    from scanwright.app.cli.console import Sink
    from scanwright.app.lists import WatchLists
    from scanwright.app.market import Market

USE = "scanwright lists show|add|remove|import|export|delete NAME ..."


def lists(
    words: Sequence[str] = (),
    market: Path | None = None,
    note: str = "",
    section: str = "",
    as_: Literal["tradingview", "csv"] = "tradingview",
    format: str | None = None,
    out: Path | None = None,
    *,
    replace: bool = False,
) -> None:
    """Show and change watch lists."""
    from scanwright.app.cli.console import Sink
    from scanwright.app.cli.opened import opened

    sink = Sink.choose(format, out if not words or words[0] != "export" else None)
    action, name, rest = _read(list(words))
    place = opened(market)
    held = place.lists
    ways: dict[str, Callable[[], None]] = {
        "": lambda: _overview(place, sink),
        "show": lambda: _show(held, name, sink),
        "add": lambda: _add(place, name, rest, note, section),
        "remove": lambda: _remove(held, name, rest),
        "import": lambda: _import(place, name, rest, replace=replace),
        "export": lambda: _export(held, name, rest, as_, out),
        "delete": lambda: _delete(held, name),
    }
    ways[action]()


def _read(words: list[str]) -> tuple[str, str, list[str]]:
    """The action, the list's name, and what follows."""
    takes = {
        "show": (0, 0),
        "delete": (0, 0),
        "add": (1, None),
        "remove": (1, None),
        "import": (1, 1),
        "export": (0, 1),
    }
    if not words:
        return "", "", []
    action, *rest = words
    if action not in takes:
        if len(words) == 1:
            return "show", action, []
        raise SettingsError(expected=USE, found=repr(action), todo="name one of these")
    if not rest:
        raise SettingsError(expected=USE, found="no name of a list", todo=f"for example scanwright lists {action} mine")
    name, *further = rest
    symbols = (
        [part for each in further for part in each.split(",") if part.strip()]
        if action in {"add", "remove"}
        else further
    )
    least, most = takes[action]
    if len(symbols) < least or (most is not None and len(symbols) > most):
        wanted = {"import": "one file", "export": "at most one file"}.get(
            action, "symbols" if least else "nothing more"
        )
        todo = "scanwright lists --help"
        raise SettingsError(expected=f"{wanted} after {action} {name}", found=" ".join(symbols) or "none", todo=todo)
    return action, name, symbols


def _overview(market: Market, sink: Sink) -> None:
    from scanwright.app.cli.console import say
    from scanwright.app.rows import Rows

    held = market.lists

    rows = [
        (name, len(each), ", ".join(dict.fromkeys(e.section for e in each.entries if e.section)))
        for name, each in held.items()
    ]
    if rows or not sink.is_table:
        sink.write(Rows(names=("list", "symbols", "sections"), rows=rows))
    else:
        say("no list is here yet; scanwright lists add NAME SYMBOL ... makes one")
    if indexes := held.indexes():
        say(f"indexes: {' '.join(f'index:{name}' for name in indexes)}")


def _show(held: WatchLists, name: str, sink: Sink) -> None:
    from scanwright.app.cli.console import say

    found = held[name]
    if len(found) or not sink.is_table:
        sink.write(found.rows())
    say(f"{name}: {len(found):,} symbols")


def _add(market: Market, name: str, symbols: Sequence[str], note: str, section: str) -> None:
    from scanwright.app.cli.console import say

    done = market.lists.add(name, symbols, note=note, section=section)
    say(f"{name}: {done.added:,} added, {done.present:,} there already; {done.entries:,} symbols")
    _tell_unknown(market, name, symbols)


def _remove(held: WatchLists, name: str, symbols: Sequence[str]) -> None:
    from scanwright.app.cli.console import say

    done = held.remove(name, symbols)
    say(f"{name}: {done.removed:,} removed; {done.entries:,} symbols")


def _import(market: Market, name: str, rest: Sequence[str], *, replace: bool) -> None:
    from scanwright.app.cli.console import say

    done = market.lists.import_file(name, rest[0], replace=replace)
    say(f"{name}: {done.added:,} added, {done.present:,} there already; {done.entries:,} symbols")
    _tell_unknown(market, name, market.lists[name].symbols)


def _tell_unknown(market: Market, name: str, symbols: Sequence[str]) -> None:
    """Say which symbols of a list the market does not have; they stay on it."""
    from scanwright.app.cli.console import warn

    if not market.intervals:
        return
    found = market.lists.unknown(symbols, market.symbols)
    warn(found.notes)
    if found.unknown:
        shown = ", ".join(found.unknown[:10]) + (" ..." if len(found.unknown) > 10 else "")
        warn([f"{len(found.unknown):,} of them are kept on {name} and not in this market: {shown}"])


def _export(
    held: WatchLists, name: str, rest: Sequence[str], form: Literal["tradingview", "csv"], out: Path | None
) -> None:
    from scanwright.app.cli.console import Sink, say
    from scanwright.app.rows import Format

    path = Path(rest[0]) if rest else out
    chosen = "csv" if path is not None and path.suffix.lower() == ".csv" else form
    Sink(format=Format.TABLE, path=path).write_text(held.text(name, chosen))
    say(f"{name}: {len(held[name]):,} symbols")


def _delete(held: WatchLists, name: str) -> None:
    from scanwright.app.cli.console import say

    held.delete(name)
    say(f"{name} is deleted")


COMMAND = Command(
    name="lists",
    summary="watch lists: show, add, remove, import, export, delete",
    run=lists,
    words=(
        Word(
            name="words",
            option="",
            metavar="ACTION NAME ...",
            help="show NAME; add or remove NAME SYMBOL ...; import NAME FILE; export NAME [FILE]; delete NAME",
            many=True,
        ),
        MARKET,
        Word(name="note", metavar="TEXT", help="with add: kept beside each symbol"),
        Word(name="section", metavar="TEXT", help="with add: the heading that they stand under"),
        Word(name="replace", help="with import: the list holds what the file holds, and no more", flag=True),
        Word(
            name="as_",
            option="--as",
            help="with export: NASDAQ:AAPL,... or all that is known of each symbol; else as the file's name ends",
            choices=("tradingview", "csv"),
        ),
        FORMAT,
        OUT,
    ),
)
