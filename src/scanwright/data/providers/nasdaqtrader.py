"""The public directory of US symbols (nasdaqtrader.com): every listed stock, fund, preferred, warrant; no key."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import re
import zoneinfo
from collections.abc import Mapping
from typing import TYPE_CHECKING

from scanwright.data.kinds import kind_of
from scanwright.data.ports import Answer, Costs, Offers, SymbolsWanted, Want
from scanwright.data.providers._declared import Address, Declared, Rate
from scanwright.data.providers._http import errors, fetched
from scanwright.data.providers._tickers import of_act, of_nasdaq
from scanwright.data.providers._translated import made
from scanwright.model.clock import Clock
from scanwright.model.errors import ProviderError, Refused, Unreadable

if TYPE_CHECKING:
    from httpx2 import AsyncClient

NAME = "nasdaqtrader"
PATIENCE = 30.0
FOOTER = re.compile(r"^File Creation Time:?\s*(\d{8})\s*(\d{2}:?\d{2})\|*$")
NEW_YORK = zoneinfo.ZoneInfo("America/New_York")
EXCHANGES = {"A": "AMEX", "N": "NYSE", "P": "ARCA", "Z": "BATS", "V": "IEX", "M": "CHX"}
# file -> the columns that must be there
FILES: Mapping[str, tuple[str, ...]] = {
    "nasdaqlisted.txt": ("Symbol", "Security Name", "Test Issue", "ETF"),
    "otherlisted.txt": ("ACT Symbol", "Security Name", "Exchange", "ETF", "Test Issue", "NASDAQ Symbol"),
}


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Where the directory lies, and how fast it may be asked; its makers state no limit."""

    url: Address = "https://www.nasdaqtrader.com/dynamic/SymDir"
    requests_per_second: Rate = 1.0


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class _Directory:
    """A file that is whole: its rows by column, and when it was made."""

    rows: tuple[Mapping[str, str], ...]
    made_at: dt.datetime


class NasdaqTrader:
    """Two text files, written anew every day."""

    name = NAME

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Nothing is connected before it is asked."""
        self._settings, self._clock = settings, clock
        self._client: AsyncClient | None = None
        self.offers = Offers(wants=frozenset({SymbolsWanted}))
        self.costs = Costs(requests=settings.requests_per_second, at_once=len(FILES))

    async def ask(self, want: Want) -> Answer:
        """Every symbol of both files, or an error."""
        if not isinstance(want, SymbolsWanted):
            raise made(
                Refused, provider=NAME, asked=type(want).__name__, expected="SymbolsWanted", found="another want"
            )
        import polars as pl

        asked_at = self._clock.now()
        listed, other = await asyncio.gather(*(self._directory(name) for name in FILES))
        rows = [_nasdaq(each) for each in listed.rows] + [_elsewhere(each) for each in other.rows]
        table = pl.DataFrame(
            rows, orient="row", schema=dict.fromkeys(("symbol", "name", "kind", "exchange"), pl.String)
        )
        if table["symbol"].n_unique() != len(table):
            twice = table.filter(table["symbol"].is_duplicated())["symbol"][0]
            raise _unreadable("the directory", "every symbol once", f"{twice} twice")
        return Answer(
            table=table.with_columns(pl.lit("USD").alias("currency")).sort("symbol"),
            provider=NAME,
            asked_at=asked_at,
            as_of=min(listed.made_at, other.made_at),
            requests=len(FILES),
        )

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _directory(self, name: str) -> _Directory:
        body = await fetched(self._connected(), f"/{name}", provider=NAME, asked=name)
        return _read(name, body)

    def _connected(self) -> AsyncClient:
        if self._client is None:
            import httpx2

            self._client = httpx2.AsyncClient(base_url=self._settings.url.rstrip("/"), timeout=PATIENCE)
        return self._client


def _read(name: str, body: bytes) -> _Directory:
    """The rows of a file whose footer shows that it came whole; test issues are left out."""
    try:
        lines = body.decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise _unreadable(name, "text in UTF-8", f"{body[:40]!r}") from error
    header = [each.strip() for each in lines[0].split("|")] if lines else []
    lacking = [each for each in FILES[name] if each not in header]
    if lacking:
        raise _unreadable(name, f"the columns {', '.join(FILES[name])}", f"{(lines or [''])[0][:80]!r}")
    footer = FOOTER.match(lines[-1].strip())
    if footer is None:
        raise _unreadable(name, "the footer `File Creation Time`", f"{lines[-1][:80]!r} at the end")
    fields = [[each.strip() for each in line.split("|")] for line in lines[1:-1]]
    short = next((line for line, each in zip(lines[1:], fields, strict=False) if len(each) != len(header)), None)
    if short is not None:
        raise _unreadable(name, f"{len(header)} fields a line", f"{short[:80]!r}")
    rows = tuple(dict(zip(header, each, strict=True)) for each in fields)
    kept = tuple(each for each in rows if each["Test Issue"] != "Y")
    if not kept:
        raise _unreadable(name, "symbols", "none")
    return _Directory(rows=kept, made_at=_moment(name, footer))


def _moment(name: str, footer: re.Match[str]) -> dt.datetime:
    """When the file was made; its makers write New York's time."""
    written = footer[1] + footer[2].replace(":", "")
    try:
        there = dt.datetime.strptime(written, "%m%d%Y%H%M").replace(tzinfo=NEW_YORK)
    except ValueError as error:
        raise _unreadable(name, "a time such as 0102202621:31 in the footer", repr(written)) from error
    return there.astimezone(dt.UTC)


def _nasdaq(row: Mapping[str, str]) -> tuple[str, str, str, str]:
    symbol, name = row["Symbol"], row["Security Name"]
    return symbol, name, kind_of(name, symbol=symbol, etf=row["ETF"] == "Y"), "NASDAQ"


def _elsewhere(row: Mapping[str, str]) -> tuple[str, str, str, str]:
    symbol = of_nasdaq(row["NASDAQ Symbol"]) or of_act(row["ACT Symbol"])
    name, letter = row["Security Name"], row["Exchange"]
    return symbol, name, kind_of(name, symbol=symbol, etf=row["ETF"] == "Y"), EXCHANGES.get(letter, letter)


def _unreadable(asked: str, expected: str, found: str) -> ProviderError:
    return made(Unreadable, provider=NAME, asked=asked, expected=expected, found=found)


PROVIDER = Declared(
    name=NAME,
    title="the public directory of US symbols (nasdaqtrader.com)",
    settings=Settings,
    make=NasdaqTrader,
    errors=errors,
)
