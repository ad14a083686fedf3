"""The language: nodes, types, reader with positions, printer, catalogue, and the same in Python."""

from __future__ import annotations

from scanwright.expr.face import Condition, Expr, Group, Indicator, Outputs, call, indicator, outputs
from scanwright.expr.functions import (
    abs_,
    at,
    bars_since,
    bars_since_highest,
    bars_since_lowest,
    by,
    close,
    comoments,
    cumulative,
    dollar_volume,
    ema,
    events_so_far,
    exp,
    field,
    fill,
    high,
    highest,
    highest_since,
    hl2,
    hlc3,
    is_missing,
    log,
    low,
    lowest,
    lowest_since,
    max_,
    mean,
    min_,
    minutes_since_open,
    of,
    ohlc4,
    open_,
    percentile_rank,
    positive,
    quantile,
    raw,
    round_,
    session,
    sign,
    sqrt,
    sum_,
    value_when,
    var,
    volume,
    where,
    wilder,
    wilder_flow,
)
from scanwright.model.signature import Type

NUMBER, YESNO, CATEGORY = Type.NUMBER, Type.YESNO, Type.CATEGORY

__all__ = [
    "CATEGORY", "NUMBER", "YESNO", "Condition", "Expr", "Group", "Indicator", "Outputs", "abs_", "at", "bars_since",
    "bars_since_highest", "bars_since_lowest", "by", "call", "close", "comoments", "cumulative", "dollar_volume", "ema",
    "events_so_far", "exp", "field", "fill", "high", "highest", "highest_since", "hl2", "hlc3", "indicator",
    "is_missing", "log", "low", "lowest", "lowest_since", "max_", "mean", "min_", "minutes_since_open", "of", "ohlc4",
    "open_", "outputs", "percentile_rank", "positive", "quantile", "raw", "round_", "session", "sign", "sqrt", "sum_",
    "value_when", "var", "volume", "where", "wilder", "wilder_flow",
]  # fmt: skip
