"""The words of the grammar: operators, and the calls that say where or when the rest is to be judged."""

from __future__ import annotations

from scanwright.expr.catalogue import Entry
from scanwright.expr.nodes import Call, Field, Node
from scanwright.model.signature import Argument, Output, Signature, Type

NUMBER, YESNO = Type.NUMBER, Type.YESNO


def _operator(name: str, takes: Type | None, gives: Type, doc: str, example: str, *, count: int = 2) -> Entry:
    arguments = tuple(Argument(name=letter, type=takes) for letter in "ab"[:count])
    signature = Signature(arguments=arguments, outputs=(Output(type=gives),))
    return Entry(name=name, signature=signature, kind="elementwise", doc=doc, example=example, hidden=True)


OPERATORS = (
    _operator("add", NUMBER, NUMBER, "Sum of two numbers.", "high + low"),
    _operator("sub", NUMBER, NUMBER, "Difference of two numbers.", "high - low"),
    _operator("mul", NUMBER, NUMBER, "Product of two numbers.", "1.2 * volume"),
    _operator("div", NUMBER, NUMBER, "Quotient; missing where the divisor is zero.", "close / open"),
    _operator("pow", NUMBER, NUMBER, "Power.", "close ** 2"),
    _operator("neg", NUMBER, NUMBER, "The number with the other sign.", "-close", count=1),
    _operator("less", NUMBER, YESNO, "Less than; unknown where a side is missing.", "close < open"),
    _operator("less_equal", NUMBER, YESNO, "Less than or equal.", "close <= open"),
    _operator("greater", NUMBER, YESNO, "Greater than.", "close > open"),
    _operator("greater_equal", NUMBER, YESNO, "Greater than or equal.", "close >= open"),
    _operator("equal", None, YESNO, "Equal numbers or categories.", 'sector == "Energy"'),
    _operator("not_equal", None, YESNO, "Different numbers or categories.", 'sector != "Energy"'),
    _operator(
        "and",
        YESNO,
        YESNO,
        "Both; false where one is false, unknown where that cannot be told.",
        "close > open and high > low",
    ),
    _operator(
        "or",
        YESNO,
        YESNO,
        "Either; true where one is true, unknown where that cannot be told.",
        "close > open or high > low",
    ),
    _operator("not", YESNO, YESNO, "The opposite; unknown stays unknown.", "not close > open", count=1),
    Entry(
        name="in",
        signature=Signature(
            arguments=(Argument(name="x", type=None), Argument(name="values", type=None, many=True)),
            outputs=(Output(type=YESNO),),
        ),
        kind="elementwise",
        doc="Whether a category or number is one of several.",
        example='sector in ("Energy", "Utilities")',
        hidden=True,
    ),
)

_INTERVAL = Argument(name="interval", takes="text", type=None)
_ANY = Argument(name="x", type=None)

PLACES = (
    Entry(
        name="at",
        signature=Signature(arguments=(_INTERVAL, _ANY, Argument(name="forming", takes="constant", default=0.0))),
        kind="resample",
        doc="An expression on bars of a longer interval, as of its last closed bar; forming=True takes the bar so far.",
        example='at("1w", rsi(14))',
    ),
    Entry(
        name="of",
        signature=Signature(arguments=(Argument(name="symbol", takes="text", type=None), _ANY)),
        kind="other",
        doc="An expression on another symbol's own bars: its latest value at or before the frame.",
        example='of("SPY", close)',
    ),
    Entry(
        name="by",
        signature=Signature(arguments=(Argument(name="group", type=None), _ANY)),
        kind="group",
        doc="Functions across symbols see one group at a time: `by(sector, rank(roc(20)))`.",
        example="by(sector, rank(roc(20)))",
    ),
    Entry(
        name="raw",
        signature=Signature(arguments=(_ANY,)),
        kind="elementwise",
        doc="An expression over prices and volumes as they were traded, before splits are taken out.",
        example="raw(close)",
    ),
    Entry(
        name="during",
        signature=Signature(arguments=(_ANY, Argument(name="phase", takes="text", type=None))),
        kind="resample",
        doc="An expression on the bars of one phase of the same session (`premarket`), its latest value.",
        example='during(highest_since(high, session), "premarket")',
        hidden=True,
    ),
)

_KIND = Argument(name="kind", takes="text", type=None)


def _dated(
    name: str, *arguments: Argument, gives: Type = NUMBER, doc: str, example: str, hidden: bool = False
) -> Entry:
    signature = Signature(arguments=arguments, outputs=(Output(type=gives),))
    return Entry(name=name, signature=signature, kind="dated", doc=doc, example=example, hidden=hidden)


DATED = (
    _dated(
        "events_so_far",
        _KIND,
        doc="How many events of a kind there have been, by what was known at the frame.",
        example='events_so_far("earnings")',
        hidden=True,
    ),
    _dated(
        "event_value",
        _KIND,
        Argument(name="figure", takes="text", type=None),
        doc="A figure of the latest event of a kind, as known at the frame; missing before the first.",
        example='event_value("earnings", "eps")',
    ),
    _dated(
        "bars_to_event",
        _KIND,
        doc="Bars of the calendar until the one that the next scheduled event of a kind belongs to; missing where none "
        "is known.",
        example='bars_to_event("earnings")',
    ),
    _dated(
        "member_of",
        Argument(name="list", takes="text", type=None),
        gives=YESNO,
        doc="Whether the symbol belonged to a list on the frame's date; unknown before the list's first date.",
        example='member_of("SP500")',
    ),
)
"""The words that ask for what is dated beside the bars."""

EVENT_KINDS = ("earnings", "dividend", "split", "filing", "news")
"""The kinds of event that providers have; a market may hold further ones."""

NAMED = (
    *("market_cap", "shares_out", "float", "short_interest", "eps_growth", "sales_growth", "pe", "ipo_date"),
    *("spread_pct", "iv30", "iv_rank", "option_volume", "put_call", "expected_move"),
)
"""Figures of symbols that are numbers everywhere, also where a market knows none; `data/facts` says what they are."""

COMPUTED = ("hv20",)
"""The named figure that is made from bars: a fact of that name gives way."""

WORDS = OPERATORS + PLACES + DATED
PHASES = {"premarket": 1.0, "postmarket": 2.0}

SAME_TYPE = {"lag": 0, "at": 0, "of": 0, "raw": 0, "during": 0, "by": 1}

ALIASES = {
    "crossover": "crosses_above",
    "crossunder": "crosses_below",
    "barssince": "bars_since",
    "valuewhen": "value_when",
    "rma": "wilder",
    "stdev": "std",
    "tr": "true_range",
    "session.": "session_levels",
}

ELSEWHERE = {
    "and": "write `and`",
    "or": "write `or`",
    "not": "write `not`",
    "true": "a condition needs no `true`",
    "false": "write `not (...)`",
    "na": "write is_missing(x) or fill(x, y)",
    "nan": "write is_missing(x)",
    "none": "write is_missing(x)",
    "nz": "write fill(x, 0)",
    "iff": "write where(condition, yes, no)",
    "ref": "write x[n] for n bars ago",
    "prev": "write x[1] for the bar before",
    ".shift": "write x[n] for n bars ago",
    ".rolling": "write mean(x, n), highest(x, n), std(x, n)",
    ".ewm": "write ema(x, n)",
    "request.security": 'write at("1w", expression), or of("SPY", expression) for another symbol',
    "security": 'write at("1w", expression), or of("SPY", expression) for another symbol',
    "between": "write 5 < x < 10",
    "avg": "write mean(x, n)",
    "average": "write mean(x, n)",
    "mov": "write sma(n) or ema(n)",
    "hhv": "write highest(x, n)",
    "llv": "write lowest(x, n)",
    "ago": "write x[n] for n bars ago",
    "price": "write close",
    "last": "write close",
    "vol": "write volume",
    "o": "write open",
    "h": "write high",
    "l": "write low",
    "c": "write close",
    "v": "write volume",
    "bb": "write bollinger(n, k).lower",
    "stochastic": "write stoch(14, 1, 3).k",
    "bar_index": "write cumulative(1, 0)",
}
"""What other systems call a thing, in small letters, and what to write here."""


def field_of(node: Node) -> str:
    """The field that a value comes from unchanged, also through `x[n]`, `at`, `of`, `by`; "" where it is computed.

    >>> field_of(Call("lag", (Field("sector"),), (1.0,)))
    'sector'
    """
    while isinstance(node, Call) and node.name in SAME_TYPE:
        node = node.inputs[SAME_TYPE[node.name]]
    return node.name if isinstance(node, Field) else ""
