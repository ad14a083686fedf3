"""Updates that the server does: one at a time, told as it goes on, ended by a person or when all has come."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from scanwright.app.documents import plain
from scanwright.app.updating import Wish, updated
from scanwright.model.errors import Absent, Conflict, ScanwrightError
from scanwright.scan.run.eta import Eta, Left
from scanwright.scan.run.journal import Journal

if TYPE_CHECKING:
    from scanwright.app.settings import Settings
    from scanwright.data.fetching.tally import Tally
    from scanwright.data.updating.report import UpdateReport
    from scanwright.model.clock import Clock
    from scanwright.store.market import Market

KEPT = 20  # updates that are remembered
PAUSE = 0.2  # seconds between two signs of progress
Status = Literal["running", "finished"]


@dataclasses.dataclass(kw_only=True, eq=False)
class Update:
    """An update: what was wished, how far it is, its events, and what it came to. done, total: requests for bars."""

    id: str
    wish: Wish
    started: dt.datetime
    journal: Journal
    ended: dt.datetime | None = None
    done: int = 0
    total: int = 0
    report: UpdateReport | None = None
    error: ScanwrightError | None = None
    is_cancelled: bool = False
    task: asyncio.Task[None] | None = None

    @property
    def status(self) -> Status:
        """Whether it goes on."""
        return "finished" if self.ended else "running"


class Updates:
    """The updates of one market since the server began."""

    def __init__(self, market: Market, settings: Settings, clock: Clock) -> None:
        """Nothing goes on."""
        self._market, self._settings, self._clock = market, settings, clock
        self._known: dict[str, Update] = {}

    def all(self) -> Sequence[Update]:
        """The updates that are remembered, the latest first."""
        return list(self._known.values())[::-1]

    def get(self, id: str) -> Update:
        """An update by its id."""
        if id not in self._known:
            raise Absent(place="the updates", expected=repr(id[:64]), found="none", todo="GET /v1/data/updates")
        return self._known[id]

    def start(self, wish: Wish, describe: Describe) -> Update:
        """Begin; `Conflict` while another one goes on. describe: an update's end as its last event tells it."""
        going = next((each for each in self._known.values() if not each.ended), None)
        if going is not None:
            todo = "watch that one, or end it"
            raise Conflict(place="the market", expected="one update at a time", found=f"update {going.id}", todo=todo)
        now = self._clock.now()
        update = Update(id=secrets.token_hex(8), wish=wish, started=now, journal=Journal(self._clock))
        self._known[update.id] = update
        while len(self._known) > KEPT:
            del self._known[next(iter(self._known))]
        update.journal.tell("started", {"interval": str(wish.interval), "universe": wish.universe})
        update.task = asyncio.create_task(self._done(update, describe))
        return update

    def end(self, id: str) -> Update:
        """End an update: what has come is kept, and the next one goes on from there."""
        update = self.get(id)
        if update.task is not None and not update.ended:
            update.is_cancelled = True
            update.task.cancel()
        return update

    async def _done(self, update: Update, describe: Describe) -> None:
        """The update from its beginning to its end."""
        tell = _Telling(update, self._clock)
        try:
            update.report = await updated(
                self._market, update.wish, self._settings, self._clock, say=tell.note, told=tell.progress
            )
        except ScanwrightError as error:
            update.error = error
        except asyncio.CancelledError:
            update.is_cancelled = True  # before there was anything to report
        finally:
            update.ended = self._clock.now()
            tell.last()
            update.journal.tell("finished", describe(update))


Describe = Callable[[Update], Mapping[str, object]]


class _Telling:
    """Tells how far an update is, not more often than people read; from whatever thread it is told."""

    def __init__(self, update: Update, clock: Clock) -> None:
        self._update, self._clock = update, clock
        self._eta = Eta((), begun=clock.monotonic())
        self._next = 0.0
        self._counts: Mapping[str, object] = {}
        self._loop = asyncio.get_running_loop()

    def note(self, text: str) -> None:
        """What a person should know on the way."""
        self._loop.call_soon_threadsafe(self._update.journal.tell, "stage", {"stage": "note", "note": text})

    def progress(self, done: int, total: int, tally: Tally) -> None:
        """Requests for bars that are done, of those that are planned."""
        update, now = self._update, self._clock.monotonic()
        update.done, update.total = done, total
        names = ("requests", "cached", "told_to_wait", "failed", "retries")
        self._counts = {name: getattr(tally, name) for name in names} | {"dollars": tally.dollars}
        if now >= self._next:
            self._next = now + PAUSE
            self._loop.call_soon_threadsafe(self.last)

    def last(self) -> None:
        """How far it is now."""
        update, now = self._update, self._clock.monotonic()
        if update.journal.is_closed:
            return
        forecast = self._eta.forecast(update.done, Left(count=update.total - update.done), now)
        told = {
            "stage": "bars",
            "done": update.done,
            "total": update.total,
            "rate": self._eta.rate(update.done, now),
            "eta": None if forecast is None else dataclasses.asdict(forecast),
        }
        update.journal.tell("stage", plain({**told, **self._counts}))
