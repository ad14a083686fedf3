"""How likely each symbol is to be a hit on its next bar: the share of scenarios in which the whole condition holds.

The condition itself is asked, through a session that stands after the last bars that are known: so whatever it
says of averages, gaps, volumes, ranks or bars ago counts as it will when the bar is there. To the share in which all of
it holds the product of the shares of its terms is added: it tells apart what no scenario reached, and what one reached
by luck.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from scanwright.engine.fold import Results
from scanwright.engine.plan import Plan, plan
from scanwright.engine.session import Session
from scanwright.model.interval import Interval
from scanwright.model.panel import Floats, Ints, Panel
from scanwright.scan.judge import Case
from scanwright.scan.priority.habits import Habits, habits_of
from scanwright.scan.priority.happenings import happenings_of
from scanwright.scan.priority.scenarios import Scenarios, drawn, quarters_ago
from scanwright.scan.priority.today import Today, today_of

COUNT, DEAR_COUNT = 128, 24  # scenarios; fewer where functions of another library are asked, which take their time
RARE, MORE = 0.01, 400  # of a share of hits below this more scenarios are needed to tell who is nearest
LEAST_FRAMES = 30  # with fewer nothing is usual yet
SEASON = 0.4  # what scenarios of whole quarters ago count for, of 1
LUCK = 1.0  # of a scenario: what a term that never held counts for
WIDEST = 3000  # columns in one step
YES = 1
WHERE, UNIVERSE, TERM = "where", "universe", "term "


class Chances:
    """The chances of all symbols of a case for one frame; asked again as symbols are judged.

    >>> from scanwright.app.wiring import catalogue
    >>> from scanwright.data.simulated import simulate
    >>> from scanwright.scan.definition import Scan
    >>> panel = simulate(symbols=20, years=1).panel()
    >>> case = Case.of(Scan(where="close > highest(high, 20)[1]"), panel, catalogue())
    >>> chances = Chances(case, panel.rows(0, 250), panel.rows(250, 251))
    >>> known = chances.after(np.array([], np.int64), {})
    >>> known.shape, bool(((known >= 0) & (known <= 2)).all())
    ((20,), True)
    """

    def __init__(
        self,
        case: Case,
        before: Panel,
        frame: Panel,
        *,
        seed: int = 7,
        threads: int = 2,
        seen: Callable[[Panel, Results], None] | None = None,
        since: int = 0,
        habits: Habits | None = None,
    ) -> None:
        """Stand after the rows that are known, before the one row of `frame`; neither holds a bar from after it.

        seen: handed what the condition, its terms and the universe were on the rows that are known, from the row
        `since`. habits: of those rows, where they are known already.
        """
        before, frame = case.on(before).panel, case.on(frame).panel  # with who is listed when, and who is named
        self._plan = _plan(case)
        self._session = Session.start(
            self._plan, before, session=case.scan.session, threads=threads, seen=seen, since=since
        )
        self.habits: Habits = habits_of(before) if habits is None else habits
        count = DEAR_COUNT if any(each.kind == "foreign" for each in self._plan.barriers) else COUNT
        self._count, self._most, self._seed, self._width = (
            count,
            count if count == DEAR_COUNT else MORE,
            seed,
            frame.shape[1],
        )
        self._together = _together(self._plan, self._width)
        self._wide = self._session.repeated(self._together) if self._together > 1 else self._session
        self._frame = frame.columns(np.tile(np.arange(self._width), self._together)) if self._together > 1 else frame
        self._happenings = happenings_of(before, frame, self.habits)
        self._scenarios, self._weights = self._drawn()
        self._hopeful = self.habits.frames >= LEAST_FRAMES

    def after(self, columns: Ints, bars: Mapping[str, Floats]) -> Floats:
        """The chances `[N]` when the bars of some symbols at the frame are known: `open` to `volume`, one a column.

        Not a share of one: the sum of two estimates. Zero for all where too little is known of anybody.
        """
        width = len(self.habits.pull)
        if not self._hopeful:
            return np.zeros(width)
        sizes = self.habits.sizes
        own = type(sizes)(
            close=sizes.close[columns],
            move=sizes.move[columns],
            volume=sizes.volume[columns],
            surge=sizes.surge[columns],
        )
        nothing = np.array([])
        told = own.told({name: bars.get(name, nothing) for name in ("open", "high", "low", "close", "volume")})
        today = today_of(self.habits, columns, told)
        shares = self._shares(today)
        if self._count < self._most and float(shares[0].mean()) < RARE:
            self._count = self._most
            self._scenarios, self._weights = self._drawn()
            shares = self._shares(today)
        return _joined(shares, self._count)

    def counts(self, most: int = COUNT) -> Ints:
        """How many members of the universe are hits in each scenario `[S]`, before anybody is judged; none too early.

        most: scenarios at most.
        """
        if not self._hopeful:
            return np.array([], np.int64)
        days = drawn(self.habits.frames, min(self._count, most), self._seed)
        nothing = np.array([])
        nobody = today_of(self.habits, np.array([], np.int64), dict.fromkeys(("open", "close", "volume"), nothing))
        held = self._held(dataclasses.replace(self._scenarios, days=days), nobody)
        hits = dict(zip(self._names, np.moveaxis(held, 1, 0), strict=True))
        return (hits[WHERE] * hits.get(UNIVERSE, 1.0)).sum(axis=1).astype(np.int64)

    def _drawn(self) -> tuple[Scenarios, Floats]:
        """Past frames, and how much each counts: those whole quarters ago more than others."""
        days = drawn(self.habits.frames, self._count, self._seed)
        weights = np.full(len(days), 1.0 / max(len(days), 1))
        again = quarters_ago(self.habits.frames) if self._is_seasonal else np.array([], np.int64)
        if len(again):
            days = np.concatenate([days, again])
            weights = np.concatenate([(1 - SEASON) * weights, np.full(len(again), SEASON / len(again))])
        scenarios = Scenarios(
            habits=self.habits,
            days=days,
            after=self._frame,
            together=self._together,
            happenings=self._happenings,
        )
        return scenarios, weights

    @property
    def _is_seasonal(self) -> bool:
        """Whether quarters matter, and a few scenarios more cost little."""
        daily = self._frame.interval is Interval.DAY and self._frame.calendar != "always_open"
        return daily and self._most > DEAR_COUNT

    def _shares(self, today: Today) -> Floats:
        """Of the scenarios, `[outputs, N]`; the condition first."""
        return np.tensordot(self._weights, self._held(self._scenarios, today), axes=1)

    def _held(self, scenarios: Scenarios, today: Today) -> Floats:
        """What holds in each scenario, `[S, outputs, N]`; the condition first."""
        found: list[Floats] = []
        for results in self._wide.peeks(scenarios.rows(today)):
            held = np.array([np.asarray(results[name])[-1] == YES for name in self._names], np.float64)
            found.append(np.moveaxis(held.reshape(len(held), self._together, self._width), 1, 0))
        return np.concatenate(found)[: len(scenarios.days)]

    @property
    def _names(self) -> Sequence[str]:
        return list(self._plan.outputs)


def _plan(case: Case) -> Plan:
    """The condition, its terms apart, and the universe."""
    bound = case.bound
    outputs = {WHERE: bound.where} | {f"{TERM}{at}": term for at, term in enumerate(bound.terms)}
    if bound.universe is not None:
        outputs[UNIVERSE] = bound.universe
    return plan(outputs, case.typing)


def _together(plan: Plan, width: int) -> int:
    """How many scenarios are peeked at in one step: several where few symbols would leave it idle.

    Only where each symbol is judged by its own bars.
    """
    return max(WIDEST // max(width, 1), 1) if all(each.kind == "at" for each in plan.barriers) else 1


def _joined(shares: Floats, count: int) -> Floats:
    """The share in which all held, plus the product of the shares in which each term did."""
    whole, *terms = shares
    return whole + np.prod(np.maximum(terms, LUCK / count), axis=0)
