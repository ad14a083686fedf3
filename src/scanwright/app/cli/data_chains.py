"""`scanwright data chains`: option chains as they were, brought in and shown."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from scanwright.app.cli.options import FORMAT, LIMIT, MARKET, OUT, SETTINGS
from scanwright.app.cli.words import Command, Word

if TYPE_CHECKING:
    import polars as pl

    from scanwright.app.chains import Arrived
    from scanwright.app.cli.console import Sink
    from scanwright.app.market import Market as Place
    from scanwright.data.options.completing import Assumed
    from scanwright.store.market import Market

SHOWN = 60
NONE = "no such snapshot is here; scanwright data chains --provider P --underlying A,B brings some in"


def chains(
    underlying: str | None = None,
    at: str | None = None,
    expiry: Sequence[str] = (),
    import_: Path | None = None,
    provider: str = "",
    url: str = "",
    style: Literal["american", "european"] = "american",
    rate: float | None = None,
    dividend_yield: float | None = None,
    dividend: Sequence[tuple[dt.date, float]] = (),
    market: Path | None = None,
    settings: Path | None = None,
    limit: int | None = None,
    format: str | None = None,
    out: Path | None = None,
    *,
    snapshots: bool = False,
) -> None:
    """Bring chains in where a file or a provider is named; else show a chain, or which snapshots there are."""
    from scanwright.app.chain_rows import moment_of, taken_of
    from scanwright.app.cli.console import Sink
    from scanwright.app.cli.opened import opened
    from scanwright.app.question import listed
    from scanwright.data.options.completing import Assumed

    sink = Sink.choose(format, out)
    place = opened(market)
    stored = place.stored
    names = None if underlying is None else listed(underlying)
    reading = moment_of if import_ is None else taken_of
    moment = None if at is None else reading(at, stored.calendar)
    assumed = Assumed(rate=rate, dividend_yield=dividend_yield, dividends=tuple(dividend))
    if import_ is not None:
        chosen = None if rate is None and dividend_yield is None and not dividend else assumed
        _imported(stored, import_, style, moment, chosen)
    elif provider:
        _fetched(place, provider, names, url, settings, assumed)
    elif names and not snapshots:
        _shown(stored, names, moment, expiry, sink, limit)
    else:
        _listed(stored, names, moment, sink, limit, each=snapshots)


def _imported(
    market: Market,
    path: Path,
    style: Literal["american", "european"],
    moment: dt.datetime | None,
    assumed: Assumed | None,
) -> None:
    from scanwright.app.chains import import_chains
    from scanwright.data.options.shapes import Unsaid

    unsaid = Unsaid(style=style, taken=moment, exchange=market.calendar)
    _told(import_chains(market, path, unsaid, assumed))


def _fetched(
    market: Place, provider: str, names: Sequence[str] | None, url: str, settings: Path | None, assumed: Assumed
) -> None:
    from scanwright.app.chains import From, fetch_chains
    from scanwright.app.cli.console import progress, say
    from scanwright.app.settings import Settings
    from scanwright.app.wiring import clock
    from scanwright.model.errors import SettingsError

    if not names:
        raise SettingsError(expected="underlyings to ask for", found="none", todo="--underlying AAPL,MSFT")
    whom = From(providers=provider, settings=Settings.read(file=settings), clock=clock(), say=say, url=url)
    asked = market.symbols if names == ["all"] else names
    with progress("chains") as told:
        arrived = fetch_chains(market.stored, whom, asked, assumed, told)
    _told(arrived)


def _told(arrived: Arrived) -> None:
    from scanwright.app.chain_rows import arrival_sentence, marks_sentence
    from scanwright.app.cli.console import put, say, warn

    put(arrival_sentence(arrived))
    for each in arrived.said:
        say(f"understood: {each}")
    say(marks_sentence(arrived))
    warn(arrived.warnings)
    for name, why in list(arrived.absent.items())[:SHOWN]:
        say(f"no chain of {name}: {why}")
    if len(arrived.absent) > SHOWN:
        say(f"no chain of {len(arrived.absent) - SHOWN:,} more")


def _shown(
    market: Market,
    names: Sequence[str],
    moment: dt.datetime | None,
    expiry: Sequence[str],
    sink: Sink,
    limit: int | None,
) -> None:
    from scanwright.app.chain_rows import chain_rows, chain_sentence, of_expiries
    from scanwright.app.cli.console import say
    from scanwright.model.errors import Absent

    found: list[pl.DataFrame] = []
    for name in names:
        chain = market.chain(name, at=moment)
        if chain is None:
            say(f"no chain of {name}" + (f" by {moment:%Y-%m-%dT%H:%M:%SZ}" if moment else ""))
            continue
        found.append(of_expiries(chain, expiry))
        say(chain_sentence(chain))
    if not found:
        todo = "scanwright data chains lists those that are here"
        raise Absent(place=market.folder, expected=f"chains of {', '.join(names)}", found="none", todo=todo)
    whole = chain_rows(found, short=sink.is_table)
    rows = whole.first(SHOWN if limit is None and sink.is_table else limit)
    sink.write(rows)
    if len(rows.rows) < len(whole.rows):
        say(f"the first {len(rows.rows):,} of {len(whole.rows):,} contracts are shown; --limit 0 shows all")


def _listed(
    market: Market,
    names: Sequence[str] | None,
    moment: dt.datetime | None,
    sink: Sink,
    limit: int | None,
    *,
    each: bool,
) -> None:
    from scanwright.app.chain_rows import snapshot_rows
    from scanwright.app.cli.console import say
    from scanwright.app.wiring import clock
    from scanwright.app.worth import chains_worth

    held = market.chain_snapshots(underlyings=names, last=moment)
    whole = snapshot_rows(held, each=each)
    rows = whole.latest(SHOWN if limit is None and sink.is_table else limit)
    if whole.rows or not sink.is_table:
        sink.write(rows)
    if len(rows.rows) < len(whole.rows):
        say(f"the last {len(rows.rows):,} of {len(whole.rows):,} are shown; --limit 0 shows all")
    contracts = int(held["contracts"].sum())
    say(f"{contracts:,} contracts are shown of: {chains_worth(market, clock().now())}" if contracts else NONE)


def a_dividend(text: str) -> tuple[dt.date, float]:
    """A dividend as it is written: its ex-date and its dollars.

    >>> a_dividend("2014-08-07=0.47")
    (datetime.date(2014, 8, 7), 0.47)
    """
    date, _, amount = text.partition("=")
    try:
        return dt.date.fromisoformat(date.strip()), float(amount)
    except ValueError:
        message = f"expected an ex-date and an amount such as 2014-08-07=0.47, found {text!r}"
        raise argparse.ArgumentTypeError(message) from None


COMMAND = Command(
    name="data chains",
    summary="option chains as they were: bring them in, list the snapshots, show one",
    run=chains,
    words=(
        Word(name="underlying", metavar="A,B", help="show, or ask for, the chains of these; ask for those of all"),
        Word(
            name="at",
            metavar="TIME",
            help="as it was at a date's end or a time in UTC; with --import: when it was taken",
        ),
        Word(name="expiry", metavar="DATE", help="only this expiry; may be repeated", many=True),
        Word(name="snapshots", help="list every snapshot", flag=True),
        Word(
            name="import_",
            option="--import",
            metavar="FILE",
            help="bring chains in: Parquet, CSV, or TD Ameritrade's JSON",
            read=Path,
        ),
        Word(name="provider", metavar="P[,Q]", help="ask providers for the chains of --underlying as they are now"),
        Word(name="url", metavar="ADDRESS", help="where the provider is, instead of its settings"),
        Word(name="style", help="of options whose file does not say", choices=("american", "european")),
        Word(
            name="rate",
            metavar="R",
            help="interest to compute with, a year, as 0.04; else what the file or provider says, else 0",
            read=float,
        ),
        Word(
            name="dividend_yield",
            metavar="Q",
            help="dividends to compute with, a year, as 0.015; else those of the year before",
            read=float,
        ),
        Word(
            name="dividend",
            metavar="DATE=AMOUNT",
            help="a dividend in dollars to compute with, by its ex-date; may be repeated",
            read=a_dividend,
            many=True,
        ),
        MARKET,
        SETTINGS,
        LIMIT,
        FORMAT,
        OUT,
    ),
)
