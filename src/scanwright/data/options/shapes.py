"""Chains from files: Parquet and CSV under the spellings of the field, and TD Ameritrade's JSON."""

from __future__ import annotations

import dataclasses
import datetime as dt
import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from scanwright.data.options.contracts import named, plain
from scanwright.model.calendars import calendar
from scanwright.model.errors import Absent, BadBars
from scanwright.store.chains import CHAIN, NUMBERS
from scanwright.store.columns import folded
from scanwright.store.files import disk
from scanwright.store.reading import polars_says
from scanwright.store.tables import MOMENT

SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "underlying": ("underlying", "underlying_symbol", "symbol", "ticker", "root"),
    "contract": ("contract", "contract_symbol", "option_symbol", "occ", "contractsymbol"),
    "expiry": ("expiry", "expiration", "expiration_date", "expire_date", "expirationdate"),
    "strike": ("strike", "strike_price", "strikeprice"),
    "right": ("right", "type", "option_type", "put_call", "putcall", "call_put", "cp_flag"),
    "style": ("style", "exercise_style"),
    "multiplier": ("multiplier", "contract_size", "shares_per_contract"),
    "deliverable": ("deliverable", "deliverable_note"),
    "bid": ("bid", "bid_price", "best_bid"),
    "ask": ("ask", "ask_price", "best_offer", "offer"),
    "mark": ("mark", "mid", "mid_price", "close"),
    "last": ("last", "last_price", "lastprice", "trade_price"),
    "volume": ("volume", "total_volume", "totalvolume"),
    "open_interest": ("open_interest", "openinterest", "oi"),
    "implied_volatility": ("implied_volatility", "impliedvolatility", "iv", "volatility"),
    **{name: (name,) for name in ("delta", "gamma", "theta", "vega", "rho")},
    "underlying_price": ("underlying_price", "underlying_last", "underlying_close", "spot", "stock_price"),
    "quoted": (
        "quoted",
        "quote_ts",
        "quote_time",
        "quote_datetime",
        "quote_date",
        "last_quote",
        "date",
        "ts",
        "timestamp",
    ),
    "provider": ("provider",),
    "taken": ("taken", "snapshot", "as_of"),
}
IN_PERCENT = 5.0  # a median volatility above 500 % is one of percents
ONE = ("underlying", "expiry", "strike", "right")


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Read:
    """Chains of a file under our names, what was understood on the way, and the rate that the file states."""

    frame: pl.DataFrame
    said: tuple[str, ...] = ()
    rate: float | None = None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Unsaid:
    """What holds where a file does not say it.

    style: of its options. taken: the moment of its one snapshot; else its quotes' times say. provider: who it is of.
    """

    style: str = "american"
    taken: dt.datetime | None = None
    provider: str = "files"
    exchange: str = "us_stocks"


def read_chains(path: Path, unsaid: Unsaid) -> Read:
    """Chains of a file; `BadBars` says what it lacks."""
    if not path.is_file():
        raise Absent(place=path, expected="a file of chains", found="none", todo="check the path")
    name = path.name.removesuffix(".gz")
    if name.endswith((".json", ".jsonc")):
        return _understood(_ameritrade(path), path.name, unsaid, percent=True)
    with polars_says(path.name):
        frame = (
            pl.read_parquet(path) if name.endswith((".parquet", ".pq")) else pl.read_csv(path, infer_schema_length=None)
        )
    return _understood(Read(frame=frame), path.name, unsaid, percent=None)


def _understood(read: Read, source: str, unsaid: Unsaid, *, percent: bool | None) -> Read:
    """Our columns of a foreign table."""
    known = {folded(name): name for name in reversed(read.frame.columns)}
    names = _names(known)
    lacking = [name for name in ONE if name not in names]
    if lacking or not ({"taken", "quoted"} & names.keys() or unsaid.taken):
        lacking = lacking or ["quoted (a time)"]
        todo = "rename the columns" if lacking[0] in ONE else "say when it was taken: --at TIME"
        raise BadBars(source=source, expected=f"a column {', '.join(lacking)}", found=", ".join(known), todo=todo)
    with polars_says(source):
        frame = read.frame.select(*(pl.col(theirs).alias(ours) for ours, theirs in names.items()))
        frame = _typed(frame, unsaid)
        frame, said = _volatilities(frame, percent=percent)
    taken, how = _taken(frame, unsaid)
    provider = pl.coalesce("provider", pl.lit(unsaid.provider)) if "provider" in names else pl.lit(unsaid.provider)
    frame = frame.with_columns(taken.alias("taken"), provider.alias("provider"))
    if "style" not in names:
        said = (*said, f"took every option as {unsaid.style}")
    renamed = tuple(f"understood {theirs!r} as {ours}" for ours, theirs in names.items() if theirs != ours)
    return Read(frame=frame, said=(*read.said, *renamed, *said, how), rate=read.rate)


def _names(known: Mapping[str, str]) -> dict[str, str]:
    """Our name of a column -> theirs; a close stands for the middle only where there are no sides."""
    passed = {"close"} if known.keys() & {*SPELLINGS["bid"], *SPELLINGS["ask"]} else set[str]()
    found = {
        ours: next((known[each] for each in theirs if each in known and each not in passed), "")
        for ours, theirs in SPELLINGS.items()
    }
    return {ours: theirs for ours, theirs in found.items() if theirs}


def _typed(frame: pl.DataFrame, unsaid: Unsaid) -> pl.DataFrame:
    """Every column of a chain, under its type."""
    times = [_moment(frame, name, unsaid.exchange) for name in ("quoted", "taken") if name in frame.columns]
    numbers = [pl.col(name).cast(pl.Float64) for name in (*NUMBERS, "strike", "multiplier") if name in frame.columns]
    expiry = (
        pl.col("expiry").str.slice(0, 10).str.to_date()
        if frame.schema["expiry"] == pl.String
        else pl.col("expiry").cast(pl.Date)
    )
    right = (
        pl.col("right")
        .cast(pl.String)
        .str.to_lowercase()
        .str.head(1)
        .replace_strict({"c": "call", "p": "put"}, default=None)
    )
    style = pl.col("style").cast(pl.String).str.to_lowercase() if "style" in frame.columns else pl.lit(unsaid.style)
    typed = frame.with_columns(*numbers, expiry, right.alias("right"), style.alias("style"), *times)
    missing = [
        pl.lit(None, dtype=CHAIN[name]).alias(name) for name in (*NUMBERS, "quoted") if name not in typed.columns
    ]
    typed = typed.with_columns(missing)
    return typed.with_columns(plain() if "contract" in typed.columns else named())


def _moment(frame: pl.DataFrame, name: str, exchange: str) -> pl.Series:
    """Times of a column; a date stands for the close of its session, or midnight UTC without one."""
    column = frame[name]
    if column.dtype == pl.String:
        dates = column.str.len_chars().max() == len("2026-01-05")
        column = column.str.to_date() if dates else column.str.to_datetime(time_zone="UTC")
    if column.dtype != pl.Date:
        zoned = column if getattr(column.dtype, "time_zone", None) else column.dt.replace_time_zone("UTC")
        return zoned.dt.convert_time_zone("UTC").cast(MOMENT)
    days = column.to_numpy().astype("M8[s]")
    _, closes = calendar(exchange).open_close(days)
    found = np.where(np.isnat(closes), days, closes).astype("M8[ms]")
    return pl.Series(name, found).dt.replace_time_zone("UTC").cast(MOMENT)


def _volatilities(frame: pl.DataFrame, *, percent: bool | None) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Volatilities as fractions; those of 0 and below are no volatilities."""
    own = frame["implied_volatility"].fill_nan(None)
    frame = frame.with_columns(pl.when(own > 0).then(own).alias("implied_volatility"))
    middle = frame["implied_volatility"].median()
    if percent or (percent is None and isinstance(middle, float) and middle > IN_PERCENT):
        return frame.with_columns(pl.col("implied_volatility") / 100), ("took volatilities as percents",)
    return frame, ()


def _taken(frame: pl.DataFrame, unsaid: Unsaid) -> tuple[pl.Series, str]:
    """The moment of each row's snapshot, and how it was found."""
    if unsaid.taken is not None:
        stamp = unsaid.taken.astimezone(dt.UTC).isoformat(timespec="seconds")
        return pl.Series([unsaid.taken] * len(frame), dtype=MOMENT), f"took everything as one snapshot of {stamp}"
    if "taken" in frame.columns:
        return frame["taken"], "took the snapshots by their times"
    if frame.select(ONE).is_duplicated().any():
        return frame["quoted"], "took the contracts of one time as a snapshot"
    latest = frame.select(pl.col("quoted").max().over("underlying")).to_series()
    return latest, "took each underlying as one snapshot, of its latest quote"


def _ameritrade(path: Path) -> Read:
    """The answer of TD Ameritrade's option chains."""
    with disk(path):
        content = path.read_bytes()
    try:
        raw = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)
        rows = list(_contracts(raw))
        rate = float(raw.get("interestRate", 0)) / 100
    except (ValueError, KeyError, TypeError, AttributeError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        expected = "a chain of TD Ameritrade (callExpDateMap, putExpDateMap)"
        raise BadBars(
            source=path.name, expected=expected, found=repr(error)[:80], todo="bring CSV or Parquet"
        ) from error
    if not rows:
        raise BadBars(source=path.name, expected="contracts", found="none", todo="fetch the chain again")
    return Read(frame=pl.DataFrame(rows, infer_schema_length=None), rate=rate)


def _contracts(raw: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    for right, name in (("call", "callExpDateMap"), ("put", "putExpDateMap")):
        for day, strikes in raw[name].items():
            for each in (contract for listed in strikes.values() for contract in listed):
                quoted = dt.datetime.fromtimestamp(each["quoteTimeInLong"] / 1000, dt.UTC)
                yield {
                    "underlying": raw["symbol"],
                    "expiry": dt.date.fromisoformat(day[:10]),
                    "strike": float(each["strikePrice"]),
                    "right": right,
                    "quoted": quoted,
                    "multiplier": each["multiplier"],
                    "deliverable": each["deliverableNote"] or None,
                    "underlying_price": raw["underlyingPrice"],
                    **{ours: float(each[theirs]) for ours, theirs in _AMERITRADE.items()},
                }


_AMERITRADE = {
    **{name: name for name in ("bid", "ask", "mark", "last", "delta", "gamma", "theta", "vega", "rho")},
    "volume": "totalVolume",
    "open_interest": "openInterest",
    "implied_volatility": "volatility",
}
