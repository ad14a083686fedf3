"""Asking Alpaca through its clients: one page at a time, once, and within a time.

The library waits and asks again by itself, without a limit to how long an answer may take, and has no switch for
either: both are set where it keeps them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from scanwright.data.providers._pages import Page, followed
from scanwright.data.providers._threads import Threads
from scanwright.data.providers._translated import hidden, made, of_status
from scanwright.model.clock import Clock
from scanwright.model.errors import ProviderError, RateLimited, Refused, Unavailable, Unreadable
from scanwright.model.secret import Secret

if TYPE_CHECKING:
    from alpaca.common.exceptions import APIError
    from alpaca.common.rest import RESTClient
    from requests import Response

NAME = "alpaca"
PATIENCE = (10.0, 20.0)  # seconds for a connection, and for each part of an answer

Query = Mapping[str, Any]


class Clients:
    """The library's client of each part of the service."""

    def __init__(self, url: str, trading_url: str, key: Secret, secret: Secret) -> None:
        """Make them; nothing is connected yet."""
        from alpaca.data.historical.corporate_actions import CorporateActionsClient
        from alpaca.data.historical.crypto import CryptoHistoricalDataClient
        from alpaca.data.historical.news import NewsClient
        from alpaca.data.historical.option import OptionHistoricalDataClient
        from alpaca.data.historical.stock import StockHistoricalDataClient
        from alpaca.trading.client import TradingClient

        given: dict[str, Any] = {"api_key": key.reveal(), "secret_key": secret.reveal(), "raw_data": True}
        self.stocks = _asking_once(StockHistoricalDataClient(**given, url_override=url))
        self.crypto = _asking_once(CryptoHistoricalDataClient(**given, url_override=url))
        self.options = _asking_once(OptionHistoricalDataClient(**given, url_override=url))
        self.actions = _asking_once(CorporateActionsClient(**given, url_override=url))
        self.news = _asking_once(NewsClient(**given, url_override=url))
        self.trading = _asking_once(TradingClient(**given, url_override=trading_url))

    def close(self) -> None:
        """Close their connections."""
        for each in (self.stocks, self.crypto, self.options, self.actions, self.news, self.trading):
            each._session.close()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - it has no method for it


def _asking_once(client: RESTClient) -> RESTClient:
    client._retry = 0  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - its constructors take 0 for "as usual"
    session: Any = client._session  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - it hands no timeout in
    session.request = functools.partial(session.request, timeout=PATIENCE)
    return client


class Talk:
    """What one want takes: its requests, counted."""

    def __init__(
        self, clients: Callable[[], Clients], threads: Threads, clock: Clock, keys: tuple[Secret, Secret]
    ) -> None:
        """Nothing is asked yet."""
        self._clients, self._threads, self._clock, self._keys = clients, threads, clock, keys
        self.requests = 0

    async def said(self, asked: str, part: str, path: str, query: Query) -> object:
        """What one request is answered, read as JSON."""
        self.requests += 1

        def call() -> object:
            from alpaca.common.exceptions import APIError

            client: Any = getattr(self._clients(), part)
            try:
                return client.get(path, {name: value for name, value in query.items() if value not in {None, ""}})
            except APIError as error:
                raise self._told(asked, error) from None

        return await self._threads.run(call, asked=asked)

    async def page(self, asked: str, part: str, path: str, query: Query, *, holds: str = "") -> Page:
        """One answer with named fields; `holds` is the one that it cannot be without."""
        page = await self.said(asked, part, path, query)
        if not isinstance(page, dict) or (holds and holds not in page) or ("message" in page and "code" in page):
            expected = f"an answer with {holds}" if holds else "an answer by symbol"
            raise self.unreadable(asked, expected, f"{page!r}")
        return cast("Page", page)

    async def pages(self, asked: str, part: str, path: str, query: Query, *, holds: str) -> list[Page]:
        """An answer and all that follow it."""

        async def fetch(token: str) -> Page:
            return await self.page(asked, part, path, {**query, "page_token": token}, holds=holds)

        return await followed(fetch, _following, provider=NAME, asked=asked)

    def unreadable(self, asked: str, expected: str, found: str) -> ProviderError:
        """A broken answer."""
        return made(Unreadable, provider=NAME, asked=asked, expected=expected, found=hidden(found, *self._keys)[:120])

    def _told(self, asked: str, error: APIError) -> ProviderError:
        """An answer with a bad status; how long to wait is said by the moment at which the count begins anew."""
        response = cast("Response | None", error.response)  # pyright: ignore[reportUnknownMemberType] - left open there
        if response is None:
            return made(Unavailable, provider=NAME, asked=asked, expected="an answer", found="none")
        headers = response.headers
        reset = str(headers.get("X-RateLimit-Reset", ""))
        left = str(max(float(reset) - self._clock.now().timestamp(), 0.0)) if reset.isdigit() else None
        told = hidden(response.text, *self._keys)[:120]
        found = of_status(
            response.status_code,
            lambda name: headers.get(name) or left,
            provider=NAME,
            asked=asked,
            found=told,
        )
        return found or made(Unreadable, provider=NAME, asked=asked, expected="an answer", found=told)


def _following(page: Page) -> str:
    return str(page.get("next_page_token") or "")


def errors() -> Mapping[type[BaseException], type[ProviderError]]:
    """What the library and the connections under it raise, as our errors."""
    from alpaca.common.exceptions import APIError, RetryException
    from requests import exceptions as below
    from urllib3.exceptions import HTTPError

    return {
        APIError: Unavailable,
        RetryException: RateLimited,
        HTTPError: Unavailable,
        below.RequestException: Unavailable,
        below.InvalidJSONError: Unreadable,
        below.ChunkedEncodingError: Unreadable,
        below.ContentDecodingError: Unreadable,
        below.TooManyRedirects: Unreadable,
        below.URLRequired: Refused,
        below.MissingSchema: Refused,
        below.InvalidSchema: Refused,
        below.InvalidURL: Refused,
        below.InvalidHeader: Refused,
    }
