"""What the page asks beside scans and runs: playing, charts, lists, marks, comparing, history in figures, updates."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from scanwright.app.http.shapes import PULLBACK, Count, Moment, ScanBody, Shape, Symbol, Which, Word

Sessions = Annotated[int, Field(ge=1, le=5000)]
Interval = Annotated[str, StringConstraints(max_length=8)]
Adjusted = Literal["raw", "splits", "total"]
Note = Annotated[str, StringConstraints(max_length=2000)]
Some = Annotated[list[Symbol], Field(max_length=20_000)]
AT_ONCE = 200  # charts in one answer


def shown(*bodies: dict[str, Any]) -> ConfigDict:
    """What a body looks like, for openapi.json."""
    return ConfigDict(json_schema_extra={"examples": list(bodies)})


class SelectivityBody(Which):
    """A scan whose terms are counted over the last year."""

    model_config = shown({"scan": PULLBACK})


class PlayBody(Which):
    """A scan that is played with.

    off: the numbers of terms that are left out, counted from 0. sessions: how many are counted. near: how many that
    failed by little are shown.
    """

    model_config = shown({"scan": PULLBACK, "off": [1], "as_of": "2025-10-01", "sessions": 120})

    off: Annotated[list[Annotated[int, Field(ge=0, le=999)]], Field(max_length=200)] = Field(default_factory=list[int])
    as_of: Moment | None = None
    sessions: Sessions = 120
    near: Annotated[int, Field(ge=0, le=500)] = 20


class Whose(Shape):
    """A scan, or a run, which is the scan it was asked, at the moment it was asked for."""

    scan: ScanBody | None = None
    library: Word | None = None
    saved: Word | None = None
    version: Count | None = None
    run: Word | None = None

    def names(self) -> dict[str, Any]:
        """What names it."""
        found = {name: getattr(self, name) for name in ("scan", "library", "saved", "version", "run")}
        return {name: value for name, value in found.items() if value is not None}

    @model_validator(mode="after")
    def at_most_one(self) -> Whose:
        """Refuse several."""
        given = [name for name in self.names() if name != "version"]
        if len(given) > 1:
            message = f"expected one of scan, library, saved and run, found {' and '.join(given)}"
            raise ValueError(message)
        if self.version is not None and self.saved is None:
            message = "a version is of a saved scan"
            raise ValueError(message)
        return self


class Known(Whose):
    """Exactly one of a scan and a run."""

    @model_validator(mode="after")
    def one(self) -> Known:
        """Refuse none."""
        if not self.names():
            message = "expected one of scan, library, saved and run, found none"
            raise ValueError(message)
        return self


class ContextBody(Known):
    """Symbols whose usual columns are asked for: those of the run, or of what the scan finds, where none is named."""

    model_config = shown({"run": "0f3a9c11d2"}, {"scan": PULLBACK, "symbols": ["AAPL", "IBM"]})

    symbols: Some | None = None
    as_of: Moment | None = None


class SymbolBody(Whose):
    """A symbol, and the scan or run whose terms are drawn.

    from, to: dates. bars: the latest so many. Interval, adjustment and session are the scan's where they are left out.
    """

    model_config = shown({"symbol": "AAPL", "scan": PULLBACK, "bars": 520}, {"symbol": "AAPL", "interval": "1w"})

    symbol: Symbol
    interval: Interval | None = None
    first: Annotated[Moment | None, Field(alias="from")] = None
    to: Moment | None = None
    bars: Annotated[int, Field(ge=1, le=20_000)] = 520
    adjust: Adjusted | None = None
    session: Literal["regular", "extended"] | None = None
    as_of: Moment | None = None


class SymbolWhyBody(Known):
    """Why a symbol is in the results of a scan or not, at a moment."""

    model_config = shown({"symbol": "AAPL", "scan": PULLBACK, "as_of": "2025-10-01"})

    symbol: Symbol
    as_of: Moment | None = None


class ChartsBody(Shape):
    """Symbols whose last closes are asked for."""

    model_config = shown({"symbols": ["AAPL", "IBM"], "bars": 120})

    symbols: Annotated[list[Symbol], Field(min_length=1, max_length=AT_ONCE)]
    interval: Interval = "1d"
    bars: Annotated[int, Field(ge=2, le=1000)] = 120
    adjust: Adjusted = "splits"
    as_of: Moment | None = None


class ListBody(Shape):
    """Symbols that come onto a list."""

    model_config = shown({"symbols": ["AAPL", "NASDAQ:MSFT"], "note": "after earnings"})

    symbols: Some
    note: Note = ""
    section: Annotated[str, StringConstraints(max_length=200)] = ""


class MarkBody(Shape):
    """What a person marks a symbol with; what is left out stays as it is, an empty note goes."""

    model_config = shown({"symbol": "AAPL", "flagged": True}, {"symbol": "AAPL", "note": "watch the gap"})

    symbol: Symbol
    flagged: bool | None = None
    dismissed: bool | None = None
    note: Note | None = None


class CompareBody(Shape):
    """Two scans, or two runs, over the last sessions."""

    model_config = shown({"first": {"saved": "dips", "version": 1}, "second": {"saved": "dips"}})

    first: Known
    second: Known
    sessions: Sessions = 252


class HistorySummaryBody(Which):
    """A scan whose past is asked for in figures."""

    model_config = shown({"scan": PULLBACK, "horizons": [1, 5, 20]})

    horizons: Annotated[list[Annotated[int, Field(ge=1, le=500)]], Field(min_length=1, max_length=6)] = Field(
        default_factory=lambda: [1, 5, 20]
    )


class HistoryHitsBody(Which):
    """The table of all past hits; `csv` and `parquet` give all of them, JSON a page."""

    model_config = shown({"scan": PULLBACK, "page": 1, "size": 200, "sort": "-ts"})

    page: Count = 1
    size: Annotated[int, Field(ge=1, le=10_000)] = 200
    sort: Annotated[str, StringConstraints(max_length=64)] = "-ts"
    symbol: Symbol | None = None
    format: Literal["json", "csv", "parquet"] = "json"


class UpdateBody(Shape):
    """What is to be brought up to date from the server's provider: symbols with commas or `all`; seconds at most."""

    model_config = shown({"interval": "1d", "universe": "all", "deadline": 600})

    interval: Interval = "1d"
    universe: Annotated[str, StringConstraints(min_length=1, max_length=4096)] = "all"
    deadline: Annotated[float, Field(gt=0, le=86400)] | None = None
    only_bars: bool = False
