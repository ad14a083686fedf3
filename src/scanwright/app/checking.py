"""Checking a market's bars, splits and dividends, and putting right what is certain."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scanwright.data.quality.check import check, check_stored
from scanwright.data.quality.line import Finding
from scanwright.data.quality.repair import SOURCE, Known, mending
from scanwright.scan.judge import columns_of
from scanwright.store.outside import LEAST

if TYPE_CHECKING:
    import polars as pl

    from scanwright.app.market import Market
    from scanwright.model.interval import Interval
    from scanwright.model.panel import Panel
    from scanwright.store.market import Market as Stored

ROUNDS = 5  # what is put right may show what it hid


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Checked:
    """What a check found in a panel, and what a repair did about it.

    done: what was put right. found: what is left; left: why each of these is, where a repair was asked for.
    """

    panel: Panel
    found: Sequence[Finding]
    done: Sequence[Finding] = ()
    left: Sequence[str] = ()


def checked(market: Market, interval: Interval, symbols: Sequence[str] | None) -> Checked:
    """Look at an interval; where it is made from finer bars, at what its panel shows alone."""
    panel = market.panel(interval)
    if symbols is not None:
        panel = panel.columns(columns_of(panel, symbols))
    if market.source(interval) != interval:
        return Checked(panel=panel, found=[each for each in check(panel) if each.symbol or symbols is None])
    known = _known(market.stored, interval, symbols)
    found = check_stored(panel, known.bars, known.splits, known.dividends)
    if symbols is not None:  # a session is missing where nobody has a bar, not where these have none
        return Checked(panel=panel, found=[each for each in found if each.symbol])
    return Checked(panel=panel, found=(*_refused(market.stored, interval), *found))


def _refused(stored: Stored, interval: Interval) -> Sequence[Finding]:
    """Days on which many symbols have bars in quarantine as the exchange was closed: the calendar may be wrong."""
    import numpy as np
    import polars as pl

    refused = stored.quarantine(interval)
    if refused is None:
        return ()
    outside = refused.filter(pl.col("reason") == "outside_session").with_columns(
        pl.col("ts").cast(pl.Date).alias("day")
    )
    days = outside.group_by("day").agg(pl.col("symbol").n_unique().alias("symbols")).sort("day")
    detail = "symbols have bars in quarantine that lie outside its session; if they are right, the calendar is wrong"
    return [
        Finding(symbol="", ts=np.datetime64(day, "s"), kind="off_schedule", detail=f"{count:,} {detail}")
        for day, count in days.filter(pl.col("symbols") >= LEAST).iter_rows()
    ]


def repaired(market: Market, interval: Interval, symbols: Sequence[str] | None, seen: dt.datetime) -> Checked:
    """Look at an interval, write what is certain, and look again, until nothing more is certain.

    seen: the moment up to which what stood is kept.
    """
    done: list[Finding] = []
    again: set[tuple[str, str, str]] = set()
    before = _mended(market.stored, interval)
    corrected = market.stored.table("corrections")
    for _ in range(ROUNDS):
        now = checked(market, interval, symbols)
        if market.source(interval) != interval:
            return dataclasses.replace(now, left=["made from finer bars: repair those"] * len(now.found))
        known = _known(market.stored, interval, symbols)
        known = dataclasses.replace(known, mended=before, corrections=corrected)
        plan = mending((each for each in now.found if _key(each) not in again), known)
        if not plan.done:
            break
        _write(market.stored, interval, plan.bars, seen)
        for name, rows in (
            ("corrections", plan.corrections(seen)),
            ("splits", plan.splits),
            ("dividends", plan.dividends),
        ):
            if len(rows):
                market.stored.put(name, rows, source=SOURCE)
        done += plan.done
        again |= {_key(each) for each in plan.done}
    now = checked(market, interval, symbols)
    known = dataclasses.replace(_known(market.stored, interval, symbols), mended=before, corrections=corrected)
    why = {id(each): reason for each, reason in mending(now.found, known).left}
    left = [why.get(id(each), "found again after its repair") for each in now.found]
    return dataclasses.replace(now, done=done, left=left)


def _key(finding: Finding) -> tuple[str, str, str]:
    """What tells findings apart: one that comes back after its repair is a person's business."""
    return finding.symbol, str(finding.ts), finding.kind


def _write(stored: Stored, interval: Interval, bars: pl.DataFrame, seen: dt.datetime) -> None:
    if len(bars):
        stored.append(interval, bars, seen=seen, source=SOURCE)


def _known(stored: Stored, interval: Interval, symbols: Sequence[str] | None) -> Known:
    tables = {name: _of(stored.table(name), symbols) for name in ("splits", "dividends")}
    return Known(bars=stored.bars(interval, symbols=symbols), **tables)


def _of(table: pl.DataFrame | None, symbols: Sequence[str] | None) -> pl.DataFrame | None:
    return table if table is None or symbols is None else table.filter(table["symbol"].is_in(list(symbols)))


def _mended(stored: Stored, interval: Interval) -> pl.DataFrame | None:
    """The bars that are as an earlier repair left them."""
    revisions = stored.revisions(interval)
    if revisions is None:
        return None
    last = revisions.sort("until", maintain_order=True).unique(["symbol", "ts"], keep="last", maintain_order=True)
    return last.filter(last["source"] == SOURCE).select("symbol", "ts")
