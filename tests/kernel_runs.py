"""Runs one kernel over arrays, in tiles and blocks of any size, as the engine does with many."""

from __future__ import annotations

import dataclasses
import importlib

import hypothesis.strategies as st
import numpy as np

from scanwright.kernels import _compiled
from scanwright.kernels._kernel import Kernel

INSTRUCTION = 16


def declared(name: str) -> Kernel:
    """The declaration in kernels/NAME.py."""
    return importlib.import_module(f"scanwright.kernels.{name}").KERNEL


@dataclasses.dataclass(kw_only=True, eq=False)
class Run:
    """A kernel at work on a block of symbols: feed it rows, its state goes on."""

    address: int
    params: np.ndarray
    state: np.ndarray
    outputs: int = 1

    @classmethod
    def of(cls, name: str, params: tuple[float, ...], width: int) -> Run:
        """A declared kernel before the first bar."""
        kernel = declared(name)
        rows = max(kernel.state(*params), 1)
        handed = np.array([*kernel.parameters(*params), 0.0])
        outputs = len(kernel.signature.outputs)
        return cls(address=kernel.address(), params=handed, state=np.zeros((rows, width)), outputs=outputs)

    @classmethod
    def loop(cls, module: str, name: str, width: int) -> Run:
        """A compiled loop without parameters or state."""
        address = _compiled.load(module).addresses()[name]
        return cls(address=address, params=np.zeros(1), state=np.zeros((1, width)))

    def advance(self, inputs, bar=None, *, tile=None):
        """The results for some rows `[R, N]`; inputs of one row serve all times; `tile` rows go through at once."""
        arrays = [np.ascontiguousarray(each, dtype=np.float64) for each in inputs]
        rows, width = max(len(each) for each in arrays), arrays[0].shape[1]
        out = [np.full((rows, width), -999.0) for _ in range(self.outputs)]
        steps = [each.strides[0] if len(each) == rows else 0 for each in [*arrays, *out]]
        slots = np.array([[_at(each), step, 0] for each, step in zip([*arrays, *out], steps, strict=True)], np.int64)
        line = np.zeros((1, INSTRUCTION), np.int64)
        line[0, :3] = [self.address, len(arrays), len(out)]
        line[0, 3 : 3 + len(arrays)] = np.arange(len(arrays))
        line[0, 9 : 9 + len(out)] = len(arrays) + np.arange(len(out))
        mask = None if bar is None else np.ascontiguousarray(bar, dtype=np.uint8)
        held = (0, 0) if mask is None else (_at(mask), mask.strides[0])
        _compiled.load("program").run(
            _at(line), 1, _at(slots), _at(self.params), _at(self.state), width, *held, rows, width, tile or max(rows, 1)
        )
        return tuple(out)


def run(name, inputs, params=(), bar=None, *, tile=None):
    """All results of a declared kernel over whole arrays."""
    return Run.of(name, tuple(params), np.shape(inputs[0])[1]).advance(inputs, bar, tile=tile)


def by_symbol(answer, inputs, bar=None):
    """An independent computation, applied to each symbol's own bars and put back; it gives one series or several."""
    rows, width = np.shape(inputs[0])
    mask = np.ones((rows, width), bool) if bar is None else np.asarray(bar, bool)
    columns = [answer(*(np.asarray(each)[mask[:, j], j] for each in inputs)) for j in range(width)]
    several = [each if isinstance(each, tuple) else (each,) for each in columns]
    out = [np.full((rows, width), np.nan) for _ in several[0]]
    for j, results in enumerate(several):
        for into, values in zip(out, results, strict=True):
            into[mask[:, j], j] = values
    return tuple(out)


def same_bits(a, b):
    """Whether two arrays hold the same doubles, missing ones included."""
    return np.array_equal(a, b, equal_nan=True)


@st.composite
def panels(draw, series=1, *, rows=60, missing=True):
    """Arrays of some series, prices with repeats among them, and a mask of bars with holes (or none)."""
    shape = (draw(st.integers(1, rows)), draw(st.integers(1, 9)))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    step = draw(st.sampled_from([0.0, 0.5]))
    arrays = [random.lognormal(3, 0.5, shape) for _ in range(series)]
    arrays = [np.round(each / step) * step if step else each for each in arrays]
    if missing and draw(st.booleans()):
        arrays = [np.where(random.random(shape) < 0.03, np.nan, each) for each in arrays]
    if not draw(st.booleans()):
        return arrays, None
    bar = (random.random(shape) < draw(st.sampled_from([0.5, 0.9]))).astype(np.uint8)
    bar[: shape[0] // 4, 0] = 0  # listed late
    if shape[1] > 1 and draw(st.booleans()):
        bar[:, 1:] = 1
    # What lies in a hole is no value: it must not matter.
    return [np.where(bar == 1, each, random.choice([np.nan, -1e300])) for each in arrays], bar


def _at(array):
    return int(array.__array_interface__["data"][0])
