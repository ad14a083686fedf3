"""The past of a scan, kept while somebody looks at it: figures, pictures and the table come from one fold."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from scanwright.app.documents import plain, receipt_object
from scanwright.app.outcomes import SEED, Outcomes
from scanwright.app.rows import Cell, Rows
from scanwright.app.wiring import catalogue
from scanwright.learn.basket import basket
from scanwright.learn.outcomes import Summary, summary
from scanwright.learn.spread import Bins, bins, counted, parts, sectors
from scanwright.model.errors import SettingsError
from scanwright.scan.history import history
from scanwright.scan.judge import day
from scanwright.scan.warm import key_of

if TYPE_CHECKING:
    from scanwright.app.market import Market
    from scanwright.model.panel import Floats, Ints, Panel
    from scanwright.scan.definition import Scan
    from scanwright.scan.members import Sets

MOST = 4
Stop = Callable[[], None]


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Past:
    """A scan's outcomes on the bars of one panel."""

    market: Market
    outcomes: Outcomes

    @cached_property
    def rows(self) -> Rows:
        """A row a hit, as `scanwright history` has it."""
        return self.outcomes.rows()

    def table(self, sort: str, symbol: str | None) -> Rows:
        """The hits of all symbols or of one by a column, `-` before it for the highest first; missing ones last."""
        names = list(self.rows.names)
        name = sort.lstrip("-+")
        if name not in names:
            raise SettingsError(expected="the name of a column", found=repr(name), todo=f"known are {', '.join(names)}")
        at = names.index(name)
        chosen = [row for row in self.rows.rows if symbol is None or row[0] == symbol]
        have = [row for row in chosen if row[at] is not None]
        ordered = sorted(have, key=lambda row: _key(row[at]), reverse=sort.startswith("-"))
        return dataclasses.replace(self.rows, rows=[*ordered, *(row for row in chosen if row[at] is None)])

    def document(self, horizons: Sequence[int], stop: Stop) -> Mapping[str, object]:
        """All figures: hits a session, what came of them and how it is spread, a basket of them."""
        past, panel = self.outcomes.past, self.outcomes.past.panel
        quarantined = self.market.quarantined(panel)
        found = summary(
            panel,
            past.found,
            generator=np.random.default_rng(SEED),
            member=past.member,
            horizons=horizons,
            quarantined=quarantined,
        )
        stop()
        spread = bins(panel, found, horizons, member=past.member, quarantined=quarantined)
        stop()
        frames = [day(panel, row) for row in range(len(panel.ts))]
        members = ((past.member == 1) & (panel.bar == 1)).sum(axis=1)
        middle = len(horizons) // 2
        facts = {"scan": past.scan, "from": frames[0] if frames else "", "to": frames[-1] if frames else ""}
        counts = {"hits": len(past.rows), "sessions": len(frames), "survivors": found.survivors}
        rest = {"receipt": receipt_object(past.receipt), "warnings": list(past.receipt.warnings)}
        return plain(
            {
                **facts,
                **counts,
                "per_session": {"frames": frames, "hits": past.per_day().tolist(), "members": members.tolist()},
                "outcomes": [self._outcome(found, at, spread[at]) for at in range(len(horizons))],
                "basket": self._basket(found, middle, horizons[middle], frames),
                **rest,
            }
        )

    def _outcome(self, found: Summary, at: int, spread: Bins) -> Mapping[str, object]:
        """What came of the hits after one horizon, how it is spread, and its parts."""
        panel, hits, outcome = self.outcomes.past.panel, found.hits, found.outcomes[at]

        def years(places: Ints) -> Sequence[str]:
            return panel.ts[hits.rows[places]].astype("M8[Y]").astype(str).tolist()

        def of_sectors(places: Ints) -> Sequence[str]:
            return sectors(panel, hits.columns[places])

        shares = {name: getattr(spread, name).tolist() for name in ("edges", "hits", "universe")}
        grouped = {
            name: [dataclasses.asdict(each) for each in parts(panel, found, at, outcome.horizon, key, SEED)]
            for name, key in (("by_year", years), ("by_sector", of_sectors))
        }
        return {**dataclasses.asdict(outcome), "bins": shares, **grouped}

    def _basket(self, hits: Summary, at: int, horizon: int, frames: Sequence[str]) -> Mapping[str, object]:
        """The basket from the frame before the first on which anything is held."""
        past, chosen = self.outcomes.past, counted(hits, at)
        found = basket(past.panel, hits.hits.rows[chosen], hits.hits.columns[chosen], horizon, past.member)
        first = max(int(np.argmax(found.held > 0)) - 1, 0) if found.held.any() else 0
        high, low = found.worst
        worst = {"drawdown": float(found.drawdown[low]), "from": frames[high], "to": frames[low]} if frames else None
        return {
            "horizon": horizon,
            "frames": frames[first:],
            "value": _rounded(found.value[first:]),
            "drawdown": _rounded(found.drawdown[first:]),
            "universe": _rounded(found.universe[first:] / found.universe[first]) if frames else [],
            "held": found.held[first:].tolist(),
            "worst": worst,
        }


class Pasts:
    """The pasts of the last few scans that somebody looked at; one for a market."""

    def __init__(self) -> None:
        """Nobody has looked."""
        self._kept: dict[Hashable, Past] = {}
        self._lock = threading.Lock()

    def of(self, market: Market, scan: Scan, panel: Panel, sets: Sets, as_of: np.datetime64 | None) -> Past:
        """The past of a scan over a panel; folded where it is not kept."""
        key = key_of(scan, sets), panel.data_hash or id(panel), panel.shape, str(as_of)
        with self._lock:
            kept = self._kept.get(key)
        if kept is None:
            kept = _folded(market, scan, panel, sets, as_of)
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = kept
            while len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]
        return kept


def _folded(market: Market, scan: Scan, panel: Panel, sets: Sets, as_of: np.datetime64 | None) -> Past:
    found = history(scan, panel, catalogue(), threads=market.threads, sets=sets)
    notes = [*market.notes(scan.interval, panel, as_of), *found.receipt.warnings]
    receipt = dataclasses.replace(found.receipt, warnings=notes, worth=market.worth(scan, panel, as_of))
    return Past(market=market, outcomes=Outcomes.of(dataclasses.replace(found, receipt=receipt), market))


def _rounded(values: Floats) -> list[float]:
    return values.round(6).tolist()


def _key(value: Cell) -> tuple[int, float | str]:
    return (1, value) if isinstance(value, str) else (0, float(value or 0.0))
