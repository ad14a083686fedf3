"""Symbols that are not what they seem: one that another company took over, and two with the same bars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from scanwright.data.quality.line import Finding, Line

HALF_A_YEAR = 120  # sessions
ALIKE = 40  # bars that two symbols share to the last digit


def recycled(line: Line, sessions: np.ndarray) -> Iterator[Finding]:
    """A symbol that was gone for half a year and came back; `sessions` is the number of each bar's session."""
    away = np.diff(sessions) - 1
    close = line.fields["close"]
    for before in np.flatnonzero(away >= HALF_A_YEAR):
        at = int(before) + 1
        last = str(line.ts[before].astype("M8[D]"))
        detail = (
            f"no bar on {int(away[before])} sessions after {last} ({close[before]:g}), then {close[at]:g}: "
            "perhaps another company under the same symbol"
        )
        yield line.finding(at, "recycled", detail)


class Twins:
    """Finds symbols whose latest bars are the same, one look a symbol."""

    def __init__(self) -> None:
        """Nothing seen yet."""
        self._seen: dict[bytes, Line] = {}

    def look(self, line: Line) -> Iterable[Finding]:
        """The finding that a symbol repeats an earlier one, if it does."""
        traded = np.flatnonzero(line.fields["volume"] > 0)[-ALIKE:]
        if traded.size < ALIKE or np.ptp(line.fields["close"][traded]) == 0:
            return []
        content = b"".join(
            np.ascontiguousarray(each).tobytes()
            for each in (line.ts[traded], line.fields["close"][traded], line.fields["volume"][traded])
        )
        other = self._seen.setdefault(content, line)
        if other is line:
            return []
        detail = f"the last {ALIKE} traded bars are those of {other.symbol}"
        return [line.finding(int(traded[0]), "duplicate", detail)]
