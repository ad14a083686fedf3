"""A scan on a live market: one new bar at a time, on the state that history left.

`commit` takes a closed row of bars. `peek` says what a forming row would give and leaves no trace. A snapshot is a
file of plain arrays with a header that names the plan and the symbols; one that does not fit is refused.
"""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from scanwright.engine.blocks import neighbours
from scanwright.engine.fold import Fold, Frame, Results
from scanwright.engine.plan import Plan
from scanwright.model.dated import Dated
from scanwright.model.errors import Conflict, DataError
from scanwright.model.panel import Ints, Panel

VERSION = 1
SHARED = "!"


class Session:
    """The state of a plan over all symbols of a panel, after its last row.

    >>> from scanwright.app.wiring import catalogue
    >>> from scanwright.data.simulated import simulate
    >>> from scanwright.engine.plan import plan
    >>> from scanwright.expr.reader import read
    >>> from scanwright.expr.types import Typing
    >>> panel = simulate(symbols=3, years=1, seed=7).panel()
    >>> rule = plan({"where": read("close > mean(close, 5)", catalogue())}, Typing(catalogue()))
    >>> live = Session.start(rule, panel.rows(0, 200))
    >>> live.commit(panel.rows(200, 201))["where"].shape == (1, len(panel.symbols))
    True
    """

    def __init__(self, plan: Plan, panel: Panel, *, session: str = "regular") -> None:
        """Stand before the first bar of the panel's symbols; the panel's rows are not looked at."""
        self.plan = plan
        self._session = session
        self._panel = dataclasses.replace(panel.rows(0, 0), data_hash="")
        self._last: np.datetime64 | None = None
        self._fold = self._fresh(self._panel)

    @classmethod
    def start(
        cls,
        plan: Plan,
        panel: Panel,
        *,
        session: str = "regular",
        threads: int = 2,
        seen: Callable[[Panel, Results], None] | None = None,
        since: int = 0,
    ) -> Session:
        """A session that stands after the last row of a panel.

        seen: handed rows on the way with their results, from the row `since`; in parts, in their order.
        """
        live = cls(plan, panel, session=session)
        batch = Fold.over(plan, panel, session=session, threads=threads)
        unseen = min(since, panel.shape[0]) if seen else panel.shape[0]
        for part in batch.parts(panel.rows(0, unseen), want="none"):
            batch.advance(part, want="none")
        if seen:
            for part in batch.parts(panel.rows(unseen, panel.shape[0]), want="all"):
                seen(part, batch.advance(part, want="all"))
        live._go_on(batch.snapshot(), panel.ts[-1] if len(panel.ts) else None)
        return live

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols in the order of the columns."""
        return self._panel.symbols

    @property
    def last(self) -> np.datetime64 | None:
        """The time of the last row that was committed."""
        return self._last

    def _fresh(self, panel: Panel) -> Fold:
        columns = np.arange(len(panel.symbols))
        frame = Frame(panel=panel, columns=columns, session=self._session)
        return Fold(self.plan, frame, blocks=neighbours(columns, max(len(columns), 1)))

    def _go_on(self, kept: Mapping[str, np.ndarray], last: np.datetime64 | None) -> None:
        self._fold.resume(kept)
        self._last = last

    def commit(self, row: Panel) -> Results:
        """Take closed rows of bars, of these symbols in this order, later than the last ones."""
        self._fits(row)
        results = self._fold.advance(row)
        self._last = row.ts[-1]
        return results

    def peek(self, row: Panel) -> Results:
        """What a forming row would give; the state stays as it is."""
        self._fits(row)
        undo = self._fold.remember()
        results = self._fold.advance(row)
        undo()
        return results

    def peeks(self, rows: Iterable[Panel]) -> Iterator[Results]:
        """What each of several forming rows would give by itself; the state is kept once for all of them."""
        if self.plan.barriers:
            yield from map(self.peek, rows)
            return
        undo = self._fold.remember()
        for row in rows:
            self._fits(row)
            results = self._fold.advance(row)
            undo()
            yield results

    def _fits(self, row: Panel) -> None:
        if row.shape[1] != len(self.symbols) or (row.symbols is not self.symbols and row.symbols != self.symbols):
            raise DataError(
                expected=f"a row of the session's {len(self.symbols)} symbols in their order",
                found=f"{row.shape[1]} symbols",
                todo="add or remove symbols first",
            )
        rising = len(row.ts) < 2 or bool((row.ts[1:] > row.ts[:-1]).all())
        if not len(row.ts) or not rising or (self._last is not None and row.ts[0] <= self._last):
            raise DataError(
                expected=f"rising rows after {self._last}",
                found=f"{row.ts[0] if len(row.ts) else 'no row'}",
                todo="a corrected bar needs a session started again from the corrected market",
            )

    def snapshot(self) -> bytes:
        """The session as bytes: plain arrays and a header."""
        header = {
            "version": VERSION,
            "plan": self.plan.hash,
            "symbols": list(self.symbols),
            "interval": str(self._panel.interval),
            "session": self._session,
            "last": None if self._last is None else str(self._last),
        }
        file = io.BytesIO()
        text = np.frombuffer(json.dumps(header).encode(), np.uint8)
        np.savez(file, allow_pickle=False, header=text, **self._fold.snapshot())  # type: ignore[arg-type] - keys are names of arrays
        return file.getvalue()

    @classmethod
    def resume(cls, kept: bytes, plan: Plan, panel: Panel) -> Session:
        """A session from a snapshot; `Conflict` says what does not fit. The panel tells about the symbols only."""
        header, arrays = _opened(kept)
        facts = {"version": VERSION, "plan": plan.hash, "symbols": list(panel.symbols), "interval": str(panel.interval)}
        for name, wanted in facts.items():
            if header.get(name) != wanted:
                raise _misfit(f"{name} {_told(wanted)}", _told(header.get(name)))
        live = cls(plan, panel, session=header["session"])
        for name, fresh in live._fold.snapshot().items():
            found = arrays.get(name)
            if found is None or ("level" in name and found.shape != fresh.shape):
                raise _misfit(f"{name} of {fresh.shape}", "nothing" if found is None else f"{found.shape}")
        live._go_on(arrays, None if header["last"] is None else np.datetime64(header["last"], "s"))
        return live

    def add(self, history: Panel) -> None:
        """Let further symbols join with their own history, folded from their first bar up to the session's last row.

        Where the plan looks at another symbol (`of`), the history holds that one too.
        """
        known = set(self.symbols) & set(history.symbols)
        beside = set(self.plan.symbols) & set(self.symbols)
        if known != beside or known == set(history.symbols):
            raise DataError(
                expected="symbols that are not in the session" + (f", and {_listed(beside)} beside" if beside else ""),
                found=_listed(history.symbols),
                todo=f"the rule looks at {_listed(beside)}" if beside else "",
            )
        if any(each.kind == "cross" and each.every_row for each in self.plan.barriers):
            raise DataError(
                expected="a rule that does not remember what it saw across symbols",
                found=self.plan.text,
                todo="start the session again from the market with the new symbols",
            )
        end = None if self._last is None else int(np.searchsorted(history.ts, self._last, side="right"))
        joined = Session.start(
            self.plan, history.rows(0, len(history.ts) if end is None else end), session=self._session
        )
        new: Ints = np.array([at for at, symbol in enumerate(history.symbols) if symbol not in known], np.int64)
        mine, theirs = self._fold.snapshot(), joined._fold.snapshot()  # noqa: SLF001 - two of one class
        both = {
            key: mine[key] if SHARED in key else np.concatenate([mine[key], theirs[key][..., new]], axis=-1)
            for key in mine
        }
        self._rearranged(_beside(self._panel, history.rows(0, 0).columns(new)), both)

    def repeated(self, times: int) -> Session:
        """A session of this one's symbols so many times side by side, each as it stands here.

        So many rows that may come can be peeked at in one step. Terms that look across symbols see all of them.
        """
        columns = np.tile(np.arange(len(self.symbols)), times)
        live = Session(self.plan, self._panel.columns(columns), session=self._session)
        kept = self._fold.snapshot().items()
        live._go_on({key: value if SHARED in key else np.tile(value, times) for key, value in kept}, self._last)
        return live

    def remove(self, symbols: Sequence[str]) -> None:
        """Let symbols leave; `UnknownSymbol` where one is not there, `DataError` where the plan looks at it (`of`)."""
        gone = {self._panel.column(symbol) for symbol in symbols}
        needed = set(self.plan.symbols) & set(symbols)
        if needed:
            raise DataError(
                expected="symbols that the rule does not look at",
                found=_listed(needed),
                todo="leave them in the session",
            )
        kept: Ints = np.array([at for at in range(len(self.symbols)) if at not in gone], np.int64)
        mine = {key: value if SHARED in key else value[..., kept] for key, value in self._fold.snapshot().items()}
        self._rearranged(self._panel.columns(kept), mine)

    def _rearranged(self, panel: Panel, kept: Mapping[str, np.ndarray]) -> None:
        fold = self._fresh(panel)
        fold.resume(kept)
        self._panel, self._fold = panel, fold


def _opened(kept: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The header and the arrays of a snapshot."""
    try:
        with np.load(io.BytesIO(kept), allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
        return json.loads(bytes(arrays.pop("header")).decode()), arrays
    except (ValueError, OSError, EOFError, KeyError, AttributeError, zipfile.BadZipFile, zlib.error) as error:
        raise _misfit("a session's snapshot", str(error) or type(error).__name__) from error


def _misfit(expected: str, found: str) -> Conflict:
    return Conflict(place="snapshot", expected=expected, found=found, todo="start the session from the market again")


def _told(fact: object) -> str:
    """A fact of the header in words; of many symbols their number and a name that differs says enough."""
    return f"{len(fact)}: {_listed(fact)}" if isinstance(fact, list) else str(fact)  # type: ignore[reportUnknownArgumentType]


def _listed(symbols: Iterable[object]) -> str:
    names = sorted(str(each) for each in symbols)
    return ", ".join(names[:5]) + (" ..." if len(names) > 5 else "")


def _beside(a: Panel, b: Panel) -> Panel:
    """Two panels without rows, symbols side by side; facts of the symbols come with each row."""
    fields = {name: np.concatenate([values, b.fields[name]], axis=1) for name, values in a.fields.items()}
    bar = np.concatenate([a.bar, b.bar], axis=1)
    return dataclasses.replace(
        a, symbols=(*a.symbols, *b.symbols), fields=fields, bar=bar, attributes={}, splits=(), dated=Dated()
    )
