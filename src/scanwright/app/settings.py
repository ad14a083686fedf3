"""What the environment sets, and the wall clock: the one place that asks the machine."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import time
from collections.abc import Mapping
from pathlib import Path

from scanwright.model.errors import SettingsError

MARKET = "SCANWRIGHT_MARKET"
THREADS = "SCANWRIGHT_THREADS"
MOST_THREADS = 256


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What holds unless a command says otherwise.

    market: the folder that a command without `--market` looks into. threads: how many a fold may use.
    """

    market: Path = Path("market")
    threads: int = 1

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """The settings of an environment, this process's by default; `SettingsError` names all that are wrong.

        >>> Settings.read({"SCANWRIGHT_MARKET": "us", "SCANWRIGHT_THREADS": "3"})
        Settings(market=PosixPath('us'), threads=3)
        """
        given = os.environ if environ is None else environ
        wrong: list[str] = []
        market = given.get(MARKET, "market")
        if not market.strip():
            wrong.append(f"{MARKET} is empty")
        threads = given.get(THREADS, "")
        if threads and not (threads.isascii() and threads.isdigit() and 1 <= int(threads) <= MOST_THREADS):
            wrong.append(f"{THREADS}={threads!r}")
        if wrong:
            raise SettingsError(
                expected=f"a folder in {MARKET} and 1 to {MOST_THREADS} in {THREADS}",
                found="; ".join(wrong),
                todo="set them right, or unset them",
            )
        return cls(market=Path(market), threads=int(threads) if threads else processors())


def processors() -> int:
    """How many processors this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


class WallClock:
    """The time of this machine."""

    def now(self) -> dt.datetime:
        """The present in UTC."""
        return dt.datetime.now(dt.UTC)

    def monotonic(self) -> float:
        """Seconds from some fixed moment."""
        return time.monotonic()
