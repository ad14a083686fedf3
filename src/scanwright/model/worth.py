"""What the bars behind an answer are worth: how old, from whom, how much delayed, and what is missing."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

SHOWN = 3


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Worth:
    """How good the bars of an answer are.

    to: the stamp of the last frame; empty where there is none. behind: sessions that have ended since and are not
        there; None for an answer as of another time.
    sources: providers and files, the one that came last at the end.
    asked: when a provider was asked last, in UTC; empty where none was. ago: that many seconds before now.
    delayed: for how many seconds the provider holds its data back; None where nobody says.
    symbols: those with a bar in the 20 frames up to the last session. lacking: those of them that have none in it:
        nothing was traded, or it is missing.
    refused: rows in quarantine.
    """

    to: str
    behind: int | None
    sources: Sequence[str] = ()
    asked: str = ""
    ago: float | None = None
    delayed: float | None = None
    symbols: int = 0
    lacking: int = 0
    refused: int = 0

    def sentence(self) -> str:
        """All of it in one line.

        >>> asked = dict(asked="2016-01-04T21:00:00Z", ago=130.0, delayed=0.0)
        >>> print(Worth(to="2015-12-31", behind=0, sources=["simulated"], symbols=2000, lacking=3, **asked).sentence())
        bars to 2015-12-31 from simulated, asked 2 min ago, not delayed; 3 of 2,000 symbols have no trade in the last
        session
        >>> Worth(to="2015-12-31", behind=2736, sources=["us.parquet"], symbols=60).sentence()
        'bars to 2015-12-31, 2,736 sessions behind, from us.parquet; all 60 symbols have a trade in the last session'
        """
        if not self.to:
            return "there are no bars"
        late = f", {_counted(self.behind, 'session')} behind," if self.behind else ""
        bars = f"bars to {self.to}{late}{self._from()}"
        missing = f"{self.lacking:,} of {self.symbols:,} symbols have no trade in the last session"
        every = f"all {self.symbols:,} symbols have" if self.symbols != 1 else "its one symbol has"
        whole = f"{every} a trade in the last session"
        refused = f"; {_counted(self.refused, 'row')} in quarantine" if self.refused else ""
        return f"{bars}; {missing if self.lacking else whole}{refused}"

    def _from(self) -> str:
        return f" {from_whom(self.sources, self.ago, self.delayed, asked=bool(self.asked))}"


def from_whom(sources: Sequence[str], ago: float | None, delayed: float | None, *, asked: bool) -> str:
    """From whom data is, how long ago it was asked for, and how much it is delayed; a file is not asked.

    >>> from_whom(["a.csv", "simulated"], 130.0, 900.0, asked=True)
    'from a.csv, simulated, asked 2 min ago, delayed by 15 min'
    """
    shown = ", ".join(sources[-SHOWN:])
    more = f" and {len(sources) - SHOWN} more" if len(sources) > SHOWN else ""
    named = f"from {shown}{more}" if sources else "of unknown origin"
    when = "" if ago is None else f", asked {_ago(ago)}"
    if not asked:
        return named + when
    held = {None: "delay unknown", 0.0: "not delayed"}.get(delayed, f"delayed by {length(delayed or 0.0)}")
    return f"{named}{when}, {held}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' if number != 1 else ''}"


def _ago(seconds: float) -> str:
    return f"{length(seconds)} ago" if seconds >= 1 else "just now"


def length(seconds: float) -> str:
    """A length of time in its largest unit.

    >>> length(45), length(900), length(7200), length(86400 * 3)
    ('45 s', '15 min', '2 h', '3 days')
    """
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h" if seconds < 2 * 86400 else f"{seconds / 86400:,.0f} days"
