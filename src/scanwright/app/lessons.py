"""What was learned, as people and programs get it: rows, words, documents of outcomes, odds, lessons and patterns."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from scanwright.app.documents import plain
from scanwright.app.rows import Cell, Rows
from scanwright.learn.base import LEAST
from scanwright.learn.ways import Fate
from scanwright.scan.judge import day

if TYPE_CHECKING:
    from scanwright.app.learning import Odds
    from scanwright.app.studies import Study
    from scanwright.learn.base import Base
    from scanwright.learn.drift import Drift
    from scanwright.learn.files import Lesson
    from scanwright.learn.forward import Judged
    from scanwright.learn.learned import Told
    from scanwright.learn.patterns import Cell as Pattern

ENDED = {"target": "at the target", "stop": "at the stop", "time": "at the last bar", "ended": "as the series ended"}
UNLABELLED = {
    Fate.NO_NEXT_BAR: "had no next bar to be filled on",
    Fate.UNFILLABLE: "were larger than can be filled, or nobody knows what can",
    Fate.OPEN: "are not over yet",
    Fate.QUARANTINED: "hold a quarantined bar",
    Fate.JUMP: "hold an unexplained jump",
    Fate.MISSING: "lack a price",
}
EXPLAINED = (
    "good: the share that came good; mean: percent after costs; both drawn to the whole, with 95 % intervals by\n"
    "blocks of days; others: the mean of all other hits; of all differences called a tenth at most is expected luck"
)
ODDS = ("p_success", "p_low", "p_high", "expected_return", "return_10", "return_50", "return_90", "evidence")


def outcome_rows(study: Study) -> Rows:
    """A row a hit: how it ended, when, and what was left."""
    panel, found = study.panel, study.labels
    stamps = [day(panel, row) for row in range(panel.shape[0])]
    rows: list[tuple[Cell, ...]] = [
        (
            panel.symbols[found.places.columns[at]],
            stamps[found.places.rows[at]],
            Fate(int(found.fate[at])).label,
            stamps[found.entered[at]] if found.entered[at] >= 0 else None,
            stamps[found.left[at]] if found.left[at] >= 0 else None,
            int(found.held[at]) if found.told[at] else None,
            _known(found.bought[at]),
            _known(found.sold[at]),
            _known(found.gross[at]),
            _known(found.net[at]),
            bool(found.good[at]) if found.told[at] else None,
            bool(found.episode[at]),
        )
        for at in range(len(found.fate))
    ]
    names = ("symbol", "ts", "outcome", "entered", "left", "bars", "bought", "sold", "gross", "net", "good", "episode")
    return Rows(names=names, rows=rows)


def outcome_words(study: Study) -> str:
    """What came of them, in words."""
    found, base = study.labels, study.base
    lines = [f"Rule: {study.rule.words}", f"Costs: {study.rule.costs.words(study.rule.side)}"]
    lines.append(f"{len(found.fate):,} hits: {_ended(study)}")
    lines += [f"{count:,} {UNLABELLED[each]}" for each, count in _without(study)]
    return "\n".join([*lines, *base_words(base, study)]) + "\n"


def base_words(base: Base, study: Study | None = None) -> list[str]:
    """The base rate, and what it is drawn to."""
    if not base.enough:
        worth = f"{base.count:,} episodes are worth {base.effective:.0f} independent ones"
        return [f"Not enough evidence: {worth}, {LEAST} are needed"]
    least = study.rule.least if study else 0
    good = "more than nothing" if not least else f"more than {least:g} %"
    bounds, mean = base.bounds, base.mean_bounds
    rates = f"{_percent(base.rate)} as counted, {_percent(base.universe)} of random bars of the universe"
    tails = f"one in ten below {base.quantiles[0]:.2f} %, one in ten above {base.quantiles[-1]:.2f} %"
    sure = f"95 % from {_percent(bounds.low)} to {_percent(bounds.high)}"
    return [
        f"Base rate: {_percent(base.shrunk)} came good ({good} left after costs), {sure}; {rates}",
        f"Return after costs: {base.mean:.2f} % in the mean, 95 % from {mean.low:.2f} to {mean.high:.2f}; {tails}",
        f"{base.count:,} episodes, worth {base.effective:,.0f} independent ones",
    ]


def outcome_document(study: Study, rows: Rows) -> Mapping[str, Any]:
    """`scan`, `rule`, `outcomes`, `base`, `results`."""
    return {
        "scan": study.past.scan,
        "rule": dataclasses.asdict(study.rule),
        "outcomes": dict(study.labels.counts()),
        "base": plain(dataclasses.asdict(study.base)),
        "results": rows.objects(),
    }


def lesson_words(lesson: Lesson) -> str:
    """What was learned, and what it was worth."""
    found, about = lesson.learned, lesson.provenance
    period = f", {about.first} to {about.last}" if found.base.count else ""
    lines = [f"Learned from {found.base.count:,} episodes{period}, bars to {about.known}"]
    lines += base_words(found.base)
    lines += [
        _judged("Chance to come good", "Brier score", found.chance),
        _judged("Expected return", "squared error", found.mean),
        _judged("Its quantiles", "pinball loss", found.spread),
    ]
    if found.chance.bins:
        lines += ["", "Out of sample, what was said and what came:", *diagram(found.chance)]
    return "\n".join(lines) + "\n"


def diagram(judged: Judged) -> list[str]:
    """The reliability diagram in letters: a row a bin, what was said (o), what came (x), both (8)."""
    lines = [f"{'hits':>7}  {'said':>6}  {'came':>6}  0 %{' ' * 44}100 %"]
    for each in judged.bins:
        bar = [" "] * 51
        bar[round(50 * each.came)] = "x"
        bar[round(50 * each.said)] = "8" if bar[round(50 * each.said)] == "x" else "o"
        lines.append(f"{each.count:>7,}  {_percent(each.said):>6}  {_percent(each.came):>6}  {''.join(bar).rstrip()}")
    return [*lines, f"expected calibration error {judged.error:.3f}"]


def _judged(what: str, loss: str, judged: Judged) -> str:
    verdict = "a model is used" if judged.used else "the base is used"
    if not judged.count or judged.model != judged.model:
        return f"{what}: {verdict}, {judged.why}"
    bounds = f"95 % from {judged.gain_bounds.low:.4f} to {judged.gain_bounds.high:.4f}"
    figures = f"{loss} {judged.model:.4f} against {judged.base:.4f} of the base on {judged.count:,} hits, gain {bounds}"
    return f"{what}: {verdict}, {judged.why} ({figures})"


def told_cells(told: Told) -> dict[str, Cell]:
    """What is said of one hit, by column."""
    spread: tuple[float | None, ...] = told.spread or (None, None, None)
    values = (told.p_success, told.low, told.high, told.expected_return, *spread, told.evidence)
    return dict(zip(ODDS, cast("Sequence[Cell]", values), strict=True))


def odds_rows(odds: Odds, study: Study) -> Rows:
    """The hits, the likeliest to come good first, then by what is expected of them."""
    row = study.case.row_of(None)
    close = study.panel.fields["close"][row]
    cells = [
        (symbol, odds.frame, float(close[study.panel.column(symbol)]), *told_cells(told).values())
        for symbol, told in zip(odds.symbols, odds.told, strict=True)
    ]
    cells.sort(key=lambda each: (-(cast("float", each[3]) or 0.0), -(cast("float", each[6]) or 0.0), each[0]))
    return Rows(names=("symbol", "ts", "close", *ODDS), rows=cells)


def lesson_document(lesson: Lesson, drift: Drift | None = None) -> Mapping[str, Any]:
    """The lesson without its models' text."""
    facts = lesson.document()
    facts.pop("reference")
    for each in facts["models"].values():
        del each["text"]
    told = None if drift is None else plain(dataclasses.asdict(drift))
    return {**facts, "drift": told}


def drift_words(drift: Drift) -> list[str]:
    """What has changed since."""
    if drift.words:
        return [f"drift: {each}" for each in drift.words]
    return [f"no drift seen in {drift.hits:,} hits of late"]


def pattern_rows(cells: Sequence[Pattern]) -> Rows:
    """A row a cell."""
    names = ("of", "cell", "episodes", "worth", "good", "good 95 %", "mean", "mean 95 %", "others", "return", "share")
    rows: list[tuple[Cell, ...]] = [
        (
            each.group,
            each.name,
            each.count,
            round(each.effective),
            _round(100 * each.rate.drawn, each),
            _between(100 * each.rate.bounds.low, 100 * each.rate.bounds.high, each),
            _round(each.mean.drawn, each),
            _between(each.mean.bounds.low, each.mean.bounds.high, each),
            _known(round(each.mean.others, 2)),
            each.verdict,
            each.rate_verdict,
        )
        for each in cells
    ]
    return Rows(names=names, rows=rows)


def pattern_objects(cells: Sequence[Pattern]) -> list[dict[str, object]]:
    """Every cell with all its figures."""
    return [plain(dataclasses.asdict(each) | {"grey": each.grey}) for each in cells]


def _round(value: float, cell: Pattern) -> float | None:
    return None if cell.grey else _known(round(value, 2))


def _between(low: float, high: float, cell: Pattern) -> str | None:
    return None if cell.grey or low != low else f"{low:.2f} to {high:.2f}"  # noqa: PLR0124 - NaN


def _ended(study: Study) -> str:
    counts = study.labels.counts()
    words = {
        "target": "at the target",
        "stop": "at the stop",
        "time": "at the last bar",
        "ended": "as the series ended",
    }
    return ", ".join(f"{counts[name]:,} {text}" for name, text in words.items() if name in counts) or "none"


def _without(study: Study) -> list[tuple[Fate, int]]:
    counts = study.labels.counts()
    return [(each, counts[each.label]) for each in UNLABELLED if each.label in counts]


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _known(value: float) -> float | None:
    return None if value != value else float(value)  # noqa: PLR0124 - NaN
