"""The laws of executors, on every file that the folder lists: whoever did the work, a scan gives the same.

Where a scan is judged in one place stands `scan.now`; here the same scans are shared out among workers.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import threading

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from scanwright.app.wiring import catalogue
from scanwright.app.workers import FACTORY, executor
from scanwright.expr.printer import show
from scanwright.model.errors import ScanwrightError, SettingsError
from scanwright.model.interval import Interval
from scanwright.scan.blocks.spread import Spread
from scanwright.scan.definition import Scan
from scanwright.scan.library import names as library
from scanwright.scan.library import ready
from scanwright.scan.members import Sets, Spell
from scanwright.scan.now import now
from scanwright.workers import FOLDER, Home, Job, declared, names, unavailable
from scanwright.workers._template import EXECUTOR as TEMPLATE
from tests.cluster import ray_executor
from tests.laws.panels import SYMBOLS, Market, panels
from tests.laws.trees import Grower

WORKERS = 2
EXECUTORS = (*names(), "_template")
MARKETS = (Market(seed=4, holes=0.05, late=40), Market(seed=7))
ROWS = (300, 301, 330, 310)  # one more, many more, and fewer again

few = settings(
    max_examples=12, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


@pytest.fixture(scope="module", params=EXECUTORS)
def workers(request):
    """Every executor with two workers, one where there can be no more."""
    if request.param == "ray":
        with ray_executor(request.getfixturevalue("cluster")) as found:
            yield found
    elif request.param == "_template":
        yield TEMPLATE.open("", WORKERS)
    else:
        with executor(request.param, workers=WORKERS) as found:
            yield found


def spread(workers):
    """Blocks of two symbols, so that the laws' five are shared out."""
    return Spread(workers, FACTORY, narrowest=2)


def assert_the_same(found, expected):
    assert found.receipt.result_hash == expected.receipt.result_hash
    assert repr(found.hits) == repr(expected.hits)
    assert found.misses == expected.misses
    assert dataclasses.replace(found.receipt, seconds=0) == dataclasses.replace(expected.receipt, seconds=0)


def panel_for(scan, market):
    daily = scan.interval in (Interval.DAY, Interval.WEEK, Interval.MONTH)
    return market.daily() if daily else market.intraday()


@pytest.mark.parametrize("market", MARKETS, ids=lambda market: f"holes {market.holes}")
@pytest.mark.parametrize("name", library())
def test_a_ready_scan_gives_the_same_hash_whoever_did_the_work(workers, name, market):
    scan = dataclasses.replace(ready(name), universe="all")
    panel = panel_for(scan, market)
    blocks = spread(workers)
    for rows in ROWS:
        part = panel.rows(0, rows)
        assert_the_same(blocks.now(scan, part, catalogue()), now(scan, part, catalogue()))


@seed(20150102)
@few
@given(chance=st.integers(0, 2**20), market=panels(), rows=st.lists(st.integers(200, 330), min_size=2, max_size=4))
def test_so_does_any_scan_of_any_market(workers, chance, market, rows):
    words, grower = catalogue(), Grower(chance)
    scan = Scan(
        where=show(grower.condition(4), words),
        rank=show(grower.number(3), words),
        columns={"a": show(grower.number(3), words), "b": show(grower.condition(3), words)},
        universe=show(grower.condition(2), words) if chance % 2 else "all",
        session=market.session,
    )
    panel = market.daily() if chance % 3 else market.intraday()
    blocks = spread(workers)
    for count in rows:
        part = panel.rows(0, min(count, len(panel.ts)))
        try:
            expected = now(scan, part, catalogue())
        except ScanwrightError as error:
            with pytest.raises(type(error), match=re.escape(str(error))):
                blocks.now(scan, part, catalogue())
        else:
            assert_the_same(blocks.now(scan, part, catalogue()), expected)


ACROSS = (
    Scan(where="rank(close) > 0"),
    Scan(where="ema(rank(close), 5) > 2", rank="rank(roc(5))[3]", columns={"z": "zscore(volume)"}),
    Scan(where="by(sector, rank(close)) <= 2 and close > sma(20)", universe="rank(dollar_volume) <= 4"),
    Scan(where="close > of('SPY', close)", rank="percentile(std(close, 10)) + of('BA', rsi(14))"),
    Scan(where="at('1w', rsi(5)) > 40 and share(close > sma(20)) > 10", exclude="AAPL"),
    Scan(where="midprice(3) > 1 and sma(rank(close), 3) > 1"),
)


@pytest.mark.parametrize("scan", ACROSS, ids=lambda scan: scan.where)
def test_what_looks_across_symbols_is_gathered_before_it_is_judged(workers, scan):
    panel, blocks = MARKETS[0].daily(), spread(workers)
    for rows in ROWS:
        part = panel.rows(0, rows)
        assert_the_same(blocks.now(scan, part, catalogue()), now(scan, part, catalogue()))


def test_a_universe_of_names_takes_part_alone(workers):
    panel, blocks = MARKETS[0].daily(), spread(workers)
    scan = Scan(where="close > sma(20) or rank(close) > 1", universe="list:mine", exclude="BA")
    sets = Sets(spells={"list:mine": tuple(Spell(each) for each in (*SYMBOLS[:4], "GONE"))})
    expected = now(scan, panel, catalogue(), sets=sets)
    assert_the_same(blocks.now(scan, panel, catalogue(), sets=sets), expected)
    assert expected.receipt.missed["unknown_symbol"] == 1


def test_bars_that_were_corrected_are_folded_again(workers):
    panel, blocks = MARKETS[1].daily(), spread(workers)
    scan = Scan(where="rsi(14) > 0", columns={"r": "rsi(14)", "k": "ema(rank(close), 9)"})
    blocks.now(scan, panel, catalogue())
    close = panel.fields["close"].copy()
    close[200:220, 1] *= 1.5
    corrected = dataclasses.replace(panel, fields={**panel.fields, "close": close}, data_hash="corrected")
    assert_the_same(blocks.now(scan, corrected, catalogue()), now(scan, corrected, catalogue()))


def test_a_market_without_bars_has_nobody_to_ask(workers):
    panel, blocks = MARKETS[0].daily().rows(0, 0), spread(workers)
    scan = Scan(where="close > sma(20)")
    assert_the_same(blocks.now(scan, panel, catalogue()), now(scan, panel, catalogue()))


def test_many_may_ask_at_once(workers):
    panel, blocks = MARKETS[0].daily(), spread(workers)
    scans = [Scan(where=f"rank(roc({each})) > 1 and close > sma({each})") for each in range(2, 10)]
    found = {}

    def ask(scan):
        found[scan.where] = blocks.now(scan, panel, catalogue())

    askers = [threading.Thread(target=ask, args=(scan,)) for scan in scans]
    for each in askers:
        each.start()
    for each in askers:
        each.join()
    for scan in scans:
        assert_the_same(found[scan.where], now(scan, panel, catalogue()))


def test_answers_stand_in_the_order_of_the_jobs(workers):
    homes = [Home(key=f"count {at}", number=at, factory="tests.laws.test_executors:Counting") for at in range(5)]
    jobs = [Job(home=homes[at % 5], method="add", arguments={"values": np.array([at])}) for at in range(10)]
    found = [answer["sum"] for answer in workers.gather(jobs)]
    assert found[:5] == [0, 1, 2, 3, 4]
    assert found[5:] == [5, 7, 9, 11, 13]  # each home has kept what it was told first


def test_what_a_job_raises_is_raised_to_whoever_asked(workers):
    home = Home(key="failing", number=0, factory="tests.laws.test_executors:Counting")
    with pytest.raises(SettingsError, match="expected a whole number, found 'x'"):
        workers.gather([Job(home=home, method="fail", arguments={"found": "x"})])


class Counting:
    """What a worker keeps in these tests."""

    def __init__(self):
        self.sum = 0

    def add(self, values):
        self.sum += int(values.sum())
        return {"sum": self.sum}

    def fail(self, found):
        raise SettingsError(expected="a whole number", found=repr(found), todo="")


@pytest.mark.parametrize("name", names())
def test_an_executor_is_declared_under_its_files_name(name):
    found = declared(name)
    assert found.name == name
    assert found.summary
    assert unavailable(found) == "" or "pip install" in unavailable(found)
    assert len(inspect.signature(found.open).parameters) == 2


def test_every_exception_of_ray_has_one_root_which_is_caught():
    library = pytest.importorskip("ray.exceptions", reason="ray is not installed: pip install 'scanwright[ray]'")
    found = [each for each in vars(library).values() if inspect.isclass(each) and issubclass(each, BaseException)]
    assert len(found) > 20
    assert all(issubclass(each, library.RayError) for each in found)


def test_the_folder_lists_what_is_documented():
    assert FOLDER.names() == ("inline", "ray", "threads")
