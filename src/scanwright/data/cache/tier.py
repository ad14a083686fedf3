"""A tier of the cache: bytes by key, each until a moment, and what came of asking it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Protocol


@dataclasses.dataclass(kw_only=True, slots=True)
class Tally:
    """What a tier did.

    hits, misses: entries found and not found. stale: of the found, those past their time that were served all the same,
    because nobody gave a newer one. failures: how often the tier itself did not work.
    """

    hits: int = 0
    misses: int = 0
    stale: int = 0
    bytes_read: int = 0
    bytes_written: int = 0
    failures: int = 0

    def counted(self, content: bytes | None) -> bytes | None:
        """Count what looking for an entry gave, and hand it on."""
        if content is None:
            self.misses += 1
        else:
            self.hits += 1
            self.bytes_read += len(content)
        return content


class Tier(Protocol):
    """Somewhere that bytes can be kept. A tier that cannot is a miss and a failure in its tally, never an error."""

    @property
    def name(self) -> str:
        """As statistics and answers call it."""
        ...

    @property
    def tally(self) -> Tally:
        """What it did since it was opened."""
        ...

    async def get(self, key: str) -> bytes | None:
        """The bytes of a key, or nothing."""
        ...

    async def put(self, key: str, content: bytes, keep: dt.datetime) -> None:
        """Keep bytes until a moment; what is too large or too much is dropped, the longest unused first."""
        ...

    async def drop(self, key: str) -> None:
        """Forget a key."""
        ...

    async def claim(self, key: str) -> bool:
        """Whether this process is the one to ask for a key; where nobody else can see the tier, always."""
        ...

    async def release(self, key: str) -> None:
        """Let others ask for it."""
        ...

    async def close(self) -> None:
        """Let go of files and connections."""
        ...
