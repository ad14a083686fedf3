"""Changes to one number of a condition after which a scan finds about as many hits as wanted; each is tried first."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence

from scanwright.expr.places import Number, Span, places
from scanwright.model.panel import Panel
from scanwright.scan.history import history
from scanwright.scan.judge import Case
from scanwright.scan.members import Sets

LATELY = 60  # frames on which a change is tried
HALVINGS = 9
FURTHER = (1, 8, 64)  # times its range that a level is looked for
MOST = 3  # changes that are told


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One number put elsewhere. before, after: hits a frame, in the mean of the last frames; share: of its range."""

    term: str
    becomes: str
    where: str
    before: float
    after: float
    share: float

    def told(self) -> str:
        """The change in words.

        >>> Change(term="rsi(14) < 40", becomes="rsi(14) < 44", where="", before=3.2, after=11, share=0.1).told()
        'rsi(14) < 40 -> rsi(14) < 44: 3.2 -> 11 hits a day'
        """
        return f"{self.term} -> {self.becomes}: {self.before:.3g} -> {self.after:.3g} hits a day"


def changes(case: Case, panel: Panel, low: float, high: float, *, threads: int = 2) -> Sequence[Change]:
    """The smallest changes that bring the hits of a frame between `low` and `high`, the smallest first.

    Looked for among levels and factors; windows are what an author means, and stay.
    """
    tries = _Tries(case, panel, threads)
    spans, numbers = places(case.scan.where, case.catalogue, case.bound.names)
    now = tries.count(case.scan.where)
    found = [
        change
        for number in numbers
        if number.kind != "window" and (change := _moved(tries, number, spans[number.term], now, (low, high)))
    ]
    return sorted(found, key=lambda each: each.share)[:MOST]


class _Tries:
    """How many hits a frame other texts of a scan find on the last frames."""

    def __init__(self, case: Case, panel: Panel, threads: int) -> None:
        before = LATELY + 4 * case.plan.warmup
        self._case, self._threads = case, threads
        self._whole = panel
        self._lately = panel.rows(max(panel.shape[0] - before, 0), panel.shape[0])
        self._sets: Sets = case.sets
        self.text = case.scan.where

    def count(self, where: str) -> float:
        """Hits a frame, near enough to look for a number: averages that never forget begin lately."""
        return self._counted(where, self._lately)

    def exact(self, where: str) -> float:
        """Hits a frame."""
        return self._counted(where, self._whole)

    def _counted(self, where: str, panel: Panel) -> float:
        scan = dataclasses.replace(self._case.scan, where=where, rank="", columns={})
        past = history(scan, panel, self._case.catalogue, threads=self._threads, sets=self._sets)
        return float(past.per_day()[-LATELY:].mean()) if len(panel.ts) else 0.0

    def put(self, number: Number, value: float) -> str:
        """The text with another number in the place of one."""
        return f"{self.text[: number.start]}{written(value)}{self.text[number.end :]}"


def _moved(tries: _Tries, number: Number, span: Span, now: float, wanted: tuple[float, float]) -> Change | None:
    """The nearest value of a number with which the hits are as wanted."""
    low, high = wanted
    reach = (number.high - number.low) or 1.0

    def at(value: float) -> float:
        return tries.count(tries.put(number, value))

    for end in _ends(number):
        if end == number.value or not _crosses(now, at(end), low, high):
            continue
        value = _nearest(at, number, end, now, wanted)
        if not low <= at(value) <= high:
            return None
        text, put = tries.text, tries.put(number, value)
        return Change(
            term=text[span.start : span.end],
            becomes=put[span.start : span.end + len(put) - len(text)],
            where=put,
            before=tries.exact(text),
            after=tries.exact(put),
            share=abs(value - number.value) / reach,
        )
    return None


def _ends(number: Number) -> Iterator[float]:
    """How far a number is moved: to the ends of its range, and of a level, whose size nobody knows, beyond them."""
    for factor in FURTHER if number.kind == "level" else FURTHER[:1]:
        yield number.value + factor * (number.low - number.value)
        yield number.value + factor * (number.high - number.value)


def _crosses(now: float, there: float, low: float, high: float) -> bool:
    """Whether the wanted band lies on the way from one count to the other."""
    return (now < low and there >= low) or (now > high and there <= high)


def _nearest(
    at: Callable[[float], float], number: Number, end: float, now: float, wanted: tuple[float, float]
) -> float:
    """Halve the way to an end until the band is just reached, on the number's own steps."""
    low, high = wanted
    near, far = number.value, end
    for _ in range(HALVINGS):
        middle = _stepped(number, (near + far) / 2)
        if middle in (near, far):
            break
        count = at(middle)
        reached = count >= low if now < low else count <= high
        near, far = (near, middle) if reached else (middle, far)
    return far


def _stepped(number: Number, value: float) -> float:
    """A value on the number's own steps from where it stands."""
    steps = round((value - number.value) / number.step)
    return round(number.value + steps * number.step, 10)


def written(value: float) -> str:
    """A number as it is written in a condition.

    >>> written(44.0), written(1.25), written(-0.00001)
    ('44', '1.25', '-0.00001')
    """
    return f"{value:.0f}" if value == int(value) else f"{value:.10f}".rstrip("0")


__all__ = ["Change", "changes", "written"]
