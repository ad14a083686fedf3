"""Scans in Python: `Scan(...)`, its answers as polars frames, and a session that takes bar after bar."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from scanwright.app.documents import explained_rows, found_document, found_rows, miss_rows, why_rows
from scanwright.app.language import text_of
from scanwright.app.market import Market
from scanwright.app.outcomes import Outcomes
from scanwright.app.question import asked, date_or_time
from scanwright.app.rows import Rows
from scanwright.app.sessions import Session
from scanwright.app.wiring import catalogue
from scanwright.expr.face import Expr
from scanwright.learn.outcomes import Summary
from scanwright.model.interval import Interval
from scanwright.model.run import Stop
from scanwright.model.worth import Worth
from scanwright.scan.definition import Scan as Definition
from scanwright.scan.explain import Explained, Why, explain, why
from scanwright.scan.history import history
from scanwright.scan.judge import day
from scanwright.scan.live import Live
from scanwright.scan.now import Found, Hit, Miss
from scanwright.scan.receipt import Receipt

if TYPE_CHECKING:
    import polars as pl

    from scanwright.app.going import Going

Moment = str | dt.date | np.datetime64
Text = str | Expr


class Scan:
    """What is looked for: a condition, a ranking, columns, a universe, an interval; texts, or expressions in Python.

    universe and exclude: who takes part and who of them does not: a condition, or names as in `list:mine,AAPL`.

    >>> import scanwright as sw
    >>> scan = sw.Scan(where=(sw.close > sw.sma(200)) & (sw.rsi(14) < 40), columns={"rsi": sw.rsi(14)})
    >>> scan == sw.Scan(where="close > sma(200) and rsi(14) < 40", columns={"rsi": "rsi(14)"})
    True
    """

    def __init__(  # noqa: PLR0913 - each is a key of a scan file
        self,
        where: Text,
        *,
        rank: Text = "",
        columns: Mapping[str, Text] | None = None,
        universe: Text = "all",
        exclude: Text = "",
        interval: Interval | str = Interval.DAY,
        session: Literal["regular", "extended"] = "regular",
        adjust: Literal["raw", "splits", "total"] = "splits",
        define: Mapping[str, Text] | None = None,
        name: str = "",
    ) -> None:
        """Keep the texts; they are read when the scan meets a market."""
        self.definition = Definition(
            where=text_of(where),
            rank=text_of(rank),
            columns={key: text_of(each) for key, each in (columns or {}).items()},
            universe=text_of(universe),
            exclude=text_of(exclude),
            interval=Interval.read(interval),
            session=session,
            adjust=adjust,
            define={key: text_of(each) for key, each in (define or {}).items()},
            name=name,
        )

    @classmethod
    def named(cls, name: str | os.PathLike[str]) -> Scan:
        """A ready scan by its name, or the scan of a TOML file.

        >>> Scan.named("golden_cross")
        Scan(where='crosses_above(sma(50), sma(200)) and sma(200) > sma(200)[20]', rank='roc(63)')
        """
        return cls._of(asked(os.fspath(name)))

    @classmethod
    def _of(cls, definition: Definition) -> Scan:
        scan = cls(definition.where)
        scan.definition = definition
        return scan

    def __repr__(self) -> str:
        """As it would be written, without the parts that nobody gave."""
        plain = Definition(where="")
        given = {each.name: getattr(self.definition, each.name) for each in dataclasses.fields(Definition)}
        given = {key: value for key, value in given.items() if value != getattr(plain, key)}
        shown = [f"{key}={_one_line(value)!r}" for key, value in given.items() if key not in {"name", "title"}]
        return f"Scan({', '.join(shown)})"

    def __eq__(self, other: object) -> bool:
        """Equal where all texts are."""
        return isinstance(other, Scan) and self.definition == other.definition

    __hash__ = None  # type: ignore[assignment] - it holds mappings

    def now(self, market: Market, as_of: Moment | None = None) -> Answer:
        """What it finds now, or found at a date; a market that is asked again folds new bars only."""
        moment = _moment(as_of)
        panel = market.panel(self.definition.interval, moment, self.definition.adjust)
        sets = market.sets(self.definition, panel)
        found = market.warm.now(self.definition, panel, catalogue(), threads=market.threads, sets=sets)
        notes = market.notes(self.definition.interval, panel, moment)
        return Answer(found=_noted(found, notes, market.worth(self.definition, panel, moment)))

    def run(
        self,
        market: Market,
        *,
        providers: str = "",
        url: str = "",
        order: Literal["smart", "random", "listed"] = "smart",
        stop: Stop | None = None,
        as_of: Moment | None = None,
        record: bool = True,
    ) -> Going:
        """A run that tells its events as they happen: `for event in scan.run(market)`, or `async for` in a coroutine.

        providers: who is asked for bars that are lacking, the most promising symbols first. stop: when it is enough.
        record: whether it is kept on record, as `scanwright runs list` shows it.
        """
        from scanwright.app.going import Going
        from scanwright.app.running import Ask

        rule = Stop() if stop is None else stop
        ask = Ask(scan=self.definition, order=order, stop=rule, providers=providers, url=url, as_of=_moment(as_of))
        return Going(market, ask, recorded=record)

    def history(self, market: Market, as_of: Moment | None = None) -> History:
        """What it would have found on every bar, with what came of each hit."""
        moment = _moment(as_of)
        panel = market.panel(self.definition.interval, moment, self.definition.adjust)
        sets = market.sets(self.definition, panel)
        past = history(self.definition, panel, catalogue(), threads=market.threads, sets=sets)
        notes = [*market.notes(self.definition.interval, panel, moment), *past.receipt.warnings]
        worth = market.worth(self.definition, panel, moment)
        past = dataclasses.replace(past, receipt=dataclasses.replace(past.receipt, warnings=notes, worth=worth))
        return History(outcomes=Outcomes.of(past, market))

    def session(self, market: Market, as_of: Moment | None = None) -> Session:
        """A session that stands after the market's last bar and takes further ones."""
        panel = market.panel(self.definition.interval, _moment(as_of), self.definition.adjust)
        sets = market.sets(self.definition, panel)
        return Session(Live.start(self.definition, panel, catalogue(), threads=market.threads, sets=sets), panel)

    def resume(self, market: Market, kept: bytes) -> Session:
        """A session from its snapshot; the market holds the bars up to where it was taken."""
        panel = market.panel(self.definition.interval, None, self.definition.adjust)
        sets = market.sets(self.definition, panel)
        return Session(Live.resume(kept, self.definition, panel, catalogue(), sets), panel)

    def explain(self, market: Market, as_of: Moment | None = None) -> Explanation:
        """How often each term was true, and which one decides."""
        panel = market.panel(self.definition.interval, _moment(as_of), self.definition.adjust)
        sets = market.sets(self.definition, panel)
        return Explanation(explained=explain(self.definition, panel, catalogue(), threads=market.threads, sets=sets))

    def why(self, market: Market, symbol: str, as_of: Moment | None = None) -> Reasons:
        """Why a symbol is in the results or not."""
        panel = market.panel(self.definition.interval, _moment(as_of), self.definition.adjust)
        return Reasons(why=why(self.definition, panel, catalogue(), symbol, sets=market.sets(self.definition, panel)))


def _one_line(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) and not isinstance(value, Interval) else value


def _noted(found: Found, notes: Sequence[str], worth: Worth) -> Found:
    warnings = [*notes, *found.receipt.warnings]
    return dataclasses.replace(found, receipt=dataclasses.replace(found.receipt, warnings=warnings, worth=worth))


def _moment(as_of: Moment | None) -> np.datetime64 | None:
    if as_of is None or isinstance(as_of, np.datetime64):
        return as_of
    return date_or_time(as_of if isinstance(as_of, str) else as_of.isoformat())


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """What a scan found at one time: its hits in order, who could not be judged, and the receipt."""

    found: Found

    @property
    def hits(self) -> Sequence[Hit]:
        """The symbols that satisfy the scan."""
        return self.found.hits

    @property
    def misses(self) -> Sequence[Miss]:
        """The symbols that could not be judged."""
        return self.found.misses

    @property
    def receipt(self) -> Receipt:
        """What was looked at."""
        return self.found.receipt

    def __iter__(self) -> Iterator[Hit]:
        """The hits."""
        return iter(self.found.hits)

    def __len__(self) -> int:
        """How many hits."""
        return len(self.found.hits)

    def __bool__(self) -> bool:
        """Whether there is a hit."""
        return bool(self.found.hits)

    def __repr__(self) -> str:
        """The receipt in words."""
        return f"<{self.receipt.sentence()}>"

    def frame(self) -> pl.DataFrame:
        """The hits: symbol, ts, close, the ranking and the columns."""
        return found_rows(self.found).frame()

    def not_judged(self) -> pl.DataFrame:
        """The misses: symbol, reason, last bar."""
        return miss_rows(self.found).frame()

    def document(self) -> Mapping[str, object]:
        """What `scanwright scan --format json` writes."""
        return found_document(self.found, found_rows(self.found))


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class History:
    """What a scan would have found, and what came of it."""

    outcomes: Outcomes

    @property
    def receipt(self) -> Receipt:
        """What was looked at, in symbol-bars."""
        return self.outcomes.past.receipt

    @property
    def summary(self) -> Summary:
        """What came of the hits, for each horizon."""
        return self.outcomes.summary

    def __len__(self) -> int:
        """How many hits."""
        return len(self.outcomes.past.rows)

    def __repr__(self) -> str:
        """The receipt in words."""
        return f"<{self.receipt.sentence('symbol-bars')}>"

    def __str__(self) -> str:
        """What came of the hits, in words."""
        return self.outcomes.words()

    def frame(self) -> pl.DataFrame:
        """A row a hit: symbol, ts, ret_1, ret_5, ret_20, close, the ranking and the columns."""
        return self.outcomes.rows().frame()

    def per_day(self) -> pl.DataFrame:
        """Hits of each frame: ts, hits."""
        past = self.outcomes.past
        stamps = (day(past.panel, row) for row in range(len(past.panel.ts)))
        return Rows(names=("ts", "hits"), rows=list(zip(stamps, past.per_day().tolist(), strict=True))).frame()


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Explanation:
    """How often each term of a scan was true."""

    explained: Explained

    def __repr__(self) -> str:
        """The verdict."""
        return f"<{self.explained.verdict}>"

    def frame(self) -> pl.DataFrame:
        """A row a term."""
        return explained_rows(self.explained).frame()


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Reasons:
    """Why one symbol is a hit, or is none."""

    why: Why

    def __repr__(self) -> str:
        """The judgement."""
        found = {True: "a hit", False: "no hit", None: f"not judged: {self.why.reason}"}
        return f"<{self.why.symbol} on {self.why.ts}: {found[self.why.hit]}>"

    def frame(self) -> pl.DataFrame:
        """A row a term, with both sides and the distance."""
        return why_rows(self.why).frame()


__all__ = ["Answer", "Explanation", "History", "Path", "Reasons", "Scan"]
