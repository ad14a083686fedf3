"""Steps from the small tables: facts by when they were known, events, memberships, in the order of a panel's columns.

Each series is a table of column, at (seconds) and value, sorted; `model/dated.py` says what it means. Names are a
fact's own, or what a word of the language looks for: `events_so_far KIND`, `next_event KIND`, `event_value KIND NAME`,
`member_of LIST`.
"""

from __future__ import annotations

import dataclasses
import heapq
import itertools
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import polars as pl

from scanwright.model.dated import EVER, Dated, steps_of
from scanwright.model.panel import Attribute
from scanwright.store.moments import MADE, SCHEDULED, placed, seconds
from scanwright.store.steps import Fact, attribute_of
from scanwright.store.tables import SCHEMAS

STEP = pl.Schema({"column": pl.Int64, "at": pl.Int64, "value": pl.Float64})
Tables = Mapping[str, pl.DataFrame]


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Derived:
    """All series by name, and what the facts among them are."""

    series: Mapping[str, pl.DataFrame]
    facts: Sequence[Fact]


def derived(tables: Tables, symbols: Sequence[str], calendar: str) -> Derived:
    """The series of a market's `symbols facts events splits dividends members`, those that are there."""
    series: dict[str, pl.DataFrame] = {}
    facts: list[Fact] = []
    for fact, steps in _facts(tables, symbols):
        series[fact.name] = steps
        facts.append(fact)
    told = _told(tables)
    if not told.is_empty():
        events = placed(told, symbols, calendar)
        for kind in sorted(told["kind"].unique()):
            series |= _kind(kind, events.filter(pl.col("kind") == kind), len(symbols))
    if "members" in tables:
        series |= dict(_lists(tables["members"], symbols))
    return Derived(
        series={name: each.sort("column", "at", maintain_order=True) for name, each in series.items()}, facts=facts
    )


def dated_of(found: Derived, width: int) -> tuple[Dated, dict[str, Attribute]]:
    """The same as a panel holds it."""
    series = {name: steps_of(width, *(steps[each].to_numpy() for each in STEP)) for name, steps in found.series.items()}
    return Dated(series=series), {each.name: attribute_of(each, series[each.name]) for each in found.facts}


def _facts(tables: Tables, symbols: Sequence[str]) -> Iterator[tuple[Fact, pl.DataFrame]]:
    order = pl.DataFrame({"symbol": symbols}, schema={"symbol": pl.String}).with_row_index("column")
    table = tables.get("facts", SCHEMAS["facts"].to_frame())
    if "word" not in table.columns:
        table = table.with_columns(pl.lit(None, dtype=pl.String).alias("word"))
    placed_ = table.join(order, on="symbol", how="inner").with_columns(_moment().alias("at"))
    described = tables.get("symbols", SCHEMAS["symbols"].to_frame()).join(order, on="symbol", how="inner")
    for name in sorted(placed_["fact"].unique()):
        rows = placed_.filter(pl.col("fact") == name)
        is_word = rows["word"].null_count() < len(rows)
        value = "word" if is_word else "value"
        base = _base(described, name, pl.String if is_word else pl.Float64)
        yield _fact(name, rows.select("column", "at", pl.col(value).alias("value")).drop_nulls("value"), base)
    if "listed" in described.columns and not placed_["fact"].is_in(["ipo_date"]).any():
        yield from _listed(described)


def _told(tables: Tables) -> pl.DataFrame:
    """All events, the market's splits and dividends among them: one that is told in both tables is one event."""
    parts = [SCHEMAS["events"].to_frame(), *([tables["events"]] if "events" in tables else [])]
    for name, kind, figure in (("splits", "split", "ratio"), ("dividends", "dividend", "amount")):
        if name in tables:
            midnight = pl.col("date").cast(pl.Datetime("ms")).dt.replace_time_zone("UTC")
            parts.append(tables[name].select("symbol", figure, pl.lit(kind).alias("kind"), midnight.alias("ts")))
    return pl.concat(parts, how="diagonal_relaxed")


def _moment() -> pl.Expr:
    return seconds("known").fill_null(EVER)


def _base(described: pl.DataFrame, name: str, kind: type[pl.DataType]) -> pl.DataFrame:
    """What the symbol table says of a fact, for symbols of which nothing else is known."""
    fits = name in described.columns and (described.schema[name] == pl.String) == (kind == pl.String)
    value = pl.col(name).cast(kind) if fits else pl.lit(None, dtype=kind)
    return described.select("column", pl.lit(EVER, dtype=pl.Int64).alias("at"), value.alias("value")).drop_nulls(
        "value"
    )


def _fact(name: str, rows: pl.DataFrame, base: pl.DataFrame) -> tuple[Fact, pl.DataFrame]:
    """A fact's steps; a value without a date stands only for a symbol that has none with one."""
    dated = rows.filter(pl.col("at") != EVER)
    undated = rows.filter(pl.col("at") == EVER).join(dated, on="column", how="anti")
    base = base.join(pl.concat([dated, undated]), on="column", how="anti")
    whole = pl.concat([dated, undated, base.select(rows.columns)])
    words = None
    if whole.schema["value"] == pl.String:
        words = tuple(whole["value"].unique().sort())
        whole = whole.with_columns(pl.col("value").cast(pl.Enum(words)).to_physical())
    steps = whole.select(pl.col(column).cast(kind) for column, kind in STEP.items())
    return Fact(name=name, words=words, dated=undated.is_empty() and base.is_empty()), steps


def _listed(described: pl.DataFrame) -> Iterator[tuple[Fact, pl.DataFrame]]:
    """The date of listing as a number such as 20150302; it is known before the first bar."""
    kind = described.schema["listed"]
    date = pl.col("listed").str.to_date(strict=False) if kind == pl.String else pl.col("listed").cast(pl.Date)
    number = date.dt.year() * 10_000 + date.dt.month().cast(pl.Int32) * 100 + date.dt.day().cast(pl.Int32)
    rows = described.select("column", at=pl.lit(EVER, dtype=pl.Int64), value=number).drop_nulls("value")
    if not rows.is_empty():
        steps = rows.select(pl.col(column).cast(kind) for column, kind in STEP.items())
        yield Fact(name="ipo_date", words=None, dated=True), steps


def _kind(kind: str, events: pl.DataFrame, width: int) -> Iterator[tuple[str, pl.DataFrame]]:
    """The series of one kind of event."""
    been = events.filter(~pl.col("estimated"), pl.col("until").is_null() | (pl.col("happens") < pl.col("until"))).sort(
        "column", "happens", "due"
    )
    yield f"events_so_far {kind}", _counted(been, ["date"] if kind in SCHEDULED else ["ts", "headline"], width)
    scheduled = events.filter(pl.col("known") < pl.col("due"))
    if not scheduled.is_empty():
        yield f"next_event {kind}", _next(scheduled)
    for name in _figures(events):
        yield f"event_value {kind} {name}", _latest(been.drop_nulls(name), name)


def _figures(events: pl.DataFrame) -> list[str]:
    """The columns of numbers that some event of the kind has."""
    ours = {*SCHEMAS["events"], *MADE}
    return [
        name
        for name, kind in events.schema.items()
        if name not in ours and (kind.is_numeric() or kind == pl.Boolean) and events[name].null_count() < len(events)
    ]


def _counted(been: pl.DataFrame, same: list[str], width: int) -> pl.DataFrame:
    """How many there have been, none at first; what is told twice counts when it was told first."""
    once = been.unique(["column", *same], keep="first", maintain_order=True)
    count = pl.int_range(1, pl.len() + 1).over("column")
    none = pl.DataFrame({"column": range(width)}).select("column", at=pl.lit(EVER), value=pl.lit(0.0))
    return pl.concat([none.cast(STEP), once.select("column", at="happens", value=count).cast(STEP)])


def _latest(been: pl.DataFrame, name: str) -> pl.DataFrame:
    """A figure of the latest event; what comes later about an earlier one is passed over."""
    latest = been.filter(pl.col("due") >= pl.col("due").cum_max().over("column"))
    return latest.select("column", at="happens", value=pl.col(name)).cast(STEP)


def _next(scheduled: pl.DataFrame) -> pl.DataFrame:
    """When the next event is due, of those known and not replaced; missing while none is."""
    ends = scheduled.select("column", "known", "due", pl.min_horizontal("due", "until").alias("over"))
    rows: list[tuple[int, int, float | None]] = []
    for column, group in itertools.groupby(ends.sort("column", "known").iter_rows(), key=lambda row: row[0]):
        rows += [(column, at, due) for at, due in _swept([row[1:] for row in group])]
    return pl.DataFrame(rows, schema=STEP, orient="row").with_columns(pl.col("value").fill_null(np.nan))


def _swept(dates: Sequence[tuple[int, int, int]]) -> Iterator[tuple[int, float | None]]:
    """The changes of the next date, from dates (known, due, over) that are sorted by when they were known."""
    waiting: list[tuple[int, int]] = []
    coming, shown = iter([*dates, None]), None
    nearest = next(coming)
    for moment in sorted({moment for known, _, over in dates for moment in (known, over)}):
        while nearest is not None and nearest[0] <= moment:
            heapq.heappush(waiting, nearest[1:])
            nearest = next(coming)
        while waiting and waiting[0][1] <= moment:
            heapq.heappop(waiting)
        due = float(waiting[0][0]) if waiting else None
        if due != shown:
            yield moment, due
            shown = due


def _lists(members: pl.DataFrame, symbols: Sequence[str]) -> Iterator[tuple[str, pl.DataFrame]]:
    """Who belongs to each list: 1 from `since` on, 0 from `until` on; nothing is said before the list's first date."""
    order = pl.DataFrame({"symbol": symbols}, schema={"symbol": pl.String}).with_row_index("column")
    midnight = pl.col("since", "until").cast(pl.Datetime("ms")).dt.timestamp("ms") // 1000
    placed_ = members.with_columns(midnight).with_columns(pl.col("since").fill_null(EVER))
    for (name,), rows in placed_.partition_by("list", as_dict=True).items():
        inside = rows.join(order, on="symbol", how="inner")
        turns = pl.concat(
            [
                inside.select("column", at="since", turn=pl.lit(1)),
                inside.drop_nulls("until").select("column", at="until", turn=pl.lit(-1)),
            ]
        ).sort("column", "at")
        value = (pl.col("turn").cum_sum().over("column") > 0).cast(pl.Float64)
        steps = turns.select("column", "at", value.alias("value")).cast(STEP)
        outside = order.select("column", at=pl.lit(rows["since"].min()), value=pl.lit(0.0)).cast(STEP)
        yield f"member_of {name}", pl.concat([outside, steps])
