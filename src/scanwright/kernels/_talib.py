"""TA-Lib's functions that the house has no word of its own for: in batch, and bar by bar by its streaming handles.

A handle gives bit for bit what the batch gives for the same bar (TA-Lib 0.8.1 and later), so either may be used for
any rows. TA-Lib cannot take a missing or infinite value: such a bar is passed over as a hole is, it yields NaN and
leaves no trace. A result that is infinite is missing. The names and signatures are a table
(`tools/make_talib_table.py`): listing them does not load TA-Lib.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
import numpy.typing as npt

from scanwright.kernels._kernel import Kernel
from scanwright.model.errors import DataError
from scanwright.model.panel import Bytes, Floats
from scanwright.model.signature import Argument, Output, Signature

Flags = npt.NDArray[np.bool_]

TABLE = Path(__file__).with_name("_talib_table.json")
# A bar through a handle costs about as much as so many through the batch.
_WORTH_A_HANDLE = 30


class Stream(Protocol):
    """A handle of TA-Lib: it has seen some bars and takes the next."""

    def update(self, *values: float) -> float | tuple[float, ...]:
        """One closed bar in, its value out."""
        ...

    def copy(self) -> Stream:
        """Another handle at the same bar."""
        ...


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    return json.loads(TABLE.read_text(encoding="utf-8"))["functions"]


@cache
def functions() -> Mapping[str, Kernel]:
    """A declaration for every function of TA-Lib but plain arithmetic, by its name in the language.

    >>> functions()["cdl_hammer"].signature.shown("cdl_hammer")
    'cdl_hammer(open=open, high=high, low=low, close=close)'
    """
    return {name: _declared(name, entry) for name, entry in _table().items()}


def _declared(name: str, entry: Mapping[str, Any]) -> Kernel:
    series = [Argument(name=each, default=field or None) for each, field in entry["inputs"]]
    constants = [_constant(each) for each in entry["parameters"]]
    arguments = (*sorted(series, key=lambda each: each.default is not None), *constants)
    outputs = tuple(Output(name=each) for each in entry["outputs"]) or (Output(),)
    required = ", ".join("close" for each in series if each.required)
    return Kernel(
        name=name,
        kind="foreign",
        signature=Signature(arguments=arguments, outputs=outputs),
        compiled=("", ""),
        doc=f"{entry['says']} ({entry['group'].lower()}), by TA-Lib's {entry['function']}.",
        example=f"{name}({required})" + (f".{outputs[0].name}" if outputs[0].name else ""),
        warmup=partial(_lookback, name),
        source=f"TA-Lib, {entry['function']}",
    )


def _constant(found: Mapping[str, Any]) -> Argument:
    """One parameter; the bounds are those that TA-Lib refuses beyond."""
    takes = "whole" if found["whole"] else "constant"
    bounds = {"least": found["least"], "most": found["most"]}
    return Argument(name=found["name"], takes=takes, default=float(found["default"]), **bounds)


def lookback(name: str, params: Sequence[float | str]) -> int:
    """How many bars TA-Lib needs before the first that has a value."""
    from talib import abstract

    made: Callable[[str], Any] = getattr(abstract, "Function")  # noqa: B009 - it is not in the library's stubs
    function = made(_table()[name]["function"])
    function.parameters = _named(name, params)
    return int(function.lookback)


def _lookback(name: str, *params: float) -> int:
    return lookback(name, params)


def _named(name: str, params: Sequence[float | str]) -> dict[str, float | int]:
    """The parameters by TA-Lib's names, in the types that it asks for."""
    wanted = _table()[name]["parameters"]
    return {each["name"]: (int if each["whole"] else float)(value) for each, value in zip(wanted, params, strict=True)}


class Foreign:
    """One function at work on some symbols: many rows go through the batch, single ones through handles.

    TA-Lib's handles cannot be written down, so the state is the history, and memory grows with it; the handles are
    opened on it when they are first needed. What a symbol has before TA-Lib can open one is asked of the batch.
    """

    def __init__(self, name: str, params: Sequence[float | str], width: int) -> None:
        """Begin before the first bar of `width` symbols."""
        import talib
        from talib import stream

        entry = _table()[name]
        self._name = name
        self._params = _named(name, params)
        self._inputs = _places(name, entry)
        self._outputs = max(len(entry["outputs"]), 1)
        self._batch: Callable[..., Any] = getattr(talib, entry["function"])
        self._stream: Callable[..., Stream] = getattr(stream, entry["function"])
        self._short: type[Exception] = getattr(talib, "InsufficientHistory")  # noqa: B009 - not in the library's stubs
        self._lookback = lookback(name, params)
        self._width = width
        self._tiles: list[tuple[Floats, Flags]] = []
        self._rows = 0
        self._handles: dict[int, Stream] | None = None
        self._young: dict[int, Floats] = {}

    def advance(self, inputs: Sequence[Floats], bar: Bytes) -> tuple[Floats, ...]:
        """The results for some rows `[R, N]`, each an array like the inputs; NaN where there is no bar or no value."""
        values = np.stack([inputs[at] for at in self._inputs])
        usable = (bar != 0) & np.isfinite(values).all(axis=0)
        single = len(usable) * _WORTH_A_HANDLE < self._rows
        if single and self._handles is None:
            self._open_all()
        self._tiles.append((values, usable))
        self._rows += len(usable)
        return self._step(values, usable) if single else self._fill(len(usable))

    def copy(self) -> Foreign:
        """Another one at the same bar; the two share nothing that changes."""
        other = copy.copy(self)
        handles = None if self._handles is None else {at: each.copy() for at, each in self._handles.items()}
        vars(other).update(_tiles=list(self._tiles), _handles=handles, _young=dict(self._young))
        return other

    def snapshot(self) -> dict[str, np.ndarray]:
        """The history: `values` [input, row, symbol] and which of them TA-Lib was given, `usable`."""
        values, usable = self._history()
        return {"values": values.copy(), "usable": usable.astype(np.uint8)}

    def resume(self, kept: Mapping[str, np.ndarray]) -> None:
        """Go on from a snapshot."""
        usable = kept["usable"] != 0
        if usable.shape[1] != self._width or kept["values"].shape != (len(self._inputs), *usable.shape):
            raise DataError(
                expected=f"a snapshot of {self._name} for {self._width} symbols",
                found=f"values of {kept['values'].shape}",
                todo="fold the history again",
            )
        self._tiles, self._rows, self._handles = [(kept["values"].copy(), usable)], len(usable), None

    def _history(self) -> tuple[Floats, Flags]:
        """All rows so far as one tile."""
        if not self._tiles:
            return np.empty((len(self._inputs), 0, self._width)), np.empty((0, self._width), np.bool_)
        if len(self._tiles) > 1:
            values = np.concatenate([values for values, _ in self._tiles], axis=1)
            self._tiles = [(values, np.concatenate([usable for _, usable in self._tiles]))]
        return self._tiles[0]

    def _histories(self) -> Iterator[tuple[Flags, Floats]]:
        """Of each symbol: which rows TA-Lib is given, and their values, a row an input."""
        values, usable = self._history()
        by_symbol = np.ascontiguousarray(values.swapaxes(1, 2))
        for symbol, chosen in enumerate(np.ascontiguousarray(usable.T)):
            own = by_symbol[:, symbol]
            yield chosen, own if chosen.all() else own[:, chosen]

    def _fill(self, rows: int) -> tuple[Floats, ...]:
        """The last rows of the batch over the whole history."""
        self._handles = None
        out = [np.full((self._width, rows), np.nan) for _ in range(self._outputs)]
        for symbol, (chosen, history) in enumerate(self._histories()):
            late = np.flatnonzero(chosen[len(chosen) - rows :])
            for into, series in zip(out, self._whole(history), strict=True):
                into[symbol, late] = series[len(series) - len(late) :]
        return tuple(np.ascontiguousarray(each.T) for each in out)

    def _whole(self, history: Floats) -> tuple[Floats, ...]:
        """The batch's results; TA-Lib's whole numbers say 0 before the first value, ours say nothing."""
        if history.shape[1] <= self._lookback:
            return tuple(np.full(history.shape[1], np.nan) for _ in range(self._outputs))
        found = self._batch(*history, **self._params)
        several = cast("tuple[np.ndarray, ...]", found if isinstance(found, tuple) else (found,))
        shown = [np.where(np.isfinite(each), each, np.nan) for each in several]
        for each in shown:
            each[: self._lookback] = np.nan
        return tuple(shown)

    def _open_all(self) -> None:
        """A handle for each symbol, at the last row."""
        handles: dict[int, Stream] = {}
        self._handles, self._young = handles, {}
        for symbol, (_, history) in enumerate(self._histories()):
            self._open(symbol, history, handles)

    def _open(self, symbol: int, history: Floats, handles: dict[int, Stream]) -> None:
        """A symbol's handle, where its history is long enough for one; else the history is kept apart."""
        self._young.pop(symbol, None)
        try:
            handles[symbol] = self._stream(*history, **self._params)
        except self._short:
            self._young[symbol] = history.copy()

    def _step(self, values: Floats, usable: Flags) -> tuple[Floats, ...]:
        """Bar by bar through the handles."""
        handles = self._handles if self._handles is not None else {}
        out = [np.full(usable.shape, np.nan) for _ in range(self._outputs)]
        places = np.argwhere(usable).tolist()
        for (row, symbol), bar in zip(places, values[:, usable].T.tolist(), strict=True):
            if symbol in handles:
                found = handles[symbol].update(*bar)
                results = found if isinstance(found, tuple) else (found,)
            else:
                history = np.column_stack([self._young[symbol], bar])
                results = [each[-1] for each in self._whole(history)]
                self._open(symbol, history, handles)
            for into, value in zip(out, results, strict=True):
                into[row, symbol] = value
        return tuple(np.where(np.isfinite(each), each, np.nan) for each in out)


def _places(name: str, entry: Mapping[str, Any]) -> list[int]:
    """Where each of TA-Lib's inputs stands among ours: a series without a default comes first in a signature."""
    ours = [each.name for each in functions()[name].signature.series]
    return [ours.index(each) for each, _ in entry["inputs"]]
