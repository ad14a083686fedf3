"""Writes the session calendars that ship in `src/scanwright/model/schedules/`.

Run by hand when a year is to be added or an exchange changes its hours; `exchange_calendars` and `tzdata` are needed
here and nowhere else:

    uv run --with exchange_calendars --with tzdata tools/make_calendars.py
"""

from __future__ import annotations

import datetime as dt
import json
import pathlib
import zoneinfo

import exchange_calendars
import pandas as pd

FIRST, LAST = "1962-01-01", "2034-12-31"  # the last is the end of a week and of a month
FOLDER = pathlib.Path(__file__).parent.parent / "src" / "scanwright" / "model" / "schedules"


def us_stocks() -> dict[str, object]:
    """The New York Stock Exchange: what differs from half past nine to four, Monday to Friday."""
    calendar = exchange_calendars.get_calendar("XNYS", start=FIRST, end=LAST)
    zone = "America/New_York"
    opens, closes = (calendar.schedule[name].dt.tz_convert(zone) for name in ("open", "close"))
    special = {
        f"{start:%Y-%m-%d}": [_minutes(start), _minutes(end)]
        for start, end in zip(opens, closes, strict=True)
        if (_minutes(start), _minutes(end)) != (570, 960)
    }
    closed = pd.bdate_range(FIRST, LAST).difference(calendar.sessions)
    return {
        "source": f"exchange_calendars {exchange_calendars.__version__}, XNYS; before 1970 without most holidays",
        "zone": zone,
        "first": FIRST,
        "last": LAST,
        "week": [1, 2, 3, 4, 5],
        "hours": [570, 960],
        "extended": [330, 240],
        "closed": [f"{day:%Y-%m-%d}" for day in closed],
        "special": special,
        "offsets": _offsets(zone),
    }


def always_open() -> dict[str, object]:
    """Markets that never close: the session is the day in UTC."""
    return {
        "source": "stated",
        "zone": "UTC",
        "first": "1900-01-01",
        "last": "2099-12-31",
        "week": [1, 2, 3, 4, 5, 6, 7],
        "hours": [0, 1440],
        "extended": [0, 0],
        "closed": [],
        "special": {},
        "offsets": [["1900-01-01T00", 0]],
    }


def _minutes(time: dt.datetime) -> int:
    return time.hour * 60 + time.minute


def _offsets(zone: str) -> list[list[object]]:
    """Each hour (UTC) from which another offset holds, with the offset in minutes."""
    rows: list[list[object]] = []
    hours = pd.date_range(FIRST, LAST, freq="h", tz="UTC") - pd.Timedelta(days=1)
    for hour in hours:
        local = hour.to_pydatetime().astimezone(zoneinfo.ZoneInfo(zone))
        offset = int((local.utcoffset() or dt.timedelta()).total_seconds() // 60)
        if not rows or rows[-1][1] != offset:
            rows.append([f"{hour:%Y-%m-%dT%H}", offset])
    return rows


def _text(facts: dict[str, object]) -> str:
    """JSON with a line for each year of a long list, so that a change can be read."""
    lines = [f"{json.dumps(key)}: {_value(value)}" for key, value in facts.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _value(value: object) -> str:
    if not isinstance(value, list | dict) or len(value) < 8:
        return json.dumps(value)
    parts = [json.dumps(each) for each in value] if isinstance(value, list) else json.dumps(value)[1:-1].split("], ")
    parts = parts if isinstance(value, list) else [part.rstrip("]") + "]" for part in parts]
    years: dict[str, list[str]] = {}
    for part in parts:
        years.setdefault(part.lstrip('["')[:4], []).append(part)
    body = ",\n  ".join(", ".join(row) for row in years.values())
    return f"[\n  {body}\n]" if isinstance(value, list) else "{\n  " + body + "\n}"


if __name__ == "__main__":
    for make in (us_stocks, always_open):
        (FOLDER / f"{make.__name__}.json").write_text(_text(make()), encoding="utf-8")
