"""The commands by name. A command's file is loaded when it is asked for, and what it needs when it runs."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Sequence
from typing import cast

from scanwright.app.cli.words import Command
from scanwright.model.errors import SettingsError

COMMANDS = {
    "demo": "scanwright.app.cli.demo",
    "data import": "scanwright.app.cli.data_import",
    "data update": "scanwright.app.cli.data_update",
    "data status": "scanwright.app.cli.data_status",
    "data check": "scanwright.app.cli.data_check",
    "data symbols": "scanwright.app.cli.data_symbols",
    "data events": "scanwright.app.cli.data_events",
    "data chains": "scanwright.app.cli.data_chains",
    "data providers": "scanwright.app.cli.data_providers",
    "data facts": "scanwright.app.cli.data_facts",
    "scan": "scanwright.app.cli.scan",
    "runs list": "scanwright.app.cli.runs_list",
    "runs show": "scanwright.app.cli.runs_show",
    "runs export": "scanwright.app.cli.runs_export",
    "runs continue": "scanwright.app.cli.runs_continue",
    "runs compare": "scanwright.app.cli.runs_compare",
    "runs with": "scanwright.app.cli.runs_with",
    "history": "scanwright.app.cli.history",
    "outcomes": "scanwright.app.cli.outcomes",
    "learn": "scanwright.app.cli.learn",
    "odds": "scanwright.app.cli.odds",
    "patterns": "scanwright.app.cli.patterns",
    "values": "scanwright.app.cli.values",
    "explain": "scanwright.app.cli.explain",
    "estimate": "scanwright.app.cli.estimate",
    "prove": "scanwright.app.cli.prove",
    "library": "scanwright.app.cli.library",
    "lists": "scanwright.app.cli.lists",
    "serve": "scanwright.app.cli.serve",
    "keys": "scanwright.app.cli.keys",
    "simulate": "scanwright.app.cli.simulate",
    "worker": "scanwright.app.cli.worker",
}
HELP = {"-h", "--help", "help"}


def run(texts: Sequence[str]) -> None:
    """Do what the words of a command line ask."""
    name = _name(texts)
    rest = texts[len(name.split()) :]
    if name in COMMANDS:
        found = command(name)
        found.run(**found.arguments(rest))
    elif texts and texts[0] == "--version":
        from importlib.metadata import version

        print(f"scanwright {version('scanwright')}")  # noqa: T201 - this is the command's voice
    elif not rest or rest[0] in HELP:
        print(overview(name), end="")  # noqa: T201 - this is the command's voice
    else:
        wrong = " ".join((*name.split(), rest[0]))
        near = difflib.get_close_matches(wrong, COMMANDS, 1, 0.5)
        raise SettingsError(
            expected="a command",
            found=repr(wrong),
            todo=f"did you mean {near[0]}?" if near else "scanwright --help lists them",
        )


def _name(texts: Sequence[str]) -> str:
    """The command that the first words name, or the group, or nothing."""
    if not texts:
        return ""
    pair = " ".join(texts[:2])
    groups = {name.split()[0] for name in COMMANDS}
    return pair if pair in COMMANDS else texts[0] if texts[0] in groups else ""


def command(name: str) -> Command:
    """A command by its name."""
    return cast("Command", importlib.import_module(COMMANDS[name]).COMMAND)


def overview(group: str = "") -> str:
    """The commands with a line of help each."""
    shown = [command(name) for name in COMMANDS if name.startswith(group)]
    width = max(len(each.name) for each in shown)
    lines = [f"  {each.name.ljust(width)}  {each.summary}" for each in shown]
    lead = "Scanwright scans markets: one definition, run now, over history and on a live feed."
    return "\n".join((lead, "", "usage: scanwright COMMAND ...", "", *lines, "", MORE))


MORE = """\
scanwright COMMAND --help says what a command takes. Data goes to standard output, messages to standard error;
the exit code is 0, 1 (it ran, and failed) or 2 (it was asked wrongly).
"""
