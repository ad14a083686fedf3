"""10,000 mutated and random texts through the reader: the slowest. Anything but `ExpressionError` stops the bench."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

from seven import SEVEN
from timing import Row

from scanwright.app.wiring import catalogue
from scanwright.expr.reader import read
from scanwright.model.errors import ExpressionError

TEXTS, MOST = 10_000, 4096
SOUND = (
    SEVEN,
    "crosses_above(sma(50), sma(200)) or within(close > highest(high, 20)[1], 5)",
    "by(sector, rank(roc(63))) <= 10 and at('1w', rsi(14)) < 30",
    "where(is_missing(volume), 0, min(close, open, 3)) in (1, 2) and not -close ** 2 < of('SPY', close)",
)
LETTERS = "abcxyz_ 0123456789.()[]{},+-*/<>=!'\"\\#:;@%&|^~\n\t\0é☃"
WORDS = (
    "close",
    "sma(",
    "rsi(14)",
    " and ",
    " or ",
    "not ",
    "(",
    ")",
    "[1]",
    "1e9",
    "<",
    ">",
    "==",
    ",",
    "**",
    "lambda",
    "'",
)


def rows() -> list[Row]:
    """All lines of this subject."""
    language = catalogue()
    for text in SOUND:
        read(text, language)
    taken: list[tuple[float, str]] = []
    refused = 0
    for text in texts():
        start = time.perf_counter()
        try:
            read(text, language)
        except ExpressionError:
            refused += 1
        taken.append((time.perf_counter() - start, text))
    slowest, text = max(taken)
    note = f"{refused:,} of {len(taken):,} refused; the slowest has {len(text):,} characters: {text[:40]!r}"
    middle = sorted(taken)[len(taken) // 2][0]
    return [
        Row(subject="reading", what="slowest text", figure=1000 * slowest, unit="ms", target="<= 50", note=note),
        Row(subject="reading", what="median text", figure=1000 * middle, unit="ms"),
    ]


def texts() -> Iterator[str]:
    """A third of each: mutated texts, heaps of words, heaps of letters."""
    chance = random.Random(7)  # noqa: S311 - a seeded choice of texts, no secret
    for number in range(TEXTS):
        if number % 3 == 0:
            yield _mutated(chance)
        elif number % 3 == 1:
            yield "".join(chance.choices(WORDS, k=chance.choice((3, 20, 100, 800))))[: 2 * MOST]
        else:
            yield "".join(chance.choices(LETTERS, k=chance.choice((3, 30, 300, 5000))))


def _mutated(chance: random.Random) -> str:
    text = chance.choice(SOUND)
    for _ in range(chance.randint(1, 6)):
        at, size = chance.randrange(len(text) + 1), chance.randint(0, 12)
        kind = chance.randrange(4)
        piece = text[at : at + size]
        put = ("", piece * 2, chance.choice(LETTERS), chance.choice(WORDS))[kind]
        text = text[:at] + put + text[at + size :] if kind < 2 else text[:at] + put + text[at:]
    return text * chance.choice((1, 1, 1, 8)) if chance.random() < 0.1 else text
