"""The proof that one definition has one meaning: history folded at once, and again bar by bar through a live session.

The second pass takes random sets of rows, stops for a snapshot now and then and goes on from it, and peeks at rows
before it commits them. Every value is compared bit for bit.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterator

import numpy as np

from scanwright.engine.fold import Fold, Results
from scanwright.engine.plan import Plan
from scanwright.engine.session import Session
from scanwright.model.panel import Bytes, Panel


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """What was compared: values of present bars, tiles, snapshots, peeks; `differences` must be 0."""

    values: int
    tiles: int
    snapshots: int
    peeks: int
    differences: int
    first_difference: str
    hash: str


def prove(
    plan: Plan,
    panel: Panel,
    *,
    generator: np.random.Generator,
    session: str = "regular",
    progress: Callable[[int, int], None] | None = None,
) -> Proof:
    """Fold the panel at once and through a session; count and compare."""
    batch = Fold.over(plan, panel, session=session)
    wholes = [batch.advance(part) for part in batch.parts(panel)]
    whole = {name: np.concatenate([part[name] for part in wholes]) for name in plan.outputs}
    live = Session(plan, panel, session=session)
    digest = hashlib.sha256()
    counts = {"values": 0, "tiles": 0, "snapshots": 0, "peeks": 0, "differences": 0}
    first, row, done = "", 0, 0
    for tile in _tiles(panel, generator):
        counts["tiles"] += 1
        if generator.random() < 0.2:
            live.peek(tile)
            counts["peeks"] += 1
        found = live.commit(tile)
        rows = next(iter(found.values())).shape[0] if found else 0
        bar = _present(panel, tile, rows)
        for name, values in found.items():
            expected = whole[name][row : row + rows]
            wrong = _differ(values, expected, bar)
            counts["values"] += int(bar.sum())
            counts["differences"] += int(wrong.sum())
            digest.update(np.ascontiguousarray(np.where(bar == 1, values, 0)).tobytes())
            if wrong.any() and not first:
                t, at = (int(each) for each in np.argwhere(wrong)[0])
                first = (
                    f"{name} of {panel.symbols[at]} at {tile.ts[t]}: {expected[t, at]} at once, {values[t, at]} live"
                )
        row, done = row + rows, done + tile.shape[0]
        if generator.random() < 0.1:
            live = Session.resume(live.snapshot(), plan, panel)
            counts["snapshots"] += 1
        if progress:
            progress(done, len(panel.ts))
    return Proof(**counts, first_difference=first, hash=digest.hexdigest()[:16])


def _tiles(panel: Panel, generator: np.random.Generator) -> Iterator[Panel]:
    start = 0
    while start < len(panel.ts):
        size = 1 if generator.random() < 0.7 else int(generator.integers(2, 40))
        yield panel.rows(start, min(start + size, len(panel.ts)))
        start += size


def _present(panel: Panel, tile: Panel, rows: int) -> Bytes:
    """The mask of the rows that came back; a tile's rows outside the session have none."""
    if rows == tile.shape[0]:
        return tile.bar
    from scanwright.model.calendars import calendar

    phase = calendar(panel.calendar).parts(tile.ts, tile.interval)["phase"]
    return tile.bar[phase == 0]


def _differ(a: np.ndarray, b: np.ndarray, bar: Bytes) -> np.ndarray:
    if a.dtype == np.uint8:
        return (a != b) & (bar == 1)
    same = (a == b) | ((a != a) & (b != b))  # noqa: PLR0124 - NaN is not itself
    return ~same & (bar == 1)


__all__ = ["Proof", "Results", "prove"]
