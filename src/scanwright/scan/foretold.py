"""What is said of hits of now beside their bars: how likely each is to come good, its return, and on what evidence.

They are fields of a scan's ranking and columns, and of what makes a hit good; a condition cannot ask for them, because
they are learned from what it finds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from scanwright.model.errors import SettingsError

if TYPE_CHECKING:
    from scanwright.model.panel import Attribute, Panel
    from scanwright.scan.definition import Scan

FIELDS = ("p_success", "expected_return", "evidence")
_NAMED = re.compile(rf"\b({'|'.join(FIELDS)})\b")


class Teller(Protocol):
    """Who knows what was learned of a scan."""

    def facts(self, panel: Panel) -> Mapping[str, Attribute]:
        """The fields, of every symbol of a panel at its frame of now."""
        ...


def asks(scan: Scan) -> bool:
    """Whether a scan asks for one of them; `SettingsError` where its condition or its universe does.

    >>> from scanwright.scan.definition import Scan
    >>> asks(Scan(where="rsi(14) < 40")), asks(Scan(where="rsi(14) < 40", rank="p_success"))
    (False, True)
    """
    inside = [text for text in (scan.where, scan.universe, scan.exclude) if _NAMED.search(text)]
    if inside:
        raise SettingsError(
            expected=f"{', '.join(FIELDS)} in the ranking, a column or --good",
            found=inside[0],
            todo="they are learned from what the condition finds, so it cannot ask for them",
        )
    return any(_NAMED.search(text) for text in (scan.rank, *scan.columns.values(), *scan.define.values()))
