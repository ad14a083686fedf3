"""The steps of one level as instructions for the compiled runner, with scratch rows shared by values that do not meet.

A slot is where a value lies: in the panel (`field`), in a row that serves all symbols (`time`), in one row for all
times (`symbol`), in a constant row, in a whole array between stages (`wide`), in scratch, or in a result (`out`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from scanwright.engine.plan import Plan, Step, numbers
from scanwright.expr.nodes import Call, Constant, Field, Node, Text
from scanwright.kernels import _compiled
from scanwright.model.panel import Floats, Ints
from scanwright.model.signature import Type

INSTRUCTION = 16
MOST_INPUTS, MOST_OUTPUTS = 6, 4
_INPUTS, _OUTPUTS, _STATE, _PARAMS, _LAST = 3, 9, 13, 14, 15


@dataclasses.dataclass(frozen=True, slots=True)
class Slot:
    """Where a value lies: the kind of place, and which one."""

    place: str
    key: Node | str | int


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Program:
    """Instructions and what they refer to, by which rows are wanted.

    code: `all` rows; the `last` row, where what nobody remembers runs in the last tile only; `none`, the state alone.

    wide: values that later stages read, in whole arrays. outs: results by name.
    """

    code: Mapping[str, Ints]
    slots: Sequence[Slot]
    params: Floats
    state_rows: int
    scratch: int
    wide: Sequence[Node]
    outs: Sequence[str]

    @cached_property
    def moving(self) -> tuple[int, ...]:
        """The slots that lie elsewhere for other rows."""
        return tuple(at for at, slot in enumerate(self.slots) if slot.place not in {"scratch", "constant"})


def compile_level(plan: Plan, level: int) -> Program:
    """The program of one level of a plan."""
    return _Compiler(plan, level).program()


class _Compiler:
    def __init__(self, plan: Plan, level: int) -> None:
        self._plan = plan
        self._steps = [step for step in plan.steps if step.level == level]
        self._made: set[Node] = {
            Call(s.node.name, s.node.inputs, s.node.params, out) for s in self._steps for out in s.outputs
        }
        self._wide = self._leaving(level)
        self._outs = [name for name, node in plan.lowered.items() if self._ready(node) == level]
        self._slots: dict[Slot, int] = {}
        self._lines: list[list[int]] = []
        self._params: list[float] = []
        self._free: list[int] = []
        self._scratch = 0
        self._state_rows = 0
        self._held: dict[Node, int] = {}

    def _ready(self, node: Node) -> int:
        """The level whose program can hand out a node."""
        for step in self._plan.steps:
            if isinstance(node, Call) and step.node == Call(node.name, node.inputs, node.params):
                return step.level
        return next((each.level + 1 for each in self._plan.barriers if each.node == node), 0)

    def _leaving(self, level: int) -> dict[Node, None]:
        """Values of this level that a barrier or a later level reads."""
        readers = [step.node for step in self._plan.steps if step.level > level]
        barriers = [each for each in self._plan.barriers if each.level >= level]
        wanted = [child for node in readers for child in node.inputs]
        for each in barriers:
            wanted += inputs_of(each.node, self._plan) if each.kind in {"cross", "foreign"} else ()
        return dict.fromkeys(node for node in wanted if node in self._made)

    def program(self) -> Program:
        """All instructions, then the results."""
        uses = self._last_uses()
        for at, step in enumerate(self._steps):
            self._add(step)
            self._release(at, uses)
        for name in self._outs:
            self._hand_out(name)
        code = np.array(self._lines, np.int64).reshape(-1, INSTRUCTION)
        every = code.copy()
        every[:, _LAST] = 0
        core = np.ascontiguousarray(code[code[:, _LAST] == 0])
        return Program(
            code={"all": every, "last": code, "none": core},
            slots=tuple(self._slots),
            params=np.array([*self._params, 0.0]),
            state_rows=self._state_rows,
            scratch=self._scratch,
            wide=tuple(self._wide),
            outs=tuple(self._outs),
        )

    def _last_uses(self) -> dict[Node, int]:
        """The step after which nobody reads a value any more; results are read at the end."""
        last: dict[Node, int] = {}
        for at, step in enumerate(self._steps):
            for node in step.node.inputs:
                last[node] = at
        for name in self._outs:
            last[self._plan.lowered[name]] = len(self._steps)
        return last

    def _release(self, at: int, uses: Mapping[Node, int]) -> None:
        for node, slot in list(self._held.items()):
            if uses.get(node, at) <= at:
                self._free.append(slot)
                del self._held[node]

    def _slot(self, place: str, key: Node | str | int) -> int:
        return self._slots.setdefault(Slot(place, key), len(self._slots))

    def _reading(self, node: Node, beside: Node | None = None) -> int:
        """The slot that a value is read from."""
        if isinstance(node, Constant):
            return self._slot("constant", node)
        if isinstance(node, Text):
            return self._slot("category", Call("category", (node, beside) if beside else (node,)))
        if isinstance(node, Field):
            return self._slot("field", node.name)
        if node in self._held:
            return self._slot("scratch", self._held[node])
        return self._slot("wide", node)

    def _writing(self, node: Node) -> int:
        if node in self._wide:
            return self._slot("wide", node)
        if not self._free:
            self._free.append(self._scratch)
            self._scratch += 1
        self._held[node] = self._free.pop()
        return self._slot("scratch", self._held[node])

    def _add(self, step: Step) -> None:
        node = step.node
        inputs = list(node.inputs)
        read = [self._reading(each, inputs[1 - at] if len(inputs) == 2 else None) for at, each in enumerate(inputs)]
        outputs = [each.name for each in step.kernel.signature.outputs]
        written = [self._writing(Call(node.name, node.inputs, node.params, name)) for name in outputs]
        constants = numbers(node.params)
        state, self._state_rows = self._state_rows, self._state_rows + step.rows
        self._emit(
            step.kernel.address(), read, written, state, step.kernel.parameters(*constants), last=not step.every_row
        )

    def _emit(
        self,
        address: int,
        read: Sequence[int],
        written: Sequence[int],
        state: int,
        params: Sequence[float],
        *,
        last: bool,
    ) -> None:
        line = [0] * INSTRUCTION
        line[:3] = [address, len(read), len(written)]
        line[_INPUTS : _INPUTS + len(read)] = read
        line[_OUTPUTS : _OUTPUTS + len(written)] = written
        line[_STATE], line[_PARAMS], line[_LAST] = state, len(self._params), int(last)
        self._params.extend(params)
        self._lines.append(line)

    def _hand_out(self, name: str) -> None:
        """Copy a result out: a yes/no as bytes, a number as it is."""
        loop = "pack" if self._plan.types[name] is Type.YESNO else "copy"
        address: int = _compiled.load("elementwise").addresses()[loop]
        self._emit(address, [self._reading(self._plan.lowered[name])], [self._slot("out", name)], 0, (), last=True)


def inputs_of(node: Call, plan: Plan) -> tuple[Node, ...]:
    """What a barrier reads of its own frame: its inputs, and who is in the universe."""
    member = plan.lowered.get("universe")
    return (*node.inputs, member) if member is not None else node.inputs
