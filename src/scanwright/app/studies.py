"""A scan's past under a rule, as it is learned from: hits and what came of each, beside random bars of its universe."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from scanwright.app.wiring import catalogue
from scanwright.learn.base import Base, Chance, base
from scanwright.learn.days import days_of, in_days
from scanwright.learn.features import Features
from scanwright.learn.forward import Past as Lived
from scanwright.learn.labels import Labels, labels
from scanwright.learn.measured import Places, usual
from scanwright.model.errors import SettingsError
from scanwright.model.rule import Rule
from scanwright.scan.history import Past, history
from scanwright.scan.judge import Case, day, undated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scanwright.app.market import Market
    from scanwright.model.panel import Bytes, Floats, Panel
    from scanwright.scan.definition import Scan
    from scanwright.scan.members import Sets

SEED = 20140207  # of what is drawn: the same hits always get the same answers
RANDOM = 20_000  # bars of the universe that stand for it
IDENTITY = ("where", "universe", "exclude", "interval", "session", "adjust")


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Study:
    """Every hit of a scan over a market's bars, and what came of it under a rule.

    case: the scan on the panel. past: its hits. labels: what came of each, in the same order.
    """

    case: Case
    past: Past
    rule: Rule
    labels: Labels
    quarantined: Bytes | None
    threads: int

    @classmethod
    def of(
        cls,
        scan: Scan,
        rule: Rule,
        market: Market,
        panel: Panel,
        sets: Sets,
        progress: Callable[[int, int], None] | None = None,
    ) -> Study:
        """Judge every bar of the panel and label the hits."""
        case = Case.of(scan, panel, catalogue(), sets)
        past = history(scan, panel, catalogue(), threads=market.threads, sets=sets, progress=progress)
        quarantined = market.quarantined(panel)
        places = Places(rows=past.rows, columns=past.columns)
        found = _labelled(case, places, rule, quarantined, market.threads)
        return cls(case=case, past=past, rule=rule, labels=found, quarantined=quarantined, threads=market.threads)

    @property
    def panel(self) -> Panel:
        """The bars."""
        return self.case.panel

    @cached_property
    def days(self) -> int:
        """The horizon in days."""
        return in_days(self.panel, self.rule.bars)

    @cached_property
    def over(self) -> NDArray[np.bool_]:
        """The hits that begin an episode and are through: what is counted and learned from."""
        return self.labels.episode & self.labels.through

    @cached_property
    def chance(self) -> Chance:
        """What came of random bars of the universe under the same rule."""
        found = self.of_universe
        told = found.through
        if not told.any():
            return Chance(rate=0.5, mean=0.0)
        return Chance(rate=float(found.good[told].mean()), mean=float(found.net[told].mean()))

    @cached_property
    def of_universe(self) -> Labels:
        """What came of random bars of the universe, by time."""
        panel = self.panel
        rows, columns = np.nonzero((self.past.member == 1) & (panel.bar == 1))
        if len(rows) > RANDOM:
            some = np.sort(np.random.default_rng(SEED).choice(len(rows), RANDOM, replace=False))
            rows, columns = rows[some], columns[some]
        return _labelled(self.case, Places(rows=rows, columns=columns), self.rule, self.quarantined, self.threads)

    @cached_property
    def base(self) -> Base:
        """The base rate and return, with intervals by blocks of days."""
        some = self.over
        net, good = self.labels.net[some], self.labels.good[some].astype(np.float64)
        day_of = days_of(self.panel)[self.past.rows[some]]
        return base(day_of, net, good, self.chance, horizon=self.days, generator=np.random.default_rng(SEED))

    @cached_property
    def features(self) -> Features:
        """What is looked at of each hit."""
        return Features.of(self.case.bound.terms, self.case.typing, self.panel)

    def measured(self, some: NDArray[np.bool_]) -> Floats:
        """The features of some hits `[K, F]`."""
        places = Places(rows=self.past.rows[some], columns=self.past.columns[some])
        return self.features.at(self.panel, places, session=self.case.scan.session, threads=self.threads)

    def lived(self) -> Lived:
        """The episodes that are over, as they are learned from."""
        return self.lived_of(self.over)

    def lived_of(self, some: NDArray[np.bool_]) -> Lived:
        """Some of them, by time."""
        found = self.labels
        return Lived(
            row=self.past.rows[some],
            day=days_of(self.panel)[self.past.rows[some]],
            due=found.due[some],
            features=self.measured(some),
            good=found.good[some].astype(np.float64),
            net=found.net[some],
            horizon=self.rule.bars,
            days=self.days,
        )

    @property
    def frames(self) -> tuple[str, str]:
        """The first and the last frame with an episode that is over."""
        rows = self.past.rows[self.over]
        return (day(self.panel, int(rows[0])), day(self.panel, int(rows[-1]))) if len(rows) else ("", "")


def _labelled(case: Case, places: Places, rule: Rule, quarantined: Bytes | None, threads: int) -> Labels:
    about = usual(case.panel, places, catalogue(), session=case.scan.session, threads=threads)
    return labels(case.panel, places, rule, about, quarantined=quarantined)


def identity(case: Case) -> dict[str, Any]:
    """A scan without its name, its ranking and its columns, in canonical texts."""
    shown = case.bound.shown(case.typing)
    return {name: shown[name] for name in IDENTITY}


def name_of(facts: Mapping[str, Any]) -> str:
    """Short and always the same for the same facts: what a lesson is kept under."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()[:12]


def bare(scan: Scan) -> Scan:
    """A scan without its ranking and columns: what it finds is the same."""
    return dataclasses.replace(scan, rank="", columns={})


def dated_only(case: Case) -> None:
    """Refuse to learn from facts that are known only as they are today."""
    if found := undated(bare(case.scan).bind(case.typing), case.panel):
        raise SettingsError(
            expected="facts by when they were known", found=found[0], todo="leave them out of what is learned from"
        )
