"""Asking Massive through its client: one page at a time, its retries and its walk through pages left to us.

The client's own walk ends without a word where a page is broken, and its error for a bad status keeps neither the
status nor the headers. So somebody stands before its connections, and pages are followed here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from http.client import IncompleteRead
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlparse

from scanwright.data.providers._pages import Page, followed, read_json
from scanwright.data.providers._threads import Threads
from scanwright.data.providers._translated import hidden, made, of_status
from scanwright.model.errors import ProviderError, Refused, Unavailable, Unreadable
from scanwright.model.secret import Secret

if TYPE_CHECKING:
    from massive import RESTClient  # pyright: ignore[reportMissingTypeStubs] - it ships none
    from urllib3 import BaseHTTPResponse, PoolManager

NAME = "massive"
PATIENCE = 15.0  # seconds for a connection, and for each part of an answer
MOST_ROWS = 1000
GOOD = {"OK", "DELAYED"}

Row = Mapping[str, Any]
Call = Callable[["RESTClient"], object]
Listing = Callable[["RESTClient", str, int], object]


def client(url: str, key: Secret, connections: int) -> RESTClient:
    """The library's client, asking once and telling what it was answered."""
    from massive import RESTClient  # pyright: ignore[reportMissingTypeStubs] - it ships none

    logging.getLogger("RESTClient").handlers.clear()  # it writes to standard output, which is where data goes
    made = RESTClient(
        api_key=key.reveal(),
        base=url,
        connect_timeout=PATIENCE,
        read_timeout=PATIENCE,
        maxsize=connections,
        connection_pool_kw={"retries": False},
    )
    made.client = _Judging(made.client, key)  # pyright: ignore[reportAttributeAccessIssue] - asked for `request` only
    return made


class _Judging:
    """The client's connections; an answer that is not 200 leaves as our error."""

    def __init__(self, pool: PoolManager, key: Secret) -> None:
        self._pool, self._key = pool, key
        self.clear = pool.clear

    def request(self, method: str, url: str, **more: Any) -> BaseHTTPResponse:  # noqa: ANN401 - handed through
        from urllib3.exceptions import ProtocolError

        try:
            response = self._pool.request(method, url, **more)
        except ProtocolError as error:
            cut = next((each for each in error.args if isinstance(each, IncompleteRead)), None)
            raise cut or error from None
        if response.status != 200:
            told = hidden(response.data.decode("utf-8", "replace"), self._key)[:120]
            path = urlparse(url).path
            error = of_status(response.status, response.headers.get, provider=NAME, asked=path, found=told)
            found = f"status {response.status}"
            raise error or made(Unreadable, provider=NAME, asked=path, expected="status 200", found=found)
        return response


class Talk:
    """What one want takes: requests, counted, and whether any answer was marked as delayed."""

    def __init__(self, connected: Callable[[], RESTClient], threads: Threads, key: Secret) -> None:
        """Nothing is asked yet."""
        self._connected, self._threads, self._key = connected, threads, key
        self.requests = 0
        self.delayed = False

    async def page(self, asked: str, call: Call, *, count: str = "count") -> Page:
        """One page, whose rows are as many as it counts."""
        self.requests += 1
        answer = await self._threads.run(lambda: call(self._connected()), asked=asked)
        body = cast("BaseHTTPResponse", answer).data
        page = read_json(body, provider=NAME, asked=asked, keys=[self._key])
        if page.get("status") not in GOOD or "error" in page:
            raise self.unreadable(asked, "an answer whose status is OK", body.decode("utf-8", "replace"))
        self.delayed |= page["status"] == "DELAYED"
        told, there = page.get(count), len(rows_of([page]))
        if isinstance(page.get("results", []), list) and told is not None and told != there:
            raise self.unreadable(asked, f"{told} rows, as the answer counts", str(there))
        return page

    async def maybe(self, asked: str, call: Call) -> Page | None:
        """A page, or nothing where the answer is that there is no such thing."""
        try:
            return await self.page(asked, call)
        except Refused as error:
            if str(error.facts["found"]).startswith("status 404"):
                return None
            raise

    async def pages(self, asked: str, call: Call, *, count: str = "count") -> list[Page]:
        """A page and all that follow it."""

        async def fetch(path: str) -> Page:
            return await self.page(asked, (lambda client: _further(client, path)) if path else call, count=count)

        return await followed(fetch, _following, provider=NAME, asked=asked)

    async def listed(
        self, asked: str, call: Listing, key: Callable[[Row], object], *, most: int = MOST_ROWS
    ) -> list[Row]:
        """Every row of a sorted list; one that fills a page is asked from its other end too, and has to reach it."""
        pages = await self.pages(asked, lambda client: call(client, "asc", most))
        rows = rows_of(pages)
        if len(pages) > 1 or len(rows) >= most:
            end = await self.page(asked, lambda client: call(client, "desc", 1))
            self.reached(asked, rows_of([end]), rows, key)
        return rows

    def reached(self, asked: str, end: Sequence[Row], rows: Sequence[Row], key: Callable[[Row], object]) -> None:
        """Refuse rows that do not hold the one at the end of the list."""
        if not end or key(end[0]) not in {key(row) for row in rows}:
            last = key(end[0]) if end else "the last"
            raise self.unreadable(asked, f"pages that reach the end of the list, {last}", "an end before")

    def only(self, asked: str, rows: Sequence[Row], symbols: Sequence[str]) -> None:
        """Refuse rows of symbols that were not asked for; where none were named, all were."""
        stranger = next((row["symbol"] for row in rows if symbols and row["symbol"] not in symbols), None)
        if stranger is not None:
            raise self.unreadable(asked, "symbols that were asked for", str(stranger))

    def unreadable(self, asked: str, expected: str, found: str) -> ProviderError:
        """A broken answer."""
        return made(Unreadable, provider=NAME, asked=asked, expected=expected, found=hidden(found, self._key)[:120])


def rows_of(pages: Sequence[Page]) -> list[Row]:
    """The rows of some pages."""
    return [row for page in pages for row in page.get("results") or ()]


def _following(page: Page) -> str:
    """Path and query of the next page; whatever host it names, the key goes to the one in the settings."""
    parts = urlparse(page.get("next_url") or "")
    return f"{parts.path}?{parts.query}" if parts.path else ""


def _further(client: RESTClient, path: str) -> object:
    return client.client.request("GET", client.BASE + path, headers=client.headers)


def errors() -> Mapping[type[BaseException], type[ProviderError]]:
    """What the client and the connections under it raise, as our errors."""
    import urllib3.exceptions as below
    from massive.exceptions import AuthError, BadResponse  # pyright: ignore[reportMissingTypeStubs] - it ships none
    from massive.rest.models.request import RequestOptionError  # pyright: ignore[reportMissingTypeStubs] - as above

    return {
        AuthError: Refused,
        BadResponse: Unavailable,
        RequestOptionError: Refused,
        below.HTTPError: Unavailable,
        below.DecodeError: Unreadable,
        IncompleteRead: Unreadable,
        below.IncompleteRead: Unreadable,
        below.InvalidChunkLength: Unreadable,
        below.ResponseNotChunked: Unreadable,
        below.BodyNotHttplibCompatible: Unreadable,
        below.InvalidHeader: Unreadable,
        below.LocationValueError: Refused,
        below.ProxySchemeUnsupported: Refused,
    }
