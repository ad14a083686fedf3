"""The words that several commands share, each said once."""

from __future__ import annotations

from pathlib import Path

from scanwright.app.cli.words import Word, whole_number
from scanwright.app.rows import Format

WHAT = Word(
    name="what",
    option="",
    metavar="EXPR|NAME|FILE.toml",
    help="a condition, a ready scan's name, or a scan file",
    needed=True,
)
MARKET = Word(
    name="market",
    metavar="DIR",
    help="the market's folder; else SCANWRIGHT_MARKET, else ./market",
    read=Path,
)
UNIVERSE = Word(
    name="universe",
    metavar="U",
    help="who takes part: all, liquid, A,B, list:NAME, index:NAME, @FILE, a condition judged day by day; joined by and",
)
EXCLUDE = Word(name="exclude", metavar="U", help="who of them does not, written in the same way")
SYMBOLS = Word(name="symbols", metavar="A,B", help="only these symbols")
INTERVAL = Word(name="interval", metavar="1m..1mo", help="bars of this length; a scan's own is 1d")
AS_OF = Word(name="as_of", metavar="DATE", help="as it was known at a date, or at a time in UTC")
ADJUST = Word(
    name="adjust",
    help="prices as traded, by splits (as ever), or by splits and dividends",
    choices=("raw", "splits", "total"),
)
RANK = Word(name="rank", metavar="EXPR", help="the highest first")
COLUMN = Word(name="column", metavar="NAME=EXPR", help="a further column; may be repeated", many=True)
LIMIT = Word(name="limit", metavar="N", help="at most so many rows; 0 for all", read=whole_number)
FORMAT = Word(
    name="format",
    help="how rows are written; else as the name after --out ends, else as a table",
    choices=tuple(each.value for each in Format),
)
SETTINGS = Word(
    name="settings",
    metavar="FILE",
    help="the settings file; else SCANWRIGHT_SETTINGS, else ./scanwright.toml",
    read=Path,
)
WORKERS = Word(
    name="workers",
    metavar="W",
    help="who folds: inline, threads, ray for a cluster of its own, ray=HOST:PORT; else threads of the settings",
)
OUT = Word(name="out", metavar="FILE", help="write there instead of to standard output", read=Path)
SCAN = (WHAT, MARKET, UNIVERSE, EXCLUDE, SYMBOLS, INTERVAL, AS_OF, ADJUST, RANK, COLUMN, LIMIT, FORMAT, OUT)
RUN = (
    Word(name="provider", metavar="P[,Q]", help="ask for bars that are lacking, the most promising symbols first"),
    Word(name="url", metavar="ADDRESS", help="where the provider is, instead of its settings"),
    Word(name="order", help="who is asked for first; else smart", choices=("smart", "random", "listed")),
    Word(
        name="stop_after",
        metavar="N",
        help="stop after so many hits; with --good after so many good ones",
        read=whole_number,
    ),
    Word(name="good", metavar="EXPR", help="what makes a hit a good one; a column of that name says it of each"),
    Word(
        name="top",
        metavar="N",
        help="stop when the first so many of the ranking can no longer change",
        read=whole_number,
    ),
    Word(name="budget", metavar="B", help="at most so much: 60s, 200r for requests, $1.50; joined with commas"),
    Word(name="preset", help="a way of running", choices=("quick", "deep")),
    WORKERS,
    SETTINGS,
)
