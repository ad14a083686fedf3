"""`scanwright keys`: who may ask the server, made, listed, revoked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from scanwright.app.cli.options import FORMAT, MARKET, OUT, SETTINGS
from scanwright.app.cli.words import Command, Word
from scanwright.model.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from scanwright.app.cli.console import Sink
    from scanwright.app.keys import Keys

USE = "scanwright keys create NAME | list | revoke ID"


def keys(
    words: Sequence[str] = (),
    market: Path | None = None,
    scopes: str = "read",
    limit: Sequence[str] = (),
    settings: Path | None = None,
    format: str | None = None,
    out: Path | None = None,
) -> None:
    """Make, list and revoke keys."""
    from scanwright.app.cli.console import Sink, put, say
    from scanwright.app.keys import Keys
    from scanwright.app.records import opened
    from scanwright.app.settings import Settings
    from scanwright.app.wiring import clock
    from scanwright.store.market import Market as Stored

    sink = Sink.choose(format, out)
    action, name = _read(words)
    known = Settings.read(file=settings)
    with opened(Stored.open(market or known.market).folder, known, clock()) as records:
        held = Keys(records.keys, clock())
        if action == "create":
            record, secret = held.make(name, scopes.replace(",", " ").split(), _limits(limit))
            put(secret.reveal())
            say(
                f"key {record.id} ({record.name}: {' '.join(record.scopes)}); it is shown this once, and kept as a hash"
            )
        elif action == "revoke":
            held.revoke(name)
            say(f"key {name} opens nothing any more")
        else:
            _list(held, sink)


def _read(words: Sequence[str]) -> tuple[str, str]:
    """The action, and the name or id that it is about."""
    counts = {"create": 2, "list": 1, "revoke": 2}
    if not words:
        return "list", ""
    if counts.get(words[0]) != len(words):
        raise SettingsError(expected=USE, found=repr(" ".join(words)), todo="name one of these")
    return words[0], words[1] if len(words) > 1 else ""


def _limits(texts: Sequence[str]) -> Mapping[str, float]:
    """Limits as a person wrote them.

    >>> _limits(["runs=2", "values=1e9"])
    {'runs': 2.0, 'values': 1000000000.0}
    """
    found: dict[str, float] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or name not in LIMITS or not re.fullmatch(r"\d+(\.\d+)?(e\d{1,2})?", value):
            raise SettingsError(expected=f"NAME=NUMBER with {' '.join(LIMITS)}", found=repr(text), todo="runs=2")
        found[name] = float(value)
    return found


LIMITS = ("requests", "runs", "streams", "values", "memory")


def _list(held: Keys, sink: Sink) -> None:
    from scanwright.app.cli.console import say
    from scanwright.app.rows import Rows

    found = held.all()
    rows = [
        (each.id, each.name, " ".join(each.scopes), _dated(each.made), _dated(each.revoked) if each.revoked else None)
        for each in found
    ]
    if found or not sink.is_table:
        sink.write(Rows(names=("id", "name", "scopes", "made", "revoked"), rows=rows))
    else:
        say(f"no key was ever made, so the server asks for none and is reached from this machine only; {USE}")


def _dated(moment: object) -> str:
    return str(moment)[:19]


COMMAND = Command(
    name="keys",
    summary="who may ask the server: keys made, listed, revoked",
    run=keys,
    words=(
        Word(name="words", option="", metavar="ACTION ...", help="create NAME; list; revoke ID", many=True),
        MARKET,
        Word(name="scopes", metavar="S", help="with create: read, run (which may also read) or admin (all); else read"),
        Word(
            name="limit",
            metavar="NAME=N",
            help="with create: requests a minute, runs or streams at once, values or memory of an expression",
            many=True,
        ),
        SETTINGS,
        FORMAT,
        OUT,
    ),
)
