"""Where foreign exceptions stop: each becomes one of our errors, by the provider's table."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Generator, Mapping

from scanwright.model.errors import ProviderError, RateLimited, Refused, ScanwrightError, Unavailable, Unreadable
from scanwright.model.secret import Secret

Table = Mapping[type[BaseException], type[ProviderError]]
ADVICE: Mapping[type[ProviderError], str] = {
    RateLimited: "wait, or ask for less at once",
    Unavailable: "try again later, or name another provider after a comma",
    Refused: "check the key and the plan in the settings",
    Unreadable: "try again; if it stays, the provider has changed its answers",
}


@contextlib.contextmanager
def translated(table: Table, *, provider: str, asked: str) -> Generator[None]:
    """What a client raises inside leaves as ours: by its class, or the nearest one above it that the table holds."""
    try:
        yield
    except ProviderError:
        raise
    except tuple(table) as error:
        kind = kind_of(error, table)
        if isinstance(error, ScanwrightError):
            text, todo = error.text, error.advice
            raise kind(provider=provider, asked=asked, expected="an answer", found=text, todo=todo) from error
        raise made(kind, provider=provider, asked=asked, found=said(error), expected="an answer") from error


@contextlib.contextmanager
def understood(provider: str, asked: str) -> Generator[None]:
    """What reading a body of another form raises inside (a missing field, a text for a number) is `Unreadable`."""
    try:
        yield
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        found = said(error)
        raise made(Unreadable, provider=provider, asked=asked, expected="the promised form", found=found) from error


def kind_of(error: BaseException, table: Table) -> type[ProviderError]:
    """Our class for an exception."""
    return next(table[each] for each in type(error).__mro__ if each in table)


def made(
    kind: type[ProviderError], *, provider: str, asked: str, expected: str, found: str, retry_after: float | None = None
) -> ProviderError:
    """An error of ours with what to do."""
    facts: dict[str, object] = {"provider": provider, "asked": asked, "expected": expected, "found": found}
    if retry_after is not None:
        facts["retry_after"] = retry_after
    return kind(**facts, todo=ADVICE.get(kind, ""))


def not_offered(provider: str, want: object) -> ProviderError:
    """The refusal of a want that a provider has no answer to.

    >>> print(not_offered("massive", 3).text)
    massive, asked for int: expected a want it offers, found another
    """
    return made(Refused, provider=provider, asked=type(want).__name__, expected="a want it offers", found="another")


def hidden(text: str, *keys: Secret) -> str:
    """A text that a server wrote, with the keys that it repeats taken out.

    >>> hidden("no such key: PK12", Secret("PK12"))
    'no such key: ********'
    """
    for key in keys:
        if key:
            text = text.replace(key.reveal(), str(key))
    return text


def of_status(
    status: int, header: Callable[[str], str | None], *, provider: str, asked: str, found: str
) -> ProviderError | None:
    """The error that an HTTP status means, or nothing for a good one.

    >>> error = of_status(429, {"retry-after": "3"}.get, provider="p", asked="bars", found="")
    >>> type(error).__name__, error.retry_after
    ('RateLimited', 3.0)
    """
    if status < 400:
        return None
    told = f"status {status}" + (f" ({found})" if found else "")
    if status == 429:
        after = seconds(header("retry-after"))
        return made(RateLimited, provider=provider, asked=asked, expected="patience", found=told, retry_after=after)
    kind = Unavailable if status >= 500 or status == 408 else Refused
    return made(kind, provider=provider, asked=asked, expected="an answer", found=told)


def seconds(text: str | None) -> float | None:
    """The seconds of a Retry-After; a date in it, or nothing, says nothing."""
    try:
        found = float(text) if text else math.nan
    except ValueError:
        return None
    return max(found, 0.0) if math.isfinite(found) else None


def said(error: BaseException) -> str:
    """An exception in one line: its words, or its name where it has none; never longer than a line."""
    words = (str(error).strip().splitlines() or [""])[0][:200]
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
