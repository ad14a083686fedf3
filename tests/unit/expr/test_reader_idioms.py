"""What people write in other systems gets its translation."""

from __future__ import annotations

import pytest

from tests.unit.expr.language import refused

IDIOMS = [
    ("close > 5 AND volume > 3", "write and, or, not in small letters"),
    ("NOT close > 5", "write and, or, not in small letters"),
    ("close > 5 && volume > 3", "write `and`"),
    ("close > 5 || volume > 3", "write `or`"),
    ("close > 5 & volume > 3", "write `and` between conditions"),
    ("(close > 5) | (volume > 3)", "write `or` between conditions"),
    ("!(close > 5)", "write `not`"),
    ("~(close > 5)", "write `not`"),
    ("close = 5", "write == to compare"),
    ('sector = "Energy"', "write == to compare"),
    ("close := 5", "write == to compare"),
    ("close <> 5", "write !="),
    ("close => 5", "write >="),
    ('sector is "Energy"', "write =="),
    ("close is not None", "is_missing(x)"),
    ("close ^ 2 > 1", "write ** for a power"),
    ("close // 2 > 1", "write round(a / b)"),
    ("close % 2 > 1", "no remainder"),
    ("close > open ? 1 : 0", "write where(condition, yes, no)"),
    ("1 if close > open else 0", "write where(condition, yes, no)"),
    ("iff(close > open, 1, 0)", "write where(condition, yes, no)"),
    ("ta.sma(close, 20) > 5", "write sma without ta."),
    ("ta.crossover(close, open)", "write crosses_above without ta."),
    ("math.abs(close) > 5", "write abs without math."),
    ('request.security("SPY", "1D", close) > 1', 'write at("1w", expression), or of("SPY", expression)'),
    ('at("1M", close) > 1', "write 1mo for a month, 1m for a minute"),
    ("Ref(close, -1) > 3", "write x[n]"),
    ("close.shift(1) > 3", "write x[n]"),
    ("close.rolling(20).mean() > 3", "write mean(x, n)"),
    ("nz(close) > 1", "write fill(x, 0)"),
    ("na(close)", "write is_missing(x)"),
    ("HHV(high, 20) > 1", "write highest(x, n)"),
    ("C > O", "write close"),
    ("price > 5", "write close"),
    ("bb(20) > 1", "write bollinger(n, k).lower"),
    ("close > $5", "without a currency"),
    ("roc(5) > 5%", "percent is meant by the unit"),
    ("volume > 1M", "1e6 for a million"),
    ("volume > 500k", "1e3 for a thousand"),
    ("close > 5;", "one expression"),
    ("close crosses above sma(20)", "write crosses_above(a, b)"),
    ("close crossed below sma(20)", "write crosses_below(a, b)"),
    ("close is above sma(20)", "write >"),
    ("close below sma(20)", "write <"),
    ("close between 5 and 10", "write 5 < x < 10"),
    ("between(close, 5, 10)", "write 5 < x < 10"),
]


@pytest.mark.parametrize(("text", "advice"), IDIOMS, ids=[text for text, _ in IDIOMS])
def test_an_idiom_of_another_system_is_translated(text, advice):
    assert advice in refused(text).advice


def test_an_idiom_within_quotes_is_none():
    assert refused('sector == "a = b" and close >').facts["found"] == "the end of the text"


def test_the_equals_sign_of_an_argument_by_name_is_none():
    assert refused("sma(n=20) >").facts["found"] == "the end of the text"
