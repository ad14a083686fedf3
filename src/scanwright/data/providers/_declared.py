"""How a provider's file says what it is: read before anything of it, or of its library, is used."""

from __future__ import annotations

import dataclasses
import urllib.parse
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from scanwright.data.ports import Provider
from scanwright.model.clock import Clock
from scanwright.model.errors import ProviderError

Rate = Annotated[float, "above 0"]
"""A field of a provider's settings: how often in a time."""

Count = Annotated[int, "above 0"]
"""A field of a provider's settings: how many together."""

Address = Annotated[str, "http"]
"""A field of a provider's settings: where something is asked over HTTP; empty for its usual place."""


def address_of(text: str) -> str:
    """An address as HTTP has them, or nothing; `ValueError` where it is another thing.

    >>> address_of("http://127.0.0.1:8080")
    'http://127.0.0.1:8080'
    """
    try:
        parts = urllib.parse.urlsplit(text)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if text and not sound:
        message = "expected an address such as http://127.0.0.1:8080"
        raise ValueError(message)
    return text


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Declared:
    """A provider that can be made.

    title: what it is, in a line. library: the module it needs beyond ours, and extra: what installs it.
    settings: a frozen dataclass whose fields all have defaults; keys are `Secret`.
    make: the provider of some settings. errors: which of our errors each exception of its library is, as a function
    because only it loads the library. needs: settings without which it cannot be asked; of several names in one entry
    any is enough. calendar: when what it has is traded; a market made for it keeps that one.
    """

    name: str
    title: str
    settings: type[Any]
    make: Callable[[Any, Clock], Provider]
    errors: Callable[[], Mapping[type[BaseException], type[ProviderError]]]
    library: str = ""
    extra: str = ""
    needs: tuple[tuple[str, ...], ...] = ()
    calendar: Literal["us_stocks", "always_open"] = "us_stocks"
