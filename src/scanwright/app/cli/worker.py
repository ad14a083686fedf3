"""`scanwright worker`: offer this machine to a Ray cluster, or list who can do the work of a scan."""

from __future__ import annotations

from pathlib import Path

from scanwright.app.cli.options import FORMAT, OUT
from scanwright.app.cli.words import Command, Word, whole_number


def worker(
    ray: str | None = None,
    processors: int | None = None,
    host: str = "",
    format: str | None = None,
    out: Path | None = None,
) -> None:
    """Be a worker until stopped; without an address, the executors there are."""
    from scanwright.app.cli.console import Sink, say
    from scanwright.app.settings import environment_of_ray
    from scanwright.app.workers import executor_rows
    from scanwright.model.errors import SettingsError
    from scanwright.workers import declared, unavailable

    if ray is None:
        Sink.choose(format, out).write(executor_rows())
        return
    lacking = unavailable(declared("ray"))
    if lacking:
        raise SettingsError(expected="the executor ray", found=lacking, todo="")
    from scanwright.workers.ray import reached, work

    reached(ray)
    say(f"a worker of the Ray cluster at {ray}, until Ctrl-C")
    work(ray, environment_of_ray(), processors=processors, host=host)


COMMAND = Command(
    name="worker",
    summary="offer this machine to a Ray cluster, or list who can do the work of a scan",
    run=worker,
    words=(
        Word(name="ray", metavar="HOST:PORT", help="the cluster's address; without it the executors are listed"),
        Word(name="processors", metavar="N", help="how many it offers, all of them by default", read=whole_number),
        Word(name="host", metavar="ADDRESS", help="this machine's own address, where it has several"),
        FORMAT,
        OUT,
    ),
)
