"""From a body to what is asked: the scan, bound once, so that what is wrong is told before anything begins."""

from __future__ import annotations

import dataclasses

import numpy as np

from scanwright.app.http.problems import Refused
from scanwright.app.http.service import Service
from scanwright.app.http.shapes import RunBody, ScanBody, StopBody, Which
from scanwright.app.keys import Caller, Limits
from scanwright.app.marks import Marks
from scanwright.app.presets import preset
from scanwright.app.question import date_or_time, ready_text
from scanwright.app.running import Ask, nothing_yet, with_good
from scanwright.app.wiring import catalogue
from scanwright.engine.plan import Plan
from scanwright.model.errors import SettingsError
from scanwright.model.interval import Interval
from scanwright.model.panel import Panel
from scanwright.model.run import Stop
from scanwright.scan.definition import Scan
from scanwright.scan.judge import Case
from scanwright.scan.library import ready
from scanwright.scan.members import Sets
from scanwright.scan.universe import read_universe, stands_for


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """A scan over the market's bars as they were known at a moment."""

    scan: Scan
    moment: np.datetime64 | None
    panel: Panel
    sets: Sets


def scan_of(body: ScanBody) -> Scan:
    """The definition of a body."""
    facts = body.model_dump(exclude={"as_of", "interval"})
    return harmless(Scan(**facts, interval=Interval.read(body.interval)))


def harmless(scan: Scan) -> Scan:
    """The scan, unless it reaches for a file of the server."""
    for part, text in (("universe", scan.universe), ("exclude", scan.exclude)):
        files = [name for name in read_universe(text, scan.define).names if stands_for(name) == "file"]
        if files:
            raise SettingsError(
                expected="names of symbols, list:NAME, index:NAME or a condition",
                found=f"a file in {part}: {', '.join(files)}",
                todo="`scanwright lists import` makes a list of a file, which a request may name",
            )
    return scan


def asked_scan(which: Which, service: Service, caller: Caller) -> tuple[Scan, np.datetime64 | None]:
    """The scan that a body means, flags and dismissals being those of whoever asks, and the moment."""
    marks = Marks(market=service.market, notes=service.records.notes, person=caller.id)
    if which.scan is not None:
        as_of = which.scan.as_of
        return marks.own(scan_of(which.scan)), date_or_time(as_of) if as_of else None
    if which.library is not None:
        ready_text(which.library)
        return ready(which.library), None
    return marks.own(harmless(service.saved.scan(str(which.saved), which.version))), None


def ask_of(body: RunBody, service: Service, caller: Caller) -> Ask:
    """What a run is asked; whatever is wrong with it is told now, and not when it has begun."""
    scan, moment = asked_scan(body, service, caller)
    providers = service.providers if moment is None and body.fresh is not False else ""
    if body.fresh and not providers:
        found = "an as_of" if service.providers else "no provider at this server"
        raise SettingsError(expected="somebody to ask for fresh bars", found=found, todo="leave `fresh` out")
    ask = Ask(scan=scan, order=body.order, stop=stop_of(body.stop), providers=providers, url="", as_of=moment)
    ask = preset(body.preset, ask) if body.preset else ask
    ask = dataclasses.replace(ask, url=service.url if ask.providers else "")
    bound(question(with_good(ask.scan, ask.stop), moment, service), caller.limits)
    return ask


def stop_of(body: StopBody) -> Stop:
    """The rules of a body.

    >>> stop_of(StopBody(hits=5, good="rsi(14) < 30")).good, stop_of(StopBody(hits=5)).hits
    (5, 5)
    """
    facts = body.model_dump()
    if isinstance(body.good, str):
        facts |= {"good": body.hits, "hits": None, "good_if": body.good}
    return Stop(**facts)


def question(scan: Scan, moment: np.datetime64 | None, service: Service) -> Question:
    """A scan and the bars that it is about; of a market that has none yet, none."""
    market = service.market
    fetches = bool(service.providers) and moment is None and not market.intervals
    panel = nothing_yet(market, scan) if fetches else market.panel(scan.interval, moment, scan.adjust)
    return Question(scan=scan, moment=moment, panel=panel, sets=market.sets(scan, panel))


def bound(asked: Question, limits: Limits) -> Case:
    """The case of a question that is no dearer than the limits."""
    case = Case.of(asked.scan, asked.panel, catalogue(), asked.sets)
    within(case.plan, asked.panel, limits)
    return case


def within(plan: Plan, panel: Panel, limits: Limits) -> None:
    """Refuse a plan that is dearer than a caller may ask for."""
    values = float(len(plan.steps) + len(plan.barriers)) * panel.shape[0] * panel.shape[1]
    memory = 8.0 * plan.state_rows * panel.shape[1]
    for name, cost, most in (("values", values, limits.values), ("memory", memory, limits.memory)):
        if cost > most:
            more: dict[str, object] = {"limit": name, "cost": cost, "most": most}
            found = f"it takes {cost:,.0f} of {name}, this key may ask for {most:,.0f}"
            raise Refused(422, "too-dear", found, hint="use fewer terms, or shorter windows", more=more)
