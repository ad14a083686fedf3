"""What an update came to, as people and programs read it."""

from __future__ import annotations

import dataclasses
from collections import Counter

from scanwright.app.rows import Rows
from scanwright.data.updating.report import UpdateReport


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
    lines = [
        f"{report.complete:,} of {report.symbols:,} symbols are complete{until}; {_bars(report)}; in {report.market}",
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
    if report.stopped:
        lines.append(f"{report.stopped}: what came is kept, and the next update goes on from there")
    return "\n".join(lines)


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
    told = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
    return f" ({told})" if told else ""
