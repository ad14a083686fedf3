"""Yahoo's answers in the words of the port: bars and dividends as traded, chains, quotes, figures, events.

Yahoo divides prices before a split by its ratio, in every mode, and dividends too; the splits come with the bars, and
are taken out again. A row without any price is none; one that lacks some of them stays, and the market sets it apart.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from scanwright.data.ports import BarsWanted
from scanwright.data.providers._tables import story
from scanwright.data.providers._translated import made
from scanwright.model.errors import ProviderError, RateLimited, Refused, Unavailable, Unreadable
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS

if TYPE_CHECKING:
    import polars as pl

NAME = "yahoo"
NEW_YORK = zoneinfo.ZoneInfo("America/New_York")
SPANS: Mapping[Interval, int | None] = {
    Interval.MINUTE: 29,
    Interval.MINUTES_5: 59,
    Interval.MINUTES_15: 59,
    Interval.MINUTES_30: 59,
    Interval.HOUR: 729,
    Interval.DAY: None,
}
"""Intervals, each with how many days back Yahoo has it."""

A_WEEK = 7
DECIMALS = 4  # of prices that are multiplied back: Yahoo's own went through float32
FACTS: Mapping[str, tuple[str, str, float]] = {
    "market_cap": ("summaryDetail", "marketCap", 1.0),
    "shares_out": ("defaultKeyStatistics", "sharesOutstanding", 1.0),
    "float": ("defaultKeyStatistics", "floatShares", 1.0),
    "short_interest": ("defaultKeyStatistics", "shortPercentOfFloat", 100.0),
    "pe": ("summaryDetail", "trailingPE", 1.0),
    "eps_growth": ("financialData", "earningsGrowth", 100.0),
    "sales_growth": ("financialData", "revenueGrowth", 100.0),
}
"""Our figure -> the module and field of Yahoo's, and what it is multiplied by to be percent."""

Row = Mapping[str, Any]


class Missing(Exception):
    """Yahoo says that there is no such symbol, or nothing of it in the stretch; the text is the reason for `absent`."""


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Chart:
    """A stretch of one symbol as Yahoo gives it, and the splits (date, new shares for an old one) that came with it."""

    zone: str
    began: dt.date | None
    traded: dt.datetime | None
    stamps: Sequence[int]
    columns: Mapping[str, Sequence[Any]]
    splits: Mapping[dt.date, float]
    dividends: Mapping[dt.date, float]


def part(row: Row, name: str) -> Row:
    """An object inside of another; empty where there is none."""
    value = row.get(name)
    return cast("Row", value) if isinstance(value, dict) else {}


def every(row: Row, name: str) -> Sequence[Any]:
    """A list inside of an object; empty where there is none."""
    value = row.get(name)
    return cast("list[Any]", value) if isinstance(value, list) else ()


def result(page: Row, box: str, asked: str) -> Sequence[Row]:
    """What is in an answer's box, if the answer says no error; Yahoo says them in good answers as in bad ones."""
    inside = part(page, box) or part(page, "finance")
    if error := inside.get("error"):
        raise said(part(inside, "error") or {"description": str(error)}, asked)
    if not isinstance(inside.get("result"), list):
        raise unreadable(asked, f"an answer with {box}", json.dumps(page)[:80])
    return every(inside, "result")


def said(error: Row, asked: str) -> Exception:
    """An error of Yahoo's own as ours, or `Missing`.

    >>> said({"code": "Not Found", "description": "No data found, symbol may be delisted"}, "bars of A")
    Missing('unknown')
    """
    code, told = str(error.get("code") or ""), str(error.get("description") or "")
    text = f"{code}: {told}".lower()
    kinds: tuple[tuple[str, type[ProviderError]], ...] = (
        ("too many", RateLimited),
        ("unauthorized", Refused),
        ("forbidden", Refused),
        ("must be within the last", Refused),
        ("invalid", Refused),
    )
    if "data doesn't exist" in text:
        return Missing("no trade")
    if "no fundamentals" in text:
        return Missing("no figures")
    if "not found" in text or "no data found" in text or "delisted" in text:
        return Missing("unknown")
    kind = next((kind for words, kind in kinds if words in text), Unavailable)
    return made(kind, provider=NAME, asked=asked, expected="an answer", found=f"{code}: {told}")


def unreadable(asked: str, expected: str, found: str) -> ProviderError:
    """An answer that is not of the promised form."""
    return made(Unreadable, provider=NAME, asked=asked, expected=expected, found=found)


def chart(page: Row, ticker: str, interval: Interval, asked: str) -> Chart:
    """A chart, checked as far as it can be without knowing what was asked for."""
    box = result(page, "chart", asked)
    if not box:
        raise unreadable(asked, "a chart", "none")
    whole = box[0]
    meta, events = part(whole, "meta"), part(whole, "events")
    if str(meta.get("symbol", ticker)).upper() != ticker.upper():
        raise unreadable(asked, f"a chart of {ticker}", f"one of {meta['symbol']}")
    if meta.get("dataGranularity", interval.value) != interval.value:
        raise unreadable(asked, f"bars of {interval}", f"bars of {meta['dataGranularity']}")
    zone = str(meta["exchangeTimezoneName"])
    stamps = [int(each) for each in every(whole, "timestamp")]
    quotes = every(part(whole, "indicators"), "quote")
    quote: Row = quotes[0] if quotes else {}
    columns: dict[str, Sequence[Any]] = {name: every(quote, name) for name in FIELDS}
    for name, values in columns.items():
        if len(values) != len(stamps):
            raise unreadable(asked, f"{len(stamps)} values of {name}, one a stamp", f"{len(values)}")
    dividends = ((_date(each["date"], zone), float(each["amount"])) for each in part(events, "dividends").values())
    return Chart(
        zone=zone,
        began=_there(meta.get("firstTradeDate"), zone),
        traded=moment(meta.get("regularMarketTime")),
        stamps=stamps,
        columns=columns,
        splits=dict(_splits(part(events, "splits"), zone, asked)),
        dividends=dict(dividends),
    )


def moment(seconds: object) -> dt.datetime | None:
    """A moment in UTC, where one is said."""
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC) if isinstance(seconds, int | float) else None


def _date(seconds: float, zone: str) -> dt.date:
    return dt.datetime.fromtimestamp(seconds, tz=zoneinfo.ZoneInfo(zone)).date()


def _there(seconds: object, zone: str) -> dt.date | None:
    return _date(seconds, zone) if isinstance(seconds, int | float) else None


def _splits(events: Row, zone: str, asked: str) -> Iterator[tuple[dt.date, float]]:
    for each in events.values():
        new, old = float(each["numerator"]), float(each["denominator"])
        if not (new > 0 and old > 0):
            raise unreadable(asked, "a split's ratio above 0", f"{new}:{old}")
        yield _date(each["date"], zone), new / old


def later(splits: Mapping[dt.date, float], date: dt.date) -> float:
    """By how much shares were split after a date.

    >>> later({dt.date(2014, 6, 9): 7.0, dt.date(2020, 8, 31): 4.0}, dt.date(2014, 6, 6))
    28.0
    """
    factor = 1.0
    for day, ratio in splits.items():
        factor *= ratio if day > date else 1.0
    return factor


def bars(found: Chart, splits: Mapping[dt.date, float], symbol: str, want: BarsWanted, asked: str) -> pl.DataFrame:
    """The bars of the stretch as traded."""
    import polars as pl

    schema = {"start": pl.Int64, **dict.fromkeys(FIELDS, pl.Float64)}
    frame = pl.DataFrame({"start": found.stamps, **found.columns}, schema=schema, strict=False)
    frame = frame.with_columns(pl.from_epoch("start", "s").dt.replace_time_zone("UTC"))
    frame = frame.with_columns(pl.col("start").dt.convert_time_zone(found.zone).dt.date().alias("date"))
    frame = _without_live(frame, want.interval)
    frame = frame.filter(~pl.all_horizontal(pl.col("open", "high", "low", "close").is_null()))
    length = pl.duration(seconds=want.interval.seconds, time_unit="ms")
    ends = (pl.col("start") + length).cast(pl.Datetime("ms", "UTC")) if want.interval.is_intraday else pl.col("date")
    frame = _as_traded(frame.with_columns(ends.alias("ts")), splits)
    _sound(frame, asked)
    unit = "M8[s]" if want.interval.is_intraday else "M8[D]"
    first, last = (pl.lit(each.astype(unit).item()) for each in (want.first, want.last))
    plain = pl.col("ts").dt.replace_time_zone(None) if want.interval.is_intraday else pl.col("ts")
    inside = frame.filter(plain.is_between(first, last))
    return inside.select(pl.lit(symbol).alias("symbol"), "ts", *FIELDS)


def reaches_the_present(found: Chart, asked: str) -> None:
    """Refuse a chart of days up to now that ends a week before the symbol's last trade; less is a gap of Yahoo's."""
    if not found.stamps or found.traded is None:
        return
    last, traded = _date(found.stamps[-1], found.zone), _date(found.traded.timestamp(), found.zone)
    if (traded - last).days > A_WEEK:
        raise unreadable(asked, f"bars up to the last trade on {traded}", f"the last on {last}")


def _without_live(frame: pl.DataFrame, interval: Interval) -> pl.DataFrame:
    """Without the row of the present that Yahoo adds behind the bar that it belongs to.

    Of a day the added row has everything and replaces the one before; of less it is stamped with the last trade.
    """
    if frame.is_empty():
        return frame
    dates, starts = frame["date"], frame["start"].dt.epoch("s")
    if not interval.is_intraday:
        again = len(frame) > 1 and dates[-1] == dates[-2]
        return frame[:-2].vstack(frame[-1:]) if again else frame
    beside = starts[-1] % 60 != 0 or (len(frame) > 1 and 0 < starts[-1] - starts[-2] < interval.seconds)
    return frame[:-1] if beside else frame


def _as_traded(frame: pl.DataFrame, splits: Mapping[dt.date, float]) -> pl.DataFrame:
    import polars as pl

    factor = pl.lit(1.0)
    for day, ratio in splits.items():
        factor = pl.when(pl.col("date") < day).then(factor * ratio).otherwise(factor)
    frame = frame.with_columns(factor.alias("factor"))
    touched = pl.col("factor") != 1
    prices = [
        pl.when(touched).then(_rounded(pl.col(name) * pl.col("factor"))).otherwise(pl.col(name)).alias(name)
        for name in FIELDS[:4]
    ]
    volume = pl.when(touched).then((pl.col("volume") / pl.col("factor")).round(0)).otherwise(pl.col("volume"))
    return frame.with_columns(*prices, volume.alias("volume"))


def _rounded(price: pl.Expr) -> pl.Expr:
    import polars as pl

    return pl.when(price >= 1).then(price.round(DECIMALS)).otherwise(price)


def _sound(frame: pl.DataFrame, asked: str) -> None:
    """Refuse what is no answer: stamps that do not rise, prices or volumes below zero."""
    import polars as pl

    ts = pl.col("ts")
    back = frame.filter((ts <= ts.shift(1)).fill_null(value=False))
    if not back.is_empty():
        raise unreadable(asked, "stamps that rise", f"{back['ts'][0]} twice or too late")
    below = frame.filter(pl.any_horizontal(pl.col(*FIELDS) < 0))
    if not below.is_empty():
        raise unreadable(asked, "prices and volumes of 0 or more", f"less on {below['ts'][0]}")


def actions(found: Chart, symbol: str, first: dt.date, last: dt.date) -> Iterator[Row]:
    """Splits, and dividends as they were paid for a share of their day."""
    for date, ratio in found.splits.items():
        if first <= date <= last:
            yield {"symbol": symbol, "date": date, "kind": "split", "value": ratio}
    for date, amount in found.dividends.items():
        if first <= date <= last:
            paid = round(amount * later(found.splits, date), 6)
            yield {"symbol": symbol, "date": date, "kind": "dividend", "value": paid}


def contracts(options: Row, quote: Row, underlying: str, expiry: dt.date) -> Iterator[Row]:
    """The contracts of one expiry; Yahoo lists American ones of stocks and funds."""
    for right, side in (("call", "calls"), ("put", "puts")):
        for each in every(options, side):
            yield {
                "underlying": underlying,
                "contract": each["contractSymbol"],
                "expiry": expiry,
                "strike": each["strike"],
                "right": right,
                "style": "american",
                "bid": each.get("bid"),
                "ask": each.get("ask"),
                "last": each.get("lastPrice"),
                "volume": each.get("volume"),
                "open_interest": each.get("openInterest"),
                "implied_volatility": each.get("impliedVolatility"),
                "quoted": moment(quote.get("regularMarketTime")),
                "underlying_price": quote.get("regularMarketPrice"),
            }


def quoted(row: Row, symbol: str) -> Row:
    """A quote; sizes are in shares."""
    return {
        "symbol": symbol,
        "quoted": moment(row.get("regularMarketTime")),
        "bid": row.get("bid"),
        "ask": row.get("ask"),
        "bid_size": row.get("bidSize"),
        "ask_size": row.get("askSize"),
        "last": row.get("regularMarketPrice"),
        "volume": row.get("regularMarketVolume"),
    }


def facts(modules: Row, symbol: str) -> Iterator[Row]:
    """The figures as they are today: Yahoo does not say since when."""
    for name, (module, field, times) in FACTS.items():
        value: object = part(modules, module).get(field)
        if isinstance(value, int | float):
            yield {"symbol": symbol, "fact": name, "known": None, "value": value * times}


def coming(modules: Row, symbol: str) -> Iterator[Row]:
    """The next earnings: a date that the company confirmed, or Yahoo's estimate; since when it is known nobody says."""
    earnings = part(part(modules, "calendarEvents"), "earnings")
    dates = [moment(each) for each in every(earnings, "earningsDate")]
    due = next((each for each in dates if each is not None), None)
    if due is not None:
        estimated = bool(earnings.get("isEarningsDateEstimate")) or len(set(dates)) > 1
        yield {
            "symbol": symbol,
            "kind": "earnings",
            "ts": due,
            "known": None,
            "status": "estimated" if estimated else "confirmed",
            "timing": timing(due),
            "headline": "",
        }


def reported(page: Row, symbol: str, asked: str) -> Iterator[Row]:
    """Earnings that were reported; each was known when it was due."""
    box = result(page, "finance", asked)
    documents: Sequence[Row] = every(box[0], "documents") if box else ()
    for document in documents:
        labels = [str(each.get("id") or each.get("label")) for each in document["columns"]]
        for values in document["rows"]:
            row = dict(zip(labels, values, strict=True))
            due = dt.datetime.fromisoformat(str(row["startdatetime"]))
            if str(row.get("eventtype", "2")) == "2" and row.get("epsactual") is not None:
                yield {
                    "symbol": symbol,
                    "kind": "earnings",
                    "ts": due,
                    "known": due,
                    "status": "confirmed",
                    "timing": timing(due),
                    "headline": "",
                    "eps": float(row["epsactual"]),
                    "eps_estimate": row.get("epsestimate"),
                }


def timing(due: dt.datetime) -> str | None:
    """Whether earnings come before, during or after New York's session; nothing where only a date is said.

    >>> timing(dt.datetime(2024, 2, 1, 21, 30, tzinfo=dt.UTC)), timing(dt.datetime(2024, 2, 1, 12, tzinfo=dt.UTC))
    ('after', 'before')
    """
    there = due.astimezone(NEW_YORK).time()
    if there == dt.time() or due.time() == dt.time():
        return None
    if there < dt.time(9, 30):
        return "before"
    return "after" if there >= dt.time(16) else "during"


def news(page: Row, symbol: str, asked: str) -> Iterator[Row]:
    """Headlines; each was known when it was published."""
    stream = part(part(page, "data"), "tickerStream").get("stream")
    if not isinstance(stream, list):
        raise unreadable(asked, "a stream of news", json.dumps(page)[:80])
    for each in cast("list[Row]", stream):
        content = part(each, "content")
        if each.get("ad") or "pubDate" not in content:
            continue
        published = dt.datetime.fromisoformat(str(content["pubDate"]))
        yield story(symbol, published, str(content.get("title") or ""))
