"""What an update came to, as people and programs read it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping

from scanwright.app.rows import Rows
from scanwright.data.updating.quiet import LATELY
from scanwright.data.updating.report import UpdateReport

SHOWN = 5


def missed_rows(report: UpdateReport) -> Rows:
    """A row for each symbol that is not up to date."""
    rows = [(each.symbol, each.reason, each.may_pass) for each in report.missed]
    return Rows(names=("symbol", "reason", "may_pass"), rows=rows)


def update_document(report: UpdateReport) -> object:
    """The whole report, for JSON."""
    return dataclasses.asdict(report) | {"interval": report.interval.value}


def update_sentence(report: UpdateReport) -> str:
    """The report in some lines."""
    until = f" to {report.until}" if report.until else ""
    whole = f"{report.complete:,} of {report.symbols:,} symbols are" if report.complete else "no symbol is"
    lines = [
        f"{whole} complete{until}; {_bars(report)}; in {report.market}",
        f"{report.requests:,} requests in {report.seconds:.1f} s{_costs(report)}",
    ]
    tables = ", ".join(f"{count:,} {name}" for name, count in report.tables.items())
    if tables:
        lines.append(f"also new: {tables}")
    if len(report.given_by) > 1:
        lines.append("bars from " + ", ".join(f"{name} ({count:,})" for name, count in report.given_by.items()))
    if report.missed:
        reasons = Counter(each.reason for each in report.missed)
        told = "; ".join(f"{count:,} {reason}" for reason, count in reasons.most_common(5))
        lines.append(f"{len(report.missed):,} missed: {told}")
    if report.quiet:
        lines.append(_quiet(report.quiet))
    if report.stopped:
        lines.append(f"{report.stopped}: what came is kept, and the next update goes on from there")
    return "\n".join(lines)


def _quiet(quiet: Mapping[str, str]) -> str:
    """Who has no bar of these days, the longest silent first.

    >>> _quiet({"B": "2015-03-02", "A": "2014-11-28", "C": ""})
    'without a bar in the last 10 sessions, delisted perhaps: 3 (C never, A since 2014-11-28, B since 2015-03-02)'
    """
    named = [
        f"{each} since {last}" if last else f"{each} never" for last, each in sorted((b, a) for a, b in quiet.items())
    ]
    more = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
    told = f"{len(named):,} ({', '.join(named[:SHOWN])}{more})"
    return f"without a bar in the last {LATELY} sessions, delisted perhaps: {told}"


def _bars(report: UpdateReport) -> str:
    counts = {"new": report.rows_new, "changed": report.rows_changed, "in quarantine": report.quarantined}
    told = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
    return f"{report.interval} bars: {told or 'nothing new'}"


def _costs(report: UpdateReport) -> str:
    counts = {
        "for bars": report.bars_requests,
        "asked again": report.retries,
        "told to wait": report.told_to_wait,
        "outages": report.outages,
        "from the cache": report.cached,
    }
    told = [f"{count:,} {name}" for name, count in counts.items() if count]
    stale = sum(each.stale for each in report.cache.values())
    told += [f"{stale:,} of these past their time"] if stale else []
    told += [f"${report.dollars:,.2f}"] if report.dollars else []
    return f" ({', '.join(told)})" if told else ""
