"""The patterns of a study: its hits by sector, weekday, month, hour and market state."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from scanwright.app.studies import SEED
from scanwright.learn.days import days_of
from scanwright.learn.features import STATE
from scanwright.learn.measured import Places, measured
from scanwright.learn.patterns import Cell, patterns
from scanwright.learn.states import groups

if TYPE_CHECKING:
    from scanwright.app.studies import Study

SECTORS = "sectors are today's, also for past days"


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Patterns:
    """Cells, and what a person should know of them."""

    cells: Sequence[Cell]
    notes: Sequence[str]


def patterns_of(study: Study) -> Patterns:
    """The patterns of all episodes that are over."""
    some, panel = study.over, study.panel
    rows, columns = study.past.rows[some], study.past.columns[some]
    trees = {name: study.features.trees[name] for name in STATE}
    states = measured(
        panel,
        Places(rows=rows, columns=columns),
        trees,
        study.case.typing,
        session=study.case.scan.session,
        threads=study.threads,
    )
    found = patterns(
        days_of(panel)[rows],
        study.labels.good[some].astype(np.float64),
        study.labels.net[some],
        groups(panel, rows, columns, states),
        horizon=study.days,
        generator=np.random.default_rng(SEED),
    )
    sector = panel.attributes.get("sector")
    today = sector is not None and not sector.dated
    return Patterns(cells=found, notes=[SECTORS] if today and found else [])
