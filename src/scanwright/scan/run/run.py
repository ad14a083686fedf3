"""A run from its start to its receipt.

1. The universe is named; symbols whose bars are at hand are judged in one batch.
2. The others wait in a queue, the most worthwhile first, and are asked for as many at once as the provider allows.
3. Whoever has come is judged, told, and teaches the order of those who wait.
4. A stop rule, a person or the end of the queue ends it. Where everybody was looked at, the whole universe is judged
   once more together: that is the result, the same as a scan of the market as it is now.
5. The receipt says what was looked at, what could not be judged, and who was not reached.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import math
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from operator import itemgetter

import numpy as np

from scanwright.expr.catalogue import Catalogue
from scanwright.model.clock import Clock
from scanwright.model.errors import ScanwrightError
from scanwright.model.panel import FIELDS, Panel
from scanwright.model.run import Event, Reason, Stop
from scanwright.scan.judge import stamp
from scanwright.scan.now import Found, Hit
from scanwright.scan.ports import Bars, Enricher, Prioritiser, Spent
from scanwright.scan.priority.quality import found_early
from scanwright.scan.receipt import Receipt
from scanwright.scan.run.bounds import ends_of, settled
from scanwright.scan.run.eta import Eta, Left, Past
from scanwright.scan.run.journal import Journal
from scanwright.scan.run.queue import Order, Queue
from scanwright.scan.run.results import Results, hash_of, told
from scanwright.scan.run.stages.score import Ranking
from scanwright.scan.run.stages.screen import Judged, Screen
from scanwright.scan.run.stages.universe import members
from scanwright.scan.run.still import Counts, still

OFTEN = 0.5  # seconds between two looks at the order, at least
ENRICH = "enrich"
SHARE = 4.0  # a look at the order is followed by so many times its own length without one


@dataclasses.dataclass(frozen=True, kw_only=True)
class Parts:
    """What a run is made of, put together by `app`.

    bars: where bars come from; None where those at hand are all. whole: what a scan of the market finds, everybody
    together. enricher: who is asked about hits when all are known. first: the one who says what comes first. good:
    whether a hit is a good one. past: what runs before have foretold of their ends.
    """

    screen: Screen
    whole: Callable[[], Found]
    clock: Clock
    catalogue: Catalogue
    bars: Bars | None = None
    enricher: Enricher | None = None
    first: Callable[[Panel, np.datetime64, Mapping[str, int]], Prioritiser] | None = None
    good: Callable[[Hit], bool] = lambda _: True
    past: Sequence[Past] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Before:
    """What a run had when it was interrupted, for the one that goes on.

    last: its last event. judged: the symbols that need not be looked at again. found: what came of them. frame: the
    stamp that it was about, as text; it goes on with that one.
    """

    last: int = 0
    frame: str = ""
    judged: frozenset[str] = frozenset()
    found: Results = dataclasses.field(default_factory=Results)


class Run:
    """One execution of a scan; `go` does it, `journal` tells of it to any number of readers."""

    def __init__(
        self,
        definition: Mapping[str, object],
        parts: Parts,
        *,
        order: Order = "smart",
        stop: Stop | None = None,
        before: Before | None = None,
    ) -> None:
        """A run of a definition that `parts` knows; `before` is what there is of one that goes on."""
        self.definition, self._parts, self._order, self._stop = definition, parts, order, stop or Stop()
        before = before or Before()
        self.journal = Journal(parts.clock, after=before.last)
        self.found, self.judged = before.found, list(before.judged)
        self._ranking = Ranking(self.found.hits.values())
        self._good = {hit.symbol for hit in self.found.hits.values() if parts.good(hit)}
        self._is_continued = bool(before.judged)
        self.receipt: Receipt | None = None
        self.reason: Reason | None = None
        self.failure: ScanwrightError | None = None
        self._begun = parts.clock.monotonic()
        self._eta = self._noting = Eta((), begun=self._begun)
        self._come, self._before, self._judging = 0, Counts(), 0.0
        self._queue = Queue((), lambda: True)
        self._waiting: frozenset[str] = frozenset()
        self._task: asyncio.Task[None] | None = None
        self._cancelled = False
        self._next_look = 0.0
        self._left_out = 0
        self._greatest = float("inf")

    def cancel(self) -> None:
        """End it now, with a receipt."""
        self._cancelled = True
        self._queue.close()
        if self._task is not None:
            self._task.cancel()

    async def events(self, after: int = 0) -> AsyncIterator[Event]:
        """Do it, and give its events as they happen."""
        going = asyncio.create_task(self.go())
        try:
            async for event in self.journal.read(after):
                yield event
        finally:
            if not going.done():
                self.cancel()
            await going

    async def go(self) -> Receipt | None:
        """Do it to the end, whichever that is; the receipt, or nothing where it failed before there was anything.

        What is a fault of the program itself is told in the last event, and raised after it.
        """
        said = {"scan": dict(self.definition), "order": self._order, "stop": _given(self._stop)}
        self.journal.tell("started", said | ({"continued": True, "judged": len(self.judged)} if self.judged else {}))
        fault: Exception | None = None
        try:
            self.reason = await self._worked()
            self.receipt = await self._closed(self.reason)
            await self._enriched()
        except ScanwrightError as error:
            self.reason, self.failure = "failed", error
        except Exception as error:  # noqa: BLE001 - the job's boundary: readers must learn that there comes no more
            self.reason, fault = "failed", error
        self.receipt = self._paid(self.receipt)
        self.journal.tell("finished", self._last_word(fault))
        if fault is not None:
            raise fault
        return self.receipt

    async def _worked(self) -> Reason:
        """Do the work, within the time that there is; why it ended."""
        self._task = asyncio.create_task(self._all())
        try:
            async with asyncio.timeout(self._stop.seconds):
                await self._task
        except TimeoutError:
            return "budget"
        except asyncio.CancelledError:
            if not self._cancelled:
                raise
            return "cancelled"
        finally:
            self._task.cancel()
            await asyncio.wait([self._task])
        return self._ended()

    def _paid(self, receipt: Receipt | None) -> Receipt | None:
        """The receipt with what asking has cost."""
        if receipt is None or self._parts.bars is None:
            return receipt
        spent = self._parts.bars.spent
        return dataclasses.replace(receipt, requests=spent.requests, cached=spent.cached, dollars=spent.dollars)

    def _last_word(self, fault: Exception | None) -> dict[str, object]:
        """What the last event says."""
        found: dict[str, object] = {"reason": self.reason, "receipt": _plain(self.receipt)}
        if self.reason in {"complete", "enough", "budget"}:
            past = self._noting.past(self._parts.clock.monotonic(), self._come)
            found |= {"foretold": [dataclasses.asdict(each) for each in past]} if past else {}
        early = None if self._is_continued or self.reason != "complete" else self._found_early()
        found |= {} if early is None else {"found_early": early}
        if self.failure is not None:
            found["error"] = {"code": self.failure.code, "text": str(self.failure)}
        elif fault is not None:
            found["error"] = {"code": "fault", "text": f"a fault of scanwright: {type(fault).__name__}"}
        return found

    def _ended(self) -> Reason:
        """Why the work ended by itself."""
        if self._left_out:
            return "enough"
        if not self._unreached():
            return "complete"
        return "budget" if self._is_spent() and not self._is_enough() else "enough"

    def _found_early(self) -> float | None:
        """How good the order was in which those came who had to be waited for."""
        return found_early([each for each in self.judged if each in self._waiting], self.found.hits)

    def _unreached(self) -> int:
        """How many wait, or were asked for and had not come when it ended."""
        return len(self._waiting.difference(self.judged))

    async def _all(self) -> None:
        bars = self._parts.bars
        if bars is None:
            self._everybody(await asyncio.to_thread(self._parts.whole))
            return
        panel = await asyncio.to_thread(bars.panel)
        done = frozenset(self.judged)
        lacking = {each: count for each, count in bars.lacking().items() if each not in done}
        case = self._parts.screen.case(panel)
        candidates = dict.fromkeys([*panel.symbols, *lacking])
        wanted = await asyncio.to_thread(members, case, candidates)
        at_hand = [each for each in wanted if each not in lacking and each not in done]
        waiting = [each for each in wanted if each in lacking]
        self._stage("universe", len(wanted), len(wanted))
        if case.bound.rank is not None:
            self._greatest = ends_of(case.bound.rank, self._parts.catalogue)[1]
        self._queue, self._waiting = Queue(waiting, self._is_over), frozenset(waiting)
        if at_hand:
            self._batch(await asyncio.to_thread(self._parts.screen.judge, panel, at_hand, bars.frame))
        if waiting and not self._is_over():
            await self._bring(bars, panel, lacking)

    async def _bring(self, bars: Bars, panel: Panel, lacking: Mapping[str, int]) -> None:
        """Ask for those who wait, and judge them as they come."""
        first = await asyncio.to_thread(self._prioritiser, panel, bars.frame, lacking)
        total = len(self._queue)
        await asyncio.to_thread(self._look, first, panel, bars.frame)
        self._before = self._counts()
        self._eta = self._noting = Eta(self._parts.past, begun=self._parts.clock.monotonic(), kind=self._kind(panel))
        async with contextlib.aclosing(bars.bring(self._queue)) as arrivals:
            async for arrived in arrivals:
                for symbol, reason in arrived.missed.items():
                    self.journal.tell("miss", {"symbol": symbol, "reason": reason, "stage": "bars"})
                    self.found.miss(symbol, reason)
                    self.judged.append(symbol)
                self._come += len(arrived.symbols) + len(arrived.missed)
                if arrived.symbols:
                    begun = self._parts.clock.monotonic()
                    panel = await asyncio.to_thread(bars.panel)
                    self._batch(await asyncio.to_thread(self._parts.screen.judge, panel, arrived.symbols, bars.frame))
                    self._judging = self._parts.clock.monotonic() - begun
                self._stage("bars", self._come, total, most=bars.pace)
                if self._is_enough():  # where no more may be spent, what was asked for still comes
                    return
                await asyncio.to_thread(self._look, first, panel, bars.frame)

    def _kind(self, panel: Panel) -> str:
        """What matters for how long it takes: how much is at hand, what ends it, whether hits are asked about."""
        size = "cold" if 2 * len(self._waiting) > len(panel.symbols) else "warm"
        ends = " and ".join(name for name in _given(self._stop) if name != "good_if")
        return f"{size}{f' until {ends}' if ends else ''}{f', then {ENRICH}' if self._parts.enricher else ''}"

    def _counts(self) -> Counts:
        """What the rules count."""
        hits, bars = self.found.hits, self._parts.bars
        spent = Spent() if bars is None else bars.spent
        return Counts(hits=len(hits), good=len(self._good), requests=spent.requests, dollars=spent.dollars)

    def _prioritiser(self, panel: Panel, frame: np.datetime64, lacking: Mapping[str, int]) -> Prioritiser | None:
        if self._order == "random":
            self._queue.shuffle()
        return self._parts.first(panel, frame, lacking) if self._order == "smart" and self._parts.first else None

    def _look(self, first: Prioritiser | None, panel: Panel, frame: np.datetime64) -> None:
        """Look at the order again, unless that was done just now."""
        begun = self._parts.clock.monotonic()
        if first is None or begun < self._next_look or not len(self._queue):
            return
        place = {symbol: at for at, symbol in enumerate(panel.symbols)}
        row = int(np.searchsorted(panel.ts, frame))
        there = row < len(panel.ts) and panel.ts[row] == frame
        judged = np.flatnonzero(panel.bar[row]) if there else np.array([], np.int64)
        values = {name: panel.fields[name][row, judged] if there else np.array([]) for name in FIELDS}
        hits = np.array([place[each] for each in self.found.hits if each in place], np.int64)
        worth = first.values(judged, values, hits)
        self._queue.reorder({symbol: float(worth[at]) for symbol, at in place.items() if at < len(worth)})
        now = self._parts.clock.monotonic()
        self._next_look = now + max(OFTEN, SHARE * (now - begun))

    def _batch(self, judged: Judged) -> None:
        """Tell what came of a batch, the highest ranking first, and nothing that was told already."""
        known = {hit.symbol: self.found.hits.get(hit.symbol) for hit in judged.hits}
        self.found.add(judged)
        for hit in judged.hits:
            self._ranking.put(hit)
            if self._stop.good is not None:
                (self._good.add if self._parts.good(hit) else self._good.discard)(hit.symbol)
        for position, hit in sorted(
            ((self._ranking.position(each.symbol), each) for each in judged.hits), key=itemgetter(0)
        ):
            if known[hit.symbol] != hit:
                self.journal.tell("hit", told(hit, position, provisional=judged.provisional))
        for miss in judged.misses:
            self.journal.tell(
                "miss", {"symbol": miss.symbol, "reason": miss.reason, "last": miss.last, "stage": "screen"}
            )
        self.judged += judged.symbols

    def _everybody(self, found: Found) -> None:
        """Tell what the whole market together gives, where nobody waits: the best hits, as many as are wanted."""
        inside, most = found.receipt.universe, self._stop.hits or self._stop.top or len(found.hits)
        hits = found.hits[:most]
        self._left_out = len(found.hits) - len(hits)
        self._batch(Judged(symbols=(), hits=hits, misses=found.misses, inside=inside, outside=found.receipt.outside))
        self._stage("screen", inside, inside)

    def _stage(self, name: str, done: int, total: int, *, most: float | None = None) -> None:
        """Tell how far a stage is. most: how much of it a second allows in the end, where it lasts."""
        body = self._progress(name, done, total)
        if most is not None:
            body |= self._foretold(done, total, self._parts.clock.monotonic(), most)
        self.journal.tell("stage", body)

    def _progress(self, name: str, done: int, total: int) -> dict[str, object]:
        bars = self._parts.bars
        body: dict[str, object] = {"stage": name, "done": done, "total": total, "hits": len(self.found.hits)}
        body |= {"inside": self.found.inside, "outside": dict(self.found.outside)}
        if bars is not None:
            spent = bars.spent
            body |= {"requests": spent.requests, "cached": spent.cached, "dollars": spent.dollars}
            body["frame"] = str(bars.frame)
        return body

    def _foretold(self, done: int, total: int, now: float, most: float) -> dict[str, object]:
        rate = self._eta.rate(done, now)
        if rate is None:
            return {}
        within = math.inf if self._stop.seconds is None else self._begun + self._stop.seconds - now
        left = Left(count=total - done, pace=most, within=within)
        if self._eta is self._noting:
            ahead = total - done - len(self._queue)
            count, doubt = still(self._stop, self._before, self._counts(), done, total - done, ahead)
            after = self._judging + self._to_enrich(done, count) / most
            left = Left(count=count, doubt=doubt, ahead=ahead, most=total - done, pace=most, after=after, within=within)
        told = self._eta.forecast(done, left, now)
        if told is None:
            return {"rate": round(rate, 3)}
        ends = {"seconds": round(told.seconds, 3), "low": round(told.low, 3), "high": round(told.high, 3)}
        return {"rate": round(rate, 3), "eta": ends}

    def _to_enrich(self, done: int, waiting: float) -> int:
        """How many requests there will be about hits."""
        enricher, hits = self._parts.enricher, len(self.found.hits)
        return 0 if enricher is None else enricher.cost(round(hits * (done + waiting) / done))

    def _is_over(self) -> bool:
        return self._is_enough() or self._is_spent()

    def _is_enough(self) -> bool:
        """Whether a rule about what was found is met."""
        rule, hits = self._stop, self.found.hits
        if rule.hits is not None and len(hits) >= rule.hits:
            return True
        if rule.good is not None and len(self._good) >= rule.good:
            return True
        return rule.top is not None and self._is_settled(rule.top)

    def _is_settled(self, top: int) -> bool:
        """Whether nobody who waits can still be among the first of the ranking."""
        if self.found.provisional or self._parts.bars is None:
            return False
        best = self._ranking.best(top)
        is_tied = len(best) == top and best[-1] == self._greatest
        waiting = self._waiting.difference(self.judged) if is_tied else ()
        wins_ties = is_tied and all(self._ranking.symbol(top) < each for each in waiting)
        return settled(best, top, self._greatest, wins_ties=wins_ties)

    def _is_spent(self) -> bool:
        """Whether a rule about what may be spent is met."""
        rule, bars = self._stop, self._parts.bars
        if bars is None:
            return False
        asked = rule.requests is not None and bars.spent.requests >= rule.requests
        return asked or (rule.dollars is not None and bars.spent.dollars >= rule.dollars)

    async def _closed(self, reason: Reason) -> Receipt | None:
        """The last word and the receipt."""
        seconds = self._parts.clock.monotonic() - self._begun
        whole = await asyncio.to_thread(self._parts.whole)
        frame = "" if self._parts.bars is None else stamp(self._parts.bars.frame, self._parts.screen.interval)
        if self._parts.bars is not None and (reason != "complete" or whole.receipt.frame != frame):
            found = self.found.receipt(whole.receipt, self._unreached(), seconds)
            return dataclasses.replace(found, frame=frame, data_to=frame)
        if self._left_out:
            return _cut(whole, self._left_out, seconds)
        self._revised(whole.hits)
        known = () if self._parts.bars is None else self._parts.bars.panel().symbols
        return _with_reasons(whole, self.found, seconds, frozenset(known))

    async def _enriched(self) -> None:
        """Ask about the hits, where somebody is to be asked and nobody has stopped it; within the time that is left."""
        enricher, rest = self._parts.enricher, None
        if enricher is None or self.reason not in {"complete", "enough"} or not self.found.hits:
            return
        if self._stop.seconds is not None:
            rest = self._stop.seconds - (self._parts.clock.monotonic() - self._begun)
        self._task = asyncio.create_task(self._about([hit.symbol for hit in self.found.ranked()], enricher))
        try:
            async with asyncio.timeout(rest):
                await self._task
        except (TimeoutError, asyncio.CancelledError):
            if rest is None and not self._cancelled:
                raise
        finally:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _about(self, symbols: Sequence[str], enricher: Enricher) -> None:
        """Tell what there is about each hit, the highest ranking first; who lacks something is told of."""
        self.journal.tell("stage", self._progress(ENRICH, 0, len(symbols)) | {"cost": enricher.cost(len(symbols))})
        self._eta = Eta(self._parts.past, begun=self._parts.clock.monotonic(), kind=ENRICH)
        async with contextlib.aclosing(enricher.about(symbols)) as told_of:
            done = 0
            async for each in told_of:
                done += 1
                for reason in each.lacking:
                    self.journal.tell("miss", {"symbol": each.symbol, "reason": reason, "stage": ENRICH})
                if each.values:
                    self.found.beside[each.symbol] = each.values
                    facts = {"symbol": each.symbol, "position": done, "beside": dict(each.values)}
                    self.journal.tell("rank", facts)
                self._stage(ENRICH, done, len(symbols), most=float("inf"))

    def _revised(self, final: Sequence[Hit]) -> None:
        """Tell what is otherwise now that everybody was looked at."""
        position = {hit.symbol: at for at, hit in enumerate(final, 1)}
        for symbol, hit in list(self.found.changes(final)):
            if hit is None:
                self.journal.tell("rank", {"symbol": symbol, "position": None, "withdrawn": True})
            elif symbol in self.found.hits:
                self.journal.tell("rank", told(hit, position[symbol]))
            else:
                self.journal.tell("hit", told(hit, position[symbol]))
        self.found.hits = {hit.symbol: hit for hit in final}
        self.found.provisional.clear()


def _cut(whole: Found, left_out: int, seconds: float) -> Receipt:
    """The receipt where hits were found that nobody asked for."""
    kept = whole.hits[: len(whole.hits) - left_out]
    more = f"{left_out:,} more hit{'s' if left_out != 1 else ''} with a lower ranking left out, as was asked"
    return dataclasses.replace(
        whole.receipt,
        hits=len(kept),
        result_hash=hash_of(kept),
        seconds=seconds,
        warnings=[*whole.receipt.warnings, more],
    )


def _with_reasons(whole: Found, found: Results, seconds: float, known: frozenset[str]) -> Receipt:
    """The receipt of everybody together; who lacks a bar because nobody gave it is missed for that reason.

    known: the symbols of the market; one that came to nothing is not among them, and counts all the same.
    """
    lost = {symbol: miss.reason for symbol, miss in found.misses.items()}
    reasons = Counter(
        lost.get(each.symbol, each.reason) if each.reason == "no_bar" else each.reason for each in whole.misses
    )
    told = known.union(each.symbol for each in whole.misses)
    nowhere = [reason for symbol, reason in lost.items() if known and symbol not in told]
    reasons.update(nowhere)
    universe = whole.receipt.universe + len(nowhere)
    return dataclasses.replace(whole.receipt, universe=universe, missed=dict(reasons), seconds=seconds)


def _given(stop: Stop) -> dict[str, object]:
    """The rules that were given."""
    return {name: value for name, value in dataclasses.asdict(stop).items() if value not in (None, "")}


def _plain(receipt: Receipt | None) -> object:
    return None if receipt is None else dataclasses.asdict(receipt)
