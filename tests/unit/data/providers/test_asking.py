"""What providers are asked through: threads with a pace and a deadline, pages that end, tables that are judged."""

from __future__ import annotations

import asyncio
import datetime as dt
import math
import threading
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.data.fetching.limited import Limited
from scanwright.data.fetching.tally import Tally
from scanwright.data.ports import Answer, Costs, Offers, SymbolsWanted
from scanwright.data.providers._pages import followed, read_json
from scanwright.data.providers._tables import bars, judged
from scanwright.data.providers._threads import Once, Threads
from scanwright.data.providers._translated import hidden, of_status, seconds
from scanwright.model.clock import SettableClock
from scanwright.model.errors import RateLimited, Refused, Unavailable, Unreadable
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS
from scanwright.model.secret import Secret

NEW_YORK = ZoneInfo("America/New_York")


# --- threads


def threads(*, requests=1000.0, seconds=5.0):
    return Threads("p", Costs(requests=requests), lambda: {LookupError: Refused}, seconds=seconds)


def test_what_a_call_gives_and_raises():
    def fails():
        raise KeyError("no such plan")

    async def both():
        asked = threads()
        assert await asked.run(lambda: 3, asked="x") == 3
        with pytest.raises(Refused, match="no such plan"):
            await asked.run(fails, asked="x")

    asyncio.run(both())


def test_what_is_no_error_of_the_library_stays_what_it_is():
    def broken():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(threads().run(broken, asked="x"))


def test_calls_keep_the_pace():
    async def six():
        asked, loop = threads(requests=50.0), asyncio.get_running_loop()
        begun = loop.time()
        await asyncio.gather(*(asked.run(lambda: None, asked="x") for _ in range(15)))
        return loop.time() - begun

    assert asyncio.run(six()) >= 10 / 50 * 0.95, "five may go together, ten wait for a turn each"


def test_a_call_that_is_given_up_does_not_hold_the_program():
    gate, ended = threading.Event(), threading.Event()

    def held():
        gate.wait(20)
        ended.set()

    async def given_up():
        with pytest.raises(Unavailable, match="within 0"):
            await threads(seconds=0.05).run(held, asked="x")

    asyncio.run(given_up())
    assert not ended.is_set()
    gate.set()
    assert ended.wait(20), "what comes of it later harms nobody"


def test_a_thing_is_made_once_by_whoever_needs_it_first():
    made, gate = [], threading.Barrier(8)
    once = Once(lambda: made.append(1) or object())

    def need():
        gate.wait(20)
        once()

    each = [threading.Thread(target=need) for _ in range(8)]
    for thread in each:
        thread.start()
    for thread in each:
        thread.join()
    assert made == [1]


class Paged:
    """A provider whose answers take a hundred pages each, which waited for their turn already."""

    name = "paged"
    offers = Offers(wants=frozenset({SymbolsWanted}))
    costs = Costs(requests=1.0, seconds=1.0, paced=True)

    async def ask(self, want):
        now = dt.datetime(2024, 1, 2, tzinfo=dt.UTC)
        return Answer(table=pl.DataFrame(), provider=self.name, asked_at=now, as_of=now, requests=100)

    async def close(self):
        """Nothing is open."""


def test_pages_that_waited_for_their_turn_are_not_waited_for_again():
    async def asked():
        tally = Tally()
        limited = Limited(Paged(), SettableClock(dt.datetime(2024, 1, 2, tzinfo=dt.UTC)), tally)
        await asyncio.wait_for(limited.ask(SymbolsWanted()), timeout=20)
        return tally.requests

    assert asyncio.run(asked()) == 100


# --- pages


def walked(graph):
    """The pages from "" on, each naming the next."""

    async def fetch(token):
        return {"at": token, "next": graph[token]}

    return asyncio.run(followed(fetch, lambda page: page["next"], provider="p", asked="x"))


@given(st.lists(st.text(min_size=1), unique=True, max_size=20))
def test_pages_are_followed_to_the_last_in_their_order(tokens):
    order = ["", *tokens]
    graph = dict(zip(order, [*tokens, ""], strict=True))
    assert [page["at"] for page in walked(graph)] == order


@given(st.lists(st.text(min_size=1), unique=True, min_size=1, max_size=20), st.data())
def test_pages_never_go_in_a_circle(tokens, data):
    order = ["", *tokens]
    back = data.draw(st.sampled_from(tokens))
    graph = dict(zip(order, [*tokens, back], strict=True))
    with pytest.raises(Unreadable, match="come to an end"):
        walked(graph)


@given(st.one_of(st.binary(), st.sampled_from([b"[]", b"3", b'"{}"', b'{"a": ', b"\xff{}", b"null"])))
def test_a_body_that_is_no_object_of_json_is_unreadable(body):
    with pytest.raises(Unreadable, match="asked for x"):
        read_json(body, provider="p", asked="x")


# --- tables


@given(st.dates(dt.date(1990, 1, 1), dt.date(2040, 12, 31)))
def test_the_start_of_a_day_in_new_york_is_that_day_summer_and_winter(date):
    start = int(dt.datetime.combine(date, dt.time(), NEW_YORK).timestamp() * 1000)
    frame = bars(["A"], [start], {name: [1.0] for name in FIELDS}, Interval.DAY, "America/New_York")
    assert frame["ts"].item() == date


@given(st.integers(600_000_000, 2_300_000_000), st.sampled_from(list(Interval)[:5]))
def test_an_intraday_bar_is_kept_by_its_end(start, interval):
    stamp = start * 1000
    frame = bars(["A"], [stamp], {name: [1.0] for name in FIELDS}, interval, "America/New_York")
    assert frame["ts"].dt.timestamp("ms").item() == stamp + interval.seconds * 1000


def frame_of(rows):
    """Bars of (symbol, day of January, close)."""
    return pl.DataFrame(
        [(symbol, dt.date(2024, 1, day), 1.0, 1.0, 1.0, close, 1.0) for symbol, day, close in rows],
        schema={"symbol": pl.String, "ts": pl.Date, **dict.fromkeys(FIELDS, pl.Float64)},
        orient="row",
    )


def judge(frame, symbols=("A", "B")):
    first, last = np.datetime64("2024-01-02", "s"), np.datetime64("2024-01-30", "s")
    return judged(frame, provider="p", asked="x", symbols=symbols, first=first, last=last)


@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(2, 30), st.floats(0, 1e9)), max_size=30))
def test_bars_in_order_pass_and_in_any_other_do_not(rows):
    frame = frame_of(rows)
    rises = all(days == sorted(set(days)) for days in ([day for each, day, _ in rows if each == one] for one in "AB"))
    if rises:
        assert judge(frame) is frame
    else:
        with pytest.raises(Unreadable, match="rise"):
            judge(frame)


@given(st.sampled_from([None, float("nan"), float("inf"), -0.01]), st.sampled_from(FIELDS))
def test_a_bar_without_a_number_is_no_answer(value, field):
    frame = frame_of([("A", 2, 1.0), ("A", 3, 1.0)])
    wrong = pl.when(pl.col("ts") == dt.date(2024, 1, 3)).then(pl.lit(value, pl.Float64)).otherwise(pl.col(field))
    with pytest.raises(Unreadable, match="1 of 2 rows otherwise, first A 2024-01-03"):
        judge(frame.with_columns(wrong.alias(field)))


@pytest.mark.parametrize(
    ("rows", "told"), [([("C", 2, 1.0)], "asked for"), ([("A", 1, 1.0)], "bars from"), ([("A", 31, 1.0)], "bars from")]
)
def test_a_bar_that_nobody_asked_for_is_no_answer(rows, told):
    with pytest.raises(Unreadable, match=told):
        judge(frame_of(rows))


# --- words


@given(st.integers(100, 599))
def test_every_bad_status_is_an_error_that_says_whether_to_ask_again(status):
    error = of_status(status, {"retry-after": "3"}.get, provider="p", asked="x", found="")
    assert (error is None) == (status < 400)
    if error is not None:
        assert error.retryable == (status in {408, 429} or status >= 500)
        assert isinstance(error, RateLimited) == (status == 429)


@given(st.one_of(st.text(), st.floats().map(str)))
def test_a_time_to_wait_is_a_number_or_nothing(text):
    assert 0 <= (seconds(text) or 0) < math.inf


@given(st.text(), st.text(min_size=1), st.text())
def test_a_key_is_taken_out_wherever_it_stands(before, key, after):
    told = hidden(before + key + after, Secret(key))
    assert key not in told or key in str(Secret(key))
