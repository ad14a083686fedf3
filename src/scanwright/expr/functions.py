"""The fields and the kernels as Python functions, for indicators and for people who write scans in Python."""

from __future__ import annotations

from scanwright.expr.face import Condition, Expr, Group, Outputs, call
from scanwright.expr.nodes import Call, Field

open_ = Expr(Field("open"))
high = Expr(Field("high"))
low = Expr(Field("low"))
close = Expr(Field("close"))
volume = Expr(Field("volume"))
hl2 = Expr(Call("hl2"))
hlc3 = Expr(Call("hlc3"))
ohlc4 = Expr(Call("ohlc4"))
dollar_volume = Expr(Call("dollar_volume"))
session = Expr(Field("session"))
minutes_since_open = Expr(Field("minutes_since_open"))


def field(name: str) -> Expr:
    """A series by name: a time part such as `hour`, an attribute such as `sector`."""
    return Expr(Field(name))


def raw(x: Expr) -> Expr:
    """An expression over prices as they were traded, before splits are taken out."""
    return call("raw", x)


def at(interval: str, x: Expr, *, forming: bool = False) -> Expr:
    """An expression on bars of a longer interval, as of the last closed one (or the forming one)."""
    return call("at", x, params=(interval, float(forming)))


def of(symbol: str, x: Expr) -> Expr:
    """Another symbol's value, the latest at or before the frame."""
    return call("of", x, params=(symbol,))


def by(group: Group, x: Expr) -> Expr:
    """An expression whose functions across symbols see one group, such as a sector, at a time."""
    return call("by", group, x)


def abs_(x: Expr) -> Expr:
    """Size without sign."""
    return call("abs", x)


def log(x: Expr) -> Expr:
    """Natural logarithm."""
    return call("log", x)


def exp(x: Expr) -> Expr:
    """E to the power of x."""
    return call("exp", x)


def sqrt(x: Expr) -> Expr:
    """Square root."""
    return call("sqrt", x)


def sign(x: Expr) -> Expr:
    """1, 0 or -1."""
    return call("sign", x)


def round_(x: Expr) -> Expr:
    """The nearest whole number."""
    return call("round", x)


def positive(x: Expr) -> Expr:
    """The number where it is above zero, else 0."""
    return call("positive", x)


def min_(a: Expr | float, *more: Expr | float) -> Expr:
    """The smallest."""
    return call("min", a, *more)


def max_(a: Expr | float, *more: Expr | float) -> Expr:
    """The largest."""
    return call("max", a, *more)


def where(condition: Condition, yes: Expr | float, no: Expr | float) -> Expr:
    """One number where a condition is true, another where it is false."""
    return call("where", condition, yes, no)


def fill(x: Expr, instead: Expr | float) -> Expr:
    """The number, or another one where it is missing."""
    return call("fill", x, instead)


def is_missing(x: Expr) -> Condition:
    """Whether a value is missing."""
    return call("is_missing", x)


def sum_(x: Expr, n: int) -> Expr:
    """Sum over the last n bars."""
    return call("sum", x, params=(n,))


def mean(x: Expr, n: int) -> Expr:
    """Mean over the last n bars."""
    return call("mean", x, params=(n,))


def var(x: Expr, n: int) -> Expr:
    """The population's variance over the last n bars."""
    return call("var", x, params=(n,))


def highest(x: Expr, n: int) -> Expr:
    """Highest of the last n bars."""
    return call("highest", x, params=(n,))


def lowest(x: Expr, n: int) -> Expr:
    """Lowest of the last n bars."""
    return call("lowest", x, params=(n,))


def bars_since_highest(x: Expr, n: int) -> Expr:
    """How many bars ago the highest of the last n bars was."""
    return call("bars_since_highest", x, params=(n,))


def bars_since_lowest(x: Expr, n: int) -> Expr:
    """How many bars ago the lowest of the last n bars was."""
    return call("bars_since_lowest", x, params=(n,))


def comoments(x: Expr, y: Expr, n: int) -> Outputs:
    """Covariance and both variances over the last n bars: `.cov .var_x .var_y`."""
    results = {name: call("comoments", x, y, params=(n,), output=name) for name in ("cov", "var_x", "var_y")}
    return Outputs(results)


def quantile(x: Expr, n: int, q: float) -> Expr:
    """The value below which a share q of the last n bars lies."""
    return call("quantile", x, params=(n, q))


def percentile_rank(x: Expr, n: int) -> Expr:
    """Percent of the last n bars that the present one is not below."""
    return call("percentile_rank", x, params=(n,))


def ema(x: Expr, n: int, skip: int = 0) -> Expr:
    """Exponential mean, seeded with the mean of the first n values after `skip`."""
    return call("ema", x, params=(n, skip))


def wilder(x: Expr, n: int) -> Expr:
    """Wilder's mean."""
    return call("wilder", x, params=(n,))


def wilder_flow(x: Expr, n: int) -> Expr:
    """Wilder's mean as in his directional movement."""
    return call("wilder_flow", x, params=(n,))


def bars_since(condition: Condition) -> Expr:
    """How many bars ago the condition was last true."""
    return call("bars_since", condition)


def events_so_far(kind: str) -> Expr:
    """How many events of a kind there have been, by what was known at the frame."""
    return call("events_so_far", params=(kind,))


def value_when(condition: Condition, x: Expr) -> Expr:
    """X at the latest bar where the condition was true."""
    return call("value_when", condition, x)


def cumulative(x: Expr, anchor: Group | float = 0.0) -> Expr:
    """Sum since the anchor last changed; over all bars without an anchor."""
    return call("cumulative", x, anchor)


def highest_since(x: Expr, anchor: Group | float) -> Expr:
    """Highest since the anchor last changed."""
    return call("highest_since", x, anchor)


def lowest_since(x: Expr, anchor: Group | float) -> Expr:
    """Lowest since the anchor last changed."""
    return call("lowest_since", x, anchor)
