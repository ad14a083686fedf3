"""Lessons of a market: learned from a scan's past, kept as files, replaced by better ones, and asked about its hits."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from scanwright.app.studies import SEED, Study, bare, dated_only, identity, name_of
from scanwright.app.wiring import catalogue
from scanwright.learn.calibration import losses
from scanwright.learn.drift import Drift, drift, moved
from scanwright.learn.features import Features
from scanwright.learn.files import Lesson, Provenance, code_hash
from scanwright.learn.forward import CHANCE
from scanwright.learn.learned import Evidence, Told, learned
from scanwright.learn.measured import Places
from scanwright.model.errors import Absent, Conflict
from scanwright.model.panel import Attribute
from scanwright.model.rule import Rule
from scanwright.scan.judge import Case, day
from scanwright.store.files import disk, write_through

if TYPE_CHECKING:
    import datetime as dt

    from scanwright.app.market import Market
    from scanwright.model.panel import Panel
    from scanwright.scan.definition import Scan
    from scanwright.scan.members import Sets

FOLDER = "learned"
RECENT = 0.15  # of the episodes: what two lessons are compared on
FEWEST = 30  # new episodes, below which an old lesson stays
EVIDENCE: tuple[Evidence, ...] = ("not enough evidence", "base rate", "model")
LATELY = 60  # frames whose hits are watched for drift


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Outcome:
    """What came of learning: the lesson that is kept now, whether it is the new one, and why."""

    lesson: Lesson
    replaced: bool
    why: str
    place: Path


class Lessons:
    """The lessons of a market, a file for each scan and rule."""

    def __init__(self, market: Market) -> None:
        """In the market's folder."""
        self._market = market

    def place(self, case: Case, rule: Rule) -> Path:
        """Where the lesson of a scan and a rule is."""
        return self._market.folder / FOLDER / f"{name_of(identity(case))}-{name_of(dataclasses.asdict(rule))}.json"

    def kept(self, case: Case, rule: Rule) -> Lesson | None:
        """The lesson of a scan and a rule, or nothing."""
        place = self.place(case, rule)
        return _read(place) if place.exists() else None

    def latest(self, case: Case) -> Lesson | None:
        """The lesson of a scan that was learned last, under whatever rule, or nothing."""
        found = [_read(each) for each in self.place(case, Rule()).parent.glob(f"{name_of(identity(case))}-*.json")]
        return max(found, key=lambda each: each.provenance.made, default=None)

    def learn(self, study: Study, now: dt.datetime) -> Outcome:
        """Learn from a study; an old lesson that fits gives way only to one no worse on the same recent hits."""
        dated_only(study.case)
        place = self.place(study.case, study.rule)
        old = self.kept(study.case, study.rule)
        if old is not None and not unfit(old, study.case, study.features, None):
            why, better = _compared(old, study)
            if not better:
                return Outcome(lesson=old, replaced=False, why=why, place=place)
        else:
            why = (
                "nothing was known"
                if old is None
                else f"the old one no longer fits: {unfit(old, study.case, study.features, None)}"
            )
        found = learned(study.lived(), study.features.names, study.chance, np.random.default_rng(SEED))
        lesson = Lesson(learned=found, provenance=_provenance(study, now))
        with disk(place):
            place.parent.mkdir(exist_ok=True)
            part = place.with_suffix(".part")
            write_through(part, json.dumps(lesson.document(), allow_nan=False).encode())
            part.replace(place)
        return Outcome(lesson=lesson, replaced=True, why=why, place=place)


def _read(place: Path) -> Lesson:
    with disk(place):
        text = place.read_text(encoding="utf-8")
    try:
        facts = json.loads(text)
    except ValueError:
        raise Conflict(place=place, expected="what was learned", found="no JSON", todo="learn it again") from None
    return Lesson.read(facts, place)


def _provenance(study: Study, now: dt.datetime) -> Provenance:
    first, last = study.frames
    scan = identity(study.case)
    return Provenance(
        scan=scan,
        rule=dataclasses.asdict(study.rule),
        plan=f"{name_of(scan)}-{name_of(dataclasses.asdict(study.rule))}",
        data=study.panel.data_hash,
        features=study.features.hash,
        code=code_hash(),
        market=study.panel.market,
        symbols=study.panel.shape[1],
        first=first,
        last=last,
        known=day(study.panel, study.panel.shape[0] - 1),
        made=now.isoformat(timespec="seconds"),
    )


def unfit(lesson: Lesson, case: Case, features: Features, frame: str | None) -> str:
    """Why a lesson may not be asked about hits of a frame (None: of any later one); nothing where it may."""
    about = lesson.provenance
    if about.code != code_hash():
        return "it was learned by other code"
    if about.features != features.hash:
        return "other things were looked at"
    if about.market != case.panel.market:
        return f"it was learned from {about.market}"
    if not about.symbols / 2 <= case.panel.shape[1] <= 2 * about.symbols:
        return f"it was learned from {about.symbols:,} symbols, the market has {case.panel.shape[1]:,}"
    if frame is not None and frame < about.known:
        return f"it knows what came until {about.known}, and is asked of {frame}"
    return ""


def _compared(old: Lesson, study: Study) -> tuple[str, bool]:
    """In words, and whether a new lesson is to take the place of an old one that fits."""
    past = study.lived()
    since = [day(study.panel, int(row)) > old.provenance.last for row in past.row]
    if sum(since) < FEWEST:
        return f"{sum(since):,} hits are over since it was learned, at least {FEWEST} are needed to compare", False
    start = int(past.row[int(len(past.row) * (1 - RECENT))])
    recent = past.row >= start
    known = past.only(past.before(start))
    new = learned(known, study.features.names, study.chance, np.random.default_rng(SEED))
    of_old, of_new = (
        float(losses(each.chances(past.features[recent]), past.good[recent], CHANCE).mean())
        for each in (old.learned, new)
    )
    words = f"Brier {of_new:.4f} against {of_old:.4f} of the old one on the {int(recent.sum()):,} latest hits"
    return words, of_new <= of_old


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Odds:
    """What is said of the hits of a frame, in their order, and the lesson behind it."""

    lesson: Lesson
    frame: str
    symbols: tuple[str, ...]
    told: Sequence[Told]


def fitting(found: Lesson | None, case: Case, market: Market) -> tuple[Lesson, Features]:
    """A lesson that may be asked about hits of the case's last frame; an error says why there is none."""
    expected, todo = "what was learned of this scan", "scanwright learn"
    if found is None:
        raise Absent(place=market.folder, expected=expected, found="nothing", todo=todo)
    features = Features.of(case.bound.terms, case.typing, case.panel)
    if why := unfit(found, case, features, day(case.panel, case.panel.shape[0] - 1)):
        raise Conflict(place=market.folder, expected=expected, found=why, todo=todo)
    return found, features


class Learner:
    """Says of every symbol what was learned of a scan's hits, for whoever asks for it as fields."""

    def __init__(self, scan: Scan, market: Market, sets: Sets) -> None:
        """Of the scan's condition and universe; its ranking and columns are who asks."""
        self._scan = bare(scan)
        self._market, self._sets = market, sets
        self._kept: tuple[Panel, Mapping[str, Attribute]] | None = None

    def facts(self, panel: Panel) -> Mapping[str, Attribute]:
        """The chance, the expected return and the evidence, unknown where there is no bar."""
        if self._kept is None or self._kept[0] is not panel:
            self._kept = panel, self._facts(panel)
        return self._kept[1]

    def _facts(self, panel: Panel) -> Mapping[str, Attribute]:
        case = Case.of(self._scan, panel, catalogue(), self._sets)
        row = case.row_of(None)
        lesson, features = fitting(Lessons(self._market).latest(case), case, self._market)
        columns = np.flatnonzero(panel.bar[row]) if row >= 0 else np.zeros(0, np.int64)
        places = Places(rows=np.full(len(columns), row), columns=columns)
        values = features.at(case.panel, places, session=self._scan.session, threads=self._market.threads)
        chance, mean = (np.full(panel.shape[1], np.nan) for _ in range(2))
        codes = np.full(panel.shape[1], -1, np.int32)
        for column, told in zip(columns, lesson.learned.told(values), strict=True):
            codes[column] = EVIDENCE.index(told.evidence)
            if told.p_success is not None and told.expected_return is not None:
                chance[column], mean[column] = told.p_success, told.expected_return
        return {
            "p_success": Attribute(numbers=chance, dated=True),
            "expected_return": Attribute(numbers=mean, dated=True),
            "evidence": Attribute(codes=codes, names=EVIDENCE, dated=True),
        }


def odds_now(study: Study, market: Market) -> Odds:
    """What is said of the hits of the frame of now."""
    row = study.case.row_of(None)
    lesson, _ = fitting(Lessons(market).kept(study.case, study.rule), study.case, market)
    here = study.past.rows == row
    symbols = tuple(study.panel.symbols[int(at)] for at in study.past.columns[here])
    told = lesson.learned.told(study.measured(here))
    return Odds(lesson=lesson, frame=day(study.panel, row), symbols=symbols, told=told)


def drifted(lesson: Lesson, study: Study) -> Drift:
    """How the hits since then differ from those that were learned from, and whether their chances came true."""
    rows = study.past.rows
    stamps = np.array([day(study.panel, row) for row in range(study.panel.shape[0])])
    since = stamps[rows] > lesson.provenance.last if len(rows) else np.zeros(0, np.bool_)
    late = since | (rows >= study.panel.shape[0] - LATELY)
    begins = late & study.labels.episode
    changed = moved(lesson.learned.names, lesson.learned.reference, study.measured(begins))
    past = study.lived_of(since & study.over)
    said = lesson.learned.chances(past.features)
    return drift(changed, int(begins.sum()), past.day, said, past.good, horizon=study.days, seed=SEED)
