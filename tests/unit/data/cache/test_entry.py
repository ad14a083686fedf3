"""An entry comes back as it was kept, or is refused: a damaged one is never taken for an answer."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.data.cache.entry import Entry, key_of, packed, unpacked
from scanwright.data.ports import Answer, ChainWanted, EventsWanted, QuotesWanted
from scanwright.model.errors import Refused, UnknownSymbol

NOW = dt.datetime(2026, 1, 5, 15, 30, tzinfo=dt.UTC)
LATER, LAST = NOW + dt.timedelta(seconds=60), NOW + dt.timedelta(days=1)


def entry_of(table, **facts):
    answer = Answer(table=table, provider="p", asked_at=NOW, as_of=NOW, **facts)
    return Entry(found=answer, fresh=LATER, keep=LAST)


tables = st.builds(
    lambda rows: pl.DataFrame(rows, schema={"symbol": pl.String, "value": pl.Float64}, orient="row"),
    st.lists(st.tuples(st.text(max_size=5), st.one_of(st.none(), st.floats(allow_nan=False)))),
)


@given(table=tables, delayed=st.one_of(st.none(), st.timedeltas(dt.timedelta(0), dt.timedelta(days=2))))
def test_an_answer_comes_back(table, delayed):
    kept = entry_of(table, delayed=delayed, absent={"ZZZ": "unknown"}, requests=7)
    back = unpacked(packed(kept))
    assert isinstance(back.found, Answer)
    assert back.found.table.equals(table)
    assert (back.found.delayed, back.found.absent) == (delayed, {"ZZZ": "unknown"})
    assert (back.found.provider, back.found.asked_at, back.found.as_of) == ("p", NOW, NOW)
    assert (back.fresh, back.keep) == (LATER, LAST)
    assert back.found.requests == 0, "a kept answer cost nothing"


def test_times_keep_their_types():
    table = pl.DataFrame({"ts": [NOW], "date": [NOW.date()]}).with_columns(pl.col("ts").dt.cast_time_unit("ms"))
    back = unpacked(packed(entry_of(table)))
    assert back.found.table.schema == table.schema


def test_a_refusal_comes_back_with_its_facts():
    error = Refused(provider="p", asked="news of X", expected="a plan with news", found="status 403", todo="pay")
    back = unpacked(packed(Entry(found=error, fresh=LATER, keep=LAST)))
    assert type(back.found) is Refused
    assert str(back.found) == str(error)
    unknown = UnknownSymbol(symbol="APPL", market="p", nearest="AAPL")
    assert str(unpacked(packed(Entry(found=unknown, fresh=LATER, keep=LAST))).found) == str(unknown)


@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_one_wrong_bit_is_seen(at, bit):
    content = bytearray(packed(entry_of(pl.DataFrame({"a": [1.0, 2.0]}))))
    content[at % len(content)] ^= 1 << bit
    with pytest.raises(ValueError, match="entry"):
        unpacked(bytes(content))


@given(length=st.integers(0, 200))
def test_a_part_is_seen(length):
    content = packed(entry_of(pl.DataFrame({"a": [1.0]})))
    with pytest.raises(ValueError, match="cut short"):
        unpacked(content[: min(length, len(content) - 1)])


def test_keys_tell_wants_and_accounts_apart():
    news = EventsWanted(kinds=("news",), first=dt.date(2026, 1, 1), last=dt.date(2026, 1, 5))
    wants = (news, ChainWanted(underlying="A"), ChainWanted(underlying="B"), QuotesWanted(symbols=("A",)))
    keys = {key_of(scope, want) for scope in ("one", "two") for want in wants}
    assert len(keys) == 8
    assert key_of("one", ChainWanted(underlying="A")) in keys
