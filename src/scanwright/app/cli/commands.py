"""The commands by name. Each loads what it needs when it is called, so that `--help` loads next to nothing."""

from __future__ import annotations

from typing import Annotated

import typer

from scanwright.app.cli.data import data
from scanwright.app.cli.demo import demo
from scanwright.app.cli.explain import explain
from scanwright.app.cli.history import history
from scanwright.app.cli.library import library
from scanwright.app.cli.prove import prove
from scanwright.app.cli.scan import scan
from scanwright.app.cli.values import values

COMMANDS = (demo, scan, history, values, explain, prove, library)


def application() -> int:
    """Run the command of this process's arguments; its exit code."""
    app = typer.Typer(
        name="scanwright",
        help="Scans markets: one definition, run now, over history and on a live feed.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_whole)
    for command in COMMANDS:
        app.command()(command)
    app.add_typer(data, name="data")
    try:
        app()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    return 0


def _whole(
    *,
    version: Annotated[bool, typer.Option("--version", help="Say the version and leave.")] = False,
) -> None:
    if version:
        from importlib.metadata import version as version_of

        typer.echo(f"scanwright {version_of('scanwright')}")
        raise typer.Exit
