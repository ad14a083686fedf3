"""What requests and answers look like: unknown members are refused, and every shape has an example in openapi.json."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

EXPRESSION = 4096
Expression = Annotated[str, StringConstraints(max_length=EXPRESSION)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Symbol = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Moment = Annotated[str, StringConstraints(max_length=32)]
Count = Annotated[int, Field(ge=1, le=10_000_000)]
Amount = Annotated[float, Field(gt=0, lt=1e9, allow_inf_nan=False)]
Named = Annotated[dict[Word, Expression], Field(max_length=64)]
Columns = Named
Limited = Literal["requests", "runs", "streams", "values", "memory"]

PULLBACK: dict[str, Any] = {
    "where": "close > sma(50) and rsi(14) < 40",
    "rank": "-rsi(14)",
    "columns": {"rsi": "rsi(14)"},
    "universe": "liquid",
    "interval": "1d",
}


class Shape(BaseModel):
    """A body or an answer."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ScanBody(Shape):
    """A definition: what a scan file holds, and the moment that it is asked for.

    universe and exclude: names of symbols, of lists and indexes, or a condition; never a file.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [PULLBACK]})

    where: Annotated[str, StringConstraints(min_length=1, max_length=EXPRESSION)]
    rank: Expression = ""
    columns: Columns = Field(default_factory=dict)
    universe: Expression = "all"
    exclude: Expression = ""
    interval: Annotated[str, StringConstraints(max_length=8)] = "1d"
    session: Literal["regular", "extended"] = "regular"
    adjust: Literal["raw", "splits", "total"] = "splits"
    define: Columns = Field(default_factory=dict)
    name: Annotated[str, StringConstraints(max_length=64)] = ""
    title: Annotated[str, StringConstraints(max_length=500)] = ""
    as_of: Moment | None = None


class StopBody(Shape):
    """When it is enough; the first rule that is met ends the run.

    good: a condition, which makes `hits` count those only that it holds for; or a number of hits that `good_if` holds
    for. top: end when the first so many of the ranking can no longer change.
    """

    hits: Count | None = None
    good: Count | Expression | None = None
    good_if: Expression = ""
    seconds: Amount | None = None
    requests: Count | None = None
    dollars: Amount | None = None
    top: Count | None = None


class Which(Shape):
    """Which scan: a definition, the name of a ready one, or of a saved one."""

    scan: ScanBody | None = None
    library: Word | None = None
    saved: Word | None = None
    version: Count | None = None

    @model_validator(mode="after")
    def one(self) -> Which:
        """Refuse none and several."""
        given = [name for name in ("scan", "library", "saved") if getattr(self, name) is not None]
        if len(given) != 1:
            message = f"expected one of scan, library and saved, found {' and '.join(given) or 'none'}"
            raise ValueError(message)
        if self.version is not None and self.saved is None:
            message = "a version is of a saved scan"
            raise ValueError(message)
        return self


class RunBody(Which):
    """A run: which scan, in which order, and when it is enough.

    fresh: whether bars are asked for where the server knows a provider; else it looks at those at hand.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"scan": PULLBACK, "order": "smart", "stop": {"hits": 20}},
                {"library": "golden_cross"},
                {"library": "pullback_in_uptrend", "preset": "quick"},
            ]
        }
    )

    order: Literal["smart", "random", "listed"] = "smart"
    stop: StopBody = Field(default_factory=StopBody)
    preset: Word | None = None
    fresh: bool | None = None


class CheckBody(Which):
    """A definition that is being written; selectivity: whether to count how often each term was true."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"scan": PULLBACK}, {"scan": {"where": "rsi(14) <"}}]})

    selectivity: bool = True


class EstimateBody(Which):
    """A scan that is about to be run; changes: whether to look for one that helps where hits are too few or many."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"scan": PULLBACK}]})

    changes: bool = True


class HistoryBody(Which):
    """A scan whose past is asked for; of its hits at most `limit` are listed, the latest."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"scan": PULLBACK, "limit": 100}]})

    limit: Annotated[int, Field(ge=0, le=100_000)] = 1000


class WhyBody(Which):
    """A scan and a symbol that is in its results, or is not."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"scan": PULLBACK, "symbol": "AAPL"}]})

    symbol: Symbol


class ValuesBody(Shape):
    """An expression and a symbol; the latest `limit` values are given."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"expression": "rsi(14)", "symbol": "AAPL", "limit": 30}]}
    )

    expression: Annotated[str, StringConstraints(min_length=1, max_length=EXPRESSION)]
    symbol: Symbol
    interval: Annotated[str, StringConstraints(max_length=8)] = "1d"
    session: Literal["regular", "extended"] = "regular"
    adjust: Literal["raw", "splits", "total"] = "splits"
    as_of: Moment | None = None
    limit: Annotated[int, Field(ge=0, le=1_000_000)] = 1000


class SaveBody(Shape):
    """A scan that is to be kept; each time a definition changes it gets the next version."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"scan": PULLBACK, "note": "as in the book"}]})

    scan: ScanBody
    note: Annotated[str, StringConstraints(max_length=2000)] = ""


class NewScanBody(SaveBody):
    """A scan that is to be kept under a name."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "dips", "scan": PULLBACK}]})

    name: Word


class SessionBody(Shape):
    """What the page signs in with."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"key": "swk_..."}]})

    key: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class KeyBody(Shape):
    """A key that is to be made, and how much it may ask for where that is not the usual."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "phone", "scopes": ["read"]}]})

    name: Word
    scopes: Annotated[list[Literal["read", "run", "admin"]], Field(min_length=1, max_length=3)]
    limits: dict[Limited, Amount] = Field(default_factory=dict[Limited, float])


class RunShape(Shape):
    """A run as it stands; `receipt` when it is over."""

    id: str
    status: Literal["running", "finished", "interrupted"]
    started: str
    ended: str | None
    reason: Literal["complete", "enough", "budget", "cancelled", "failed"] | None
    hits: int
    scan: dict[str, Any]
    order: str
    stop: dict[str, Any]
    fresh: bool
    receipt: dict[str, Any] | None
    links: dict[str, str]


class RunsShape(Shape):
    """Runs, the newest first."""

    runs: list[RunShape]


class ProblemShape(BaseModel):
    """A problem (RFC 9457), with our code, and the place where an expression is wrong."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    hint: str | None = None
    line: int | None = None
    column: int | None = None
    notes: list[str] | None = None
    errors: list[dict[str, Any]] | None = None
