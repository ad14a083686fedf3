"""What was planted in a simulated market: the answers that a scan, a statistic or a model is judged by."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from scanwright.model.panel import Floats, Ints

SETUP = "roc(1) > 4 and rvol(20) > 3"
"""The planted setup, in the language: a strong day on great volume."""

SETUP_RETURN, SETUP_DAYS = 0.02, 10
"""What the setup is worth: so much more than usual (as a logarithm), evenly over so many sessions after it."""

GAP, DRIFT, DRIFT_DAYS = 2.5, 0.75, 40
"""A report moves the price by `GAP * usual * surprise` over night, and `DRIFT * usual * surprise` over so many sessions
from the next on."""

INFORMED = 0.3
"""The share of surges before which somebody knew: options of the right side trade many times their usual volume."""


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Truth:
    """What was planted; `T` sessions, `N` symbols.

    rough: `[T]`, days of the rough regime (falling, volatile).
    surges: `[T, N]`, days of a sudden move on three to eight times the usual volume; jumps: its size, as a logarithm.
    trends: `[T, N]`, the daily drift (as a logarithm) of each symbol's own.
    usual: `[T, N]`, the size of a move that is usual that day, as a logarithm: clusters and regimes.
    surprises: `[T, N]`, of reports, in deviations, on the session that meets them first; NaN elsewhere.
    setups: `[T, N]`, the sessions at whose close `SETUP` holds, and after which the price drifts.
    informed: `[T, N]`, 1 where calls trade unusually before a rise, -1 where puts do before a fall.
    beta, sector: `[N]`, how much each follows the market, and its place in SECTORS (-1: a fund).
    endings: why those that were delisted were (`acquired bankrupt rules`).
    """

    rough: NDArray[np.bool_]
    surges: NDArray[np.bool_]
    jumps: Floats
    trends: Floats
    usual: Floats
    surprises: Floats
    setups: NDArray[np.bool_]
    informed: NDArray[np.int8]
    beta: Floats
    sector: Ints
    endings: Mapping[str, str]
