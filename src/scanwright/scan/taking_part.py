"""Who takes part at one time, who does not, and for which reason."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from scanwright.engine.fold import Results
from scanwright.model.panel import Bytes
from scanwright.scan.definition import PART
from scanwright.scan.judge import Case

NO, YES, UNKNOWN = 0, 1, 2


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class TakingPart:
    """The members of the universe.

    inside: one for each of the case's columns. outside: how many symbols are not, by the first reason against them.
    """

    inside: NDArray[np.bool_]
    outside: Mapping[str, int]


def taking_part(case: Case, results: Results, row: int) -> TakingPart:
    """The members at a row of the case's panel, from the last row of results.

    A symbol without a bar is a member where facts alone say so: it ought to have been judged.
    """
    bar = case.panel.bar[row]
    rest = np.zeros(len(bar), np.bool_)
    rest[case.columns] = True
    outside = {"not_named": int((~rest).sum())}
    parts = case.bound.parts
    stand = case.standing(row) if parts and not bar.all() else [None] * len(parts)
    for at, part in enumerate(parts):
        values = np.asarray(results[part_name(case, at)][-1])
        if not bar.all():
            known = stand[at]
            values = np.where(bar == 1, values, UNKNOWN if known is None else known)
        out = rest & (values != YES)
        unsure = out & (values == UNKNOWN)
        for reason, who in (
            (part.reason, out & ~unsure),
            ("no_bar", unsure & (bar == 0)),
            ("unknown", unsure & (bar == 1)),
        ):
            outside[reason] = outside.get(reason, 0) + int(who.sum())
        rest &= ~out
    return TakingPart(inside=rest[case.columns], outside={reason: count for reason, count in outside.items() if count})


def part_name(case: Case, at: int) -> str:
    """Under which name the results of a part are."""
    return f"{PART}{at}" if len(case.bound.parts) > 1 else "universe"


def counted(case: Case, results: Results, bar: Bytes) -> tuple[Bytes, dict[str, int]]:
    """The members among bars `[R, N]` as 1, and how many bars are outside by reason."""
    rest = bar == 1
    named = np.zeros(rest.shape[1], np.bool_)
    named[case.columns] = True
    outside = {"not_named": int(rest[:, ~named].sum())}
    rest &= named
    for at, part in enumerate(case.bound.parts):
        values = results[part_name(case, at)]
        out = rest & (values != YES)
        unsure = int((out & (values == UNKNOWN)).sum())
        outside["unknown"] = outside.get("unknown", 0) + unsure
        outside[part.reason] = outside.get(part.reason, 0) + int(out.sum()) - unsure
        rest &= ~out
    return rest.astype(np.uint8), outside
