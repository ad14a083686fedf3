"""What a person should know of a scan before it runs, each with a change that would help, tried before it is told."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from scanwright.expr.printer import show
from scanwright.model.panel import Panel
from scanwright.scan.changes import Change, changes
from scanwright.scan.expected import Expected
from scanwright.scan.judge import Case

if TYPE_CHECKING:
    from scanwright.app.market import Market

SELDOM = 0.3  # hits a day
NEARLY_ALL = 0.6  # of the members
ALONE = 0.9  # of the hits of a term that pass the others too
OFTEN = 0.02  # of the members' bars on which a term holds that does not lack hits by itself
WANTED = (5.0, 15.0)  # hits a day, where a scan finds hardly any
SOME = (0.02, 0.1)  # of the members, where it finds nearly all
OLD = 3  # sessions


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Warned:
    """One thing to know.

    code: for programs. text: for people. change: what would help and what it would do, and where: the condition with
    it; both empty where nothing was found that helps.
    """

    code: str
    text: str
    change: str = ""
    where: str = ""

    def told(self) -> str:
        """In one line."""
        return f"{self.text}; {self.change}" if self.change else self.text


def warnings(
    case: Case, panel: Panel, found: Expected, market: Market, as_of: np.datetime64 | None, *, changes: bool
) -> Sequence[Warned]:
    """All that applies; `changes` says whether some are to be looked for, which takes some scans more."""
    told = [*_frequency(case, found), *_terms(case, found)]
    if changes and told and told[0].code in {"never", "seldom", "nearly_all"}:
        told[0] = _helped(told[0], case, panel, found, market.threads)
    return [*told, *_data(case, panel, market, as_of)]


def _frequency(case: Case, found: Expected) -> Sequence[Warned]:
    members = int(found.members.sum())
    if not members:
        return []
    frames = len(found.hits)
    if not found.together:
        never = f"never true on the last {frames:,} days"
        return [Warned(code="never", text=f"{never}{_apart(case, found)}")]
    if found.a_frame < SELDOM:
        return [Warned(code="seldom", text=f"true {found.together:,} times on the last {frames:,} days")]
    if found.together > NEARLY_ALL * members:
        share = 100 * found.together / members
        return [Warned(code="nearly_all", text=f"true for {share:.0f} % of all symbols on a day")]
    return []


def _apart(case: Case, found: Expected) -> str:
    """Why all together never hold, where no term lacks hits by itself."""
    members = int(found.members.sum())
    empty = [at for at, count in enumerate(found.held.tolist()) if not count]
    if empty:
        return f": `{show(case.bound.terms[empty[0]], case.catalogue)}` never holds"
    common = all(count > OFTEN * members for count in found.held.tolist())
    return ": each of its terms often holds, but never all at once" if common and len(found.held) > 1 else ""


def _terms(case: Case, found: Expected) -> Sequence[Warned]:
    """One term that decides alone."""
    held = found.held.tolist()
    if len(held) < 2 or not found.together:
        return []
    for at, count in enumerate(held):
        if count and found.together >= ALONE * count:
            term = show(case.bound.terms[at], case.catalogue)
            share = 100 * found.together / count
            text = f"`{term}` decides alone: {share:.0f} % of its hits pass all other terms too"
            return [Warned(code="one_term", text=text, change=f"`{term}` by itself finds nearly the same", where=term)]
    return []


def _helped(warning: Warned, case: Case, panel: Panel, found: Expected, threads: int) -> Warned:
    members = float(found.members[-1]) if len(found.members) else 0.0
    low, high = WANTED if warning.code != "nearly_all" else (SOME[0] * members, SOME[1] * members)
    if warning.code != "nearly_all":
        low, high = max(min(low, members / 10), SELDOM), max(min(high, members / 3), 2 * SELDOM)
    best: Sequence[Change] = changes(case, panel, low, high, threads=threads)
    if best:
        return dataclasses.replace(warning, change=best[0].told(), where=best[0].where)
    return dataclasses.replace(warning, change=_without(case, found))


def _without(case: Case, found: Expected) -> str:
    """What leaving a term out would do, where no number helps."""
    at = int(np.argmax(found.apart)) if len(found.apart) > 1 else -1
    if at < 0 or found.apart[at] <= found.together or not len(found.hits):
        return ""
    term, after = show(case.bound.terms[at], case.catalogue), float(found.apart[at]) / len(found.hits)
    return f"without `{term}`: {found.a_frame:.3g} -> {after:.3g} hits a day"


def _data(case: Case, panel: Panel, market: Market, as_of: np.datetime64 | None) -> Sequence[Warned]:
    found: list[Warned] = []
    warmup = case.plan.warmups["where"]
    if warmup >= panel.shape[0]:
        text = f"it needs {warmup:,} bars before its first answer, and the market has {panel.shape[0]:,} frames"
        found.append(Warned(code="warm_up", text=text, change="import longer history, or use shorter windows"))
    worth = market.worth(case.scan, panel, as_of)
    if worth.behind is not None and worth.behind > OLD:
        text = f"the bars are {worth.behind:,} sessions old"
        found.append(Warned(code="stale", text=text, change="`scanwright data update` brings newer ones"))
    return found
