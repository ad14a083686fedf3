"""No look-ahead by the knowable time: what becomes known later changes nothing on the bars before.

Further facts, events and memberships are put beside the bars, all of them known after one of the frames; whatever is
due, their values up to that frame stay what they were. Then the same with everything known later taken away.
"""

from __future__ import annotations

import dataclasses

import hypothesis.strategies as st
import numpy as np
import polars as pl
import pytest
from hypothesis import given

from scanwright.engine.dated import ends_of
from scanwright.engine.fold import Fold
from scanwright.model.panel import Panel
from scanwright.store.dated import dated_of, derived
from tests.laws.happenings import tables
from tests.laws.panels import law, panels
from tests.laws.subjects import BESIDE, assert_same_bits, numbers, present, subject

DATED = ("bars_since_event", "bars_to_event", "event_count", "event_value", "events_so_far", "member_of", *BESIDE)


def beside(panel: Panel, found) -> Panel:
    """The panel with other tables beside it."""
    dated, facts = dated_of(derived(found, panel.symbols, panel.calendar), len(panel.symbols))
    return dataclasses.replace(panel, dated=dated, attributes={**panel.attributes, **facts})


def moment(seconds: int) -> pl.Expr:
    return pl.lit(seconds * 1000).cast(pl.Datetime("ms", "UTC"))


def since(name: str, table: pl.DataFrame, end: int) -> pl.DataFrame:
    """The rows of a table with everything known one second after a moment or later."""
    if name == "members":
        day = pl.lit(end // 86_400 + 1, dtype=pl.Int32).cast(pl.Date)
        return table.with_columns(
            pl.max_horizontal("since", day), pl.max_horizontal("until", day + pl.duration(days=9))
        )
    return table.with_columns(pl.max_horizontal(pl.coalesce("known", moment(end)), moment(end + 1)).alias("known"))


def until(name: str, table: pl.DataFrame, end: int) -> pl.DataFrame:
    """The rows of a table that were known by a moment, those without a known time if they were due by then."""
    if name == "members":
        day = pl.lit(end // 86_400, dtype=pl.Int32).cast(pl.Date)
        return table.filter(pl.col("since") <= day).with_columns(
            pl.when(pl.col("until") <= day).then("until").alias("until")
        )
    known = pl.col("known") if name == "facts" else pl.coalesce("known", "ts")
    return table.filter(known.is_null() | (known <= moment(end)))


def folded(it, panel: Panel, session: str):
    return numbers(Fold.over(it.plan, panel, session=session).advance(panel))


@pytest.mark.parametrize("name", DATED)
@law
@given(market=panels(), back=st.integers(20, 250), seed=st.integers(1, 2**20))
def test_what_becomes_known_later_changes_nothing_before(name, market, back, seed):
    it = subject(name)
    panel = it.panel(market)
    before = panel.rows(0, panel.shape[0] - back)
    end = int(ends_of(before)[-1])
    known = tables(market.seed, panel.ts[0], panel.ts[-1])
    more = {key: since(key, each, end) for key, each in tables(seed, panel.ts[0], panel.ts[-1]).items()}
    more["facts"] = more["facts"].filter(pl.col("symbol") != "BA")  # its fact has no date
    whole = {key: pl.concat([each, more[key]]) for key, each in known.items()}
    bar = present(before, market)
    expected = folded(it, beside(before, known), market.session)
    assert_same_bits(folded(it, beside(before, whole), market.session), expected, bar)
    past = {key: until(key, each, end) for key, each in known.items()}
    assert_same_bits(folded(it, beside(before, past), market.session), expected, bar)


@pytest.mark.parametrize("name", DATED)
@law
@given(market=panels(), row=st.integers(30, 250))
def test_the_order_of_the_rows_of_a_table_does_not_matter(name, market, row):
    it = subject(name)
    panel = it.panel(market).rows(0, row)
    known = tables(market.seed, panel.ts[0], panel.ts[-1])
    turned = {key: each.sample(fraction=1.0, shuffle=True, seed=row) for key, each in known.items()}
    bar = present(panel, market)
    expected = folded(it, beside(panel, known), market.session)
    assert_same_bits(folded(it, beside(panel, turned), market.session), expected, bar)


def test_the_tables_say_something():
    known = tables(0, np.datetime64("2015-01-02", "s"), np.datetime64("2016-04-01", "s"))
    assert all(len(each) for each in known.values())
