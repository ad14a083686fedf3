"""What a callable of the language takes and gives: the one description for kernels, indicators, docs and editors."""

from __future__ import annotations

import dataclasses
import enum
from typing import Literal


class Type(enum.StrEnum):
    """What a value is."""

    NUMBER = "number"
    YESNO = "yes/no"
    CATEGORY = "category"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Argument:
    """One argument.

    A `series` is an expression of `type` (None: any type), by default the expression `default`, such as `close`. A
    `whole` is a whole number of bars or times, a `constant` any number, a `text` a word in quotes; these are known
    before a bar is seen.
    """

    name: str
    takes: Literal["series", "whole", "constant", "text"] = "series"
    type: Type | None = Type.NUMBER
    default: float | str | None = None
    least: float | None = None
    most: float | None = None
    many: bool = False

    @property
    def required(self) -> bool:
        """Whether the person must write it."""
        return self.default is None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Output:
    """One result; the name is empty where there is only one."""

    name: str = ""
    type: Type = Type.NUMBER


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """Arguments in order, results by name.

    >>> n = Argument(name="n", takes="whole", default=14)
    >>> Signature(arguments=(Argument(name="x", default="close"), n)).shown("rsi")
    'rsi(x=close, n=14)'
    """

    arguments: tuple[Argument, ...] = ()
    outputs: tuple[Output, ...] = (Output(),)

    @property
    def series(self) -> tuple[Argument, ...]:
        """The arguments that are expressions."""
        return tuple(each for each in self.arguments if each.takes == "series")

    @property
    def constants(self) -> tuple[Argument, ...]:
        """The arguments that are known before a bar is seen."""
        return tuple(each for each in self.arguments if each.takes != "series")

    def output(self, name: str) -> Output | None:
        """The result of that name."""
        return next((each for each in self.outputs if each.name == name), None)

    def shown(self, name: str) -> str:
        """As a person would write it, with the defaults."""
        parts = [each.name if each.required else f"{each.name}={_plain(each.default)}" for each in self.arguments]
        return f"{name}({', '.join(parts)})"


def _plain(value: float | str | None) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
