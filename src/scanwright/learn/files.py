"""What was learned, as a JSON document: numbers and LightGBM's text, nothing that can run when it is read."""

from __future__ import annotations

import dataclasses
import hashlib
import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np

from scanwright.learn.base import Base
from scanwright.learn.bootstrap import Bounds
from scanwright.learn.calibration import Bin, Line
from scanwright.learn.forward import Judged
from scanwright.learn.learned import Learned, Model
from scanwright.model.errors import Conflict

FORMAT = 1
CODE = ("base", "boosting", "calibration", "features", "forward", "labels", "learned", "measured", "spoilt", "ways")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """Where it comes from.

    scan: its definition in canonical texts, without ranking and columns, and plan: the hash of that and the rule. data:
    the hash of the bars; code: of what learns. first, last: the frames of the hits learned from; known: the last frame
    of the bars, on which nothing older may be asked. symbols: of the market. made: when, in UTC.
    """

    scan: Mapping[str, Any]
    rule: Mapping[str, Any]
    plan: str
    data: str
    features: str
    code: str
    market: str
    symbols: int
    first: str
    last: str
    known: str
    made: str


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Lesson:
    """What was learned, and where it comes from."""

    learned: Learned
    provenance: Provenance

    def document(self) -> dict[str, Any]:
        """As it is kept."""
        found = self.learned
        facts = {
            "format": FORMAT,
            "provenance": dataclasses.asdict(self.provenance),
            "base": dataclasses.asdict(found.base),
            "models": {
                name: {"text": each.text, **dataclasses.asdict(each.line)} for name, each in found.models.items()
            },
            **{name: dataclasses.asdict(getattr(found, name)) for name in ("chance", "mean", "spread")},
            "names": list(found.names),
            "reference": found.reference.tolist(),
        }
        return cast("dict[str, Any]", _writable(facts))

    @classmethod
    def read(cls, facts: Mapping[str, Any], place: Path) -> Lesson:
        """What a document says; `Conflict` for one that is none of ours."""
        try:
            return _read(facts)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Conflict(
                place=place,
                expected="what was learned",
                found=f"{type(error).__name__}: {error}",
                todo="learn it again",
            ) from None


def _read(facts: Mapping[str, Any]) -> Lesson:
    if facts["format"] != FORMAT:
        raise ValueError(facts["format"])
    base = dict(facts["base"])
    bounds, mean_bounds = _bounds(base.pop("bounds")), _bounds(base.pop("mean_bounds"))
    quantiles = tuple(_number(each) for each in base.pop("quantiles"))
    numbers: dict[str, Any] = {name: _number(each) for name, each in base.items()}
    models = {
        name: Model(text=each["text"], line=Line(level=each["level"], slope=each["slope"]))
        for name, each in facts["models"].items()
    }
    learned = Learned(
        base=Base(bounds=bounds, mean_bounds=mean_bounds, quantiles=quantiles, **numbers),
        models=models,
        chance=_judged(facts["chance"]),
        mean=_judged(facts["mean"]),
        spread=_judged(facts["spread"]),
        names=tuple(facts["names"]),
        reference=np.array([[_number(each) for each in row] for row in facts["reference"]], np.float64),
    )
    return Lesson(learned=learned, provenance=Provenance(**facts["provenance"]))


def _judged(facts: Mapping[str, Any]) -> Judged:
    more = dict(facts)
    bins = tuple(Bin(**each) for each in more.pop("bins"))
    bounds = _bounds(more.pop("gain_bounds"))
    used, why = more.pop("used"), more.pop("why")
    numbers = {name: _number(each) for name, each in more.items()}
    return Judged(used=used, why=why, bins=bins, gain_bounds=bounds, **numbers)


def _bounds(facts: Mapping[str, Any]) -> Bounds:
    return Bounds(low=_number(facts["low"]), high=_number(facts["high"]))


def _number(value: Any) -> Any:  # noqa: ANN401 - JSON
    return math.nan if value is None else value


def _writable(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): _writable(each) for name, each in cast("Mapping[object, object]", value).items()}
    if isinstance(value, list | tuple):
        return [_writable(each) for each in cast("Sequence[object]", value)]
    return value


@cache
def code_hash() -> str:
    """Of the files that decide what is learned: a model of other code is not asked."""
    folder = Path(__file__).parent
    whole = b"".join((folder / f"{name}.py").read_bytes() for name in CODE)
    return hashlib.sha256(whole).hexdigest()[:16]
