"""What the words for events, facts and members mean, on seven hand-made bars from 2 to 10 March 2015.

New York closes at 21:00 UTC until the 6th, and at 20:00 from the 9th on.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from scanwright.engine.dated import bars_ended, ends_of
from scanwright.model.calendars import calendar
from scanwright.model.interval import Interval
from tests.beside import beside, event, fact, member
from tests.unit.engine.bars import NAN, alone, series

DAYS = tuple(f"2015-03-{day:02}" for day in (2, 3, 4, 5, 6, 9, 10))
NEVER = [NAN] * 7


def week(*closes, **rows):
    """The week's bars of A with what lies beside them."""
    return beside(alone(*(closes or range(1, 8)), ts=DAYS, calendar="us_stocks"), **rows)


def same(found, expected):
    np.testing.assert_array_equal(found, expected)


AT = {
    "in the session": (event("news", "2015-03-05T15:00"), "2015-03-05"),
    "at the close": (event("news", "2015-03-05T21:00"), "2015-03-05"),
    "a second after the close": (event("news", "2015-03-05T21:00:01"), "2015-03-06"),
    "on the weekend": (event("news", "2015-03-07T12:00"), "2015-03-09"),
    "known the day after": (event("news", "2015-03-04T15:00", "2015-03-05T09:00"), "2015-03-05"),
    "known before it is due": (event("news", "2015-03-05T15:00", "2015-03-02T09:00"), "2015-03-05"),
    "before the open": (event("earnings", "2015-03-05", "2015-03-01", timing="before"), "2015-03-05"),
    "in the session, as said": (event("earnings", "2015-03-05", "2015-03-01", timing="during"), "2015-03-05"),
    "after the close": (event("earnings", "2015-03-05", "2015-03-01", timing="after"), "2015-03-06"),
    "after the close, at noon by the stamp": (event("earnings", "2015-03-05T17:00", timing="after"), "2015-03-06"),
    "before, at noon by the stamp": (event("split", "2015-03-05T17:00", "2015-03-01", timing="before"), "2015-03-05"),
    "a date alone": (event("earnings", "2015-03-05", "2015-03-01"), "2015-03-06"),
    "the date of a dividend": (event("dividend", "2015-03-05", "2015-03-01"), "2015-03-05"),
    "the date of a split": (event("split", "2015-03-05", "2015-03-01"), "2015-03-05"),
    "a date without a session": (event("earnings", "2015-03-07", "2015-03-01", timing="after"), "2015-03-09"),
    "known nowhere, seen late": (event("news", "2015-03-05T15:00", seen="2015-04-01T00:00"), "2015-03-05"),
}  # fmt: skip


@pytest.mark.parametrize("name", AT)
def test_the_bar_that_an_event_belongs_to(name):
    happened, day = AT[name]
    at = DAYS.index(day)
    kind = happened["kind"]
    same(series(f'bars_since_event("{kind}")', week(events=[happened])), [*[NAN] * at, *range(7 - at)])
    counted = [NAN, *(1.0 if at == bar else 0.0 for bar in range(1, 7))]
    same(series(f'event_count("{kind}", 1)', week(events=[happened])), counted)


def test_bars_since_are_own_bars_and_an_event_in_a_hole_belongs_to_the_next_one():
    panel = week(1, None, None, 4, 5, 6, 7, events=[event("news", "2015-03-03T15:00")])
    same(series('bars_since_event("news")', panel), [NAN, 0, 1, 2, 3])
    same(series('event_count("news", 2)', panel), [NAN, NAN, 1, 0, 0])


def test_what_was_before_the_first_bar_belongs_to_no_bar():
    panel = week(events=[event("news", "2015-02-02T15:00")])
    same(series('bars_since_event("news")', panel), NEVER)
    same(series('event_count("news", 3)', panel), [NAN, NAN, NAN, 0, 0, 0, 0])


def test_several_news_of_a_day_are_several_and_one_report_told_twice_is_one():
    news = [event("news", "2015-03-04T15:00", headline=each) for each in ("a", "b")]
    news.append(event("news", "2015-03-04T15:00", "2015-03-06T09:00", headline="a"))
    same(series('event_count("news", 1)', week(events=news)), [NAN, 0, 2, 0, 0, 0, 0])
    told = [
        event("earnings", "2015-03-04", "2015-02-01", timing="after"),
        event("earnings", "2015-03-04T21:30", "2015-03-06T09:00", headline="results", eps=1.5),
    ]
    same(series('event_count("earnings", 1)', week(events=told)), [NAN, 0, 0, 1, 0, 0, 0])
    same(series('event_value("earnings", "eps")', week(events=told)), [*[NAN] * 4, 1.5, 1.5, 1.5])


def test_the_value_of_the_latest_event_and_not_of_what_is_told_late_of_an_earlier_one():
    reports = [
        event("earnings", "2015-03-03T14:00", eps=1.0),
        event("earnings", "2015-03-05T14:00", eps=2.0),
        event("earnings", "2015-03-03T14:00", "2015-03-06T14:00", eps=1.1, headline="corrected"),
        event("earnings", "2015-03-09T14:00"),
    ]
    same(series('event_value("earnings", "eps")', week(events=reports)), [NAN, 1, 1, 2, 2, 2, 2])


def test_bars_to_an_event_are_sessions_and_only_known_ones_count():
    scheduled = [event("earnings", "2015-03-09", "2015-03-03T12:00", timing="before")]
    same(series('bars_to_event("earnings")', week(events=scheduled)), [NAN, 4, 3, 2, 1, NAN, NAN])
    after = [event("earnings", "2015-03-06", "2015-03-03T12:00", timing="after")]
    same(series('bars_to_event("earnings")', week(events=after)), [NAN, 4, 3, 2, 1, NAN, NAN])
    holed = week(1, 2, None, None, 5, 6, 7, events=after)
    same(series('bars_to_event("earnings")', holed), [NAN, 4, 1, NAN, NAN])


def test_of_several_dates_the_next_one_counts():
    both = [event("dividend", "2015-03-06", "2015-02-01"), event("dividend", "2015-03-04", "2015-03-03T12:00")]
    same(series('bars_to_event("dividend")', week(events=both)), [4, 1, 2, 1, NAN, NAN, NAN])


def test_an_estimate_gives_way_to_a_later_date_and_is_never_an_event_that_has_been():
    moved = [
        event("earnings", "2015-03-04", "2015-02-01", status="estimated", timing="before"),
        event("earnings", "2015-03-06", "2015-03-02T22:00", status="confirmed", timing="before"),
    ]
    panel = week(events=moved)
    same(series('bars_to_event("earnings")', panel), [2, 3, 2, 1, NAN, NAN, NAN])
    same(series('bars_since_event("earnings")', panel), [NAN, NAN, NAN, NAN, 0, 1, 2])
    alone_ = week(events=moved[:1])
    same(series('bars_to_event("earnings")', alone_), [2, 1, *[NAN] * 5])
    same(series('bars_since_event("earnings")', alone_), NEVER)


def test_a_report_that_is_moved_is_one_report():
    moved = [
        event("earnings", "2015-03-04", "2015-02-01", timing="before"),
        event("earnings", "2015-03-09", "2015-03-03T12:00", timing="before"),
    ]
    same(series('bars_since_event("earnings")', week(events=moved)), [*[NAN] * 5, 0, 1])
    late = [moved[0], event("earnings", "2015-03-09", "2015-03-04T22:00", timing="before")]
    same(series('event_count("earnings", 1)', week(events=late)), [NAN, 0, 1, 0, 0, 1, 0])


def test_weeks_months_and_minutes_count_their_own_bars():
    us = calendar("us_stocks")
    moments = np.array(["2015-03-06T20:59:59", "2015-03-06T21:00", "2015-03-31T20:00"], "M8[s]").astype(np.int64)
    weeks, months, days = (bars_ended(moments, us, each) for each in (Interval.WEEK, Interval.MONTH, Interval.DAY))
    assert np.diff(weeks).tolist() == [1, 3]
    assert np.diff(months).tolist() == [0, 1]
    assert np.diff(days).tolist() == [1, 17]
    early = np.array(["2014-11-28T14:30", "2014-11-28T14:59", "2014-11-28T18:00"], "M8[s]").astype(np.int64)
    assert np.diff(bars_ended(early, us, Interval.MINUTES_30)).tolist() == [0, 7]
    hours = np.array(["2015-03-05T14:30", "2015-03-05T21:00"], "M8[s]").astype(np.int64)
    assert np.diff(bars_ended(hours, us, Interval.HOUR)).tolist() == [7]


def test_bars_to_an_event_on_intraday_bars():
    ts = ("2015-03-05T15:00", "2015-03-05T20:30", "2015-03-05T21:00", "2015-03-06T15:00")
    rows = [event("earnings", "2015-03-06", "2015-03-05T20:15", timing="before")]
    panel = beside(alone(1, 2, 3, 4, ts=ts, interval=Interval.MINUTES_30, calendar="us_stocks"), events=rows)
    same(series('bars_to_event("earnings")', panel), [NAN, 2, 1, NAN])
    same(series('bars_since_event("earnings")', panel), [NAN, NAN, NAN, 0])


def test_a_week_knows_what_was_known_at_its_close_and_a_forming_one_no_more_than_its_day():
    rows = [event("news", "2015-03-04T15:00"), event("news", "2015-03-05T15:00")]
    panel = week(events=rows)
    same(series('at("1w", events_so_far("news"))', panel), [NAN, NAN, NAN, NAN, 2, 2, 2])
    same(series('at("1w", events_so_far("news"), forming=True)', panel), [0, 0, 1, 2, 2, 2, 2])


def test_a_fact_is_what_was_known_at_the_close():
    known = {"2015-03-03T12:00": 10.0, "2015-03-05T21:00": 11.0, "2015-03-06T21:00:01": 12.0}
    rows = [fact("pe", moment, value) for moment, value in known.items()]
    panel = week(facts=rows)
    same(series("pe", panel), [NAN, 10, 10, 11, 11, 12, 12])
    same(series("pe > pe[1]", panel), [NAN, NAN, 0, 1, 0, 1, 0])
    assert panel.attributes["pe"].dated


def test_a_fact_without_a_date_holds_for_whoever_has_none_with_one():
    table = pl.DataFrame({"symbol": ["A"], "float": [3.0]})
    panel = week(facts=[fact("pe", None, 9.0), fact("float", None, 4.0)], symbols=table)
    same(series("pe + float", panel), [13.0] * 7)
    assert not panel.attributes["pe"].dated
    both = week(facts=[fact("pe", None, 9.0), fact("pe", "2015-03-05T12:00", 10.0)])
    same(series("pe", both), [NAN, NAN, NAN, 10, 10, 10, 10])
    assert both.attributes["pe"].dated


def test_a_category_changes_and_the_symbol_table_stands_in_for_whoever_has_no_date():
    table = pl.DataFrame({"symbol": ["A", "B"], "sector": ["Energy", "Tech"]})
    rows = [fact("sector", "2015-03-01T00:00", "Mines"), fact("sector", "2015-03-05T12:00", "Banks")]
    bars = alone(*range(1, 8), ts=DAYS, calendar="us_stocks")
    panel = beside(bars, facts=rows, symbols=table)
    same(series('sector == "Banks"', panel), [0, 0, 0, 1, 1, 1, 1])
    same(series('sector[1] in ("Mines", "Energy")', panel), [NAN, 1, 1, 1, 0, 0, 0])
    assert panel.attributes["sector"].dated
    undated = beside(bars, facts=[fact("sector", "2015-03-01T00:00", "Mines", symbol="X")], symbols=table)
    assert "sector" not in undated.attributes


def test_the_date_of_listing_is_a_number():
    table = pl.DataFrame({"symbol": ["A"], "listed": ["2004-08-19"]})
    panel = week(symbols=table)
    same(series("ipo_date == 20040819", panel), [1] * 7)
    assert panel.attributes["ipo_date"].dated


def test_members_are_those_of_the_date():
    rows = [
        member("L", "2015-03-02", symbol="X"),
        member("L", "2015-03-03", "2015-03-05"),
        member("L", "2015-03-09"),
        member("M", None, "2015-03-04"),
        member("N", "2015-03-05", symbol="X"),
    ]
    panel = week(members=rows)
    same(series('member_of("L")', panel), [0, 1, 1, 0, 0, 1, 1])
    same(series('member_of("M")', panel), [1, 1, 0, 0, 0, 0, 0])
    same(series('member_of("N")', panel), [NAN, NAN, NAN, 0, 0, 0, 0])


def test_what_the_market_has_none_of_is_unknown():
    panel = week(events=[event("news", "2015-03-04T15:00", symbol="X")])
    same(series('event_count("news", 2)', panel), [NAN, NAN, 0, 0, 0, 0, 0])
    same(series('event_count("filing", 2)', panel), NEVER)
    same(series('bars_since_event("filing")', panel), NEVER)
    same(series("market_cap", panel), NEVER)


def test_a_frame_without_a_session_ends_with_its_day():
    panel = alone(1, 2, ts=("2015-03-06", "2015-03-07"), calendar="us_stocks")
    ends = ends_of(panel).astype("M8[s]").astype(str).tolist()
    assert ends == ["2015-03-06T21:00:00", "2015-03-08T00:00:00"]


def test_hv20_is_made_from_bars_whatever_a_provider_calls_so():
    closes = 50 * np.exp(np.random.default_rng(1).normal(0, 0.02, 30).cumsum())
    panel = beside(alone(*closes, calendar="us_stocks"), facts=[fact("hv20", None, 1.0)])
    returns = np.diff(np.log(closes))[-20:]
    assert series("hv20", panel)[-1] == pytest.approx(100 * returns.std() * 252**0.5, rel=1e-12)
