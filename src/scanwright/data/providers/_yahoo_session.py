"""What is used of yfinance: the session that passes for a browser, the cookie and the crumb, held by one provider.

yfinance reads answers leniently (an empty frame where it was limited, an error that is only logged), so the answers are
read here. It keeps its state for the whole process and a cookie on the disk; both stay inside of `Talk`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

from curl_cffi import requests
from yfinance.data import YfData  # pyright: ignore[reportMissingTypeStubs] - it ships none

from scanwright.data.providers._translated import made, of_status
from scanwright.model.errors import Unreadable

Page = dict[str, Any]
NAME = "yahoo"
DATA = ("/v7/", "/v8/", "/v10/", "/v1/finance/", "/xhr/")
"""Paths that data comes from; elsewhere lie the cookie and the crumb, whose failures yfinance deals with."""

LET_THROUGH = (401, 403)  # a crumb that no longer holds: yfinance fetches another and asks again


class Told(Exception):
    """A status of 400 and more with what the body says; `yahoo.py` reads it as it reads an error in a good answer.

    requests: how many it took to hear this.
    """

    def __init__(self, status: int, body: str) -> None:
        """Keep both."""
        super().__init__(f"status {status} ({body[:120]})")
        self.status, self.body, self.requests = status, body, 1


class Judging(requests.Session[requests.Response]):
    """A session whose bad answers are raised where they come in, before yfinance asks again or makes light of them.

    address: a scheme and host that stand in for Yahoo's own, if any.
    """

    def __init__(self, address: str, patience: float) -> None:
        """Look like a browser."""
        super().__init__(impersonate="chrome", timeout=patience)
        self._address = address
        self.counted = threading.local()

    def request(  # pyright: ignore[reportIncompatibleMethodOverride] - yfinance names every argument but these two
        self,
        method: Any,  # noqa: ANN401 - the library's own list of words
        url: str,
        **more: Any,  # noqa: ANN401 - what the library's method takes
    ) -> requests.Response:
        """One request, counted and judged."""
        parts = urlsplit(url)
        self.counted.requests = getattr(self.counted, "requests", 0) + 1
        response = super().request(method, self._moved(url), **more)  # pyright: ignore[reportUnknownMemberType] - untyped in part
        if parts.path.startswith(DATA) and response.status_code not in LET_THROUGH:
            judge(parts.path, response)
        return response

    def _moved(self, url: str) -> str:
        if not self._address:
            return url
        there, parts = urlsplit(self._address), urlsplit(url)
        return urlunsplit((there.scheme, there.netloc, parts.path or "/", parts.query, ""))


def judge(path: str, response: requests.Response) -> None:
    """Raise for a bad status: ours where it says enough, else `Told`."""
    status: int = response.status_code
    if status == 429 or status >= 500:
        error = of_status(status, response.headers.get, provider=NAME, asked=path, found=response.text[:120])
        if error is not None:
            raise error
    if status >= 400:
        raise Told(status, response.text)


class Talk(YfData):
    """yfinance's cookies and crumb, without the copy of the cookie that it keeps on the disk."""

    _cookie: Any

    def _save_cookie_curlCffi(self) -> bool:  # noqa: N802 - yfinance's name
        """The jar of the session has it; that is enough."""
        self._cookie = True
        return True

    def _load_cookie_curlCffi(self) -> bool:  # noqa: N802 - yfinance's name
        """Nothing is taken over from elsewhere."""
        return False


class Client:
    """Yahoo, asked for JSON: `fetch` blocks, and is called in a thread."""

    def __init__(self, address: str, patience: float) -> None:
        """Nothing is connected before it is asked."""
        self._session = Judging(address.rstrip("/"), patience)
        self._patience = patience
        # Called past its metaclass, which would hand every caller in the process the same one.
        self._talk: Any = type.__call__(Talk, session=self._session)

    def fetch(self, url: str, params: Mapping[str, str], body: Mapping[str, Any] | None) -> tuple[Page, int]:
        """A page of JSON, and how many requests it took, those for cookie and crumb among them."""
        self._session.counted.requests = 0
        asked = urlsplit(url).path
        try:
            if body is None:
                response = self._talk.get(url, params=dict(params), timeout=self._patience)
            else:
                response = self._talk.post(url, params=dict(params), body=dict(body), timeout=self._patience)
            judge(asked, response)
        except Told as told:
            told.requests = self._session.counted.requests
            raise
        return _page(asked, response.text), self._session.counted.requests

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()


def _page(asked: str, text: str) -> Page:
    try:
        page = json.loads(text)
    except ValueError as error:
        raise made(Unreadable, provider=NAME, asked=asked, expected="JSON", found=f"{text[:40]!r}") from error
    if not isinstance(page, dict):
        raise made(Unreadable, provider=NAME, asked=asked, expected="an object of JSON", found=f"{text[:40]!r}")
    return cast("Page", page)
