"""Very many hits: what it takes to put each at its place in the ranking as it is found, one batch a hit.

Beside it the cost of sorting all that there are at every batch, over the last hundred of them.
"""

from __future__ import annotations

import random
import time

from timing import Row

HITS, LAST = 50_000, 100


def rows() -> list[Row]:
    """Seconds for all of them, and how that compares with sorting."""
    from scanwright.scan.now import Hit
    from scanwright.scan.run.stages.score import Ranking, key_of

    dice = random.Random(7)  # noqa: S311 - a bench, seeded
    hits = [Hit(symbol=f"S{at:05}", ts="2026-01-05", values={"rank": dice.random()}) for at in range(HITS)]
    ranking, begun = Ranking(), time.perf_counter()
    for hit in hits:
        ranking.put(hit)
        ranking.position(hit.symbol)
    took = time.perf_counter() - begun
    begun = time.perf_counter()
    for stop in range(HITS - LAST, HITS):
        sorted(hits[:stop], key=key_of)
    sorting = (time.perf_counter() - begun) / LAST
    note = f"{HITS:,} hits, one a batch"
    return [
        Row(subject="many hits", what="put at their places", figure=took, unit="s", target="<= 2", note=note),
        Row(subject="many hits", what="sorting a batch, over placing its hit", figure=sorting / (took / HITS), unit=""),
    ]


if __name__ == "__main__":
    for each in rows():
        print(each.what, round(each.figure, 3), each.unit, each.target, each.note)
