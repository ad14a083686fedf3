"""Folds rows of bars through a plan, state going from one set of rows to the next: the one step behind all uses.

1. Rows outside the session that the scan looks at are put aside.
2. Level by level: the program of the level runs over blocks of symbols, each block on its own thread without the
   interpreter; then the barriers of the level run on whole rows.
3. Results come back as arrays [row, symbol]: bytes for yes/no (0 no, 1 yes, 2 unknown), doubles for numbers.
History folds a panel in large sets of rows, *now* the same but keeps the last row only, a session folds one row at a
time.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Literal

import numpy as np

from scanwright.engine.barriers import Held, Undo, barrier_for
from scanwright.engine.blocks import Block, complete, count_bars, in_lines, neighbours, share_out, wide
from scanwright.engine.dated import is_dated
from scanwright.engine.plan import MEMBER, Plan
from scanwright.engine.program import Program, compile_level
from scanwright.engine.rows import Ready, Rows
from scanwright.kernels import _compiled
from scanwright.model.calendars import calendar
from scanwright.model.errors import TooComplex
from scanwright.model.panel import Bytes, Floats, Ints, Panel
from scanwright.model.signature import Type

Results = Mapping[str, np.ndarray]
Want = Literal["all", "last", "none"]
TILE_VALUES = 8192
CHUNK = 256
MOST_STATE = 4 << 30


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Frame:
    """What stays the same from row to row: who, of what kind, and by which calendar.

    columns: where the wanted symbols stand in the panel. session: `regular` or `extended`.
    """

    panel: Panel
    columns: Ints
    session: str = "regular"

    @property
    def symbols(self) -> tuple[str, ...]:
        """The wanted symbols."""
        return tuple(self.panel.symbols[int(at)] for at in self.columns)


class Fold:
    """A plan's state over some symbols of a market; `advance` takes the next rows."""

    def __init__(
        self, plan: Plan, frame: Frame, *, blocks: Sequence[Block], threads: int = 1, numbers: bool = False
    ) -> None:
        """Stand before the first bar. `numbers` gives yes/no as doubles too, for parts of a larger plan."""
        self.plan = dataclasses.replace(plan, types=dict.fromkeys(plan.types, Type.NUMBER)) if numbers else plan
        self.frame = frame
        self._threads = threads
        self._programs: list[Program] = [compile_level(self.plan, level) for level in range(plan.levels)]
        self._bounded()
        self._blocks = list(blocks)
        for block in self._blocks:
            block.state = [in_lines(program.state_rows, block.width) for program in self._programs]
        self._barriers: list[Held] = [barrier_for(each, plan, frame, nested) for each in plan.barriers]
        self._widest = max((block.width for block in self._blocks), default=1)
        self._scratch: list[Floats] = []
        self._constants: dict[float, Floats] = {}

    @classmethod
    def over(
        cls, plan: Plan, panel: Panel, columns: Ints | None = None, *, session: str = "regular", threads: int = 2
    ) -> Fold:
        """A fold made for a whole panel: symbols that never lack a bar run together."""
        wanted = np.arange(panel.shape[1]) if columns is None else columns
        frame = Frame(panel=panel, columns=wanted, session=session)
        single = panel.interval.is_intraday
        full = np.zeros(len(wanted), np.uint8) if single else complete(panel.bar, wanted)
        bars = count_bars(panel.bar, wanted[full == 0])
        blocks = share_out(wanted, full, wide(len(wanted), threads), bars=bars)
        return cls(plan, frame, blocks=blocks, threads=threads)

    def parts(self, panel: Panel, *, want: Want = "all") -> list[Panel]:
        """A panel in the sets of rows that this plan takes it in best.

        All at once where nothing but bytes comes out and nothing is dated or waits for other symbols, and where a
        foreign function is asked, which is quick on a whole history and slow on each further bar; else as many rows as
        stay small.
        """
        barriers = {each.kind for each in self.plan.barriers}
        bytes_only = want == "none" or all(kind is Type.YESNO for kind in self.plan.types.values())
        dated = any(is_dated(name, panel) for name in self.plan.names)
        return [panel] if "foreign" in barriers or (bytes_only and not barriers and not dated) else chunks(panel)

    def _bounded(self) -> None:
        size = 8 * self.plan.state_rows * max(len(self.frame.columns), 1)
        if size > MOST_STATE:
            raise TooComplex(
                line=0,
                column=0,
                expected=f"a plan that keeps at most {MOST_STATE / 1e9:.1f} GB",
                found=f"{size / 1e9:.1f} GB ({self.plan.state_rows:,} numbers a symbol)",
                todo="take shorter windows or fewer symbols",
            )

    def advance(self, panel: Panel, *, want: Want = "all") -> Results:
        """Take the next rows of the panel.

        `last` promises the results of the last row only, `none` gives none and keeps the state.
        """
        rows = Rows(panel, self.frame, self._widest, self._constants)
        for level, program in enumerate(self._programs):
            self._run(program, level, rows, want)
            for held in self._barriers:
                if held.level == level and (want != "none" or held.every_row):
                    rows.put(held.node, held.advance(rows))
        return rows.results

    def _run(self, program: Program, level: int, rows: Rows, want: Want) -> None:
        for node in program.wide:
            rows.put(node, np.empty(rows.shape))
        for name in program.outs if want != "none" else ():
            kind = np.uint8 if self.plan.types[name] is Type.YESNO else np.float64
            rows.results[name] = np.empty(rows.shape, kind)
        if not len(program.code[want]):
            return

        for group in ([b for b in self._blocks if b.start >= 0], [b for b in self._blocks if b.start < 0]):
            self._share(group, lambda block: self._run_block(program, want, level, rows, block))

    def _share(self, group: Sequence[Block], work: Callable[[Block], None]) -> None:
        """Work on all blocks, each on the next free thread; this one takes part, so that none waits for a start."""
        waiting = iter(group)

        def drain() -> None:
            for block in waiting:
                work(block)

        helpers = min(self._threads, len(group)) - 1
        if helpers < 1:
            drain()
            return
        with ThreadPoolExecutor(helpers) as pool:
            found = [pool.submit(drain) for _ in range(helpers)]
            drain()
        for each in found:
            each.result()

    def _run_block(self, program: Program, want: Want, level: int, rows: Rows, block: Block) -> None:
        ready = block.ready.get((level, want)) if rows.shape[0] == 1 else None
        if ready is None:
            ready = self._made_ready(program, want, level, rows, block)
        else:
            rows.renew(ready.view, block, program)
        view = ready.view
        bar, bar_step = (0, 0) if view.bar is None else (_at(view.bar), view.bar.strides[0])
        _runner()(*ready.addresses, block.stride, bar, bar_step, view.rows, block.width, ready.tile)
        view.give_back()
        if rows.shape[0] == 1:
            block.ready[level, want] = ready
        else:
            self._scratch.append(ready.scratch)

    def _made_ready(self, program: Program, want: Want, level: int, rows: Rows, block: Block) -> Ready:
        """All that the runner is told about a block; of a single row it is kept, and only what moves is told anew."""
        view = rows.view(block, program)
        code = program.code["all" if want == "last" and view.press else want]  # last bars lie in different rows
        tile = max(1, min(view.rows, TILE_VALUES // block.width))
        scratch = self._take_scratch(program.scratch * tile * block.stride)
        rows.fill(view, block, program, scratch, tile)
        addresses = (_at(code), len(code), _at(view.slots), _at(program.params), _at(block.state[level]))
        return Ready(view=view, scratch=scratch, tile=tile, addresses=addresses)

    def _take_scratch(self, size: int) -> Floats:
        """A buffer for one block's run; they are handed from run to run, so that memory is touched once."""
        try:
            found = self._scratch.pop()
        except IndexError:
            return in_lines(1, size)[0]
        return found if found.size >= size else in_lines(1, size)[0]

    def snapshot(self) -> dict[str, np.ndarray]:
        """All state by symbol, in the order of the wanted columns; what barriers hold beside it."""
        place = {int(column): at for at, column in enumerate(self.frame.columns)}
        found: dict[str, np.ndarray] = {}
        for level, program in enumerate(self._programs):
            whole = np.zeros((program.state_rows, len(place)))
            for block in self._blocks:
                whole[:, [place[int(c)] for c in block.columns[block.own]]] = block.state[level][:, block.own]
            found[f"level{level}"] = whole
        for at, held in enumerate(self._barriers):
            found |= {f"barrier{at}.{key}": value for key, value in held.snapshot().items()}
        return found

    def resume(self, kept: Mapping[str, np.ndarray]) -> None:
        """Go on from a snapshot of the same plan and symbols, however they were shared out then."""
        place = {int(column): at for at, column in enumerate(self.frame.columns)}
        for block in self._blocks:
            at = [place.get(int(c), -1) for c in block.columns]
            for level in range(len(self._programs)):
                whole = kept[f"level{level}"]
                block.state[level][...] = whole[:, at]
        for number, held in enumerate(self._barriers):
            prefix = f"barrier{number}."
            held.resume({key.removeprefix(prefix): value for key, value in kept.items() if key.startswith(prefix)})

    def remember(self) -> Undo:
        """Keep the state as it is; what comes back puts it in place again."""
        states = [[each.copy() for each in block.state] for block in self._blocks]
        barriers = [held.remember() for held in self._barriers]

        def undo() -> None:
            for block, state in zip(self._blocks, states, strict=True):
                for mine, kept in zip(block.state, state, strict=True):
                    mine[...] = kept  # in place: the runner has been told where the state lies
            for each in barriers:
                each()

        return undo


def nested(plan: Plan, frame: Frame) -> Fold:
    """A fold for a part of a plan that has bars of its own, giving numbers."""
    return Fold(plan, frame, blocks=neighbours(frame.columns, max(len(frame.columns), 1)), numbers=True)


def chunks(panel: Panel, size: int = CHUNK) -> list[Panel]:
    """A panel in sets of rows."""
    count = panel.shape[0]
    return [panel.rows(start, min(start + size, count)) for start in range(0, count, size)]


def _at(array: np.ndarray) -> int:
    return int(array.__array_interface__["data"][0])


@cache
def _runner() -> Callable[..., None]:
    """The compiled loop over tiles and instructions."""
    return _compiled.load("program").run


__all__ = ["CHUNK", "MEMBER", "Bytes", "Fold", "Frame", "Results", "calendar", "chunks", "nested"]
