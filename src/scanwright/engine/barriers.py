"""Parts that need all symbols or other bars: each takes a set of rows, holds what it must, and gives whole rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from scanwright.data.resample import Closed, Resampler, Snapshot
from scanwright.engine.dated import ends_of
from scanwright.engine.lower import EVERYBODY
from scanwright.engine.plan import MEMBER, Barrier, Plan, numbers, plan_lowered
from scanwright.engine.program import INSTRUCTION
from scanwright.expr.nodes import Call, Constant, Node
from scanwright.expr.types import Typing
from scanwright.expr.words import PHASES
from scanwright.kernels import _compiled
from scanwright.model.calendars import calendar
from scanwright.model.interval import Interval
from scanwright.model.panel import Floats, Ints, Panel
from scanwright.model.signature import Type

if TYPE_CHECKING:
    from scanwright.engine.fold import Fold, Frame
    from scanwright.engine.rows import Rows

Undo = Callable[[], None]
Nest = Callable[[Plan, "Frame"], "Fold"]


class Held(Protocol):
    """A barrier with its state."""

    node: Call
    level: int
    every_row: bool

    def advance(self, rows: Rows) -> Floats:
        """The values for these rows `[R, N]`."""
        ...

    def snapshot(self) -> dict[str, np.ndarray]:
        """The state as arrays whose last axis is the symbols; a key with `!` is the same for all symbols."""
        ...

    def resume(self, kept: Mapping[str, np.ndarray]) -> None:
        """Go on from a snapshot."""
        ...

    def remember(self) -> Undo:
        """Keep the state as it is; what comes back puts it in place again."""
        ...


def barrier_for(barrier: Barrier, plan: Plan, frame: Frame, nest: Nest) -> Held:
    """The barrier that a plan asks for."""
    kinds: dict[str, Callable[[Barrier, Plan, Frame, Nest], Held]] = {
        "cross": Across, "at": Longer, "of": Other, "during": During, "foreign": Borrowed,
    }  # fmt: skip
    return kinds[barrier.kind](barrier, plan, frame, nest)


def _inner(barrier: Barrier, plan: Plan) -> Plan:
    """The plan of what stands within a barrier."""
    typing = Typing(plan.catalogue)
    inner = barrier.node.inputs[0]
    found = plan_lowered({"": Constant(0.0)}, {"": inner}, typing)
    return dataclasses.replace(found, outputs={"": inner}, types={"": Type.NUMBER}, text="")


class Across:
    """A function across the symbols of one time; it remembers nothing."""

    def __init__(self, barrier: Barrier, plan: Plan, frame: Frame, nest: Nest) -> None:  # noqa: ARG002 - all barriers are made alike
        """Learn the order of the symbols' keys, in which everything is gone through."""
        self.node, self.level, self.every_row = barrier.node, barrier.level, barrier.every_row
        self._kernel = barrier.kernel
        self._member = None if barrier.node.output == EVERYBODY else plan.lowered.get(MEMBER)
        self._outside = np.setdiff1d(np.arange(frame.panel.shape[1]), frame.columns)
        self._order = np.argsort(np.array(frame.panel.symbols), kind="stable").astype(np.float64)[None, :]

    def advance(self, rows: Rows) -> Floats:
        """Run the compiled loop over whole rows."""
        if self._kernel is None:
            raise LookupError(f"expected a kernel for {self.node.name}")
        out = np.empty(rows.shape)
        value, *groups = self.node.inputs
        group = rows.array(groups[0]) if groups else np.zeros((1, rows.shape[1]))
        arrays = [rows.array(value), self._members(rows), group, self._order, out]
        slots = np.array(
            [[_at(each), each.strides[0] if len(each) > 1 or each is out else 0, 0] for each in arrays], np.int64
        )
        line = np.zeros((1, INSTRUCTION), np.int64)
        line[0, :7] = [self._kernel.address(), 4, 1, 0, 1, 2, 3]
        line[0, 9] = 4
        constants = numbers(self.node.params)
        params = np.array([*self._kernel.parameters(*constants), 0.0])
        state = np.zeros((max(self._kernel.state(*constants), 1), rows.shape[1]))
        bar = np.ascontiguousarray(rows.panel.bar)
        _compiled.load("program").run(
            _at(line),
            1,
            _at(slots),
            _at(params),
            _at(state),
            rows.shape[1],
            _at(bar),
            bar.strides[0],
            *rows.shape,
            rows.shape[0],
        )
        return out

    def _members(self, rows: Rows) -> Floats:
        everybody = np.ones((1, rows.shape[1]))
        members = everybody if self._member is None else np.array(rows.array(self._member))
        members[:, self._outside] = 0.0
        return members

    def snapshot(self) -> dict[str, np.ndarray]:
        """Nothing."""
        return {}

    def resume(self, kept: Mapping[str, np.ndarray]) -> None:
        """Nothing."""

    def remember(self) -> Undo:
        """Nothing to put back."""
        return lambda: None


class Longer:
    """An expression on bars of a longer interval: steps when one closes, shows its value until the next."""

    def __init__(self, barrier: Barrier, plan: Plan, frame: Frame, nest: Nest) -> None:
        """Begin before the first bar."""
        self.node, self.level, self.every_row = barrier.node, barrier.level, barrier.every_row
        self._interval = Interval.read(str(barrier.node.params[0]))
        self._forming = bool(barrier.node.params[1])
        inner = _inner(barrier, plan)
        coarse = dataclasses.replace(frame.panel, interval=self._interval)
        self._fold = nest(inner, dataclasses.replace(frame, panel=coarse, session="extended"))
        width = frame.panel.shape[1]
        self._fields = inner.fields or ("close",)
        session = "extended" if frame.session == "extended" else "regular"
        self._bars = Resampler(
            calendar(frame.panel.calendar),
            self._interval,
            width,
            frames=frame.panel.interval,
            fields=self._fields,
            session=session,
        )
        self._value = np.full(width, np.nan)

    def advance(self, rows: Rows) -> Floats:
        """Close what these rows close and hold its value."""
        if self._interval == rows.panel.interval:
            return self._fold.advance(rows.panel)[""]
        out = np.empty(rows.shape)
        if self._forming:
            for at in range(rows.shape[0]):
                out[at] = self._so_far(rows.panel.rows(at, at + 1))
            return out
        closed = self._bars.advance(rows.panel.ts, rows.panel.fields, rows.panel.bar)
        values = self._stepped(rows.panel, closed)
        done = 0
        for at, row in enumerate(closed.rows_at):
            out[done:row] = self._value
            done = int(row)
            self._value = np.where(closed.bar[at] == 1, values[at], self._value)
        out[done:] = self._value
        return out

    def _stepped(self, panel: Panel, closed: Closed, until: np.ndarray | None = None) -> Floats:
        if not len(closed.ts):
            return np.empty((0, panel.shape[1]))
        return self._fold.advance(_coarse(panel, self._interval, closed, until))[""]

    def _so_far(self, row: Panel) -> Floats:
        """The value with the bar that is still forming, in its stead once it has closed."""
        closed = self._bars.advance(row.ts, row.fields, row.bar)
        values = self._stepped(row, closed)
        for at in range(len(values)):
            self._value = np.where(closed.bar[at] == 1, values[at], self._value)
        forming = self._bars.forming()
        if not len(forming.ts):
            return self._value
        undo = self._fold.remember()
        shown = self._stepped(row, forming, ends_of(row).astype("M8[s]"))[0]
        undo()
        return np.where(forming.bar[0] == 1, shown, self._value)

    def snapshot(self) -> dict[str, np.ndarray]:
        """The unfinished bar, the value shown, and the inner state."""
        bars = self._bars.snapshot()
        inner = {f"inner.{key}": value for key, value in self._fold.snapshot().items()}
        return {"rows": bars.rows.copy(), "periods!": bars.periods.copy(), "value": self._value.copy(), **inner}

    def resume(self, kept: Mapping[str, np.ndarray]) -> None:
        """Go on from a snapshot."""
        self._bars.resume(Snapshot(rows=kept["rows"].copy(), periods=kept["periods!"].copy()))
        self._value = kept["value"].copy()
        self._fold.resume(_under(kept, "inner."))

    def remember(self) -> Undo:
        """Keep the unfinished bar, the value shown and the inner state."""
        bars, value, inner = self._bars.snapshot(), self._value, self._fold.remember()

        def undo() -> None:
            self._bars.resume(bars)
            self._value = value
            inner()

        return undo


class Other:
    """Another symbol's value, the latest at or before each row."""

    def __init__(self, barrier: Barrier, plan: Plan, frame: Frame, nest: Nest) -> None:
        """Find the symbol; `UnknownSymbol` where the market does not hold it."""
        self.node, self.level, self.every_row = barrier.node, barrier.level, barrier.every_row
        self._column = np.array([frame.panel.column(str(barrier.node.params[0]))])
        alone = dataclasses.replace(
            frame, panel=frame.panel.rows(0, 0).columns(self._column), columns=np.zeros(1, np.int64)
        )
        self._fold = nest(_inner(barrier, plan), dataclasses.replace(alone, session="extended"))
        self._value = np.nan

    def advance(self, rows: Rows) -> Floats:
        """Step on the symbol's own bars and hold."""
        panel = rows.panel.columns(self._column)
        values = self._fold.advance(panel)[""][:, 0]
        out = np.empty(rows.shape)
        for at in range(rows.shape[0]):
            if panel.bar[at, 0]:
                self._value = float(values[at])
            out[at] = self._value
        return out

    def snapshot(self) -> dict[str, np.ndarray]:
        """The value shown and the inner state."""
        inner = {f"inner!.{key}": value for key, value in self._fold.snapshot().items()}
        return {"value!": np.array([self._value]), **inner}

    def resume(self, kept: Mapping[str, np.ndarray]) -> None:
        """Go on from a snapshot."""
        self._value = float(kept["value!"][0])
        self._fold.resume(_under(kept, "inner!."))

    def remember(self) -> Undo:
        """Keep the value shown and the inner state."""
        value, inner = self._value, self._fold.remember()

        def undo() -> None:
            self._value = value
            inner()

        return undo


class During:
    """An expression on the bars of one phase of the session, its latest value of the same session."""

    def __init__(self, barrier: Barrier, plan: Plan, frame: Frame, nest: Nest) -> None:
        """Begin before the first bar."""
        self.node, self.level, self.every_row = barrier.node, barrier.level, barrier.every_row
        self._phase = PHASES[str(barrier.node.params[0])]
        self._fold = nest(_inner(barrier, plan), dataclasses.replace(frame, session="extended"))
        self._value = np.full(frame.panel.shape[1], np.nan)
        self._session = np.nan

    def advance(self, rows: Rows) -> Floats:
        """Step on the phase's bars among all bars, and show the value on the rows that the scan looks at."""
        whole = rows.whole
        parts = calendar(whole.calendar).parts(whole.ts, whole.interval)
        bar = np.where((parts["phase"] == self._phase)[:, None], whole.bar, 0).astype(np.uint8)
        values = self._fold.advance(dataclasses.replace(whole, bar=bar))[""]
        out = np.empty(whole.shape)
        for at in range(whole.shape[0]):
            if parts["session_id"][at] != self._session:
                self._session = float(parts["session_id"][at])
                self._value = np.full(whole.shape[1], np.nan)
            self._value = np.where(bar[at] == 1, values[at], self._value)
            out[at] = self._value
        return out if rows.kept is None else out[rows.kept]

    def snapshot(self) -> dict[str, np.ndarray]:
        """The value shown, its session, and the inner state."""
        inner = {f"inner.{key}": value for key, value in self._fold.snapshot().items()}
        return {"value": self._value.copy(), "session!": np.array([self._session]), **inner}

    def resume(self, kept: Mapping[str, np.ndarray]) -> None:
        """Go on from a snapshot."""
        self._value, self._session = kept["value"].copy(), float(kept["session!"][0])
        self._fold.resume(_under(kept, "inner."))

    def remember(self) -> Undo:
        """Keep the value shown, its session, and the inner state."""
        value, session, inner = self._value, self._session, self._fold.remember()

        def undo() -> None:
            self._value, self._session = value, session
            inner()

        return undo


class Borrowed:
    """A function of a foreign library, symbol by symbol."""

    def __init__(self, barrier: Barrier, plan: Plan, frame: Frame, nest: Nest) -> None:  # noqa: ARG002 - all barriers are made alike
        """Open the function for the wanted symbols."""
        from scanwright.kernels._talib import Foreign

        self.node, self.level, self.every_row = barrier.node, barrier.level, barrier.every_row
        self._columns: Ints = frame.columns
        outputs: Sequence[str] = [each.name for each in barrier.kernel.signature.outputs] if barrier.kernel else [""]
        self._at = outputs.index(barrier.node.output)
        self._function = Foreign(barrier.node.name, barrier.node.params, len(frame.columns))

    def advance(self, rows: Rows) -> Floats:
        """Hand the wanted columns over."""
        arrays = [np.broadcast_to(rows.array(each), rows.shape)[:, self._columns] for each in self.node.inputs]
        given = self._function.advance(arrays, np.ascontiguousarray(rows.panel.bar[:, self._columns]))[self._at]
        out = np.full(rows.shape, np.nan)
        out[:, self._columns] = given
        return out

    def snapshot(self) -> dict[str, np.ndarray]:
        """The function's own."""
        return self._function.snapshot()

    def resume(self, kept: Mapping[str, np.ndarray]) -> None:
        """Go on from a snapshot."""
        self._function.resume(dict(kept))

    def remember(self) -> Undo:
        """Keep a copy of the function, its handles included."""
        kept = self._function.copy()

        def undo() -> None:
            self._function = kept

        return undo


def _coarse(panel: Panel, interval: Interval, closed: Closed, until: np.ndarray | None) -> Panel:
    """Coarser bars as a panel; one that is still forming knows no more than the row that it was made of."""
    whole = {name: np.ascontiguousarray(values) for name, values in closed.fields.items()}
    bar = np.ascontiguousarray(closed.bar)
    return dataclasses.replace(panel, interval=interval, ts=closed.ts, fields=whole, bar=bar, until=until)


def _under(kept: Mapping[str, np.ndarray], prefix: str) -> dict[str, np.ndarray]:
    return {key.removeprefix(prefix): value for key, value in kept.items() if key.startswith(prefix)}


def _at(array: np.ndarray) -> int:
    return int(array.__array_interface__["data"][0])


__all__ = ["Held", "Node", "barrier_for"]
