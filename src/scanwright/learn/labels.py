"""What came of each hit under a rule: bought at the next open, sold at stop, target or last bar, after costs.

Hits in symbols that are gone take part like all others. Whatever has no label says why, and is counted. A window that a
quarantined bar or an unexplained jump lies in (`learn/jumps.py`) has none.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from scanwright.learn.episodes import episodes
from scanwright.learn.measured import Places
from scanwright.learn.spoilt import spoilt
from scanwright.learn.ways import Fate, Line, Ways, walked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from scanwright.learn.measured import Usual
    from scanwright.model.panel import Bytes, Floats, Ints, Panel
    from scanwright.model.rule import Rule

ALIVE = 20
RANGE = 14  # bars before a hit that its average true range mostly rests on
YEAR = 365.0


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Labels:
    """Hits and what came of each, `[K]`, in the order given.

    fate: of `Fate`. entered, left: frames of entry and exit, -1 where there was none. bought, sold: their prices.
    own: which of its symbol's bars the hit is. held: own bars from the entry's to the exit's, both counted.
    gross, net: returns in percent before and after costs, NaN without a label.
    due: the frame on which the rule is through with the hit at the latest; the number of frames where that lies ahead.
        To learn from hits whose `due` lies ahead would prefer those that end early.
    episode: whether the hit begins an episode of the rule's horizon.
    """

    rule: Rule
    places: Places
    frames: int
    fate: Bytes
    entered: Ints
    left: Ints
    bought: Floats
    sold: Floats
    own: Ints
    held: Ints
    gross: Floats
    net: Floats
    due: Ints
    episode: NDArray[np.bool_]

    @property
    def told(self) -> NDArray[np.bool_]:
        """Whether there is a label."""
        return self.fate < Fate.NO_NEXT_BAR

    @property
    def through(self) -> NDArray[np.bool_]:
        """Whether there is a label and the rule's whole time is over: what may be learned from."""
        return self.told & (self.due < self.frames)

    @property
    def good(self) -> NDArray[np.bool_]:
        """Whether more than the rule's `least` is left; never where there is no label."""
        return self.told & (self.net > self.rule.least)

    def counts(self) -> Mapping[str, int]:
        """How many hits ended in each way, those that there are; together all of them."""
        found = np.bincount(self.fate, minlength=len(Fate))
        return {each.label: int(found[each]) for each in Fate if found[each]}

    def only(self, some: NDArray[np.bool_]) -> Labels:
        """Some of them `[K]`; what begins an episode is found anew among those."""
        whole = ("rule", "places", "frames", "episode")
        names = [each.name for each in dataclasses.fields(self) if each.name not in whole]
        places = Places(rows=self.places.rows[some], columns=self.places.columns[some])
        return dataclasses.replace(
            self,
            places=places,
            episode=_begins(places, self.own[some], self.rule.bars),
            **{name: getattr(self, name)[some] for name in names},
        )


def labels(panel: Panel, places: Places, rule: Rule, usual: Usual, *, quarantined: Bytes | None = None) -> Labels:
    """Label hits of the panel, each a bar of it.

    usual: of each place, as `measured.usual` gives it. quarantined: `[T, N]`, 1 where a bar was refused.
    """
    line = Line.of(panel, places)
    over = panel.bar[-ALIVE:].max(axis=0) == 0
    ways = walked(panel, places.columns, line, rule, atr=usual.atr, over=over[places.columns])
    entered = np.where(ways.entered >= 0, line.row[ways.entered], -1)
    left = np.where(ways.left >= 0, line.row[ways.left], -1)
    fate = ways.fate.copy()
    inside = np.flatnonzero(fate < Fate.NO_NEXT_BAR)
    ranged = any(each is not None and each.unit == "atr" for each in (rule.stop, rule.target))
    begin = line.row[np.maximum(line.at - RANGE, line.begin)] if ranged else entered
    for why, where in spoilt(panel, places.columns, begin, entered, left, quarantined).items():
        fate[inside[where[inside]]] = why
    fate[_unfillable(rule, usual.dollars) & (fate != Fate.NO_NEXT_BAR)] = Fate.UNFILLABLE
    gross, net = _returns(panel, rule, ways, entered, left)
    own = line.at - line.begin
    untold = fate >= Fate.NO_NEXT_BAR
    return Labels(
        rule=rule,
        places=places,
        frames=panel.shape[0],
        fate=fate,
        entered=entered,
        left=np.where(untold, -1, left),
        bought=ways.bought,
        sold=np.where(untold, np.nan, ways.sold),
        own=own,
        held=np.where(untold, 0, ways.left - ways.entered + 1),
        gross=np.where(untold, np.nan, gross),
        net=np.where(untold, np.nan, net),
        due=_due(line, rule.bars, over[places.columns], panel.shape[0]),
        episode=_begins(places, own, rule.bars),
    )


def _returns(panel: Panel, rule: Rule, ways: Ways, entered: Ints, left: Ints) -> tuple[Floats, Floats]:
    """Before and after costs, in percent of what was put in."""
    costs, sign = rule.costs, -1.0 if rule.side == "short" else 1.0
    half, fee = costs.spread / 200, costs.fee / 100
    gross = sign * (ways.sold / ways.bought - 1)
    bought, sold = ways.bought * (1 + sign * half), ways.sold * (1 - sign * half)
    net = sign * (sold - bought) / ways.bought - fee * (bought + sold) / ways.bought
    if rule.side == "short":
        days = panel.ts.astype("M8[D]").astype(np.int64)
        net -= costs.borrow / 100 * (days[left] - days[entered]) / YEAR
    return 100 * gross, 100 * net


def _unfillable(rule: Rule, dollars: Floats) -> NDArray[np.bool_]:
    """Whether the order is more than can be filled, or nobody knows; an order of nothing always can."""
    if not rule.costs.dollars:
        return np.zeros(len(dollars), np.bool_)
    return ~(rule.costs.dollars <= rule.costs.most / 100 * dollars)


def _due(line: Line, bars: int, over: NDArray[np.bool_], frames: int) -> Ints:
    last = line.at + bars
    known = last < line.end
    ends = np.where(over, line.row[line.end - 1], frames)
    return np.where(known, line.row[np.where(known, last, line.end - 1)], ends)


def _begins(places: Places, own: Ints, bars: int) -> NDArray[np.bool_]:
    order = np.lexsort((own, places.columns))
    found = np.zeros(len(own), np.bool_)
    found[order] = episodes(places.columns[order], own[order], bars)
    return found
