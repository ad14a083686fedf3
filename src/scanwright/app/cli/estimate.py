"""`scanwright estimate`: how many hits a scan will have, how long it will take, and what would make it better."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanwright.app.cli.options import AS_OF, EXCLUDE, FORMAT, INTERVAL, MARKET, OUT, SETTINGS, SYMBOLS, UNIVERSE, WHAT
from scanwright.app.cli.words import Command, Word

if TYPE_CHECKING:
    from pathlib import Path


def estimate(
    what: str,
    market: Path | None = None,
    universe: str | None = None,
    exclude: str | None = None,
    symbols: str | None = None,
    interval: str | None = None,
    as_of: str | None = None,
    provider: str | None = None,
    settings: Path | None = None,
    format: str | None = None,
    out: Path | None = None,
) -> None:
    """Hits, time and cost of a run that has not begun, with what is worth knowing of the scan."""
    from scanwright.app.cli.console import Sink, progress, say
    from scanwright.app.cli.opened import opened
    from scanwright.app.cli.runs_opened import opened as records_opened
    from scanwright.app.estimating import RUNS, estimated
    from scanwright.app.question import Options, asked, date_or_time
    from scanwright.app.rows import of_objects

    sink = Sink.choose(format, out)
    wanted = asked(what, Options(universe=universe, exclude=exclude, symbols=symbols, interval=interval))
    moment = date_or_time(as_of) if as_of else None
    place = opened(market)
    with records_opened(place.folder, settings) as (_, records):
        runs = records.runs(RUNS, status="finished")
    with progress("estimating"):
        found = estimated(place, wanted, as_of=moment, runs=runs, providers=provider or "")
    if sink.is_table:
        for sentence in found.sentences():
            sink.write_text(f"{sentence}\n")
        say(place.worth(wanted, place.panel(wanted.interval, moment, wanted.adjust), moment).sentence())
    else:
        document = found.document()
        flat = {name: document[name] for name in ("frame", "scenarios", "universe", "requests", "cost")}
        flat |= {f"hits_{name}": value for name, value in document["hits"].items()}
        flat |= {f"seconds_{name}": value for name, value in document["seconds"].items()}
        sink.write(of_objects(tuple(flat), [flat]), lambda: document)


COMMAND = Command(
    name="estimate",
    summary="how many hits a scan will have, how long it takes, what would help it",
    run=estimate,
    words=(
        WHAT,
        MARKET,
        UNIVERSE,
        EXCLUDE,
        SYMBOLS,
        INTERVAL,
        AS_OF,
        Word(name="provider", metavar="P[,Q]", help="whom the run will ask for bars; else it looks at those at hand"),
        SETTINGS,
        FORMAT,
        OUT,
    ),
)
