"""Universe: the symbols that a run is about, as far as the last known frame tells.

Names say it for certain. A condition is judged on the last frame that everybody has: whoever fulfils it then is looked
at; whether they still do is judged with their new bar.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from scanwright.engine.fold import Fold
from scanwright.model.panel import Panel
from scanwright.scan.judge import Case
from scanwright.scan.now import last_row
from scanwright.scan.taking_part import taking_part


def members(case: Case, candidates: Iterable[str]) -> Sequence[str]:
    """Those of some symbols that may belong: members by the last frame, and whoever the panel does not know yet."""
    panel = case.panel
    named = {panel.symbols[int(at)] for at in case.columns}
    if any(part.reason == "condition" for part in case.bound.parts) and len(panel.ts):
        named &= _inside(case, panel)
    known = set(panel.symbols)
    unknown = set(case.unknown) if case.scan.universes()[0].groups else None
    return [
        each for each in candidates if each in named or (each not in known and (unknown is None or each in unknown))
    ]


def _inside(case: Case, panel: Panel) -> set[str]:
    """The members at the last frame that most symbols have."""
    row = max(case.row_of(None), 0)
    past = panel.rows(0, row + 1)
    fold = Fold.over(case.plan, past, case.columns, session=case.scan.session)
    who = taking_part(case.on(past), last_row(fold, past), row)
    return {panel.symbols[int(at)] for at in case.columns[np.asarray(who.inside)]}
