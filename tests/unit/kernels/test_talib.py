from __future__ import annotations

import itertools
import json
import subprocess
import sys

import hypothesis.strategies as st
import numpy as np
import pytest
import talib
from hypothesis import given, settings

from scanwright.kernels._talib import TABLE, Foreign, functions, lookback
from scanwright.model.errors import DataError
from tests.house.source import ROOT
from tests.kernel_runs import same_bits

sys.path.append(str(ROOT / "tools"))
NAMES = sorted(functions())


def defaults(name):
    return tuple(each.default for each in functions()[name].signature.constants)


def market(seed, rows, width, *, holes=True, missing=True):
    """Prices by name, and a mask of bars."""
    random = np.random.default_rng(seed)
    close = 50 * np.exp(np.cumsum(random.normal(0, 0.02, (rows, width)), axis=0))
    fields = {
        "open": close * random.uniform(0.99, 1.01, close.shape),
        "close": close,
        "volume": random.lognormal(8, 1, close.shape),
        "periods": random.integers(2, 30, close.shape).astype(float),
    }
    body = np.maximum(fields["open"], close), np.minimum(fields["open"], close)
    fields["high"] = body[0] * random.uniform(1, 1.02, close.shape)
    fields["low"] = body[1] * random.uniform(0.98, 1, close.shape)
    bar = (random.random(close.shape) < (0.9 if holes else 1.0)).astype(np.uint8)
    if missing:
        fields["close"][random.random(close.shape) < 0.02] = np.nan
    return fields, bar


def inputs_of(name, fields):
    return [fields[each.default or each.name] for each in functions()[name].signature.series]


def in_tiles(foreign, inputs, bar, cuts):
    edges = [0, *sorted(cuts), len(bar)]
    stretches = [slice(a, b) for a, b in itertools.pairwise(edges) if b > a]
    parts = [foreign.advance([each[rows] for each in inputs], bar[rows]) for rows in stretches]
    return tuple(np.concatenate(each) for each in zip(*parts, strict=True))


def expected(name, inputs, bar):
    """TA-Lib's batch over each symbol's own bars that have all values."""
    order = [1, 0] if name == "mavp" else range(len(inputs))  # its periods have no default, so they stand first here
    out = [np.full(bar.shape, np.nan) for _ in functions()[name].signature.outputs]
    usable = (bar == 1) & np.isfinite(np.stack(inputs)).all(axis=0)
    for j in range(bar.shape[1]):
        own = [np.ascontiguousarray(inputs[at][usable[:, j], j]) for at in order]
        found = getattr(talib, functions()[name].source.split()[-1])(*own)
        for into, series in zip(out, found if isinstance(found, tuple) else (found,), strict=True):
            values = series.astype(float)
            values[: lookback(name, defaults(name))] = np.nan
            into[usable[:, j], j] = np.where(np.isfinite(values), values, np.nan)
    return tuple(out)


@pytest.mark.parametrize("name", NAMES)
def test_batch_and_handles_give_what_the_library_gives(name):
    fields, bar = market(3, 140, 3)
    inputs = inputs_of(name, fields)
    wanted = expected(name, inputs, bar)
    for cuts in ([], [100, *range(101, 110)], [1, 2, 3, 40, 130]):
        found = in_tiles(Foreign(name, defaults(name), 3), inputs, bar, cuts)
        assert all(same_bits(a, b) for a, b in zip(found, wanted, strict=True)), cuts


@given(name=st.sampled_from(NAMES), seed=st.integers(0, 2**32), cuts=st.lists(st.integers(1, 119), max_size=6))
@settings(deadline=None, max_examples=60)
def test_any_tiling_gives_the_same_bits(name, seed, cuts):
    fields, bar = market(seed, 120, 2)
    inputs = inputs_of(name, fields)
    whole = Foreign(name, defaults(name), 2).advance(inputs, bar)
    parts = in_tiles(Foreign(name, defaults(name), 2), inputs, bar, cuts)
    assert all(same_bits(a, b) for a, b in zip(whole, parts, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_one_bar_at_a_time_from_the_first(name):
    fields, bar = market(5, 110, 1)
    inputs = inputs_of(name, fields)
    whole = Foreign(name, defaults(name), 1).advance(inputs, bar)
    foreign = Foreign(name, defaults(name), 1)
    single = in_tiles(foreign, inputs, bar, range(1, 110))
    assert all(same_bits(a, b) for a, b in zip(whole, single, strict=True))


@pytest.mark.parametrize("name", ["rsi", "cdl_hammer", "macd", "ht_sine", "mavp", "vwap"])
def test_a_copy_leaves_no_trace_and_a_snapshot_goes_on(name):
    fields, bar = market(7, 150, 3)
    inputs = inputs_of(name, fields)
    whole = Foreign(name, defaults(name), 3).advance(inputs, bar)
    foreign = Foreign(name, defaults(name), 3)
    foreign.advance([each[:120] for each in inputs], bar[:120])
    fork = foreign.copy()
    fork.advance([each[:9] * 3 for each in inputs], bar[:9])
    again = Foreign(name, defaults(name), 3)
    again.resume(foreign.snapshot())
    for each in (again, foreign.copy(), foreign):
        late = each.advance([values[120:] for values in inputs], bar[120:])
        assert all(same_bits(a[120:], b) for a, b in zip(whole, late, strict=True))


def test_a_snapshot_of_other_symbols_is_refused():
    foreign = Foreign("rsi", (14,), 3)
    with pytest.raises(DataError, match="a snapshot of rsi for 3 symbols"):
        foreign.resume(Foreign("rsi", (14,), 2).snapshot())


@pytest.mark.parametrize("name", NAMES)
def test_the_first_value_comes_after_the_stated_warmup(name):
    fields, bar = market(11, 130, 1, holes=False, missing=False)
    results = Foreign(name, defaults(name), 1).advance(inputs_of(name, fields), bar)
    warmup = functions()[name].warmup(*defaults(name))
    assert all(np.isnan(each[:warmup]).all() for each in results)
    if name not in {"acos", "asin"}:  # prices are beyond what these have a value for
        assert any(np.isfinite(each[warmup:]).any() for each in results)


def test_the_table_fits_the_library_that_is_installed():
    from make_talib_table import table

    assert json.loads(TABLE.read_text()) == table()


def test_every_function_of_the_library_is_there_but_plain_arithmetic():
    offered = {each.source.split()[-1] for each in functions().values()}
    left_out = set(talib.get_functions()) - offered
    assert left_out == set("ADD DIV EXP LN MAX MIN MULT SQRT SUB SUM".split())


def test_listing_does_not_load_the_library():
    code = "import sys; from scanwright.kernels._talib import functions; functions(); sys.exit('talib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
