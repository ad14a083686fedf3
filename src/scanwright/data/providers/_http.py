"""Plain HTTP for providers without a client library: what httpx2 raises, and one request that ends well or as ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from scanwright.data.providers._translated import of_status, translated
from scanwright.model.errors import ProviderError, Refused, Unavailable, Unreadable

if TYPE_CHECKING:
    from httpx2 import AsyncClient


def errors() -> Mapping[type[BaseException], type[ProviderError]]:
    """What the HTTP client raises, as our errors."""
    import httpx2

    return {
        httpx2.HTTPError: Unavailable,
        httpx2.RequestError: Unavailable,
        httpx2.TransportError: Unavailable,
        httpx2.DecodingError: Unreadable,
        httpx2.TooManyRedirects: Unreadable,
        httpx2.HTTPStatusError: Unavailable,
        httpx2.InvalidURL: Refused,
        httpx2.UnsupportedProtocol: Refused,
        httpx2.LocalProtocolError: Refused,
        httpx2.CookieConflict: Refused,
        httpx2.StreamError: Unreadable,
        httpx2.RemoteProtocolError: Unreadable,
    }


async def fetched(client: AsyncClient, path: str, *, provider: str, asked: str) -> bytes:
    """The body of a good answer."""
    with translated(errors(), provider=provider, asked=asked):
        response = await client.get(path)
        error = of_status(
            response.status_code, response.headers.get, provider=provider, asked=asked, found=response.text[:120]
        )
        if error is not None:
            raise error
        return response.content
