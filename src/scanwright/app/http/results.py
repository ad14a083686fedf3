"""The results of a run: its hits sorted, filtered, cut into pages, as JSON, CSV or Parquet."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query
from starlette.responses import Response

from scanwright.app.http.runs import known
from scanwright.app.http.service import READS, Served
from scanwright.app.rows import Cell, Rows, json_text
from scanwright.model.errors import SettingsError
from scanwright.scan.now import Hit
from scanwright.scan.run.results import told

ROUTES = APIRouter(prefix="/v1/runs", tags=["runs"], dependencies=READS)
Form = Literal["json", "csv", "parquet"]
MEDIA: Mapping[Form, str] = {
    "json": "application/json",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}
FILTER = re.compile(r"\s*([^<>=!\s]+)\s*(<=|>=|==|=|!=|<|>)\s*(.+?)\s*")
FIXED = ("symbol", "ts", "rank")
TESTS: Mapping[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


@ROUTES.get(
    "/{run}/results",
    summary="The hits of a run",
    response_class=Response,
    responses={200: {"content": {media: {} for media in MEDIA.values()}, "description": "a page of hits"}},
)
async def results(  # noqa: PLR0913, PLR0917 - each is a parameter of the address
    run: str,
    service: Served,
    sort: Annotated[str, Query(max_length=500, description="names with commas, `-` before one for the highest")] = "",
    filter: Annotated[list[str] | None, Query(max_length=20, description="NAME<VALUE, also <= > >= = !=")] = None,
    columns: Annotated[str | None, Query(max_length=2000, description="names with commas; else all")] = None,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    size: Annotated[int, Query(ge=1, le=100_000)] = 1000,
    format: Form | None = None,
    accept: Annotated[str, Header()] = "",
) -> Response:
    """The hits found so far, in the order of the ranking or another; as `format` says, else as `Accept` asks."""
    record = await known(run, service)
    story = await service.shelf.told(run)
    hits = (await service.states.of(run, story)).hits() if story else ()
    form = format or form_of(accept)
    facts = {"run": run, "status": record.status, "reason": record.reason}

    def made() -> bytes:
        wanted = ordered(filtered(hits, filter or []), sort)
        names = chosen(hits, columns)
        part = wanted[(page - 1) * size : page * size]
        if form == "json":
            objects = [_object(hit, names) for hit in part]
            whole = {**facts, "total": len(wanted), "page": page, "size": size, "columns": names, "results": objects}
            return json_text(whole).encode()
        rows = rows_of(part, names)
        return rows.csv().encode() if form == "csv" else parquet(rows)

    return Response(await service.work(made), media_type=MEDIA[form])


def form_of(accept: str) -> Form:
    """The form that a reader likes best.

    >>> form_of("text/csv, */*;q=0.1"), form_of("*/*"), form_of("application/json;q=0.5, text/csv;q=0.9")
    ('csv', 'json', 'csv')
    """
    liked: list[tuple[float, int, Form]] = []
    for at, part in enumerate(accept.split(",")):
        media, *more = (each.strip().lower() for each in part.split(";"))
        weight = next((each.removeprefix("q=") for each in more if each.startswith("q=")), "1")
        worth = float(weight) if re.fullmatch(r"[01](\.\d{0,3})?", weight) else 0.0
        for form, name in MEDIA.items():
            if media == name and worth:
                liked.append((-worth, at, form))
    return min(liked)[2] if liked else "json"


def value_of(hit: Hit, name: str) -> Cell:
    """What a hit has under a name: `symbol`, `ts`, `rank`, `close` or a column."""
    return hit.symbol if name == "symbol" else hit.ts if name == "ts" else hit.values.get(name)


def names_of(hits: Sequence[Hit]) -> tuple[str, ...]:
    """The columns of hits beside symbol, ts and rank."""
    return tuple(name for name in hits[0].values if name != "rank") if hits else ()


def chosen(hits: Sequence[Hit], columns: str | None) -> tuple[str, ...]:
    """The columns that are shown."""
    if columns is None:
        return names_of(hits)
    names = [each.strip() for each in columns.split(",") if each.strip()]
    _known(hits, names)
    return tuple(name for name in dict.fromkeys(names) if name not in FIXED)


def ordered(hits: Sequence[Hit], sort: str) -> Sequence[Hit]:
    """Hits by one or several names; those that have no value come last."""
    found = list(hits)
    parts = [each.strip() for each in sort.split(",") if each.strip()]
    _known(hits, [each.lstrip("-+") for each in parts])
    for part in reversed(parts):
        name = part.lstrip("-+")
        is_falling = part.startswith("-")
        have = [hit for hit in found if value_of(hit, name) is not None]
        lack = [hit for hit in found if value_of(hit, name) is None]
        found = [*sorted(have, key=lambda hit, name=name: _key(value_of(hit, name)), reverse=is_falling), *lack]
    return found


def filtered(hits: Sequence[Hit], filters: Sequence[str]) -> Sequence[Hit]:
    """The hits that satisfy every filter; one whose value is missing satisfies none."""
    found = hits
    for text in filters:
        parts = FILTER.fullmatch(text)
        if parts is None:
            raise SettingsError(expected="a filter", found=repr(text[:80]), todo="write it as rsi<30 or symbol=AAPL")
        name, sign, value = parts.groups()
        _known(hits, [name])
        found = [hit for hit in found if _holds(value_of(hit, name), sign, value)]
    return found


def rows_of(hits: Sequence[Hit], names: Sequence[str]) -> Rows:
    """Hits as rows: symbol, ts, rank, and the columns."""
    whole = (*FIXED, *names)
    return Rows(names=whole, rows=[[value_of(hit, name) for name in whole] for hit in hits])


def _holds(value: Cell, sign: str, text: str) -> bool:
    if value is None:
        return False
    if sign in {"=", "==", "!="}:
        return (_said(value, text)) != (sign == "!=")
    if isinstance(value, str):
        raise SettingsError(expected="= or != for a text", found=sign, todo="compare numbers by size")
    return TESTS[sign](float(value), _number(text))


def _said(value: Cell, text: str) -> bool:
    """Whether a value is what a text says."""
    if isinstance(value, bool):
        return value == (text.lower() in {"true", "yes", "1"})
    return value == text.strip("\"'") if isinstance(value, str) else value == _number(text)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise SettingsError(expected="a number to compare with", found=repr(text[:80]), todo="rsi<30") from None


def _known(hits: Sequence[Hit], names: Sequence[str]) -> None:
    """Refuse names that no hit has; where there is no hit, nothing is known and nothing refused."""
    known = {*FIXED, *names_of(hits)}
    wrong = [name for name in names if name not in known]
    if wrong and hits:
        todo = f"known are {', '.join(sorted(known))}"
        raise SettingsError(expected="names of columns", found=", ".join(wrong)[:200], todo=todo)


def _key(value: Cell) -> tuple[int, float | str]:
    return (1, value) if isinstance(value, str) else (0, float(value or 0.0))


def _object(hit: Hit, names: Sequence[str]) -> Mapping[str, object]:
    """A hit as events say it."""
    whole: Mapping[str, Any] = told(hit, 0)
    shown = {name: whole["columns"][name] for name in names}
    return {"symbol": whole["symbol"], "ts": whole["ts"], "rank": whole["rank"], "columns": shown}


def parquet(rows: Rows) -> bytes:
    """Rows as the bytes of a Parquet file."""
    file = io.BytesIO()
    rows.frame().write_parquet(file)
    return file.getvalue()
