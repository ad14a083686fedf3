"""`scanwright data update`: bring a market up to date from a provider."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from scanwright.app.cli.options import FORMAT, MARKET, OUT, SETTINGS
from scanwright.app.cli.words import Command, Word

if TYPE_CHECKING:
    from scanwright.data.fetching.tally import Tally

SHOWN = 20


def update(
    provider: str,
    url: str = "",
    universe: str = "all",
    interval: str = "1d",
    since: str | None = None,
    market: Path | None = None,
    deadline: str | None = None,
    calendar: Literal["us_stocks", "always_open"] | None = None,
    settings: Path | None = None,
    format: str | None = None,
    out: Path | None = None,
    also: str = "",
    *,
    only_bars: bool = False,
) -> None:
    """Ask for what a market lacks, and for nothing else; a market that is not there yet is made."""
    from scanwright.app.cli.console import Failed, Sink, progress, say, warn
    from scanwright.app.importing import Arrival
    from scanwright.app.settings import Settings
    from scanwright.app.update_report import missed_rows, update_document, update_sentence
    from scanwright.app.updating import Wish, date_of, seconds_of, updating
    from scanwright.app.wiring import clock
    from scanwright.model.interval import Interval

    sink = Sink.choose(format, out)
    known = Settings.read(file=settings)
    wish = Wish(
        providers=provider,
        url=url,
        universe=universe,
        interval=Interval.read(interval),
        since=None if since is None else date_of(since, "--since"),
        deadline=None if deadline is None else seconds_of(deadline),
        only_bars=only_bars,
        also=also,
    )
    arrival = Arrival(folder=market or known.market, calendar=calendar)
    with progress(f"asking {provider}") as shown:
        report = updating(
            arrival,
            wish,
            known,
            clock(),
            say=say,
            told=lambda done, total, tally: shown(done, total, _counted(provider, tally)),
        )
    if not sink.is_table or report.missed:
        sink.write(missed_rows(report).first(SHOWN if sink.is_table else None), lambda: update_document(report))
    say(update_sentence(report))
    warn(report.notes)
    if report.stopped == "stopped by a person":
        raise KeyboardInterrupt
    if report.is_failure:
        raise Failed


def _counted(provider: str, tally: Tally) -> str:
    waits = f", told to wait {tally.told_to_wait:,}x" if tally.told_to_wait else ""
    return f"{provider}: {tally.requests:,} requests, {tally.cached:,} from the cache{waits}"


COMMAND = Command(
    name="data update",
    summary="bring a market up to date from a provider",
    run=update,
    words=(
        Word(name="provider", metavar="P[,Q]", help="who is asked; with commas, who is asked next", needed=True),
        Word(name="url", metavar="ADDRESS", help="where the provider is, instead of its settings"),
        Word(
            name="universe",
            metavar="all|A,B|FILE",
            help="which symbols, also list:NAME and index:NAME; else all that it lists",
        ),
        Word(name="interval", metavar="1m..1d", help="bars of this length; else 1d"),
        Word(name="since", metavar="DATE", help="how far back a first fill goes; else as far as there is"),
        MARKET,
        Word(name="deadline", metavar="TIME", help="stop after 90s, 10m or 2h; what has come by then is kept"),
        Word(
            name="calendar",
            help="of a market that is not there yet; else the provider's",
            choices=("us_stocks", "always_open"),
        ),
        Word(name="only_bars", help="without events and facts", flag=True),
        Word(name="also", metavar="events,facts", help="with these, however long the provider takes for them"),
        SETTINGS,
        FORMAT,
        OUT,
    ),
)
