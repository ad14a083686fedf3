"""The derived files of what is dated: written beside the facts of symbols, mapped into memory with numpy alone.

`begin` holds `[series, symbols + 1]` places, `at` and `value` the steps of all series one after the other.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import numpy as np

from scanwright.model.dated import Dated, Steps
from scanwright.model.panel import Attribute, Floats, Ints
from scanwright.store.files import write_through

ABOUT = "dated.json"
BEGIN = "dated-begin.i64"
AT = "dated-at.i64"
VALUE = "dated-value.f64"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """What a fact is: its words where it is a category, and whether every value of it is dated."""

    name: str
    words: tuple[str, ...] | None
    dated: bool


def write_steps(part: Path, series: Mapping[str, Steps], facts: Sequence[Fact]) -> None:
    """Write series; each lies by column in arrays of its own."""
    lengths = [len(each.at) for each in series.values()]
    places = np.cumsum([0, *lengths])
    begin = [
        np.append(each.begin, each.end[-1:]) + place for each, place in zip(series.values(), places[:-1], strict=True)
    ]
    about = {"series": list(series), "facts": [dataclasses.asdict(each) for each in facts]}
    empty = np.zeros(0)
    write_through(part / BEGIN, np.array(begin, np.int64).tobytes())
    write_through(part / AT, np.concatenate([empty.astype(np.int64), *(each.at for each in series.values())]).tobytes())
    write_through(part / VALUE, np.concatenate([empty, *(each.value for each in series.values())]).tobytes())
    write_through(part / ABOUT, json.dumps(about, separators=(",", ":")).encode())


def read_steps(folder: Path, width: int, last: int | None = None) -> tuple[Dated, dict[str, Attribute]]:
    """The series of a folder up to a last second, and the facts among them.

    Raises `OSError` or `ValueError` where a file is absent or cut short.
    """
    about = json.loads((folder / ABOUT).read_bytes())
    names: list[str] = about["series"]
    if not names:
        return Dated(), {}
    begin = _mapped(folder / BEGIN, np.int64).reshape(len(names), width + 1)
    at, value = _mapped(folder / AT, np.int64), _mapped(folder / VALUE, np.float64)
    if not len(at) == len(value) == begin[-1, -1]:
        message = f"{len(at)} moments and {len(value)} values for {begin[-1, -1]} steps"
        raise ValueError(message)
    series = {name: _one(begin[row], at, value) for row, name in enumerate(names)}
    if last is not None:
        series = {name: each.known_by(last) for name, each in series.items()}
    facts = [Fact(name=each["name"], words=_words(each["words"]), dated=each["dated"]) for each in about["facts"]]
    dated = Dated(series=series, key=folder.name if last is None else f"{folder.name} {last}")
    return dated, {each.name: attribute_of(each, series[each.name]) for each in facts}


def _one(begin: np.ndarray, at: np.ndarray, value: np.ndarray) -> Steps:
    """One series, with its own part of the arrays."""
    own = slice(int(begin[0]), int(begin[-1]))
    places = cast("Ints", begin - begin[0])
    return Steps(begin=places[:-1], end=places[1:], at=cast("Ints", at[own]), value=cast("Floats", value[own]))


def attribute_of(fact: Fact, steps: Steps) -> Attribute:
    """A fact as it stands after its last step."""
    last = np.full(len(steps.begin), np.nan)
    has = steps.end > steps.begin
    last[has] = steps.value[steps.end[has] - 1]
    if fact.words is None:
        return Attribute(numbers=last, dated=fact.dated)
    codes = np.where(np.isnan(last), -1, last).astype(np.int32)
    return Attribute(codes=codes, names=fact.words, dated=fact.dated)


def _words(raw: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if raw is None else tuple(raw)


def _mapped(path: Path, kind: type[np.int64 | np.float64]) -> np.ndarray:
    """A file as an array; an empty one cannot be mapped."""
    return np.asarray(np.memmap(path, kind, "r")) if path.stat().st_size else np.zeros(0, kind)
