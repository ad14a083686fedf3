"""What today is like, as far as the symbols judged so far tell: of the market, of its opening, its volume, its sectors.

Each is a mean of what was seen, drawn towards nothing known by a few bars' worth of doubt; so the first symbols of a
run move the estimate a little, and the hundredth hardly at all.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from scanwright.model.panel import Floats, Ints
from scanwright.scan.priority.habits import FAR, Habits

DOUBT, SECTOR_DOUBT = 8.0, 4.0  # bars' worth


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Today:
    """What is believed of the frame that is being judged.

    sure: from 0 (nobody was seen) to 1. market, opening, flow: as of a past frame in `Habits`. sectors: what each
    sector does beyond the market, drawn towards none; sector_sure: how sure that is, `[K]` each.
    """

    sure: float
    market: float
    opening: float
    flow: float
    sectors: Floats
    sector_sure: Floats


def today_of(habits: Habits, columns: Ints, told: dict[str, Floats]) -> Today:
    """What some judged symbols tell; `told` are their bars in usual sizes, as `Sizes.told` gives them."""
    kinds = int(habits.group.max(initial=0)) + 1
    values = {name: np.clip(told[name], -FAR, FAR) for name in ("open", "close", "volume")}
    seen = np.all([np.isfinite(each) for each in values.values()], axis=0)
    columns, values = columns[seen], {name: each[seen] for name, each in values.items()}
    if not len(columns):
        nothing = np.zeros(kinds)
        return Today(sure=0.0, market=0.0, opening=0.0, flow=0.0, sectors=nothing, sector_sure=nothing)
    pull = habits.pull[columns]
    weight = float((pull * pull).sum()) or 1.0
    market = float((values["close"] * pull).sum()) / weight
    group = habits.group[columns]
    count = np.bincount(group, minlength=kinds)
    beyond = np.bincount(group, values["close"] - pull * market, kinds)
    return Today(
        sure=len(columns) / (len(columns) + DOUBT),
        market=market,
        opening=float((values["open"] * pull).sum()) / weight,
        flow=float(values["volume"].mean()),
        sectors=beyond / (count + SECTOR_DOUBT),
        sector_sure=count / (count + SECTOR_DOUBT),
    )
