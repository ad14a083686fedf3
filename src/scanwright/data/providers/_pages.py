"""Answers in pages: followed to the last one, and never in a circle."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

from scanwright.data.providers._translated import hidden, made
from scanwright.model.errors import Unreadable
from scanwright.model.secret import Secret

Page = dict[str, Any]
MOST = 5_000


async def followed(
    fetch: Callable[[str], Awaitable[Page]], following: Callable[[Page], str], *, provider: str, asked: str
) -> list[Page]:
    """Every page: the first is fetched by an empty token, each other one by what the page before it says.

    following: the next page's token, empty on the last.
    """
    pages, seen = [await fetch("")], {""}
    while token := following(pages[-1]):
        if token in seen or len(pages) == MOST:
            told = f"page {len(pages)} sends back to an earlier one" if token in seen else f"more than {MOST}"
            raise made(Unreadable, provider=provider, asked=asked, expected="pages that come to an end", found=told)
        seen.add(token)
        pages.append(await fetch(token))
    return pages


def read_json(body: bytes, *, provider: str, asked: str, keys: Sequence[Secret] = ()) -> Page:
    """A page's fields; `Unreadable`, with no key in its text, where the body is no JSON or not an object of it."""
    told = repr(hidden(body.decode("utf-8", "replace"), *keys)[:40])
    try:
        page = json.loads(body)
    except ValueError as error:
        raise made(Unreadable, provider=provider, asked=asked, expected="JSON", found=told) from error
    if not isinstance(page, dict):
        raise made(Unreadable, provider=provider, asked=asked, expected="an object of JSON", found=told)
    return cast("Page", page)
