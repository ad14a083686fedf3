"""The named figures: unit, source, and how each is made."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Literal

Source = Literal["bars", "chains", "provider", "quotes", "reports", "symbols"]

WANTED: Mapping[Source, str] = {
    "bars": "needs no facts: it is made from bars when it is asked for",
    "chains": "scanwright data chains --provider P --underlying A,B, or --import FILE",
    "provider": "scanwright data facts --provider P, or --import FILE",
    "quotes": "scanwright data facts --provider P, of one that has quotes",
    "reports": "scanwright data events --import FILE, then scanwright data facts --compute",
    "symbols": "a column of the symbol table: scanwright data symbols --import FILE",
}
"""How what each source gives comes into a market."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One named figure.

    source: what it is made of. dated: whether the market knows from when each value could be known.
    """

    unit: str
    source: Source
    made: str
    dated: bool = True

    @property
    def wanted(self) -> str:
        """How it comes into a market that has none."""
        return WANTED[self.source]


FIGURES: Mapping[str, Figure] = {
    "market_cap": Figure(unit="dollars", source="provider", made="as the provider gives it", dated=False),
    "shares_out": Figure(unit="shares", source="provider", made="as the provider gives it", dated=False),
    "float": Figure(unit="shares", source="provider", made="as the provider gives it", dated=False),
    "short_interest": Figure(unit="as given", source="provider", made="as the provider gives it", dated=False),
    "eps_growth": Figure(
        unit="percent", source="reports", made="earnings a share of a period against the same one a year before"
    ),
    "sales_growth": Figure(
        unit="percent", source="reports", made="sales of a period against the same one a year before"
    ),
    "pe": Figure(
        unit="ratio",
        source="reports",
        made="close as traded over the earnings a share of four quarters, after each report and at each month's end; "
        "none where they are a loss",
    ),
    "ipo_date": Figure(unit="date as 20150302", source="symbols", made="listed, of the symbol table", dated=False),
    "spread_pct": Figure(unit="percent", source="quotes", made="ask less bid over the middle, of the latest quote"),
    "iv30": Figure(
        unit="percent a year",
        source="chains",
        made="implied volatility at the forward, variance in line between the expiries around 30 days",
    ),
    "iv_rank": Figure(
        unit="0 to 100",
        source="chains",
        made="iv30 between its lowest and highest of 365 days, of which 60 must have one",
    ),
    "hv20": Figure(unit="percent a year", source="bars", made="deviation of 20 log returns, times the root of 252"),
    "option_volume": Figure(unit="contracts", source="chains", made="volume of all contracts of a snapshot"),
    "put_call": Figure(unit="ratio", source="chains", made="volume of puts over volume of calls"),
    "expected_move": Figure(
        unit="percent",
        source="chains",
        made="straddle nearest the forward of the first expiry a day or more away, over the underlying's price",
    ),
}
"""Figures by name, in the order in which they are listed."""
