"""What a scan will find and take, before it is run: put together from the market's past and the runs on record."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from scanwright.app.warned import Warned, warnings
from scanwright.app.wiring import catalogue
from scanwright.learn.counts import Band
from scanwright.learn.durations import Done, Lasts, lasts
from scanwright.model.panel import Panel
from scanwright.scan.definition import Scan
from scanwright.scan.expected import Expected, expected
from scanwright.scan.judge import Case, day
from scanwright.scan.priority.habits import Habits, habits_of

if TYPE_CHECKING:
    from scanwright.app.market import Market
    from scanwright.model.run import RunRecord

RUNS = 400  # of the latest that teach how long the next takes
STEPS_A_SECOND = 3e8  # steps times symbols that are judged in a second, where no run says otherwise
REQUESTS_A_SECOND = 3.0  # likewise
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
QUIET, BUSY = 10, 60


@dataclasses.dataclass(frozen=True, kw_only=True)
class Estimate:
    """What is to be expected of a run.

    frame: the one that the hits are of. hits: None where the market knows too little. scenarios: on how many ways that
    the frame may come the band rests. year: hits on a frame of the last year.
    """

    frame: str
    hits: Band | None
    scenarios: int
    year: Mapping[str, float]
    members: int
    seconds: Lasts
    requests: float
    cost: float
    warnings: Sequence[Warned]

    def document(self) -> Mapping[str, Any]:
        """As programs get it."""
        hits = {name: getattr(self.hits, name, None) for name in ("median", "low", "high", "none", "mean")}
        seconds = {"median": self.seconds.median, "low": self.seconds.low, "high": self.seconds.high}
        return {
            "frame": self.frame,
            "hits": hits,
            "scenarios": self.scenarios,
            "year": dict(self.year),
            "universe": self.members,
            "seconds": seconds | {"runs": self.seconds.runs},
            "requests": self.requests,
            "cost": self.cost,
            "warnings": [dataclasses.asdict(each) for each in self.warnings],
        }

    def sentences(self) -> Sequence[str]:
        """For people."""
        found = [_hits(self), _year(self.year), _takes(self)]
        return [*found, *(each.told() for each in self.warnings)]


class Habitual:
    """How symbols of a market move, worked out once for each state of its bars."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._kept: tuple[tuple[object, ...], Habits] | None = None

    def of(self, panel: Panel) -> Habits:
        """The habits up to the last row of a panel."""
        last = panel.ts[-1] if len(panel.ts) else None
        key = (panel.data_hash, panel.interval, panel.symbols, panel.fields["close"].shape, last)
        if self._kept is None or self._kept[0] != key or not panel.data_hash:
            self._kept = (key, habits_of(panel))
        return self._kept[1]


def estimated(
    market: Market,
    scan: Scan,
    *,
    as_of: np.datetime64 | None = None,
    runs: Sequence[RunRecord] = (),
    providers: str = "",
    changes: bool = True,
    habitual: Habitual | None = None,
) -> Estimate:
    """What a run of a scan finds on the next frame, or on that of `as_of` as it was foretold before.

    runs: those on record, the latest first. providers: whom the run will ask. changes: whether warnings come with a
    change that would help, which takes some scans more.
    """
    panel = market.panel(scan.interval, as_of, scan.adjust)
    case = Case.of(scan, panel, catalogue(), market.sets(scan, panel))
    before, frame = parted(case.panel, case.row_of(as_of) if as_of is not None else len(panel.ts))
    case = case.on(before)
    habits = (habitual or Habitual()).of(before)
    found = expected(case, before, frame, threads=market.threads, habits=habits)
    done = [each for each in runs[:RUNS] if each.receipt]
    members = int(found.members[-1]) if len(found.members) else 0
    requests, cost = _asked_of(done, members, providers)
    return Estimate(
        frame=day(frame, 0),
        hits=Band.of(found.samples) if len(found.samples) else None,
        scenarios=len(found.samples),
        year=year(found),
        members=members,
        seconds=_seconds(done, case, members, requests, providers),
        requests=requests,
        cost=cost,
        warnings=warnings(case, before, found, market, as_of, changes=changes),
    )


def parted(panel: Panel, row: int) -> tuple[Panel, Panel]:
    """The rows before one, and that one without its bars; after the last row, the next that there will be."""
    at = panel.ts[row] if row < len(panel.ts) else following(panel)
    lacking = {name: np.full((1, panel.shape[1]), np.nan) for name in panel.fields}
    nobody = np.zeros((1, panel.shape[1]), np.uint8)
    frame = dataclasses.replace(panel.rows(0, 0), ts=np.array([at], "M8[s]"), fields=lacking, bar=nobody)
    return panel.rows(0, row), frame


def following(panel: Panel) -> np.datetime64:
    """The stamp of the frame after the last, as near as the calendar says.

    >>> from scanwright.data.simulated import simulate
    >>> following(simulate(symbols=2, years=1).panel()) > simulate(symbols=2, years=1).panel().ts[-1]
    np.True_
    """
    from scanwright.model.calendars import calendar

    last = panel.ts[-1] if len(panel.ts) else np.datetime64("1970-01-01", "s")
    if panel.interval.is_intraday:
        return last + np.timedelta64(panel.interval.seconds, "s")
    known = calendar(panel.calendar)
    days = last.astype("M8[D]") + np.arange(1, 1 + max(14, 2 * panel.interval.seconds // 86400))
    open_days = days[known.is_session(days.astype("M8[s]"))] if days[-1] <= known.last else days
    return open_days[0].astype("M8[s]") if len(open_days) else days[0].astype("M8[s]")


def year(found: Expected) -> Mapping[str, float]:
    """Hits on a frame of the last year: the mean, shares of it, and how often there were none."""
    if not len(found.hits):
        return {}
    parts = {f"p{round(100 * share)}": float(np.quantile(found.hits, share)) for share in SHARES}
    mean, none = float(found.hits.mean()), float((found.hits == 0).mean())
    return {"frames": len(found.hits), "mean": mean, "none": none, "most": float(found.hits.max()), **parts}


def _asked_of(done: Sequence[RunRecord], members: int, providers: str) -> tuple[float, float]:
    """Requests and dollars: as past runs of this provider needed for a symbol, else one each."""
    if not providers:
        return 0.0, 0.0
    past = [each.receipt for each in done if each.asked.get("providers") == providers and each.receipt]
    looked = sum(_number(each, "judged") for each in past)
    if not looked:
        return float(members), 0.0
    a_symbol = sum(_number(each, "requests") for each in past) / looked
    dollars = sum(_number(each, "dollars") for each in past) / looked
    return round(members * a_symbol, 1), round(members * dollars, 4)


def _seconds(done: Sequence[RunRecord], case: Case, members: int, requests: float, providers: str) -> Lasts:
    """By the work of the runs of its kind: requests where somebody is asked, else symbols times steps."""
    kind = [each for each in done if each.asked.get("providers", "") == providers and each.reason == "complete"]
    if providers:
        past = [Done(work=_number(each.receipt, "requests"), seconds=_number(each.receipt, "seconds")) for each in kind]
        return lasts(past, requests, rate=REQUESTS_A_SECOND)
    steps = len(case.plan.steps) + len(case.plan.barriers)
    past = [Done(work=_number(each.receipt, "universe"), seconds=_number(each.receipt, "seconds")) for each in kind]
    return lasts(past, float(members), rate=STEPS_A_SECOND / max(steps * case.panel.shape[0], 1))


def _number(receipt: Mapping[str, Any] | None, name: str) -> float:
    value = (receipt or {}).get(name)
    return float(value) if isinstance(value, int | float) else 0.0


def _hits(of: Estimate) -> str:
    if of.hits is None:
        return f"{of.frame}: too little is known of the symbols to say how many hits there will be"
    band = f"{of.hits.low:,.0f} to {of.hits.high:,.0f} with a chance of 80 %"
    about = f"{of.hits.median:,.0f} {'hit' if of.hits.median == 1 else 'hits'}"
    return f"{of.frame}: about {about}, {band}; none at all {100 * of.hits.none:.0f} %"


def _year(year: Mapping[str, float]) -> str:
    if not year:
        return "there is no past to look back on"
    middle = f"{year['p5']:,.0f} to {year['p95']:,.0f} on nine days of ten"
    return f"last year: {year['mean']:,.1f} a day, {middle}, none on {100 * year['none']:.0f} % of days"


def _takes(of: Estimate) -> str:
    lead = f"a run takes about {_span(of.seconds.median)} ({_span(of.seconds.low)} to {_span(of.seconds.high)})"
    asks = f", {of.requests:,.0f} requests" if of.requests else ""
    cost = f", {of.cost:,.2f} dollars" if of.cost else ""
    rests = f"as {of.seconds.runs:,} runs on record took" if of.seconds.runs else "no run on record says more"
    return f"{lead}{asks}{cost}; {rests}"


def _span(seconds: float) -> str:
    """A length of time.

    >>> _span(0.034), _span(4.21), _span(300.0)
    ('34 ms', '4.2 s', '5 min')
    """
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms"
    return (
        f"{seconds:.1f} s"
        if seconds < QUIET
        else f"{seconds:.0f} s"
        if seconds < 2 * BUSY
        else f"{seconds / BUSY:.0f} min"
    )
