"""Expressions in Python: operators, and the decorator that makes a function an indicator.

`(close > sma(200)) & (rsi(14) < 40)` builds the tree that the text `close > sma(200) and rsi(14) < 40` reads as.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Generic, NoReturn, ParamSpec, TypeVar

from scanwright.expr.nodes import Call, Constant, Field, Node, Param, Text
from scanwright.model.errors import WrongType
from scanwright.model.signature import Argument, Output, Signature, Type

Operand = "Expr | float | str"


def node_of(value: Expr | float | str) -> Node:
    """The tree of an operand: an expression's own, a number's or a category's constant."""
    if isinstance(value, Expr):
        return value.node
    return Text(value) if isinstance(value, str) else Constant(float(value))


def call(name: str, *inputs: Expr | float | str, params: Sequence[Param] = (), output: str = "") -> Expr:
    """An expression that calls a function of the catalogue."""
    return Expr(Call(name, tuple(node_of(each) for each in inputs), tuple(_param(each) for each in params), output))


def _param(value: Param) -> Param:
    return value if isinstance(value, str) else float(value)


class Expr:
    """A tree with operators: `+ - * / **`, comparisons, `& | ~` for and, or, not, `x[3]` for three bars ago.

    It has no truth value and no hash, because `==` builds an expression.

    >>> Field("close") == (Expr(Field("close"))[0]).node
    True
    """

    __slots__ = ("node",)
    __hash__ = None  # type: ignore[assignment] - equality builds a tree

    def __init__(self, node: Node) -> None:
        """Wrap a tree."""
        self.node = node

    def __repr__(self) -> str:
        """The tree."""
        return f"Expr({self.node!r})"

    def __bool__(self) -> NoReturn:
        """Refuse: `and`, `or`, `not` and `if` cannot see a series."""
        raise WrongType(
            line=0,
            column=0,
            expected="a condition built with & | ~",
            found="`and`, `or`, `not` or `if` in Python",
            todo="write (close > sma(200)) & (rsi(14) < 40), with brackets",
        )

    def __getitem__(self, bars: int) -> Expr:
        """The value that many of the symbol's own bars ago."""
        if not isinstance(bars, int) or bars < 0:  # type: ignore[reportUnnecessaryIsInstance] - people pass slices
            raise WrongType(line=0, column=0, expected="a whole number of bars ago", found=repr(bars), todo="x[3]")
        return self if bars == 0 else call("lag", self, params=(bars,))

    def __add__(self, other: Expr | float) -> Expr:
        return call("add", self, other)

    def __radd__(self, other: float) -> Expr:
        return call("add", other, self)

    def __sub__(self, other: Expr | float) -> Expr:
        return call("sub", self, other)

    def __rsub__(self, other: float) -> Expr:
        return call("sub", other, self)

    def __mul__(self, other: Expr | float) -> Expr:
        return call("mul", self, other)

    def __rmul__(self, other: float) -> Expr:
        return call("mul", other, self)

    def __truediv__(self, other: Expr | float) -> Expr:
        return call("div", self, other)

    def __rtruediv__(self, other: float) -> Expr:
        return call("div", other, self)

    def __pow__(self, other: Expr | float) -> Expr:
        return call("pow", self, other)

    def __rpow__(self, other: float) -> Expr:
        return call("pow", other, self)

    def __neg__(self) -> Expr:
        return call("neg", self)

    def __lt__(self, other: Expr | float) -> Expr:
        return call("less", self, other)

    def __le__(self, other: Expr | float) -> Expr:
        return call("less_equal", self, other)

    def __gt__(self, other: Expr | float) -> Expr:
        return call("greater", self, other)

    def __ge__(self, other: Expr | float) -> Expr:
        return call("greater_equal", self, other)

    def __eq__(self, other: object) -> Expr:  # type: ignore[override] - equality builds a tree
        return call("equal", self, _operand(other))

    def __ne__(self, other: object) -> Expr:  # type: ignore[override] - equality builds a tree
        return call("not_equal", self, _operand(other))

    def __and__(self, other: Expr) -> Expr:
        return call("and", self, other)

    def __or__(self, other: Expr) -> Expr:
        return call("or", self, other)

    def __invert__(self) -> Expr:
        return call("not", self)


Condition = Expr
Group = Expr


def _operand(value: object) -> Expr | float | str:
    if isinstance(value, Expr | float | int | str):
        return value
    raise WrongType(line=0, column=0, expected="an expression, a number or a category", found=repr(value), todo="")


class Outputs:
    """Several named results: `bollinger(20, 2).lower`."""

    __slots__ = ("_results",)

    def __init__(self, results: Mapping[str, Expr]) -> None:
        """Keep the results by name."""
        self._results = dict(results)

    def __getattr__(self, name: str) -> Expr:
        """One result; AttributeError names the ones there are."""
        try:
            return self._results[name]
        except KeyError:
            known = " ".join(f".{each}" for each in self._results)
            raise AttributeError(f"expected one of {known}, found .{name}") from None

    def items(self) -> Mapping[str, Expr]:
        """All results by name."""
        return self._results


def outputs(**results: Expr) -> Outputs:
    """What an indicator with several results gives back."""
    return Outputs(results)


P = ParamSpec("P")
R = TypeVar("R", Expr, Outputs)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Indicator(Generic[P, R]):
    """A composition with a name: calling it builds a tree with that name, `expand` shows what it is made of."""

    function: Callable[P, R]
    unit: str
    source: str
    gives: Type
    results: Mapping[str, Type]
    least: Mapping[str, float]
    noun: bool
    shown: str

    @property
    def name(self) -> str:
        """The name in the language, which is the function's and the file's."""
        return self.function.__name__

    @property
    def doc(self) -> str:
        """What it means."""
        return inspect.getdoc(self.function) or ""

    @cached_property
    def signature(self) -> Signature:
        """Read from the function's own: annotations say what an argument takes."""
        given = inspect.signature(self.function).parameters.values()
        several = tuple(Output(name=name, type=kind) for name, kind in self.results.items())
        return Signature(
            arguments=tuple(_argument(each, self.least) for each in given),
            outputs=several or (Output(type=self.gives),),
        )

    @property
    def example(self) -> str:
        """A call that a person could write."""
        if self.shown:
            return self.shown
        written = [_written(each) for each in self.signature.arguments]
        text = self.name if self.noun else f"{self.name}({', '.join(part for part in written if part)})"
        return f"{text}.{next(iter(self.results))}" if self.results else text

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """The tree that calls this indicator."""
        bound = inspect.signature(self.function).bind(*args, **kwargs)
        bound.apply_defaults()
        series = [node_of(bound.arguments[each.name]) for each in self.signature.series]
        params = [_param(bound.arguments[each.name]) for each in self.signature.constants]

        def result(output: str) -> Expr:
            return Expr(Call(self.name, tuple(series), tuple(params), output))

        if self.results:
            return Outputs({name: result(name) for name in self.results})  # type: ignore[return-value] - as R says
        return result("")  # type: ignore[return-value] - the decorated function says which of the two it gives

    def expand(self, inputs: Sequence[Node], params: Sequence[Param]) -> Mapping[str, Node]:
        """Run the composition on trees: its results by name, "" where there is one."""
        series, constants = iter(inputs), iter(params)
        given: dict[str, object] = {}
        for each in self.signature.arguments:
            if each.takes == "series":
                given[each.name] = Expr(next(series))
            else:
                value = next(constants)
                given[each.name] = int(value) if each.takes == "whole" else value
        built: Expr | Outputs = self.function(**given)  # type: ignore[call-arg] - bound by name above
        if isinstance(built, Outputs):
            return {name: each.node for name, each in built.items().items()}
        return {"": built.node}


def indicator(
    *,
    unit: str = "",
    source: str = "",
    gives: Type = Type.NUMBER,
    outputs: Sequence[str] | Mapping[str, Type] = (),
    least: Mapping[str, float] | None = None,
    noun: bool = False,
    example: str = "",
) -> Callable[[Callable[P, R]], Indicator[P, R]]:
    """Make a function that composes expressions an indicator of the language.

    The arguments' annotations say what they take: `Expr` a number, `Condition` a yes/no, `Group` any series, `int` a
    whole number (at least 1, or what `least` says), `float` a number, `str` a word. `outputs` names several results,
    with their types where one is not a number. A `noun` is written without brackets.
    """
    results = dict(outputs) if isinstance(outputs, Mapping) else dict.fromkeys(outputs, Type.NUMBER)

    def wrap(function: Callable[P, R]) -> Indicator[P, R]:
        return Indicator(
            function=function,
            unit=unit,
            source=source,
            gives=gives,
            results=results,
            least=least or {},
            noun=noun,
            shown=example,
        )

    return wrap


_SERIES: dict[str, Type | None] = {"Expr": Type.NUMBER, "Condition": Type.YESNO, "Group": None}


def _argument(given: inspect.Parameter, least: Mapping[str, float]) -> Argument:
    kind = str(given.annotation)
    default = None if given.default is inspect.Parameter.empty else given.default
    if kind in _SERIES:
        return Argument(name=given.name, type=_SERIES[kind], default=_default_name(default))
    if kind == "int":
        return Argument(name=given.name, takes="whole", default=default, least=least.get(given.name, 1))
    if kind == "float":
        return Argument(name=given.name, takes="constant", default=default, least=least.get(given.name))
    if kind == "str":
        return Argument(name=given.name, takes="text", default=default)
    raise WrongType(
        line=0, column=0, expected="Expr, Condition, Group, int, float or str", found=kind, todo="annotate it"
    )


def _default_name(default: object) -> str | None:
    if default is None:
        return None
    if isinstance(default, Expr) and isinstance(default.node, Field | Call):
        return default.node.name
    raise WrongType(line=0, column=0, expected="a field or a noun as default", found=repr(default), todo="")


def _written(each: Argument) -> str:
    stand_in = {
        "whole": "14",
        "constant": "2",
        "text": '"SPY"',
        "series": "close > open" if each.type is Type.YESNO else "close",
    }
    if each.required:
        return stand_in[each.takes]
    return (
        ""
        if each.takes == "series"
        else f"{each.default:g}"
        if isinstance(each.default, float | int)
        else f'"{each.default}"'
    )
