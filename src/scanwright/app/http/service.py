"""What every route is handed: the market, the runs, the keys, the saved scans, the counters, and a few threads."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cached_property
from typing import Annotated, TypeVar

import anyio
import anyio.to_thread
from fastapi import Depends
from starlette.requests import HTTPConnection

from scanwright.app.estimating import Habitual
from scanwright.app.glossary import word_rows
from scanwright.app.http.limits import Limiter
from scanwright.app.http.metrics import Metrics
from scanwright.app.http.ports import Shelf
from scanwright.app.http.problems import Refused
from scanwright.app.http.states import States
from scanwright.app.keys import SCOPES, Caller, Keys, Scope
from scanwright.app.market import Market
from scanwright.app.pasts import Pasts
from scanwright.app.rows import Rows
from scanwright.app.saved import SavedScans
from scanwright.app.settings import Settings
from scanwright.app.updates import Updates
from scanwright.app.wiring import catalogue
from scanwright.model.clock import Clock
from scanwright.store.records.database import Database

T = TypeVar("T")


@dataclasses.dataclass(kw_only=True, eq=False)
class Service:
    """One market that is served.

    providers, url: who runs ask for bars, nobody where empty. work: how many questions are worked on at once.
    """

    market: Market
    records: Database
    shelf: Shelf
    keys: Keys
    saved: SavedScans
    limiter: Limiter
    metrics: Metrics
    states: States
    settings: Settings
    clock: Clock
    providers: str = ""
    url: str = ""
    threads: int = 4
    habitual: Habitual = dataclasses.field(default_factory=Habitual)

    @cached_property
    def _few(self) -> anyio.CapacityLimiter:
        return anyio.CapacityLimiter(self.threads)

    @cached_property
    def pasts(self) -> Pasts:
        """The pasts of scans that were looked at lately."""
        return Pasts()

    @cached_property
    def updates(self) -> Updates:
        """The updates since the server began."""
        return Updates(self.market.stored, self.settings, self.clock)

    async def work(self, what: Callable[[], T]) -> T:
        """Do what takes a while beside the loop, a few at a time."""
        return await anyio.to_thread.run_sync(what, limiter=self._few)

    @cached_property
    def words(self) -> Rows:
        """The language, with all that is known of each word."""
        return word_rows(catalogue(), short=False)

    def hidden(self, text: str) -> str:
        """A text without the places of this machine.

        The market's folder is called what the market is.
        """
        found = text
        for place in {str(self.market.folder.absolute()), str(self.market.folder)}:
            found = found.replace(place, self.market.name) if len(place) > 1 else found
        return found


def service_of(request: HTTPConnection) -> Service:
    """The service of a request."""
    found: Service = request.app.state.service
    return found


def caller_of(request: HTTPConnection) -> Caller:
    """Whom the gate has let in."""
    found: Caller = request.state.caller
    return found


def needs(scope: Scope) -> Callable[[HTTPConnection], Caller]:
    """Who asks, where their key may do so."""

    def checked(request: HTTPConnection) -> Caller:
        caller = caller_of(request)
        if not caller.may(scope):
            held = " ".join(sorted(caller.scopes)) or "none"
            hint = f"ask with a key of the scope {scope}"
            raise Refused(403, "forbidden", f"expected the scope {scope}, found {held}", hint=hint)
        return caller

    return checked


Served = Annotated[Service, Depends(service_of)]
Reader = Annotated[Caller, Depends(needs("read"))]
Runner = Annotated[Caller, Depends(needs("run"))]
READS, RUNS, ADMINS = ([Depends(needs(scope))] for scope in SCOPES)
