"""Stamps as they are written, read as session dates or as moments in UTC."""

from __future__ import annotations

import dataclasses

import polars as pl

from scanwright.model.errors import BadBars
from scanwright.store.zones import CALENDAR_ZONES

FORMATS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%d-%b-%Y",
    "%m-%d-%Y",
    "%d-%m-%Y",
)
RIVALS = {"%m/%d/%Y": "%d/%m/%Y", "%m-%d-%Y": "%d-%m-%Y"}
WRITTEN = (
    r"^\s*(?<date>[0-9A-Za-z/.\-]+?)"
    r"(?:[T ]+(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2}))?(?:\.\d+)?"
    r"\s*(?<offset>Z|UTC|[+-]\d{2}:?\d{2})?)?\s*$"
)
MOMENT = pl.Datetime("ms", "UTC")
UNITS = (("seconds", 1), ("milliseconds", 1000), ("microseconds", 10**6), ("nanoseconds", 10**9))
DAY = 86_400_000  # milliseconds


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Stamps:
    """A column of times.

    ts: `Date`, or `Datetime("ms", "UTC")`; null where a row's time cannot be read.
    zoned: whether the moments were written with their zone; nothing for dates.
    """

    ts: pl.Series
    zoned: bool | None = None
    said: tuple[str, ...] = ()


def read_stamps(written: pl.Series, *, zone: str, source: str) -> Stamps:
    """Read dates and times of any usual type; times without a zone are of `zone`.

    >>> read_stamps(pl.Series("ts", ["2015-01-02"]), zone="UTC", source="a.csv").ts.dtype
    Date
    """
    kind = written.dtype
    if kind == pl.Date:
        return Stamps(ts=written)
    if isinstance(kind, pl.Datetime):
        return _moments(written, zone)
    if kind.is_float():
        written = written.cast(pl.Int64, strict=False)
    if written.dtype.is_integer():
        return _counted(written.cast(pl.Int64), zone, source)
    if kind == pl.String or isinstance(kind, (pl.Categorical, pl.Enum)):
        return _texts(written.cast(pl.String), zone, source)
    todo = "write dates as 2015-01-02, times as 2015-01-02T14:30:00Z"
    raise BadBars(source=source, expected="dates or times", found=f"a column of type {kind}", todo=todo)


def to_dates(moments: pl.Series, calendar: str) -> pl.Series:
    """The date that each moment is on, in the zone of the calendar."""
    return moments.dt.convert_time_zone(CALENDAR_ZONES[calendar]).dt.date()


def _moments(times: pl.Series, zone: str) -> Stamps:
    """Moments in UTC; where every one is a midnight where it was written, the dates."""
    kind = times.dtype
    own = kind.time_zone if isinstance(kind, pl.Datetime) else None
    local = times.dt.replace_time_zone(None).dt.cast_time_unit("ms")
    if (local.drop_nulls().to_physical() % DAY == 0).all():
        return Stamps(ts=local.dt.date())
    if own:
        return Stamps(ts=times.dt.cast_time_unit("ms").dt.convert_time_zone("UTC"), zoned=True)
    placed = local.dt.replace_time_zone(zone, ambiguous="null", non_existent="null").dt.convert_time_zone("UTC")
    return Stamps(ts=placed, zoned=False, said=(f"took times without a zone as {zone}",))


def _counted(numbers: pl.Series, zone: str, source: str) -> Stamps:
    """Dates written as 20150102, or counts since 1970 in seconds, milli-, micro- or nanoseconds."""
    size = numbers.drop_nulls().abs().max()
    most = int(size) if isinstance(size, (int, float)) else 0
    if 19_000_101 <= most < 22_000_101:
        return _texts(numbers.cast(pl.String), zone, source)
    unit, per_second = next((each for each in UNITS if most < 10**11 * each[1]), UNITS[-1])
    scaled = numbers * 1000 if per_second == 1 else numbers // (per_second // 1000)
    found = _moments(scaled.cast(pl.Datetime("ms")).dt.replace_time_zone("UTC"), zone)
    return dataclasses.replace(found, said=(*found.said, f"took times as {unit} since 1970, UTC"))


def _texts(texts: pl.Series, zone: str, source: str) -> Stamps:
    """Each different text is read once."""
    if not texts.str.contains(r"^\s*\d{9,}\s*$").any():
        return _written(texts, zone, source)
    return _counted(texts.str.strip_chars().cast(pl.Int64, strict=False), zone, source)


def _written(texts: pl.Series, zone: str, source: str) -> Stamps:
    unique = texts.drop_nulls().unique().alias("text")
    parts = unique.to_frame().select("text", pl.col("text").str.extract_groups(WRITTEN).alias("parts")).unnest("parts")
    date, style = _dates(parts["date"], source)
    said = (f"took dates as {style}",) if style not in FORMATS[:4] else ()
    since = _seconds(parts)
    moment = (date.cast(pl.Datetime("ms")) + since).alias("moment")
    offsets = parts["offset"].drop_nulls().unique().sort().to_list()
    aware = parts["offset"].is_not_null().any() and (since.to_physical() != 0).any()
    if aware:
        timed = parts["hour"].is_not_null() & date.is_not_null()
        if (parts["offset"].is_null() & timed).any():
            found = f"times with a zone ({offsets[0]}) and times without"
            raise BadBars(source=source, expected="one zone", found=found, todo="write every time with its zone")
        moment = (moment - _offset(parts["offset"])).dt.replace_time_zone("UTC").alias("moment")
    read = pl.DataFrame([unique, moment])
    joined = texts.alias("text").to_frame().join(read, on="text", how="left", maintain_order="left")["moment"]
    found = _moments(joined, zone)
    if aware and len(offsets) > 1:
        said = (*said, f"times were written with the offsets {', '.join(offsets)}")
    return dataclasses.replace(found, said=(*said, *found.said))


def _dates(texts: pl.Series, source: str) -> tuple[pl.Series, str]:
    """Read dates in the one way that reads most of them; two ways that read all alike are refused."""
    tried = {style: _in_style(texts, style) for style in FORMATS}
    counts = {style: len(dates) - dates.null_count() for style, dates in tried.items()}
    best = max(counts, key=lambda style: counts[style])
    if counts[best] * 2 <= len(texts):
        found = repr(texts.drop_nulls()[0]) if texts.null_count() < len(texts) else "none"
        todo = "write dates as 2015-01-02, times as 2015-01-02T14:30:00Z"
        raise BadBars(source=source, expected="dates or times", found=found, todo=todo)
    rival = RIVALS.get(best)
    if rival and counts[rival] == counts[best] and not tried[best].equals(tried[rival], null_equal=True):
        found = f"dates that may be {best} or {rival}"
        raise BadBars(source=source, expected="dates that read one way", found=found, todo="write them as 2015-01-02")
    return tried[best], best


def _in_style(texts: pl.Series, style: str) -> pl.Series:
    dates = texts.str.to_date(style, strict=False)
    return dates.set(~dates.dt.year().is_between(1900, 2200), None)


def _seconds(parts: pl.DataFrame) -> pl.Series:
    """The time of day; midnight where none is written."""
    hour, minute, second = (parts[name].cast(pl.Int64).fill_null(0) for name in ("hour", "minute", "second"))
    return ((hour * 3600 + minute * 60 + second) * 1000).cast(pl.Duration("ms"))


def _offset(written: pl.Series) -> pl.Series:
    """`-05:00` as a duration; `Z` and a date alone as none."""
    plain = written.str.replace(":", "", literal=True).replace({"Z": "+0000", "UTC": "+0000"}).fill_null("+0000")
    number = plain.cast(pl.Int64)
    minutes = (number.abs() // 100 * 60 + number.abs() % 100) * number.sign()
    return (minutes * 60_000).cast(pl.Duration("ms"))
