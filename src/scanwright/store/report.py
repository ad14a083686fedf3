"""What an import did: every row that was read is counted once."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Literal

from scanwright.model.interval import Interval

Kind = Literal["bars", "symbols", "splits", "dividends"]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class ImportReport:
    """What came of one import: `rows_read = rows_new + rows_changed + rows_same + all quarantined`.

    >>> report = ImportReport(kind="bars", source="a.csv", rows_read=3, rows_new=2, quarantined={"duplicate": 1})
    >>> report.refused
    1

    kind: which table the rows went to: `bars`, `symbols`, `splits` ...
    said: what was understood or assumed on the way (spellings of columns, zones, start or end stamps).
    symbols: how many symbols the good rows speak of.
    first, last: the stamps of the first and the last good row, as text.
    warnings: what a person should look at (prices that look unadjusted).
    """

    kind: str
    source: str
    interval: Interval | None = None
    rows_read: int = 0
    rows_new: int = 0
    rows_changed: int = 0
    rows_same: int = 0
    quarantined: Mapping[str, int] = dataclasses.field(default_factory=dict[str, int])
    said: tuple[str, ...] = ()
    symbols: int = 0
    first: str = ""
    last: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def refused(self) -> int:
        """Rows in quarantine from this import."""
        return sum(self.quarantined.values())

    @property
    def changed(self) -> bool:
        """Whether the market is another one than before."""
        return self.rows_new + self.rows_changed > 0
