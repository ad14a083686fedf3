"""Option chains on the disk: whole snapshots or none, small files that grow together, nothing changed that is kept."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
import textwrap

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanwright.model.errors import BadBars, StoreError
from scanwright.model.interval import Interval
from scanwright.store.chains import FULL
from scanwright.store.manifest import read_manifest
from scanwright.store.market import Market, create

NOON = dt.datetime(2026, 1, 5, 17, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def market(tmp_path):
    return create(tmp_path / "market", name="chains")


def snapshot(underlying="AA", taken=NOON, contracts=4, bid=1.0, provider="files"):
    strikes = [float(1 + at) for at in range(contracts)]
    return pl.DataFrame(
        {
            "underlying": underlying,
            "contract": [f"{underlying}260116C{round(each * 1000):08d}" for each in strikes],
            "expiry": dt.date(2026, 1, 16),
            "strike": strikes,
            "right": "call",
            "style": "american",
            "bid": [bid] * contracts,
            "provider": provider,
            "taken": taken,
        }
    )


def files(market):
    return {str(path.relative_to(market.folder)) for path in market.folder.glob("chains/*/*")}


def test_what_is_kept_is_read(market):
    report = market.keep_chain(snapshot(), source="a.parquet")
    assert (report.kind, report.rows_read, report.rows_new, report.symbols) == ("chains", 4, 4, 1)
    read = Market.open(market.folder).chain("AA")
    assert read is not None
    assert read["bid"].to_list() == [1.0] * 4
    assert read["ask"].null_count() == 4
    assert market.chain("BB") is None


def test_the_chain_at_a_moment_is_the_last_one_taken_by_then(market):
    market.keep_chain(pl.concat([snapshot(bid=1), snapshot(taken=NOON + HOUR, bid=2)]), source="a")
    market.keep_chain(snapshot(taken=NOON + 3 * DAY, bid=3), source="a")
    moments = (
        NOON - HOUR,
        NOON,
        NOON + HOUR - dt.timedelta(milliseconds=1),
        NOON + HOUR,
        NOON + 2 * DAY,
        NOON + 9 * DAY,
    )
    found = [market.chain("AA", at=each) for each in moments]
    assert [None if each is None else each["bid"][0] for each in found] == [None, 1, 1, 2, 2, 3]
    latest = market.chain("AA")
    assert latest is not None
    assert latest["bid"][0] == 3


def test_a_table_of_underlyings_over_a_time(market):
    days = [snapshot(name, NOON + at * DAY) for name in ("AA", "BB", "CC") for at in range(3)]
    market.keep_chain(pl.concat(days), source="a")
    found = market.chains(underlyings=["AA", "CC"], first=NOON + HOUR, last=NOON + DAY)
    assert found["underlying"].unique().sort().to_list() == ["AA", "CC"]
    assert found["taken"].unique().to_list() == [NOON + DAY]
    assert len(market.chains()) == 36
    assert market.chains(underlyings=["ZZ"]).is_empty()
    listed = market.chain_snapshots(first=NOON + DAY)
    assert listed.columns == ["underlying", "taken", "provider", "contracts"]
    assert (len(listed), listed["contracts"].sum()) == (6, 24)


def test_a_snapshot_that_comes_again_stays_as_it_was(market):
    market.keep_chain(snapshot(bid=1), source="a")
    before = read_manifest(market.folder)
    again = market.keep_chain(snapshot(bid=1), source="a")
    assert (again.rows_new, again.rows_same, again.warnings) == (0, 4, ())
    other = market.keep_chain(snapshot(bid=2), source="a")
    assert (other.rows_new, other.rows_same) == (0, 4)
    assert "1 snapshots are kept already" in other.warnings[0]
    assert read_manifest(market.folder) == before
    assert market.chains()["bid"].unique().to_list() == [1]


def test_two_providers_of_one_moment_are_two_snapshots(market):
    market.keep_chain(pl.concat([snapshot(bid=1), snapshot(bid=2, provider="yahoo")]), source="a")
    assert market.chain_snapshots()["provider"].to_list() == ["files", "yahoo"]
    chain = market.chain("AA")
    assert chain is not None
    assert len(chain) == 4


def test_a_contract_that_is_named_twice_in_a_snapshot_is_counted(market):
    report = market.keep_chain(pl.concat([snapshot(bid=1), snapshot(bid=2)]), source="a")
    assert report.quarantined == {"duplicate": 4}
    assert report.rows_read == report.rows_new + report.refused
    assert market.chains()["bid"].unique().to_list() == [1]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda frame: frame.drop("contract"), "no contract"),
        (lambda frame: frame.with_columns(right=pl.lit("C")), "right C"),
        (lambda frame: frame.with_columns(style=pl.lit("bermudan")), "style bermudan"),
        (lambda frame: frame.with_columns(strike=pl.lit(-1.0)), "strike -1.0"),
        (lambda frame: frame.with_columns(strike=pl.lit("x")), "conversion"),
        (lambda frame: frame.with_columns(expiry=pl.lit(None)), "expiry None"),
    ],
)
def test_what_is_no_chain_is_refused_and_changes_nothing(market, change, told):
    with pytest.raises(BadBars, match=told):
        market.keep_chain(change(snapshot()), source="a")
    assert not files(market)


def test_many_small_appends_grow_together(market):
    for at in range(40):
        market.keep_chain(snapshot(f"S{at:02d}", contracts=50), source="a")
    assert len(files(market)) <= 8  # one index, and about log2(40) parts
    assert len(market.chains()) == 2000
    assert market.chain("S07")["underlying"].unique().to_list() == ["S07"]


def test_a_day_of_many_underlyings_is_cut_into_files_of_some(market):
    many = pl.concat([snapshot(f"S{at:04d}", contracts=200) for at in range(1000)])
    market.keep_chain(many, source="a")
    parts = [name for name in files(market) if "part" in name]
    assert len(parts) == len(many) // FULL
    found = market.chains(underlyings=["S0500"])
    assert len(found) == 200


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 60), st.integers(1, 6)), min_size=1, max_size=5),
        max_size=8,
    )
)
def test_however_they_come_each_is_there_once(tmp_path_factory, batches):
    market = create(tmp_path_factory.mktemp("any") / "market", name="any")
    expected = {}
    for batch in batches:
        for name, hours, contracts in batch:
            expected.setdefault((name, NOON + hours * HOUR), contracts)
        first = {(name, hours): contracts for name, hours, contracts in reversed(batch)}
        frames = [snapshot(name, NOON + hours * HOUR, contracts) for (name, hours), contracts in first.items()]
        market.keep_chain(pl.concat(frames), source="a")
    listed = market.chain_snapshots().select("underlying", "taken", "contracts").rows()
    assert {(name, taken): contracts for name, taken, contracts in listed} == expected
    assert len(market.chains()) == sum(expected.values())


def test_chains_change_no_hash_of_bars(market):
    bars = pl.DataFrame({"symbol": ["A"], "ts": [dt.date(2026, 1, 5)]}).with_columns(
        **{name: pl.lit(10.0) for name in ("open", "high", "low", "close", "volume")}
    )
    market.append(Interval.DAY, bars, seen=NOON, source="a")
    before = market.data_hash(Interval.DAY)
    market.keep_chain(snapshot(), source="a")
    assert market.data_hash(Interval.DAY) == before
    fact = pl.DataFrame({"symbol": ["A"], "fact": ["iv30"], "known": [NOON], "value": [20.0]})
    market.put("facts", fact, source="a")
    assert market.data_hash(Interval.DAY) != before


def test_other_bytes_are_not_read(market):
    market.keep_chain(snapshot(), source="a")
    part = next(market.folder.glob("chains/*/part-*"))
    part.write_bytes(part.read_bytes()[:-1] + b"x")
    with pytest.raises(StoreError, match="other bytes"):
        market.chains()


def test_readers_see_whole_snapshots_while_somebody_writes(market, request):
    script = textwrap.dedent(WRITER.format(root=str(request.config.rootpath), folder=str(market.folder)))
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        done = int(process.stdout.readline())
        while done < 40:
            held = market.chains(underlyings=[f"S{at:03d}" for at in range(done + 1)])
            assert len(held) >= 300 * (done + 1)
            assert held.group_by("underlying", "taken").len()["len"].unique().to_list() == [300]
            done = int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_nothing_is_left_of_what_was_replaced(market):
    for at in range(3):
        market.keep_chain(snapshot(taken=NOON + at * HOUR), source="a")
    named = {each.file for each in read_manifest(market.folder).chains.values()}
    assert len([name for name in files(market) if "index" in name]) == len(named) == 1


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from scanwright.store.market import Market
from tests.integration.store.test_chains import DAY, NOON, snapshot
market = Market.open(Path({folder!r}))
for at in range(1000):
    market.keep_chain(snapshot(f"S{{at:03d}}", NOON + at % 3 * DAY, 300), source="a")
    print(at, flush=True)
"""


def test_killed_at_any_moment_what_was_acknowledged_is_there(market, request):
    script = textwrap.dedent(WRITER.format(root=str(request.config.rootpath), folder=str(market.folder)))
    done = 0
    for lines in (1, 4, 9):
        process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for _ in range(lines):
            done = max(done, int(process.stdout.readline()))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        held = Market.open(market.folder).chain_snapshots()
        assert len(held) >= done + 1
        assert held["contracts"].unique().to_list() == [300]
    market.keep_chain(pl.concat([snapshot("ZZ", NOON + at * DAY) for at in range(3)]), source="a")
    manifest = read_manifest(market.folder)
    named = {each.file for each in manifest.chains.values()}
    named |= {file for kept in manifest.chains.values() for file in pl.read_parquet(market.folder / kept.file)["file"]}
    assert files(market) == named
