"""How a command says what it takes, and how the words of a command line become its arguments.

The standard library reads them: typer needs pydantic for it, 0.27 s that a scan from a cold start does not have.
"""

from __future__ import annotations

import argparse
import dataclasses
import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

MOST_PORTS = 65_535


@dataclasses.dataclass(frozen=True, kw_only=True)
class Word:
    """One argument of a command.

    name: of the function's argument. option: how it is written, `--name` unless said; an empty text means it stands by
    itself. metavar: what stands for its value in the help. read: makes the value of a text. many: it may be repeated.
    flag: it has no value. needed: the command cannot do without it.
    """

    name: str
    help: str
    option: str | None = None
    metavar: str = ""
    read: Callable[[str], object] = str
    choices: Sequence[str] = ()
    many: bool = False
    flag: bool = False
    needed: bool = False

    @property
    def written(self) -> str:
        """The option as it is written, nothing for one that stands by itself."""
        return f"--{self.name.replace('_', '-')}" if self.option is None else self.option


@dataclasses.dataclass(frozen=True, kw_only=True)
class Command:
    """A command: the function that does it, and the words that it takes, by the names of the function's arguments."""

    name: str
    summary: str
    run: Callable[..., None]
    words: Sequence[Word] = ()

    def arguments(self, texts: Sequence[str]) -> Mapping[str, object]:
        """The function's arguments; those that were not given are left to its defaults.

        Leaves the process with 2 where they cannot be read, with 0 after `--help`.
        """
        found = self._parser().parse_args(_joined(texts, self.words))
        return {name: value for name, value in vars(found).items() if value is not None}

    def _parser(self) -> _Parser:
        parser = _Parser(prog=f"scanwright {self.name}", description=self.summary, allow_abbrev=False)
        for word in self.words:
            _add(parser, word)
        return parser


class _Parser(argparse.ArgumentParser):
    """Says which option was probably meant."""

    def error(self, message: str) -> NoReturn:
        """One sentence, and the exit code of a wrong question."""
        known = [text for action in self._actions for text in action.option_strings]
        wrong = [part.split("=")[0] for part in message.split() if part.startswith("--")]
        near = difflib.get_close_matches(wrong[0], known, 1, 0.6) if "unrecognized" in message and wrong else []
        hint = f". Hint: did you mean {near[0]}?" if near else f". Hint: {self.prog} --help"
        self.exit(2, f"scanwright: {message}{hint}\n")


def _add(parser: argparse.ArgumentParser, word: Word) -> None:
    shown = word.metavar or None
    if word.flag:
        parser.add_argument(word.written, dest=word.name, help=word.help, action="store_true", default=None)
    elif word.written:
        parser.add_argument(
            word.written,
            dest=word.name,
            help=word.help,
            metavar=shown,
            type=word.read,
            choices=word.choices or None,
            action="append" if word.many else "store",
            required=word.needed,
        )
    else:
        count = ("+" if word.needed else "*") if word.many else None if word.needed else "?"
        parser.add_argument(word.name, help=word.help, metavar=shown, type=word.read, nargs=count)


def _joined(texts: Sequence[str], words: Sequence[Word]) -> list[str]:
    """The same words, such that an expression may begin with a minus.

    `--rank -rsi(14)` becomes `--rank=-rsi(14)`, and a lone `-rsi(14)` gets a blank in front, which argparse takes for a
    value and the reader passes over.
    """
    valued = {word.written for word in words if word.written and not word.flag}
    found: list[str] = []
    waiting = ""
    for text in texts:
        if waiting:
            found.append(f"{waiting}={text}")
            waiting = ""
        elif text in valued:
            waiting = text
        elif text.startswith("-") and not text.startswith("--") and text not in {"-", "-h"}:
            found.append(f" {text}")
        else:
            found.append(text)
    return [*found, waiting] if waiting else found


def whole_number(text: str) -> int:
    """A whole number of 0 or more.

    >>> whole_number("25")
    25
    """
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"expected a whole number, found {text!r}")
    return int(text)


def port_number(text: str) -> int:
    """A port to listen at; 0 takes a free one.

    >>> port_number("8000")
    8000
    """
    if not (text.isascii() and text.isdigit() and int(text) <= MOST_PORTS):
        raise argparse.ArgumentTypeError(f"expected a port from 0 to {MOST_PORTS}, found {text!r}")
    return int(text)
