"""Companies nobody has heard of: tickers, names, sectors and exchanges for a simulated market."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

INDUSTRIES = {
    "Communication Services": ("Broadcasting", "Interactive Media", "Telecom Carriers"),
    "Consumer Discretionary": ("Apparel", "Automobiles", "Home Improvement", "Restaurants"),
    "Consumer Staples": ("Beverages", "Food Products", "Household Products"),
    "Energy": ("Drilling", "Oil & Gas Exploration", "Refining"),
    "Financials": ("Asset Management", "Banks", "Insurance"),
    "Health Care": ("Biotechnology", "Managed Care", "Medical Devices", "Pharmaceuticals"),
    "Industrials": ("Aerospace", "Airlines", "Machinery", "Railroads"),
    "Information Technology": ("Communications Equipment", "Semiconductors", "Software"),
    "Materials": ("Chemicals", "Gold", "Steel"),
    "Real Estate": ("Office Properties", "Residential Properties", "Storage"),
    "Utilities": ("Electric Utilities", "Gas Utilities", "Water Utilities"),
}
SECTORS = tuple(INDUSTRIES)
INDEX_FUND = "SPY"

_WEIGHTS = np.array([5, 12, 5, 5, 14, 16, 14, 15, 5, 6, 3]) / 100
# fmt: off
_HEADS = (
    "Al", "Ar", "Bel", "Bor", "Cal", "Cor", "Dan", "Del", "El", "Fen", "Gal", "Har", "Il", "Jun", "Kel",
    "Lor", "Mar", "Nor", "Or", "Pel", "Quin", "Ros", "Sil", "Tor", "Ul", "Val", "Wes", "Zel",
)
_TAILS = (
    "bridge", "brook", "crest", "dale", "field", "ford", "gate", "haven", "land", "mont", "more", "port",
    "ridge", "stone", "tech", "vale", "vista", "ward", "well", "wick",
)
# fmt: on
_FORMS = ("Corp", "Group", "Holdings", "Inc", "Industries", "International", "Partners")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Company:
    """One row of the symbol table; a fund has neither sector nor industry."""

    symbol: str
    name: str
    kind: str
    exchange: str
    currency: str
    sector: str | None
    industry: str | None


def invented(count: int, random: np.random.Generator) -> tuple[Company, ...]:
    """So many companies, a few of them ADRs or funds, and the index fund, in the order of their symbols.

    >>> firms = invented(50, np.random.default_rng(1))
    >>> len(firms), [each.kind for each in firms if each.symbol == "SPY"]
    (50, ['etf'])
    """
    symbols = tickers(count - 1, random)
    sectors: list[int] = random.choice(len(SECTORS), count - 1, p=_WEIGHTS).tolist()
    kinds = random.choice(["common", "adr", "etf"], count - 1, p=[0.94, 0.03, 0.03])
    rows = [
        _company(symbol, str(kind), SECTORS[sector], random)
        for symbol, kind, sector in zip(symbols, kinds, sectors, strict=True)
    ]
    index = Company(
        symbol=INDEX_FUND,
        name="Simulated 500 Index Fund",
        kind="etf",
        exchange="ARCA",
        currency="USD",
        sector=None,
        industry=None,
    )
    return tuple(sorted([*rows, index], key=lambda each: each.symbol))


def _company(symbol: str, kind: str, sector: str, random: np.random.Generator) -> Company:
    stem = _pick(_HEADS, random) + _pick(_TAILS, random)
    fund = kind == "etf"
    return Company(
        symbol=symbol,
        name=f"{stem} {sector} Fund" if fund else f"{stem} {_pick(_FORMS, random)}",
        kind=kind,
        exchange="ARCA" if fund else _pick(("NASDAQ", "NYSE"), random),
        currency="USD",
        sector=None if fund else sector,
        industry=None if fund else _pick(INDUSTRIES[sector], random),
    )


def _pick(words: Sequence[str], random: np.random.Generator) -> str:
    return words[int(random.integers(len(words)))]


def tickers(count: int, random: np.random.Generator) -> list[str]:
    """Different ones of two to four letters, most of three and four."""
    found: dict[str, None] = {}
    letters = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    while len(found) < count:
        length = int(random.choice([2, 3, 4], p=[0.05, 0.4, 0.55]))
        ticker = "".join(random.choice(letters, length))
        if ticker != INDEX_FUND:
            found[ticker] = None
    return list(found)
