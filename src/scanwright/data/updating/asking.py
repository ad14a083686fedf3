"""Asking for everything that was planned: many at once, what fails once more at the end, and then by its name."""

from __future__ import annotations

import asyncio
import dataclasses
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from scanwright.data.fetching.chained import UNKNOWN
from scanwright.data.ports import Answer, BarsWanted, Provider
from scanwright.data.updating.further import GIVEN_UP
from scanwright.data.updating.keeping import Keeper
from scanwright.data.updating.plan import Job
from scanwright.data.updating.report import Missed, reason_of
from scanwright.model.errors import DataError

MORE = 4  # workers beyond what may be open at the provider: they hold answers while the others ask

Told = Callable[[int, int], None]


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class _Failed:
    job: Job
    error: DataError


class Asking:
    """The jobs of an update on their way; `missed` says who came to nothing, and why."""

    def __init__(self, provider: Provider, keeper: Keeper, jobs: Sequence[Job], told: Told) -> None:
        """told: how many jobs are done, of how many."""
        self._provider, self._keeper, self._told = provider, keeper, told
        self._waiting = deque(jobs)
        self._under_way: dict[int, Job] = {}
        self._failed: list[_Failed] = []
        self._total, self._done = len(jobs), 0
        self._refusals: list[DataError] = []
        self._answers = 0
        self._first = asyncio.Semaphore(GIVEN_UP)  # until somebody is answered, no more are asked than are given up
        self.missed: dict[str, Missed] = {}

    async def run(self) -> None:
        """Ask for all; what may pass is asked for once more when the rest is done."""
        await self._all()
        again = [each for each in self._failed if each.error.retryable and not each.error.facts.get("given_up")]
        if again:
            self._failed = [each for each in self._failed if each not in again]
            self._waiting.extend(each.job for each in again)
            self._done -= len(again)
            await self._all()
        await self._keeper.flush()

    def finish(self, stopped: str) -> None:
        """Name everybody who has not got everything: whose request failed, and whose was not reached."""
        for each in self._failed:
            for symbol in each.job.symbols:
                self._miss(symbol, reason_of(each.error), may_pass=each.error.retryable)
        for job in (*self._under_way.values(), *self._waiting):
            for symbol in job.symbols:
                self._miss(symbol, f"not reached: {stopped}", may_pass=True)

    async def _all(self) -> None:
        count = min(len(self._waiting), self._provider.costs.at_once + MORE)
        workers = [asyncio.create_task(self._work(at)) for at in range(count)]
        try:
            await asyncio.gather(*workers)
        finally:
            for each in workers:
                each.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _work(self, at: int) -> None:
        while self._waiting:
            job = self._under_way[at] = self._waiting.popleft()
            await self._ask(job, at)
            self._under_way.pop(at, None)
            self._done += 1
            self._told(self._done, self._total)

    async def _ask(self, job: Job, at: int) -> None:
        if self._answers:
            await self._asked(job, at)
            return
        async with self._first:
            await self._asked(job, at)

    async def _asked(self, job: Job, at: int) -> None:
        if len(self._refusals) >= GIVEN_UP and not self._answers:
            self._failed.append(_Failed(job=job, error=self._refusals[-1]))
            return
        try:
            answer = await self._provider.ask(job.want)
        except DataError as error:
            self._refused(job, error)
            return
        self._answers += 1
        answer = self._looked(job, answer)
        del self._under_way[at]  # from here on it is kept, whatever comes
        await self._keeper.take(job, answer)

    def _refused(self, job: Job, error: DataError) -> None:
        """Note a failure; of several symbols that are refused together, each is asked for by itself."""
        if not error.retryable:
            self._refusals.append(error)
        if isinstance(job.want, BarsWanted) and len(job.symbols) > 1 and not error.retryable:
            self._total += len(job.symbols)
            self._waiting.extend(_each(job, job.want))
        else:
            self._failed.append(_Failed(job=job, error=error))

    def _looked(self, job: Job, answer: Answer) -> Answer:
        """Name the symbols that nobody knows; one that an answer passes over in silence is among them."""
        if not isinstance(job.want, BarsWanted):
            return answer
        silent = set(job.symbols) - set(answer.absent) - set(answer.table["symbol"].unique())
        if silent:
            said = dict.fromkeys(silent, f"{UNKNOWN}: {answer.provider} said nothing of it")
            answer = dataclasses.replace(answer, absent={**answer.absent, **said})
        for symbol, reason in answer.absent.items():
            if reason.startswith(UNKNOWN):
                self._miss(symbol, reason, may_pass=symbol in silent)
        return answer

    def _miss(self, symbol: str, reason: str, *, may_pass: bool) -> None:
        self.missed.setdefault(symbol, Missed(symbol=symbol, reason=reason, may_pass=may_pass))


def _each(job: Job, want: BarsWanted) -> Iterator[Job]:
    for symbol in job.symbols:
        yield Job(want=dataclasses.replace(want, symbols=(symbol,)), symbols=(symbol,))
