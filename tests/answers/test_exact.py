"""Where TA-Lib adds and subtracts, exact arithmetic judges: windows after and across a stretch of huge prices."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from scanwright.model.interval import Interval
from scanwright.model.panel import Panel
from tests.answers.evaluation import TOLERANCE, folded

BARS, N = 160, 20
# Figures without a unit hang on the spread: what the last bit of a price is of it bounds them where that is more.
LAST_BIT = 16 * 2.0**-52 / TOLERANCE


@pytest.fixture(scope="module")
def panel():
    random = np.random.default_rng(3)
    close = 50 + np.cumsum(random.normal(0, 0.3, BARS))
    close[60:80] += 1e9
    shares = random.integers(1, 10**6, BARS).astype(float)
    fields = {"open": close, "high": close + 1, "low": close - 1, "close": close, "volume": shares}
    return Panel(
        interval=Interval.DAY,
        symbols=("A",),
        ts=(np.datetime64("2020-01-01") + np.arange(BARS)).astype("datetime64[s]"),
        fields={name: values[:, None].copy() for name, values in fields.items()},
        bar=np.ones((BARS, 1), np.uint8),
        calendar="always_open",
    )


def mean(x):
    return sum(x) / len(x)


def cov(x, y):
    return mean([a * b for a, b in zip(x, y, strict=True)]) - mean(x) * mean(y)


def root(x):
    scale = 10**40
    return Fraction(math.isqrt(x.numerator * scale * scale // x.denominator), scale)


def slope(x):
    number = [Fraction(at) for at in range(len(x))]
    return cov(number, x) / cov(number, number)


EXACT = {
    f"mean({N})": lambda x, y: mean(x),
    f"wma({N})": lambda x, y: sum((at + 1) * value for at, value in enumerate(x)) / Fraction(N * (N + 1), 2),
    f"var({N})": lambda x, y: cov(x, x),
    f"std({N})": lambda x, y: root(cov(x, x)),
    f"cov(close, volume, {N})": cov,
    f"corr(close, volume, {N})": lambda x, y: cov(x, y) / root(cov(x, x) * cov(y, y)),
    f"linreg({N}).slope": lambda x, y: slope(x),
    f"linreg({N}).value": lambda x, y: mean(x) + slope(x) * Fraction(N - 1, 2),
    f"linreg({N}).r2": lambda x, y: slope(x) ** 2 * Fraction(N * N - 1, 12) / cov(x, x),
    f"bollinger({N}, 2).lower": lambda x, y: mean(x) - 2 * root(cov(x, x)),
    f"mean_deviation({N})": lambda x, y: mean([abs(each - mean(x)) for each in x]),
}


@pytest.fixture(scope="module")
def ours(panel):
    return folded(list(EXACT), panel)


@pytest.mark.parametrize("text", EXACT)
def test_every_window_is_right_to_nine_digits_of_its_input(text, panel, ours):
    close, volume = (panel.fields[name][:, 0] for name in ("close", "volume"))
    for end in range(ours[text].warmup, BARS):
        window = slice(end - N + 1, end + 1)
        x, y = ([Fraction(value) for value in each[window]] for each in (close, volume))
        exact = float(EXACT[text](x, y))
        size = float(max(map(abs, x)) * (max(y) if "volume" in text else 1)) ** (2 if text.startswith("var") else 1)
        if text.startswith("corr") or text.endswith("r2"):
            size = max(1.0, LAST_BIT * float(max(map(abs, x)) / root(cov(x, x))))
        assert ours[text].values[end, 0] == pytest.approx(exact, rel=TOLERANCE, abs=TOLERANCE * size)


@pytest.mark.parametrize("text", EXACT)
def test_what_has_left_the_window_leaves_no_trace(text, panel, ours):
    after = slice(80 + N - 1, BARS)
    fresh = folded([text], panel.rows(80, BARS))[text].values[N - 1 :, 0]
    assert ours[text].values[after, 0] == pytest.approx(fresh, rel=1e-12)
