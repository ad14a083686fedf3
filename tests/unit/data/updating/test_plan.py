"""What is missing, and the requests that bring it: everything that is needed is asked for, and little else."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.data.ports import BarsWanted, DayWanted, Offers
from scanwright.data.updating.grid import Grid, grid_of
from scanwright.data.updating.plan import Covered, Need, jobs_of, needs_of
from scanwright.model.calendars import calendar
from scanwright.model.errors import SettingsError
from scanwright.model.interval import Interval

US, ALWAYS = calendar("us_stocks"), calendar("always_open")
MOMENT = dt.datetime(2015, 6, 1, tzinfo=dt.UTC)
GRID = grid_of(US, Interval.DAY, np.datetime64("2015-01-02"), MOMENT)
WHOLE = GRID.whole(MOMENT)


def covered(first: int, last: int, *, asked: int | None = None) -> Covered:
    """The places from `first` to `last`, told so late that they are settled unless it is said otherwise."""
    late = int(GRID.ends[last]) + 3 * 86_400
    return Covered(first=int(GRID.stamps[first]), last=int(GRID.stamps[last]), asked=late if asked is None else asked)


def spans(symbol_covered, *, start=0, stop=WHOLE, forming=0):
    return [
        (each.start, each.stop) for each in needs_of("A", symbol_covered, GRID, start=start, stop=stop, forming=forming)
    ]


def test_nothing_is_there():
    assert spans([]) == [(0, WHOLE)]


def test_everything_is_there():
    assert spans([covered(0, WHOLE - 1)]) == []


def test_the_newest_is_missing():
    assert spans([covered(0, WHOLE - 4)]) == [(WHOLE - 3, WHOLE)]


def test_what_was_told_early_is_asked_for_again_beside_what_is_new():
    at_the_close = int(GRID.ends[WHOLE - 4])
    assert spans([covered(0, WHOLE - 4, asked=at_the_close)]) == [(WHOLE - 4, WHOLE)]


def test_but_not_by_itself():
    assert spans([covered(0, WHOLE - 1, asked=int(GRID.ends[WHOLE - 1]))]) == []


def test_an_old_stretch_that_was_told_early_stays_as_it_is():
    early = covered(0, 10, asked=int(GRID.ends[10]))
    assert spans([early, covered(11, WHOLE - 2)]) == [(WHOLE - 1, WHOLE)]


def test_a_gap_and_the_beginning():
    assert spans([covered(5, 10), covered(20, WHOLE - 1)]) == [(0, 5), (11, 20)]


def test_the_forming_bar_is_asked_for_each_time():
    assert spans([covered(0, WHOLE - 1)], forming=1) == [(WHOLE, WHOLE + 1)]


@given(
    stretches=st.lists(st.tuples(st.integers(0, WHOLE - 1), st.integers(0, 30)), max_size=6),
    start=st.integers(0, WHOLE),
)
def test_covered_and_needed_together_are_everything(stretches, start):
    held = [covered(first, min(first + length, WHOLE - 1)) for first, length in stretches]
    needed = {place for low, high in spans(held, start=start) for place in range(low, high)}
    there = {place for each in held for place in range(*GRID.places(each.first, each.last))}
    assert needed | there >= set(range(start, WHOLE))
    assert not needed & there
    assert all(start <= place < WHOLE for place in needed)


def offers(*, day=True, most=1):
    wants = {BarsWanted, DayWanted} if day else {BarsWanted}
    return Offers(wants=frozenset(wants), intervals={Interval.DAY: None}, most_symbols=most)


def need(symbol, start, stop):
    return Need(symbol=symbol, start=start, stop=stop)


def jobs(needs, offered, known=None):
    known = {each.symbol for each in needs} if known is None else known
    return jobs_of(needs, GRID, offered, known=known, whole=WHOLE)


def test_one_day_of_everybody_is_one_request():
    found = jobs([need(f"S{at}", 50, 51) for at in range(1000)], offers())
    assert [type(each.want) for each in found] == [DayWanted]
    assert len(found[0].symbols) == 1000


def test_a_long_time_of_few_is_a_request_each():
    found = jobs([need(f"S{at}", 0, 90) for at in range(5)], offers())
    assert [type(each.want) for each in found] == [BarsWanted] * 5


def test_both_at_once():
    found = jobs([*(need(f"S{at}", 80, 82) for at in range(100)), need("NEW", 0, 82)], offers())
    assert [type(each.want) for each in found] == [DayWanted, DayWanted, BarsWanted]
    assert found[-1].symbols == ("NEW",)


def test_who_is_not_listed_is_asked_for_by_name():
    needs = [need(f"S{at}", 80, 82) for at in range(100)]
    found = jobs([*needs, need("NOSUCH", 80, 82)], offers(), known={each.symbol for each in needs})
    assert [each.symbols for each in found if isinstance(each.want, BarsWanted)] == [("NOSUCH",)]


def test_a_session_that_is_open_is_asked_for_by_symbol():
    found = jobs([need(f"S{at}", WHOLE - 1, WHOLE + 1) for at in range(3)], offers())
    assert [type(each.want) for each in found] == [BarsWanted] * 3


def test_symbols_go_together_as_far_as_the_provider_takes_them():
    found = jobs([need(f"S{at:02}", 0, 90) for at in range(25)], offers(day=False, most=10))
    assert [len(each.symbols) for each in found] == [10, 10, 5]
    assert all(each.want.symbols == each.symbols for each in found)


@given(
    needs=st.lists(st.tuples(st.integers(1, 20), st.integers(0, 60)), max_size=40),
    most=st.integers(1, 12),
    day=st.booleans(),
)
def test_all_that_is_needed_is_asked_for_in_no_more_requests_than_by_symbol(needs, most, day):
    wanted = [need(f"S{at:02}", start, start + length) for at, (length, start) in enumerate(needs)]
    found = jobs(wanted, offers(day=day, most=most))
    asked = {(symbol, place) for each in found for symbol in each.symbols for place in range(*_places(each.want))}
    assert asked == {(each.symbol, place) for each in wanted for place in range(each.start, each.stop)}
    plain = jobs(wanted, offers(day=False, most=most))
    assert len(found) <= len(plain)


def _places(want):
    first, last = (want.date, want.date) if isinstance(want, DayWanted) else (want.first, want.last)
    return GRID.places(*(int(np.datetime64(each, "s").astype(np.int64)) for each in (first, last)))


class TestGrid:
    def test_a_day_is_whole_at_its_close(self):
        close = dt.datetime(2015, 5, 29, 20, tzinfo=dt.UTC)
        assert GRID.whole(close) == GRID.whole(close - dt.timedelta(seconds=1)) + 1

    def test_a_day_forms_between_open_and_close(self):
        noon = dt.datetime(2015, 5, 29, 16, tzinfo=dt.UTC)
        assert GRID.is_forming(GRID.whole(noon), noon)
        night = dt.datetime(2015, 5, 29, 3, tzinfo=dt.UTC)
        assert not GRID.is_forming(GRID.whole(night), night)

    @pytest.mark.parametrize(
        ("interval", "count"), [(Interval.MINUTE, 960), (Interval.HOUR, 16), (Interval.MINUTES_30, 32)]
    )
    def test_extended_hours_are_laid_out(self, interval, count):
        moment = dt.datetime(2015, 5, 30, 12, tzinfo=dt.UTC)
        grid = grid_of(US, interval, np.datetime64("2015-05-29"), moment)
        assert grid.whole(moment) == count

    def test_crypto_never_ends(self):
        moment = dt.datetime(2024, 1, 3, 0, 30, tzinfo=dt.UTC)
        grid = grid_of(ALWAYS, Interval.HOUR, np.datetime64("2024-01-01"), moment)
        assert grid.whole(moment) == 48
        assert grid.is_forming(48, moment)

    def test_an_intraday_span_begins_right_after_the_bar_before(self):
        moment = dt.datetime(2024, 1, 2, tzinfo=dt.UTC)
        grid = grid_of(ALWAYS, Interval.HOUR, np.datetime64("2024-01-01"), moment)
        assert [str(each) for each in grid.span(3, 5)] == ["2024-01-01T03:00:01", "2024-01-01T05:00:00"]

    def test_weeks_and_months_are_refused(self):
        with pytest.raises(SettingsError, match="made from days"):
            grid_of(US, Interval.WEEK, np.datetime64("2015-01-02"), MOMENT)

    def test_a_grid_is_what_it_says(self):
        assert isinstance(GRID, Grid)
        assert (np.diff(GRID.stamps) > 0).all()
        assert (GRID.begins < GRID.ends).all()
