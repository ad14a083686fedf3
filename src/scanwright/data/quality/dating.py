"""Whether a table of dividends is dated by the ex-date: told by all of them together, as one is lost in the noise.

On its ex-date a share opens lower by about its dividend. Over many dividends the mean fall overnight, each measured in
what is usual for its symbol, stands out on that day; where it stands out a session or two beside the dates that the
table has, these are of another day (the last one with the dividend, or that of the record).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scanwright.data.quality.line import Finding, Line

OFFSETS = np.arange(-3, 4)  # sessions
CLEARLY = 5.0  # standard errors
LARGE = 0.05  # a dividend from which it is looked at by itself
WILD = 4.0  # times the usual: a fall beyond that has another cause


class Dating:
    """Adds up what the prices did around dividends, one look a symbol."""

    def __init__(self) -> None:
        """Nothing seen yet."""
        self._both, self._squares = np.zeros(OFFSETS.size), np.zeros(OFFSETS.size)
        self._count = 0
        self._first: np.datetime64 | None = None

    def look(self, line: Line) -> None:
        """Take in a symbol's dividends."""
        close, opened = line.fields["close"], line.fields["open"]
        if not line.dividends or close.size < 2 * OFFSETS.size:
            return
        moves = opened[1:] / close[:-1] - 1
        usual = 1.4826 * float(np.median(np.abs(moves)))
        for date, amount in line.dividends.items():
            at = int(np.searchsorted(line.ts, date)) + OFFSETS
            if usual <= 0 or at[0] < 1 or at[-1] >= close.size:
                continue
            part = amount / close[at - 1]
            if part.max() >= LARGE:
                continue
            falls = np.clip(-moves[at - 1] / usual, -WILD, WILD)
            self._both += falls * part / usual
            self._squares += (part / usual) ** 2
            self._count += 1
            self._first = date if self._first is None else min(self._first, date)

    def findings(self) -> Iterator[Finding]:
        """That the dividends are dated beside their ex-dates, if they are."""
        if self._first is None:
            return
        sure = self._both / np.sqrt(self._squares)
        best = int(np.argmax(sure))
        here = float(sure[OFFSETS == 0][0])
        if OFFSETS[best] == 0 or sure[best] < CLEARLY or sure[best] - here < CLEARLY:
            return
        sessions = abs(int(OFFSETS[best]))
        way = "after" if OFFSETS[best] > 0 else "before"
        noun = "session" if sessions == 1 else "sessions"
        detail = f"over {self._count:,} dividends prices fall {sessions} {noun} {way} the date that the table has"
        yield Finding(symbol="", ts=self._first, kind="dividend_misplaced", detail=detail)
