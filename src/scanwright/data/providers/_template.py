"""A provider in one file: copy this to `NAME.py`, which is the provider's name, and change what it asks and reads.

The first line of the file says what the provider has. This one has daily bars of a service that answers
`GET /bars?symbol=A&from=2024-01-02&to=2024-01-31` with `{"count": 1, "next": null, "rows": [[stamp, o, h, l, c, v]]}`,
stamps being the start of the session in milliseconds. The laws (`tests/laws/test_providers.py`) run on this file too.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from scanwright.data.ports import Answer, BarsWanted, Costs, Offers, Want
from scanwright.data.providers._declared import Address, Declared, Rate
from scanwright.data.providers._http import errors as errors_below
from scanwright.data.providers._pages import Page, followed, read_json
from scanwright.data.providers._tables import bars, judged
from scanwright.data.providers._translated import hidden, made, not_offered, of_status, translated, understood
from scanwright.model.clock import Clock
from scanwright.model.errors import ProviderError, Unreadable
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS
from scanwright.model.secret import NO_SECRET, Secret

if TYPE_CHECKING:
    import polars as pl
    from httpx2 import AsyncClient

NAME = "_template"  # as the file is called


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Everything has a default; a key is a `Secret`; tests and the simulated exchange hand in `url`."""

    key: Secret = NO_SECRET
    url: Address = "https://api.example.com"
    requests_per_minute: Rate = 60.0


class Template:
    """A provider answers whole or raises a `ProviderError`; asking again and waiting are others' business."""

    name = NAME

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Say what it can do and what that costs; connect nothing yet."""
        self._settings, self._clock = settings, clock
        self._client: AsyncClient | None = None
        self.offers = Offers(wants=frozenset({BarsWanted}), intervals={Interval.DAY: None}, delayed=dt.timedelta(0))
        self.costs = Costs(requests=settings.requests_per_minute, seconds=60.0)

    async def ask(self, want: Want) -> Answer:
        """Refuse what is not offered before anything is asked; read rows where a wrong form is `Unreadable`."""
        if not isinstance(want, BarsWanted) or want.interval is not Interval.DAY:
            raise not_offered(NAME, want)
        requests, absent, frames = 0, dict[str, str](), [_frame("", [])]
        for symbol in want.symbols:
            pages = await self._pages(symbol, want)
            requests += len(pages)
            with understood(NAME, f"bars of {symbol}"):
                frames.append(self._read(symbol, pages, want))
            if frames[-1].is_empty():
                absent[symbol] = "no trade"  # a true provider finds out why: see massive.py
        now = self._clock.now()
        return Answer(table=_together(frames), provider=NAME, asked_at=now, as_of=now, absent=absent, requests=requests)

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    def _read(self, symbol: str, pages: list[Page], want: BarsWanted) -> pl.DataFrame:
        """The rows of all pages, as many as the answer counts."""
        rows = [row for page in pages for row in page["rows"]]
        if len(rows) != pages[0]["count"]:
            raise self._broken(symbol, f"{pages[0]['count']} rows, as the answer counts", str(len(rows)))
        asked, asked_for = f"bars of {symbol}", {symbol}
        frame = _frame(symbol, rows)
        return judged(frame, provider=NAME, asked=asked, symbols=asked_for, first=want.first, last=want.last)

    async def _pages(self, symbol: str, want: BarsWanted) -> list[Page]:
        first, last = (str(each.astype("M8[D]")) for each in (want.first, want.last))
        query = {"symbol": symbol, "from": first, "to": last}

        async def fetch(token: str) -> Page:
            return await self._page(symbol, query | ({"page": token} if token else {}))

        return await followed(fetch, lambda page: page["next"] or "", provider=NAME, asked=f"bars of {symbol}")

    async def _page(self, symbol: str, query: Mapping[str, str]) -> Page:
        """One answer: what the client raises, a bad status, and a good one with an error inside are our errors."""
        asked, key = f"bars of {symbol}", self._settings.key
        with translated(errors(), provider=NAME, asked=asked):
            response = await self._connected().get("/bars", params=dict(query))
        told = hidden(response.text, key)[:120]
        error = of_status(response.status_code, response.headers.get, provider=NAME, asked=asked, found=told)
        if error is not None:
            raise error
        page = read_json(response.content, provider=NAME, asked=asked, keys=[key])
        if "error" in page or not {"count", "next", "rows"} <= page.keys():
            raise self._broken(symbol, "an answer with count, next and rows", told)
        return page

    def _broken(self, symbol: str, expected: str, found: str) -> ProviderError:
        return made(Unreadable, provider=NAME, asked=f"bars of {symbol}", expected=expected, found=found)

    def _connected(self) -> AsyncClient:
        if self._client is None:
            import httpx2

            headers = {"X-API-Key": self._settings.key.reveal()}
            self._client = httpx2.AsyncClient(base_url=self._settings.url, headers=headers, timeout=20.0)
        return self._client


def errors() -> Mapping[type[BaseException], type[ProviderError]]:
    """Every exception that the client's library exports, as one of ours: the law walks the library."""
    return errors_below()


def _frame(symbol: str, rows: list[list[float]]) -> pl.DataFrame:
    """Starts become what the port has: a session's date for a day, a bar's end in UTC for what is shorter."""
    columns = {name: [row[at] for row in rows] for at, name in enumerate(FIELDS, 1)}
    return bars([symbol] * len(rows), [int(row[0]) for row in rows], columns, Interval.DAY, "America/New_York")


def _together(frames: list[pl.DataFrame]) -> pl.DataFrame:
    import polars as pl

    return pl.concat(frames)


PROVIDER = Declared(
    name=NAME,
    title="an example, which nobody can ask",
    settings=Settings,
    make=Template,
    errors=errors,
    # library="client", extra="client": the module of its client, and the extra in pyproject.toml that installs it
)
