"""Who takes part, as it is written: everybody, names, a condition judged day by day, or several of these with `and`.

    universe = part {"and" part}
    part     = "all" | "liquid" | name {"," name} | condition
    name     = SYMBOL | EXCHANGE:SYMBOL | list:NAME | index:NAME | @FILE | FILE.txt | FILE.csv

A member belongs to every group of names and satisfies the condition. `liquid` is a word of the condition.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterator

from scanwright.expr.types import Typing
from scanwright.model.errors import SettingsError

LIQUID = "raw(close) > 5 and sma(dollar_volume, 20)[1] > 5e6"
STOCKS = ' and kind in ("common", "adr")'
WORD = "liquid"
SETS = ("list", "index")
FILES = (".txt", ".csv")

_NAME = re.compile(r"(?:(?:list|index):[^\s,()\"'<>=]+|@[^,\"'()<>=]+|[^\s,<>=!()\"'\[\]*+@]+(?:=[A-Z]+)?)")
_SET = re.compile(r"(?<![\w.])(?:list|index):[\w.-]+|(?<!\S)@\S+")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Universe:
    """A universe or an exclusion that was read: groups of names, and what must hold beside, "" for nothing.

    >>> read_universe("list:mine,AAPL and close > 5 and liquid")
    Universe(groups=(('list:mine', 'AAPL'),), condition='close > 5 and liquid')
    """

    groups: tuple[tuple[str, ...], ...] = ()
    condition: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every name of every group, once."""
        return tuple(dict.fromkeys(name for group in self.groups for name in group))


def read_universe(text: str, words: Collection[str] = ()) -> Universe:
    """The parts of a universe; `words` are the names that the scan defines, which stand for conditions."""
    parts = [part for each in _split(text, "and") if (part := each.strip())]
    groups: list[tuple[str, ...]] = []
    conditions: list[str] = []
    for part in parts:
        names = _names(part) if part not in {WORD, *words} else ()
        if names:
            groups.append(names)
        elif part != "all":
            conditions.append(part)
    if not groups and len(conditions) == len(parts):
        return Universe(condition=_without_sets(text.strip()))
    if any(len(list(_split(each, "or"))) > 1 for each in conditions) and len(parts) > 1:
        raise SettingsError(
            expected="brackets around `or` where a universe has several parts",
            found=repr(text),
            todo="for example list:mine and (close > 5 or volume > 1e6)",
        )
    return Universe(groups=tuple(groups), condition=_without_sets(" and ".join(conditions)))


def stands_for(name: str) -> str:
    """What a name stands for: `list`, `index`, `file` or `symbol`.

    >>> [stands_for(each) for each in ("list:mine", "index:SP500", "@mine", "mine.csv", "NASDAQ:AAPL")]
    ['list', 'index', 'file', 'file', 'symbol']
    """
    head, sign, _ = name.partition(":")
    if sign and head in SETS:
        return head
    return "file" if name.startswith("@") or name.endswith(FILES) else "symbol"


def liquid_text(typing: Typing) -> str:
    """The definition of `liquid`.

    A traded price over 5 and a 20-day dollar volume to the day before over 5 million; where the market knows the kind
    of its symbols, common stocks and ADRs only.
    """
    return LIQUID + (STOCKS if "kind" in typing.present else "")


def _names(part: str) -> tuple[str, ...]:
    """The names of a group, nothing where the part is a condition."""
    if part == "all":
        return ()
    names = [each.strip() for each in part.split(",")]
    if not all(not each or _NAME.fullmatch(each) for each in names):
        return ()
    return tuple(dict.fromkeys(each for each in names if each))


def _without_sets(condition: str) -> str:
    """The condition; names of sets inside of one are refused."""
    found = _SET.search(re.sub(r"\"[^\"]*\"|'[^']*'", lambda quoted: " " * len(quoted[0]), condition))
    if found:
        raise SettingsError(
            expected="names that are joined with the condition by `and`",
            found=f"{found[0]} inside of {condition!r}",
            todo=f"write {found[0]} and (...); to leave its symbols out, exclude {found[0]}",
        )
    return condition


def _split(text: str, word: str) -> Iterator[str]:
    """The parts of a text between a word that stands outside of brackets and quotes."""
    depth, quote, start = 0, "", 0
    boundary = re.compile(rf"(?<![\w.]){word}(?![\w.])")
    for at, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "([":
            depth += 1
        elif letter in ")]":
            depth -= 1
        elif not depth and letter == word[0] and boundary.match(text, at):
            yield text[start:at]
            start = at + len(word)
    yield text[start:]
