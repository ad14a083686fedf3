"""What a person is told before a scan is run, and when nobody is there to be judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanwright.app.market import Market
    from scanwright.model.errors import EmptyUniverse
    from scanwright.model.panel import Panel
    from scanwright.scan.definition import Scan
    from scanwright.scan.members import Sets


def told_before(scan: Scan, panel: Panel, sets: Sets) -> Sequence[str]:
    """Say what no run can change: former names, categories that nobody has; what was said is given back."""
    from scanwright.app.cli.console import warn
    from scanwright.app.wiring import catalogue
    from scanwright.scan.judge import Case

    found = [*sets.notes, *Case.of(scan, panel, catalogue(), sets).foretold()]
    warn(found)
    return found


def nobody(scan: Scan, panel: Panel, market: Market, sets: Sets) -> EmptyUniverse:
    """The error of a run whose universe has no member: which part lets in how many."""
    from scanwright.app.wiring import catalogue
    from scanwright.scan.let_in import empty, membership

    return empty(membership(scan, panel, catalogue(), threads=market.threads, sets=sets), scan)
