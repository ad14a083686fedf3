"""What a run has found so far, symbol by symbol; the receipt is made of it, and counts what was not reached."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from scanwright.scan.now import Hit, Miss
from scanwright.scan.receipt import Receipt, result_hash
from scanwright.scan.run.stages.score import key_of
from scanwright.scan.run.stages.screen import Judged


@dataclasses.dataclass(kw_only=True)
class Results:
    """Hits and misses by symbol, and how many symbols belong to the universe of those looked at.

    beside: what is known of hits beside the result.
    """

    hits: dict[str, Hit] = dataclasses.field(default_factory=dict[str, Hit])
    misses: dict[str, Miss] = dataclasses.field(default_factory=dict[str, Miss])
    provisional: set[str] = dataclasses.field(default_factory=set[str])
    beside: dict[str, Mapping[str, float | str]] = dataclasses.field(
        default_factory=dict[str, Mapping[str, float | str]]
    )
    outside: Counter[str] = dataclasses.field(default_factory=Counter[str])
    inside: int = 0

    def add(self, judged: Judged) -> None:
        """Take what came of a batch."""
        for hit in judged.hits:
            self.hits[hit.symbol] = hit
            if judged.provisional:
                self.provisional.add(hit.symbol)
        for miss in judged.misses:
            self.misses[miss.symbol] = miss
        self.inside += judged.inside
        self.outside.update(judged.outside)

    def miss(self, symbol: str, reason: str) -> Miss:
        """Note a symbol whose bars did not come."""
        found = self.misses[symbol] = Miss(symbol=symbol, reason=reason, last="")
        self.inside += 1
        return found

    def ranked(self) -> Sequence[Hit]:
        """The hits, the highest ranking first, then by symbol."""
        return sorted(self.hits.values(), key=key_of)

    def changes(self, final: Sequence[Hit]) -> Iterator[tuple[str, Hit | None]]:
        """What the last word says otherwise: hits that are new or differ, and symbols that are none after all."""
        told = {hit.symbol: hit for hit in final}
        for symbol, hit in told.items():
            if self.hits.get(symbol) != hit or symbol in self.provisional:
                yield symbol, hit
        for symbol in self.hits.keys() - told.keys():
            yield symbol, None

    def receipt(self, whole: Receipt, waiting: int, seconds: float) -> Receipt:
        """The receipt of a run that did not look at everybody; `whole` says what data it was."""
        missed = dict(Counter(each.reason for each in self.misses.values()))
        return dataclasses.replace(
            whole,
            universe=self.inside + waiting,
            judged=self.inside - len(self.misses),
            hits=len(self.hits),
            missed=missed,
            not_reached=waiting,
            outside=dict(self.outside),
            result_hash=hash_of(self.ranked()),
            seconds=seconds,
        )


def hash_of(hits: Sequence[Hit]) -> str:
    """The result hash of hits in their order."""
    return result_hash([(hit.symbol, hit.ts, hit.values) for hit in hits])


def told(hit: Hit, position: int, *, provisional: bool = False) -> Mapping[str, object]:
    """A hit as an event says it: `rank` is the ranking's value, `position` the place among those found so far.

    >>> told(Hit(symbol="A", ts="2015-01-02", values={"close": 3.0, "rank": 2.0, "rsi": 31.0}), 1)["columns"]
    {'close': 3.0, 'rsi': 31.0}
    """
    values = {name: _plain(value) for name, value in hit.values.items()}
    rank = values.pop("rank", None)
    found = {"symbol": hit.symbol, "ts": hit.ts, "rank": rank, "position": position, "columns": values}
    return found | ({"provisional": True} if provisional else {})


def _plain(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value
