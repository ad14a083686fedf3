"""What a person asks: an expression, the name of a ready scan or a scan file, and the options laid over it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from scanwright.app.wiring import catalogue
from scanwright.engine.plan import Plan, plan
from scanwright.expr.printer import show
from scanwright.expr.reader import read
from scanwright.model.errors import SettingsError
from scanwright.model.interval import Interval
from scanwright.model.panel import Panel
from scanwright.scan import library
from scanwright.scan.definition import Scan, adjusted, load
from scanwright.scan.judge import typing_of
from scanwright.scan.members import Sets, dressed


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What a command lays over a scan; None or nothing leaves the scan's own."""

    universe: str | None = None
    exclude: str | None = None
    symbols: str | None = None
    interval: str | None = None
    rank: str | None = None
    adjust: str | None = None
    columns: Sequence[str] = ()


def asked(text: str, options: Options | None = None) -> Scan:
    """The scan that a text stands for.

    >>> asked("close > 5").where, asked("golden_cross").name
    ('close > 5', 'golden_cross')
    """
    found = _named(text.strip())
    return laid_over(found, options) if options else found


def _named(text: str) -> Scan:
    if text.endswith(".toml"):
        return load(Path(text))
    if text in library.names():
        return library.ready(text)
    near = difflib.get_close_matches(text, library.names(), 1, 0.75) if text.isidentifier() else []
    if near and text not in catalogue():
        raise SettingsError(
            expected="a condition, or the name of a ready scan", found=repr(text), todo=f"did you mean {near[0]}?"
        )
    return Scan(where=text)


def laid_over(scan: Scan, options: Options) -> Scan:
    """The scan with the options in place; `SettingsError` for those that contradict each other."""
    if options.universe is not None and options.symbols is not None:
        raise SettingsError(
            expected="one of --universe and --symbols", found="both", todo='write --universe "AAPL,MSFT" for a list'
        )
    found = scan
    if options.symbols is not None:
        found = dataclasses.replace(found, universe=",".join(listed(options.symbols)))
    if options.universe is not None:
        if not options.universe.strip():
            raise SettingsError(expected="who takes part in --universe", found="nothing", todo="all is everybody")
        found = dataclasses.replace(found, universe=options.universe)
    if options.exclude is not None:
        found = dataclasses.replace(found, exclude=options.exclude)
    if options.interval is not None:
        found = dataclasses.replace(found, interval=Interval.read(options.interval))
    if options.rank is not None:
        found = dataclasses.replace(found, rank=options.rank)
    if options.adjust is not None:
        found = dataclasses.replace(found, adjust=adjusted(options.adjust))
    if options.columns:
        found = dataclasses.replace(found, columns={**found.columns, **dict(map(_column, options.columns))})
    return found


def listed(text: str) -> list[str]:
    """The symbols of a list with commas; `SettingsError` where there is none."""
    symbols = [part.strip() for part in text.split(",") if part.strip()]
    if not symbols:
        raise SettingsError(expected="symbols with commas", found=repr(text), todo="for example --symbols AAPL,MSFT")
    return symbols


def _column(text: str) -> tuple[str, str]:
    name, sign, expression = (part.strip() for part in text.partition("="))
    if not sign or not expression or not name.isidentifier():
        raise SettingsError(expected="--column NAME=EXPR", found=repr(text), todo='for example --column "rsi=rsi(14)"')
    return name, expression


def date_or_time(text: str) -> np.datetime64:
    """A date, or a moment in UTC, as a person wrote it.

    >>> date_or_time("2015-03-02"), date_or_time("2015-03-02 15:30")
    (np.datetime64('2015-03-02'), np.datetime64('2015-03-02T15:30:00'))
    """
    text = text.strip()
    try:
        if len(text) <= len("2015-03-02"):
            return np.datetime64(dt.date.fromisoformat(text), "D")
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(
            expected="a date, or a time in UTC", found=repr(text), todo="for example 2015-03-02 or 2015-03-02T15:30"
        ) from None
    aware = moment.astimezone(dt.UTC) if moment.tzinfo else moment
    return np.datetime64(aware.replace(tzinfo=None), "s")


def ready_text(name: str) -> str:
    """The file of a ready scan; `SettingsError` with the nearest name where there is none."""
    if name not in library.names():
        near = "".join(difflib.get_close_matches(name, library.names(), 1, 0.5))
        todo = f"did you mean {near}?" if near else "`scanwright library` lists them"
        raise SettingsError(expected="the name of a ready scan", found=repr(name), todo=todo)
    return library.text(name)


def condition(scan: Scan, panel: Panel) -> str:
    """The text of a scan's condition with its definitions opened; one without any is given back as it is."""
    if not scan.define:
        return scan.where
    typing = typing_of(panel, catalogue())
    return show(scan.bind(typing).where, catalogue())


def everything(scan: Scan, panel: Panel, sets: Sets | None = None) -> tuple[Plan, Panel]:
    """The plan of all that a scan computes, and the panel that it is for; an expression alone may be of any type."""
    panel = dressed(panel, sets or Sets(), *scan.universes())
    typing = typing_of(panel, catalogue())
    if scan == Scan(where=scan.where, interval=scan.interval):
        tree = read(scan.where, catalogue(), attributes=typing.fields, held=typing.held)
        return plan({"value": tree}, typing), panel
    return plan(scan.bind(typing).outputs(), typing), panel
