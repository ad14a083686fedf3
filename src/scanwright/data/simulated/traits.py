"""What each symbol of a simulated market is like, before anything happens to it."""

from __future__ import annotations

import dataclasses

import numpy as np

from scanwright.data.simulated.companies import INDEX_FUND, SECTORS, Company
from scanwright.model.panel import Floats, Ints


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Traits:
    """One entry a symbol; the index fund (column `index`) is the market itself.

    first: the price before the first day. calm: the size of a usual day. usual: the usual volume, as a logarithm.
    phase: how late in the season it reports, from 0 to 62. funds: who reports nothing.
    """

    index: int
    first: Floats
    beta: Floats
    sector: Ints
    calm: Floats
    usual: Floats
    phase: Ints

    @property
    def funds(self) -> Ints:
        """The columns of funds."""
        return np.flatnonzero(self.sector < 0)


def drawn_traits(companies: tuple[Company, ...], random: np.random.Generator) -> Traits:
    """Traits for companies."""
    width = len(companies)
    index = [each.symbol for each in companies].index(INDEX_FUND)
    beta = random.normal(1, 0.35, width).clip(0.2, 2.2)
    usual = random.normal(13.2, 1.2, width)
    beta[index], usual[index] = 1.0, 18.2
    sector = [-1 if each.sector is None else SECTORS.index(each.sector) for each in companies]
    first = np.exp(random.normal(np.log(45), 0.8, width))
    first[index] = 380.0
    return Traits(
        index=index,
        first=first,
        beta=beta,
        sector=np.array(sector, np.int64),
        calm=np.exp(random.normal(np.log(0.014), 0.4, width)),
        usual=usual,
        phase=random.integers(0, 63, width),
    )
