"""The words that say how hits are traded, shared by the commands that learn from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scanwright.app.cli.options import (
    ADJUST,
    AS_OF,
    EXCLUDE,
    FORMAT,
    INTERVAL,
    LIMIT,
    MARKET,
    OUT,
    SYMBOLS,
    UNIVERSE,
    WHAT,
)
from scanwright.app.cli.words import Word, whole_number

if TYPE_CHECKING:
    from pathlib import Path

    from scanwright.app.market import Market
    from scanwright.app.studies import Study
    from scanwright.model.rule import Rule

ASKED = (WHAT, MARKET, UNIVERSE, EXCLUDE, SYMBOLS, INTERVAL, AS_OF, ADJUST)
RULE = (
    Word(name="bars", metavar="N", help="sold at the close of the n-th bar at the latest; 10", read=whole_number),
    Word(name="target", metavar="T", help="sold there: 2atr (as ever), 5%%, none"),
    Word(name="stop", metavar="T", help="sold there, and first where a bar reaches both: 1atr (as ever), 3%%, none"),
    Word(name="side", help="bought, or sold short", choices=("long", "short")),
    Word(name="least", metavar="P", help="a hit came good above so many percent after costs; 0", read=float),
    Word(name="spread", metavar="P", help="between bid and ask in percent, half of it paid on each side", read=float),
    Word(name="fee", metavar="P", help="percent of each side's money", read=float),
    Word(name="borrow", metavar="P", help="percent a year that a short pays", read=float),
    Word(name="dollars", metavar="D", help="put into one hit; 0 for as little as can always be filled", read=float),
)
OPTIONS = ("universe", "exclude", "symbols", "interval", "adjust")
SHOWN = (LIMIT, FORMAT, OUT)


COSTS = ("spread", "fee", "borrow", "dollars")
LEVELS = ("target", "stop")


def rule_of(words: Mapping[str, Any]) -> Rule:
    """The rule that the words say; what they leave out is as ever."""
    import dataclasses

    from scanwright.model.rule import Costs, Rule, level

    given = {name: words[name] for name in ("bars", "side", "least") if words.get(name) is not None}
    levels = {name: level(words[name]) for name in LEVELS if words.get(name) is not None}
    costs = {name: words[name] for name in COSTS if words.get(name) is not None}
    return dataclasses.replace(Rule(), costs=Costs(**costs), **given, **levels)


def study_of(what: str, market: Path | None, words: Mapping[str, Any]) -> tuple[Study, Market]:
    """The past of the scan that the words ask for under their rule, and the market."""
    from scanwright.app.cli.console import progress, warn
    from scanwright.app.cli.opened import opened
    from scanwright.app.question import Options, asked, date_or_time
    from scanwright.app.studies import Study, bare

    rule = rule_of(words)
    given: dict[str, Any] = {name: words.get(name) for name in OPTIONS}
    wanted = bare(asked(what, Options(**given)))
    place = opened(market)
    moment = date_or_time(words["as_of"]) if words.get("as_of") else None
    panel = place.panel(wanted.interval, moment, wanted.adjust)
    sets = place.sets(wanted, panel)
    with progress("folding") as told:
        study = Study.of(wanted, rule, place, panel, sets, progress=lambda done, total: told(done, total, "folding"))
    warn([*place.notes(wanted.interval, panel, moment), *study.past.receipt.warnings])
    return study, place
