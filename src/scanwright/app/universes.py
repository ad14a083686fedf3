"""Who belongs to the names of a universe: watch lists, indexes, files, and what symbols are called in this market."""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from scanwright.app.rows import Rows
from scanwright.app.wiring import catalogue
from scanwright.data.symbols import Rename, called, renames_of
from scanwright.model.errors import Absent, ScanwrightError, SettingsError
from scanwright.scan.definition import Scan
from scanwright.scan.judge import Case
from scanwright.scan.let_in import Membership, members_a_day, membership
from scanwright.scan.members import Sets, Spell
from scanwright.scan.universe import read_universe, stands_for
from scanwright.store.lists import Lists
from scanwright.store.market import Market

if TYPE_CHECKING:
    from scanwright.app.market import Market as AppMarket
    from scanwright.model.panel import Panel

DAY = dt.timedelta(days=1)


def sets_of(scan: Scan, market: Market, symbols: Sequence[str]) -> Sets:
    """The members of every name that a scan's universe and exclusion hold; one error tells all names that are wrong."""
    universe, exclude = scan.universes()
    names = dict.fromkeys((*universe.names, *exclude.names))
    if not names:
        return Sets()
    asking = _Names(market, frozenset(symbols))
    found: dict[str, tuple[Spell, ...]] = {}
    wrong: list[ScanwrightError] = []
    for name in names:
        try:
            found[name] = asking.members(name)
        except (SettingsError, Absent) as error:
            wrong.append(error)
    if len(wrong) == 1:
        raise wrong[0]
    if wrong:
        raise SettingsError(
            expected="names that this market knows",
            found="; ".join(error.text for error in wrong),
            todo="; ".join(error.advice for error in wrong if error.advice),
        )
    return Sets(spells=found, notes=tuple(asking.notes))


def ever_named(universe: str, market: Market) -> tuple[str, ...]:
    """Every symbol that a universe of names lets in on some day, whether the market has it or not.

    `SettingsError` where it asks for a condition: that needs the bars which are yet to come.
    """
    found = read_universe(universe)
    if found.condition or len(found.groups) != 1:
        todo = "fetch all of the names; the condition stands in the scan"
        raise SettingsError(expected="names with commas between", found=repr(universe), todo=todo)
    asking = _Names(market, frozenset())
    symbols = (spell.symbol for name in found.names for spell in asking.members(name))
    return tuple(dict.fromkeys(each.rpartition(":")[2] for each in symbols))


def symbols_of_file(path: Path) -> list[str]:
    """The symbols of a file as they are written: TradingView's text, one a line, or CSV with a column `symbol`."""
    from scanwright.data.lists import read_list

    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        found = error.strerror or str(error)
        raise SettingsError(expected=f"a file of symbols at {path}", found=found, todo="check the path") from None
    except UnicodeDecodeError:
        raise SettingsError(
            expected=f"text (UTF-8) in {path}", found="another encoding", todo="save it as UTF-8"
        ) from None
    entries = read_list(text)
    if not entries:
        raise SettingsError(expected=f"symbols in {path}", found="none", todo="one symbol a line")
    return [each.written for each in entries]


class _Names:
    """Finds the members of one name after the other; what a person should know gathers in `notes`."""

    def __init__(self, market: Market, symbols: frozenset[str]) -> None:
        """Know a market and the symbols that it has bars of."""
        self._market, self._symbols = market, symbols
        self.notes: dict[str, None] = {}

    def members(self, name: str) -> tuple[Spell, ...]:
        """The members of a name."""
        ways: Mapping[str, Callable[[str], tuple[Spell, ...]]] = {
            "symbol": lambda text: self._plain([text]),
            "list": self._list,
            "index": self._index,
            "file": lambda text: self._plain(symbols_of_file(Path(text.removeprefix("@")))),
        }
        return ways[stands_for(name)](name)

    def _plain(self, names: Sequence[str]) -> tuple[Spell, ...]:
        return tuple(dict.fromkeys(Spell(self._today(each)) for each in names))

    def _list(self, name: str) -> tuple[Spell, ...]:
        entries = Lists(market=self._market.folder).read(name.removeprefix("list:"))
        if not entries:
            self.notes[f"{name} is empty"] = None
        return self._plain([each.written for each in entries])

    def _index(self, name: str) -> tuple[Spell, ...]:
        table = self._market.table("members")
        wanted = name.removeprefix("index:")
        held: list[str] = [] if table is None else table["list"].unique().sort().to_list()
        if table is None or wanted not in held:
            near = difflib.get_close_matches(wanted, held, 1, 0.5)
            raise SettingsError(
                expected=f"the members of an index {wanted!r}",
                found=f"those of {', '.join(held)}" if held else "those of none",
                todo=f"did you mean index:{near[0]}?"
                if near
                else f"scanwright data symbols --import FILE --index {wanted} brings symbol, since and until in",
            )
        rows = table.filter(table["list"] == wanted).select("symbol", "since", "until").iter_rows()
        return tuple(Spell(self._today(symbol), since, until and until - DAY) for symbol, since, until in rows)

    def _today(self, name: str) -> str:
        """What a symbol is called here, and the note that goes with it."""
        if name in self._symbols:
            return name
        found = called(name, self._symbols, self._renames)
        if found.note:
            self.notes[found.note] = None
        return found.symbol

    @cached_property
    def _renames(self) -> tuple[Rename, ...]:
        return renames_of(self._market.table("renames"))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Resolved:
    """What a symbol that was asked for is called here."""

    symbol: str
    notes: tuple[str, ...]


def resolved(name: str, market: Market, symbols: Sequence[str]) -> Resolved:
    """A symbol by any of its names."""
    asking = _Names(market, frozenset(symbols))
    (spell,) = asking.members(name)
    return Resolved(symbol=spell.symbol, notes=tuple(asking.notes))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Described:
    """A universe in words and numbers.

    definition: in canonical text. members: at the frame of now. days, mean: how many frames there are, and how many
    members had a bar on one of them. notes: what a person should know.
    """

    definition: str
    members: Membership
    days: int
    mean: float
    notes: Sequence[str]

    def sentence(self) -> str:
        """How many members there are."""
        found = self.members
        now = f"{len(found.members):,} of {found.symbols:,} symbols with a bar on {found.frame} are members"
        return f"{now}; {self.mean:,.0f} on a day of {self.days:,}" if found.frame else "there is no bar yet"


def described(scan: Scan, market: AppMarket, panel: Panel) -> Described:
    """A scan's universe on a market."""
    sets = market.sets(scan, panel)
    found = membership(scan, panel, catalogue(), threads=market.threads, sets=sets)
    counts = members_a_day(scan, panel, catalogue(), threads=market.threads, sets=sets)
    case = Case.of(scan, panel, catalogue(), sets)
    used = counts[counts > 0]
    return Described(
        definition=definition_of(case),
        members=found,
        days=len(used),
        mean=float(used.mean()) if len(used) else 0.0,
        notes=[*sets.notes, *case.foretold()],
    )


def definition_of(case: Case) -> str:
    """The universe as it was read: names, then conditions, in canonical text."""
    asked = [text for part in case.bound.parts if not part.leaves_out for text in part.terms]
    text = " and ".join(asked) or "all"
    return text + (f", without {case.scan.exclude}" if case.scan.exclude else "")


def universe_rows(found: Described) -> Rows:
    """Each part: for how many symbols with a bar it holds, does not, cannot be told, and how many are left after it."""
    names = ("part", "holds", "fails", "unknown", "left")
    rows = [(each.term, each.holds, each.fails, each.unknown, each.left) for each in found.members.terms]
    return Rows(names=names, rows=rows)


def universe_document(found: Described) -> Mapping[str, object]:
    """The definition, the members, and the parts."""
    return {
        "definition": found.definition,
        "frame": found.members.frame,
        "symbols": found.members.symbols,
        "members": list(found.members.members),
        "days": found.days,
        "members_a_day": found.mean,
        "parts": universe_rows(found).objects(),
    }
