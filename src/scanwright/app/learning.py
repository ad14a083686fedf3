"""Lessons of a market: learned from a scan's past, kept as files, replaced by better ones, and asked about its hits."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from scanwright.app.studies import SEED, Study, dated_only, identity, plan_of
from scanwright.learn.calibration import losses
from scanwright.learn.drift import Drift, drift, moved
from scanwright.learn.features import Features
from scanwright.learn.files import Lesson, Provenance, code_hash
from scanwright.learn.forward import CHANCE
from scanwright.learn.learned import Told, learned
from scanwright.model.errors import Absent, Conflict
from scanwright.model.rule import Rule
from scanwright.scan.judge import Case, day
from scanwright.store.files import disk, write_through

if TYPE_CHECKING:
    import datetime as dt

    from scanwright.app.market import Market
    from scanwright.scan.definition import Scan

FOLDER = "learned"
RECENT = 0.15  # of the episodes: what two lessons are compared on
FEWEST = 30  # new episodes, below which an old lesson stays
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

    def place(self, scan: Scan, plan: str) -> Path:
        """Where the lesson of a scan and a rule is."""
        name = re.sub(r"[^A-Za-z0-9_-]", "_", scan.name) or "scan"
        return self._market.folder / FOLDER / f"{name}-{plan}.json"

    def kept(self, scan: Scan, case: Case, rule: Rule) -> Lesson | None:
        """The lesson of a scan and a rule, or nothing."""
        place = self.place(scan, plan_of(identity(case), rule))
        if not place.exists():
            return None
        with disk(place):
            text = place.read_text(encoding="utf-8")
        try:
            facts = json.loads(text)
        except ValueError:
            raise Conflict(place=place, expected="what was learned", found="no JSON", todo="learn it again") from None
        return Lesson.read(facts, place)

    def learn(self, scan: Scan, study: Study, now: dt.datetime) -> Outcome:
        """Learn from a study; an old lesson that fits gives way only to one no worse on the same recent hits."""
        dated_only(study.case)
        place = self.place(scan, plan_of(identity(study.case), study.rule))
        old = self.kept(scan, study.case, study.rule)
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


def _provenance(study: Study, now: dt.datetime) -> Provenance:
    first, last = study.frames
    scan = identity(study.case)
    return Provenance(
        scan=scan,
        rule=dataclasses.asdict(study.rule),
        plan=plan_of(scan, study.rule),
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


def asked(scan: Scan, case: Case, rule: Rule, market: Market) -> tuple[Lesson, Features]:
    """The lesson that may be asked about hits of a case's last frame; an error says why there is none."""
    found = Lessons(market).kept(scan, case, rule)
    if found is None:
        raise Absent(
            place=market.folder,
            expected="what was learned of this scan and rule",
            found="nothing",
            todo="scanwright learn",
        )
    features = Features.of(case.bound.terms, case.typing, case.panel)
    if why := unfit(found, case, features, day(case.panel, case.panel.shape[0] - 1)):
        raise Conflict(place=market.folder, expected="what was learned to fit", found=why, todo="scanwright learn")
    return found, features


def odds_now(scan: Scan, study: Study, market: Market) -> Odds:
    """What is said of the hits of the frame of now."""
    row = study.case.row_of(None)
    lesson, _ = asked(scan, study.case, study.rule, market)
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
