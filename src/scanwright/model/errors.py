"""Every error of the house: a code, what was expected and found, what to do, and whether a retry can help.

ScanwrightError
├─ ExpressionError    UnknownName, WrongType, TooComplex      (with position)
├─ DataError          UnknownSymbol, BadBars, StaleData, EmptyUniverse
│    └─ ProviderError RateLimited(retry_after), Unavailable, Refused, Unreadable
├─ RunError           Cancelled, WorkersLost
├─ StoreError         Absent, Conflict, Unreachable
└─ SettingsError
"""

from __future__ import annotations

from typing import ClassVar


class ScanwrightError(Exception):
    """The root. A subclass states `code`, `retryable`, and the texts that its facts are put into.

    >>> print(UnknownSymbol(symbol="APPL", market="demo", nearest="AAPL"))
    expected a symbol of demo, found 'APPL'. Hint: did you mean AAPL?
    """

    code: ClassVar[str] = "error"
    retryable: ClassVar[bool] = False
    message: ClassVar[str] = "{what}"
    hint: ClassVar[str] = "{todo}"

    def __init__(self, **facts: object) -> None:
        """Keep the facts; the texts are made from them when somebody reads the error."""
        super().__init__()
        self.facts = facts

    @property
    def text(self) -> str:
        """What was expected and what was found."""
        return self.message.format(**self.facts)

    @property
    def advice(self) -> str:
        """What to do, or nothing where nothing can be said."""
        return self.hint.format_map(_Blank(self.facts)).strip()

    def __str__(self) -> str:
        """Say the text and the advice in one line."""
        end = "" if self.text.endswith("?") else "."
        return f"{self.text}{end} Hint: {self.advice}" if self.advice else self.text

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes with the facts."""
        return _revive, (type(self), self.facts)


class _Blank(dict[str, object]):
    """Facts where a missing one reads as nothing."""

    def __missing__(self, key: str) -> str:
        return ""


def _revive(kind: type[ScanwrightError], facts: dict[str, object]) -> ScanwrightError:
    return kind(**facts)


class ExpressionError(ScanwrightError):
    """A text that is not an expression; `line` and `column` (from 1) say where in `source`.

    >>> print(ExpressionError(line=1, column=9, source="close > > 3", expected="a value", found="'>'").pointed())
    line 1, column 9: expected a value, found '>'
      close > > 3
              ^
    """

    code = "expression"
    message = "line {line}, column {column}: expected {expected}, found {found}"
    hint = "{todo}"

    @property
    def line(self) -> int:
        """The line of the place, from 1; 0 where no text was read (a tree built from Python)."""
        return int(str(self.facts.get("line", 0)))

    @property
    def column(self) -> int:
        """The column of the place, from 1."""
        return int(str(self.facts.get("column", 0)))

    @property
    def text(self) -> str:
        """What was expected and found; without a place where there is no text."""
        whole = super().text
        return whole if self.line else whole.split(": ", 1)[1]

    def pointed(self) -> str:
        """The error with the line of the text and a caret under the place."""
        lines = str(self.facts.get("source", "")).splitlines()
        parts = [self.text]
        if 0 < self.line <= len(lines):
            shown, offset = _window(lines[self.line - 1], self.column - 1)
            parts += [f"  {shown}", "  " + " " * offset + "^"]
        if self.advice:
            parts.append(f"  Hint: {self.advice}")
        return "\n".join(parts)


def _window(line: str, at: int, width: int = 100) -> tuple[str, int]:
    """The part of a long line around a place, and the place in it."""
    start = max(0, min(at - width // 2, len(line) - width))
    return line[start : start + width], at - start


class UnknownName(ExpressionError):
    """A name that neither the catalogue nor the scan's definitions hold."""

    code = "unknown-name"
    message = "line {line}, column {column}: expected {expected}, found {found}"
    hint = "did you mean {nearest}?"

    @property
    def advice(self) -> str:
        """The nearest name, or the hint that was handed in."""
        return super().advice if self.facts.get("nearest") else str(self.facts.get("todo", ""))


class WrongType(ExpressionError):
    """A value of one type where another is needed."""

    code = "wrong-type"


class TooComplex(ExpressionError):
    """An expression over the bounds of depth, nodes, window length or memory."""

    code = "too-complex"


class DataError(ScanwrightError):
    """The data at hand cannot answer."""

    code = "data"
    message = "expected {expected}, found {found}"
    hint = "{todo}"


class UnknownSymbol(DataError):
    """A symbol that the market does not hold."""

    code = "unknown-symbol"
    message = "expected a symbol of {market}, found {symbol!r}"
    hint = "did you mean {nearest}?"


class BadBars(DataError):
    """A file or table of bars that cannot be read as bars."""

    code = "bad-bars"
    message = "{source}: expected {expected}, found {found}"


class StaleData(DataError):
    """Data older than the question allows."""

    code = "stale-data"


class EmptyUniverse(DataError):
    """A universe that nobody belongs to; `terms` says which part of it holds for how many."""

    code = "empty-universe"
    message = "expected symbols in the universe {universe!r} on {when}, found none: {terms}"


class ProviderError(DataError):
    """A provider of data did not give what was asked; `provider` says who, `asked` says what.

    >>> print(Unavailable(provider="massive", asked="bars of AAPL", expected="an answer", found="status 503"))
    massive, asked for bars of AAPL: expected an answer, found status 503
    """

    code = "provider"
    message = "{provider}, asked for {asked}: expected {expected}, found {found}"
    hint = "{todo}"


class RateLimited(ProviderError):
    """Asked more often than the provider allows; `retry_after` is how many seconds it wants to be left alone."""

    code = "rate-limited"
    retryable = True

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait, where the provider said so."""
        said = self.facts.get("retry_after")
        return float(str(said)) if said is not None else None


class Unavailable(ProviderError):
    """The provider does not answer, or says that it cannot at present."""

    code = "unavailable"
    retryable = True


class Refused(ProviderError):
    """The provider will not give this: a wrong or missing key, a plan that does not include it, a wrong question."""

    code = "refused"


class Unreadable(ProviderError):
    """An answer that is cut short, not of the promised form, or empty where there must be something."""

    code = "unreadable"
    retryable = True


class RunError(ScanwrightError):
    """A run that could not go on."""

    code = "run"
    message = "expected {expected}, found {found}"
    hint = "{todo}"


class Cancelled(RunError):
    """A person stopped the run."""

    code = "cancelled"
    message = "the run was stopped by a person after {done}"


class WorkersLost(RunError):
    """Nobody is left to do a run's work: the cluster does not answer, or its workers ended again and again."""

    code = "workers-lost"
    retryable = True


class StoreError(ScanwrightError):
    """The store could not keep or give back what was asked."""

    code = "store"
    message = "{place}: expected {expected}, found {found}"
    hint = "{todo}"


class Absent(StoreError):
    """What was asked for is not there."""

    code = "absent"


class Conflict(StoreError):
    """Somebody else is writing, or what is there does not fit what comes."""

    code = "conflict"
    retryable = True


class Unreachable(StoreError):
    """The disk or server behind the store does not answer (no permission, full, gone)."""

    code = "unreachable"
    retryable = True


class SettingsError(ScanwrightError):
    """Settings or arguments that do not fit; all wrong ones at once."""

    code = "settings"
    message = "expected {expected}, found {found}"
    hint = "{todo}"
