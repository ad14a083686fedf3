"""A market whose last bars come only when they are asked for: the port of bars, without a network."""

from __future__ import annotations

import asyncio
import dataclasses
from collections import Counter

import numpy as np

from scanwright.app.wiring import catalogue
from scanwright.data.simulated import simulate
from scanwright.scan.definition import Scan
from scanwright.scan.members import Sets
from scanwright.scan.now import now
from scanwright.scan.ports import Arrived, Spent
from scanwright.scan.priority.smart import Smart
from scanwright.scan.run.run import Parts
from scanwright.scan.run.stages.screen import Screen

WHOLE = simulate(symbols=60, years=1, seed=11).panel()


class Withheld:
    """Bars that come one symbol a request; `lost` never come. `asked` is the order in which they were asked for.

    together: symbols of a request. ahead: requests that are under way at once.
    """

    def __init__(self, panel=WHOLE, *, at_hand=(), lost=(), together=1, ahead=1):
        self.whole = panel
        row = panel.shape[0] - 1
        self.frame = panel.ts[row]
        self.there = {
            symbol for symbol in panel.symbols if symbol in at_hand or not panel.bar[row, panel.column(symbol)]
        }
        self.lost, self.together, self.ahead = set(lost), together, ahead
        self.spent, self.pace = Spent(), float("inf")
        self.asked = []
        self.gate = None

    def panel(self):
        bar = self.whole.bar.copy()
        hidden = [at for at, symbol in enumerate(self.whole.symbols) if symbol not in self.there]
        bar[-1, hidden] = 0
        fields = {name: np.where(bar == 1, values, np.nan) for name, values in self.whole.fields.items()}
        return dataclasses.replace(self.whole, fields=fields, bar=bar)

    def lacking(self):
        return {symbol: 1 for symbol in self.whole.symbols if symbol not in self.there}

    def sent(self, waiting, under_way):
        """Ask for the next ones, as many as go ahead of those who come; who comes next."""
        while len(under_way) < self.ahead and (symbols := waiting.take(self.together)):
            self.spent.requests += 1
            self.asked += symbols
            under_way.append(symbols)
        return under_way.pop(0) if under_way else ()

    async def bring(self, waiting):
        under_way = []
        while symbols := self.sent(waiting, under_way):
            if self.gate is not None:
                await self.gate.wait()
            await asyncio.sleep(0)
            came = tuple(each for each in symbols if each not in self.lost)
            self.there |= set(came)
            yield Arrived(symbols=came, missed={each: "status 503" for each in symbols if each in self.lost})


def parts(scan, bars, clock, **more):
    """A run's parts over a market of bars, or over the whole one."""
    screen = Screen(scan, catalogue(), lambda _: Sets(), threads=1)

    def whole():
        return now(scan, WHOLE if bars is None else bars.panel(), catalogue(), threads=1)

    def first(panel, frame, lacking):
        row = int(np.searchsorted(panel.ts, frame))
        cost = np.array([lacking.get(symbol, 1) for symbol in panel.symbols], float)
        before, after = panel.rows(0, row), panel.rows(row, row + 1)
        return Smart(screen.case(panel), before, after, cost)

    facts = {"screen": screen, "whole": whole, "clock": clock, "catalogue": catalogue(), "bars": bars, "first": first}
    return Parts(**(facts | more))


def told(run, kind):
    return [event.read() for event in run.journal.since(0) if event.type == kind]


def counted(run):
    return Counter(event.type for event in run.journal.since(0))


def batch(text, **more):
    return now(Scan(where=text, **more), WHOLE, catalogue(), threads=1)
