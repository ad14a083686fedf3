"""The language in Python builds the trees that the texts read as."""

from __future__ import annotations

import pytest

import scanwright as sw
from scanwright.app.language import names, text_of
from scanwright.app.wiring import catalogue
from scanwright.expr.reader import read
from scanwright.model.errors import WrongType

SAME = {
    "close > sma(200) and rsi(14) < 40": lambda: (sw.close > sw.sma(200)) & (sw.rsi(14) < 40),
    "open_[1] >= 1.5 * sma(volume, 20)": lambda: sw.open_[1] >= 1.5 * sw.sma(sw.volume, 20),
    "macd(12, 26, 9).hist < 0 or not inside_bar": lambda: (sw.macd(12, 26, 9).hist < 0) | ~sw.inside_bar,
    'sector == "Energy"': lambda: sw.sector == "Energy",
    'sector in ("Energy", "Utilities")': lambda: sw.is_in(sw.sector, "Energy", "Utilities"),
    'at("1w", rsi(14)) > 50': lambda: sw.at("1w", sw.rsi(14)) > 50,
    'at("1w", close, forming=True) > 50': lambda: sw.at("1w", sw.close, forming=True) > 50,
    'of("SPY", close) > sma(close, n=20)': lambda: sw.of("SPY", sw.close) > sw.sma(sw.close, n=20),
    "by(sector, rank(roc(20))) <= 5": lambda: sw.by(sw.sector, sw.rank(sw.roc(20))) <= 5,
    "prior_day.high < session.high": lambda: sw.prior_day.high < sw.session.high,
    "crossover(close, sma(20))": lambda: sw.crossover(sw.close, sw.sma(20)),
    "hl2 > hlc3": lambda: sw.hl2 > sw.hlc3,
}


@pytest.mark.parametrize("text", SAME)
def test_a_tree_from_python_is_the_tree_of_the_text(text):
    assert SAME[text]().node == read(text.replace("open_", "open"), catalogue())


@pytest.mark.parametrize("text", SAME)
def test_its_text_reads_back(text):
    built = SAME[text]()
    assert read(text_of(built), catalogue()) == built.node


def test_an_unknown_name_is_an_attribute_error_with_the_nearest():
    with pytest.raises(AttributeError, match="did you mean 'sma'"):
        sw.smaa  # noqa: B018 - asking is the test


@pytest.mark.parametrize(
    "build",
    [
        lambda: sw.sma(200.5),
        lambda: sw.sma(-1),
        lambda: sw.rsi(14, 15, 16),
        lambda: sw.rsi(bars=14),
        lambda: sw.count(sw.close, 5),
        lambda: sw.close(3),
        lambda: sw.rsi(14)(3),
        lambda: text_of(sw.rsi),
        lambda: bool(sw.close > 5),
        lambda: sw.close[-1],
    ],
)
def test_what_the_text_language_refuses_is_refused(build):
    with pytest.raises(WrongType):
        build()


def test_a_result_that_is_not_there_names_those_that_are():
    with pytest.raises(AttributeError, match=r"\.hist"):
        sw.macd(12, 26, 9).histogram  # noqa: B018 - asking is the test


def test_dir_lists_the_language():
    assert {"sma", "close", "open_", "open", "Scan", "sector"} <= set(dir(sw))
    assert "open" not in names()


def test_every_name_gives_something():
    assert all(getattr(sw, name) is not None for name in names())


def test_words_show_themselves():
    assert [repr(each) for each in (sw.close, sw.sma, sw.sma(20), sw.macd(12, 26, 9).hist)] == [
        "close",
        "<function sma>",
        "sma(20)",
        "macd(12, 26, 9).hist",
    ]
