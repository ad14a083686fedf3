"""How a kernel is declared: what it takes, how much it remembers, and which compiled loop does the work."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Literal

from scanwright.kernels import _compiled
from scanwright.model.signature import Argument, Output, Signature, Type

Whole = (
    Callable[[], int] | Callable[[float], int] | Callable[[float, float], int] | Callable[[float, float, float], int]
)
Doubles = (
    Callable[[], Sequence[float]]
    | Callable[[float], Sequence[float]]
    | Callable[[float, float], Sequence[float]]
    | Callable[[float, float, float], Sequence[float]]
)
Kind = Literal["elementwise", "window", "recursive", "cross", "foreign"]


def _nothing(*_: float) -> int:
    return 0


def _as_given(*params: float) -> tuple[float, ...]:
    return params


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Kernel:
    """A primitive with memory: state and tile in, tile out.

    compiled: the file in `_compiled` and the name of the loop in its `addresses()`.
    state: rows of doubles that it keeps for each symbol, from the constants; zeros are the state before the first bar.
    warmup: how many bars after its inputs' first value its own first value comes, from the constants; the n-th bar is
        the first to have a value for a window of n, so that is n - 1.
    parameters: the doubles that the loop is handed, from the constants.
    waits: whether its first value needs the first values of `all` its inputs, of `any` one of them, or of `none`.
    """

    name: str
    kind: Kind
    signature: Signature
    compiled: tuple[str, str]
    doc: str | None
    example: str
    state: Whole = _nothing
    warmup: Whole = _nothing
    parameters: Doubles = _as_given
    waits: Literal["all", "any", "none"] = "all"
    hidden: bool = False
    source: str = ""

    def address(self) -> int:
        """Where the compiled loop lies; ImportError says `make install` where it is not built."""
        module, loop = self.compiled
        return _compiled.load(module).addresses()[loop]


def x(*, default: str | None = None, type: Type | None = Type.NUMBER, name: str = "x") -> Argument:
    """A series."""
    return Argument(name=name, type=type, default=default)


def bars(default: int | None = None, *, least: int = 1, name: str = "n") -> Argument:
    """A whole number of bars."""
    return Argument(name=name, takes="whole", default=default, least=least)


def number(
    name: str, default: float | None = None, *, least: float | None = None, most: float | None = None
) -> Argument:
    """A number known before a bar is seen."""
    return Argument(name=name, takes="constant", default=default, least=least, most=most)


def signature(*arguments: Argument, gives: Type | Sequence[Output] = Type.NUMBER) -> Signature:
    """A signature with one result of a type, or with several named ones."""
    outputs = (Output(type=gives),) if isinstance(gives, Type) else tuple(gives)
    return Signature(arguments=arguments, outputs=outputs)


def window_state(n: float, doubles: int = 1) -> int:
    """Rows that a window of n bars keeps: count, prefix, n places, and the sums over chunks of about sqrt(n)."""
    chunk = -int(-(n**0.5) // 1)
    chunks = -int(-n // chunk)
    return 1 + doubles * (1 + int(n) + chunks + 1)
