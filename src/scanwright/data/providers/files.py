"""A folder of CSV and Parquet files, asked as any other provider: what is new in it comes into the market by an update.

It is read as `data import` reads it (spellings of columns, Stooq's and NSE's layouts, the symbol in the file's name):
the bars of one interval, with the splits, the dividends and the symbol table that lie beside them.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from scanwright.data.kinds import kind_of_series
from scanwright.data.ports import (
    ActionsWanted,
    Answer,
    BarsWanted,
    Costs,
    DayWanted,
    Offers,
    PresentWanted,
    SymbolsWanted,
    Want,
)
from scanwright.data.providers._declared import Declared
from scanwright.data.providers._translated import made, not_offered, translated
from scanwright.model.clock import Clock
from scanwright.model.errors import (
    Absent,
    BadBars,
    ProviderError,
    Refused,
    SettingsError,
    StoreError,
    Unavailable,
    Unreadable,
)
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS

if TYPE_CHECKING:
    import polars as pl

    from scanwright.store.reading import Table

NAME = "files"
BARS = ("symbol", "ts", *FIELDS)
DATES = ("listed", "delisted")
PACKED = 8  # how much larger a packed file is when it is read
TOGETHER = 200_000_000  # bytes that are read before they are turned into numbers
State = tuple[tuple[str, int, int], ...]  # of each file: path, size, when it was written


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The folder (or one file), and how its intraday times are meant.

    folder: `url` says the same, as `--url` hands it in. zone: of times that name none. stamps: whether they are a bar's
    start or end. calendar: whose zone dates are of, where bars of days come with times.
    """

    folder: str = ""
    url: str = ""
    zone: str = "UTC"
    stamps: Literal["start", "end"] = "start"
    calendar: Literal["us_stocks", "always_open"] = "us_stocks"


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class _Read:
    """What the folder held when it was read, sorted by symbol and time; `newest` is the end of its newest bar."""

    state: State
    newest: dt.datetime
    interval: Interval
    bars: pl.DataFrame
    symbols: pl.DataFrame
    actions: pl.DataFrame


class Files:
    """A folder, read whole when it is first asked and again when a file has changed."""

    name = NAME

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Nothing is read before it is asked."""
        self._settings, self._clock = settings, clock
        self._path = Path((settings.url or settings.folder).removeprefix("file://")).expanduser()
        self._lock = asyncio.Lock()
        self._read: _Read | None = None
        wants = frozenset({BarsWanted, DayWanted, SymbolsWanted, ActionsWanted, PresentWanted})
        self.offers = Offers(wants=wants, intervals=dict.fromkeys(Interval), most_symbols=1_000)
        self.costs = Costs(requests=10_000, at_once=2)

    async def ask(self, want: Want) -> Answer:
        """Answer from the files as they are now."""
        if type(want) not in self.offers.wants:
            raise not_offered(NAME, want)
        with translated(errors(), provider=NAME, asked=str(self._path)):
            found = await self._current()
        match want:
            case BarsWanted():
                self._of(found, want.interval)
                return self._answer(found, *_bars(found, want))
            case DayWanted():
                self._of(found, Interval.DAY)
                return self._answer(found, found.bars.filter(found.bars["ts"] == want.date))
            case ActionsWanted():
                return self._answer(found, _actions(found, want))
            case PresentWanted():
                return self._present(found)
            case _:
                return self._answer(found, found.symbols)

    async def close(self) -> None:
        """Forget what was read."""
        self._read = None

    async def _current(self) -> _Read:
        async with self._lock:
            state = await asyncio.to_thread(_state, self._path)
            if self._read is None or self._read.state != state:
                self._read = await asyncio.to_thread(_reading, self._path, state, self._settings)
            return self._read

    def _of(self, found: _Read, interval: Interval) -> None:
        """Refuse bars of an interval that the folder has none of."""
        if found.interval != interval:
            expected = f"a folder with bars of {interval}"
            raise made(
                Refused, provider=NAME, asked=str(self._path), expected=expected, found=f"bars of {found.interval}"
            )

    def _present(self, found: _Read) -> Answer:
        import polars as pl

        state = hashlib.sha256(repr(found.state).encode()).hexdigest()[:16]
        return dataclasses.replace(self._answer(found, pl.DataFrame()), edition=state)

    def _answer(self, found: _Read, table: pl.DataFrame, absent: Mapping[str, str] | None = None) -> Answer:
        now = self._clock.now()
        as_of = min(found.newest, now)  # files know nothing of what came after their last bar
        return Answer(table=table, provider=NAME, asked_at=now, as_of=as_of, absent=absent or {})


def errors() -> Mapping[type[BaseException], type[ProviderError]]:
    """What reading files raises, as our errors."""
    import polars as pl

    return {
        BadBars: Unreadable,
        SettingsError: Refused,
        Absent: Refused,
        StoreError: Unavailable,
        pl.exceptions.PolarsError: Unreadable,
        OSError: Unavailable,
    }


def _state(path: Path) -> State:
    from scanwright.store.reading import files_in

    stats = ((file, file.stat()) for file in files_in(path))
    return tuple((str(file), stat.st_size, stat.st_mtime_ns) for file, stat in stats)


def _reading(path: Path, state: State, settings: Settings) -> _Read:
    """Every file of the folder; one that cannot be read is an error that names it."""
    import polars as pl

    from scanwright.store.progress import unheard
    from scanwright.store.reading import read_tables
    from scanwright.store.typed import typed_bars

    frames: list[pl.DataFrame] = []
    small: dict[str, Table] = {}
    interval: Interval | None = None
    layout = ""
    for files in _batches(state):
        for table in read_tables(path, unheard, files):
            if table.kind != "bars":
                small[table.kind] = _with(small.get(table.kind), table)
                continue
            typed = typed_bars(
                table, interval=interval, stamps=settings.stamps, zone=settings.zone, calendar=settings.calendar
            )
            _timed(typed.frame, table)
            frames.append(typed.frame.select(BARS))
            interval, layout = typed.interval, layout or table.layout
    if interval is None:
        found = f"{', '.join(small)} only"
        raise BadBars(
            source=path.name, expected="bars among the files", found=found, todo="name the folder of the bars"
        )
    bars = pl.concat(frames).sort("symbol", "ts", maintain_order=True)
    names = bars["symbol"].unique().sort()
    known = pl.DataFrame({"symbol": names}).with_columns(_facts_of(names, layout))
    return _Read(
        state=state,
        newest=_end(bars["ts"].max()),
        interval=interval,
        bars=bars,
        symbols=_described(known, small.get("symbols")),
        actions=_actions_of(small),
    )


def _batches(state: State) -> Iterable[list[Path]]:
    """The files in shares of like size: what is written is many times what it is read as, so not all at once."""
    weight = sum(size * (PACKED if path.endswith((".parquet", ".pq", ".gz")) else 1) for path, size, _ in state)
    shares = -(-weight // TOGETHER) or 1
    length = -(-len(state) // shares)
    for at in range(0, len(state), length):
        yield [Path(path) for path, _, _ in state[at : at + length]]


def _with(held: Table | None, more: Table) -> Table:
    """A small table with the rows of more of its files."""
    return more if held is None else dataclasses.replace(more, frames=(*held.frames, *more.frames))


def _end(stamp: object) -> dt.datetime:
    """When a bar was whole: an intraday stamp says it; a session is over by the midnight, in UTC, after its date."""
    if isinstance(stamp, dt.datetime):
        return stamp.astimezone(dt.UTC)
    date = stamp if isinstance(stamp, dt.date) else dt.date.min
    return dt.datetime.combine(date + dt.timedelta(days=1), dt.time(), dt.UTC)


def _timed(frame: pl.DataFrame, table: Table) -> None:
    """Refuse rows that no stretch of time or symbol could ever be asked for."""
    import polars as pl

    lost = frame.filter(pl.col("ts").is_null() | pl.col("symbol").is_null() | (pl.col("symbol") == ""))
    if not lost.is_empty():
        where = ", ".join(sorted({table.files[int(at)] for at in lost["origin"].unique()})[:3])
        found = f"{len(lost)} rows without in {where}"
        raise BadBars(
            source=table.source, expected="a symbol and a time in every row", found=found, todo="repair these rows"
        )


def _facts_of(names: pl.Series, layout: str) -> Sequence[pl.Series]:
    """What a layout says of its symbols."""
    import polars as pl

    if layout != "nse":
        return ()
    kinds = pl.Series("kind", [kind_of_series(each) for each in names])
    return kinds, pl.Series("exchange", ["NSE"] * len(names)), pl.Series("currency", ["INR"] * len(names))


def _described(known: pl.DataFrame, table: Table | None) -> pl.DataFrame:
    """The symbols of the bars with what the symbol table of the folder says, and the ones that only it has."""
    import polars as pl

    from scanwright.store.tables import read_symbols

    if table is None:
        return known
    said = read_symbols(table).unique("symbol", keep="first", maintain_order=True)
    dated = [pl.col(name).cast(pl.String).str.to_date(strict=False) for name in DATES if name in said.columns]
    said = said.with_columns(dated)
    further = [name for name in known.columns if name == "symbol" or name not in said.columns]
    return known.select(further).join(said, on="symbol", how="full", coalesce=True).sort("symbol")


def _actions_of(tables: Mapping[str, Table]) -> pl.DataFrame:
    """Splits and dividends under the columns of `ActionsWanted`."""
    import polars as pl

    from scanwright.store.tables import read_dividends, read_splits

    schema: dict[str, Any] = {"symbol": pl.String, "date": pl.Date, "kind": pl.String, "value": pl.Float64}
    frames = [pl.DataFrame(schema=schema)]
    if "splits" in tables:
        frames.append(read_splits(tables["splits"]).select(*_as("split", "ratio")))
    if "dividends" in tables:
        frames.append(read_dividends(tables["dividends"]).select(*_as("dividend", "amount")))
    return pl.concat(frames).with_columns(pl.lit(None, dtype=pl.String).alias("text"))


def _as(kind: str, value: str) -> Iterable[pl.Expr]:
    import polars as pl

    return pl.col("symbol"), pl.col("date"), pl.lit(kind).alias("kind"), pl.col(value).alias("value")


def _bars(found: _Read, want: BarsWanted) -> tuple[pl.DataFrame, Mapping[str, str]]:
    """The bars of a stretch; who has none in it, and who is in no file."""
    import polars as pl

    asked = found.bars.filter(pl.col("symbol").is_in(want.symbols))
    unit = "M8[s]" if want.interval.is_intraday else "M8[D]"
    first, last = (pl.lit(each.astype(unit).item()) for each in (want.first, want.last))
    if want.interval.is_intraday:
        first, last = first.dt.replace_time_zone("UTC"), last.dt.replace_time_zone("UTC")
    table = asked.filter(pl.col("ts").is_between(first, last))
    known, given = set(asked["symbol"].unique()), set(table["symbol"].unique())
    absent = {each: "no trade" if each in known else "unknown" for each in want.symbols if each not in given}
    return table, absent


def _actions(found: _Read, want: ActionsWanted) -> pl.DataFrame:
    import polars as pl

    dated = found.actions.filter(pl.col("date").is_between(want.first, want.last))
    return dated.filter(pl.col("symbol").is_in(want.symbols)) if want.symbols else dated


PROVIDER = Declared(
    name=NAME,
    title="a folder of CSV and Parquet files (Stooq and NSE layouts too)",
    settings=Settings,
    make=Files,
    errors=errors,
    needs=(("folder", "url"),),
)
