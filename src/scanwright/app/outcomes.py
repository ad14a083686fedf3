"""What a scan found in the past and what came of it: rows, the summary as rows, and both in words."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from scanwright.app.documents import plain, receipt_object, value_names
from scanwright.app.market import Market
from scanwright.app.rows import Cell, Rows
from scanwright.learn.outcomes import HORIZONS, Summary, summary
from scanwright.model.interval import Interval
from scanwright.scan.history import Past
from scanwright.scan.judge import day

SEED = 20140207  # of the bootstrap: the same hits always get the same intervals
WHY = {
    "no_next_bar": "no next bar to buy at",
    "ends": "the data ends within the window",
    "quarantined": "a quarantined bar within the window",
    "jump": "an unexplained jump within the window",
    "missing": "a missing price",
}


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Outcomes:
    """A scan's past with what came of each hit."""

    past: Past
    summary: Summary

    @classmethod
    def of(cls, past: Past, market: Market) -> Outcomes:
        """Measure returns from the next open; windows with a quarantined bar have none."""
        refused = market.quarantined(past.panel)
        found = summary(
            past.panel,
            past.found,
            generator=np.random.default_rng(SEED),
            member=past.member,
            quarantined=refused,
        )
        return cls(past=past, summary=found)

    def rows(self) -> Rows:
        """A row a hit, by time and then symbol: symbol, ts, ret_1, ret_5, ret_20, close, ranking and columns."""
        past, panel = self.past, self.past.panel
        names = value_names(past.scan)
        stamps = [day(panel, row) for row in range(len(panel.ts))]
        returns = self._returns()
        close = panel.fields["close"][past.rows, past.columns]
        columns: list[Sequence[Cell]] = [
            [panel.symbols[at] for at in past.columns.tolist()],
            [stamps[at] for at in past.rows.tolist()],
            *([None if value != value else value for value in each.tolist()] for each in returns),  # noqa: PLR0124 - NaN
            close.tolist(),
            *(past.values[name] for name in names),
        ]
        titles = ("symbol", "ts", *(f"ret_{horizon}" for horizon in HORIZONS), "close", *names)
        return Rows(names=titles, rows=list(zip(*columns, strict=True)))

    def _returns(self) -> np.ndarray:
        """Returns in the order of the past's hits; the summary has them in the order of columns."""
        width = self.past.panel.shape[1]
        hits = self.summary.hits
        mine = self.past.rows * width + self.past.columns
        theirs = hits.rows * width + hits.columns
        order = np.argsort(theirs, kind="stable")
        return hits.returns[:, order[np.searchsorted(theirs[order], mine)]] if len(mine) else hits.returns

    def summary_rows(self) -> Rows:
        """A row a horizon, in percent."""
        names = (
            "bars",
            "episodes",
            "counted",
            "days",
            "worth",
            "mean",
            "median",
            "excess",
            "excess 95 %",
            "universe",
            "verdict",
        )
        rows: list[tuple[Cell, ...]] = [
            (
                each.horizon,
                each.episodes,
                each.counted,
                each.days,
                round(each.effective) if each.effective == each.effective else None,
                _percent(each.mean),
                _percent(each.median),
                _percent(each.excess),
                f"{each.excess_bounds.low:.2f} to {each.excess_bounds.high:.2f}" if each.counted else None,
                _percent(each.universe),
                each.evidence,
            )
            for each in self.summary.outcomes
        ]
        return Rows(names=names, rows=rows)

    def words(self) -> str:
        """The summary as people read it."""
        outcomes = self.summary.outcomes
        hits = outcomes[0].hits
        ts = self.past.panel.ts
        units = ts.astype("M8[D]") if self.past.panel.interval <= Interval.DAY else ts
        word = "days" if self.past.panel.interval <= Interval.DAY else "bars"
        within = f"{len(np.unique(units[self.past.rows])):,} of {len(np.unique(units)):,} {word}"
        lead = f"{hits:,} hits on {within}" if hits else "no hits, so nothing came of them"
        lines = [f"survivors: {SURVIVORS}"] if self.summary.survivors else []
        lines += [f"What came of them: {lead}"]
        if hits:
            lines += [EXPLAINED, "", *self.summary_rows().table().splitlines(), ""]
            lines += [text for each in outcomes if (text := _without(each.horizon, each.without))]
        return "\n".join(lines) + "\n"

    def document(self, rows: Rows) -> Mapping[str, object]:
        """`scan`, `results`, `summary` and `receipt`."""
        facts = {
            "survivors": self.summary.survivors,
            "outcomes": [plain(dataclasses.asdict(each)) for each in self.summary.outcomes],
        }
        return {
            "scan": self.past.scan,
            "results": rows.objects(),
            "summary": facts,
            "receipt": receipt_object(self.past.receipt),
        }


SURVIVORS = "every symbol of this market lives to its end; nobody who failed is in these figures"
EXPLAINED = (
    "percent from the next bar's open to the close that many own bars after the hit, before costs; an episode is a\n"
    "stretch of hits; excess is over the same universe on the same days, with its 95 % interval by blocks of days;\n"
    "worth is how many independent episodes they amount to"
)


def _percent(value: float) -> float | None:
    return round(value, 2) if value == value else None  # noqa: PLR0124 - NaN is not itself


def _without(horizon: int, reasons: Mapping[str, int]) -> str:
    if not reasons:
        return ""
    counts = ", ".join(f"{count:,} {WHY.get(reason, reason)}" for reason, count in reasons.items())
    bars = "1 bar" if horizon == 1 else f"{horizon} bars"
    return f"after {bars} {sum(reasons.values()):,} without a return ({counts})"
