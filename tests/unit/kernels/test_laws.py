"""What every kernel keeps to, found by listing the folder."""

from __future__ import annotations

import itertools

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from scanwright.kernels import __path__ as folder
from scanwright.model.signature import Type
from tests.house.source import PACKAGE
from tests.kernel_runs import Run, declared, panels, run, same_bits

NAMES = sorted(path.stem for path in (PACKAGE / "kernels").glob("[!_]*.py"))
ALONE = [each for each in NAMES if declared(each).kind != "cross"]
REMEMBERING = [each for each in ALONE if declared(each).kind != "elementwise"]
RANGES = {"q": (0.0, 1.0), "percent": (0.5, 20.0), "step": (0.0, 0.3), "most": (0.1, 0.5), "multiplier": (0.0, 3.0)}


@st.composite
def cases(draw, name):
    """Inputs that the kernel's signature asks for, its constants, and the bars."""
    signature = declared(name).signature
    series, bar = draw(panels(len(signature.series), rows=50))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    for i, argument in enumerate(signature.series):
        shape = series[i].shape
        if argument.type is Type.YESNO:
            series[i] = random.choice([0.0, 1.0, np.nan], shape, p=[0.6, 0.3, 0.1])
        elif argument.name in {"anchor", "session"}:
            series[i] = np.repeat(np.arange(shape[0]) // 5, shape[1]).reshape(shape).astype(float)
        elif argument.name == "slot":
            series[i] = np.repeat(np.arange(shape[0]) % 5, shape[1]).reshape(shape).astype(float)
    constants = [
        draw(st.floats(*RANGES[each.name])) if each.name in RANGES else draw(st.integers(int(each.least or 1), 12))
        for each in signature.constants
    ]
    return series, tuple(float(each) for each in constants), bar


def in_tiles(name, series, params, bar, cuts):
    """The rows in several calls, the state going from one to the next."""
    kernel = Run.of(name, params, series[0].shape[1])
    edges = [0, *sorted(cuts), len(series[0])]
    parts = []
    for a, b in itertools.pairwise(edges):
        if b > a:
            parts.append(kernel.advance([each[a:b] for each in series], None if bar is None else bar[a:b], tile=3))
    return tuple(np.concatenate(each) for each in zip(*parts, strict=True))


def test_the_folder_is_the_packages():
    assert str(PACKAGE / "kernels") in {str(each) for each in folder}


@pytest.mark.parametrize("name", REMEMBERING)
@given(data=st.data())
@settings(max_examples=40)
def test_any_tiling_gives_the_same_bits(name, data):
    series, params, bar = data.draw(cases(name))
    cuts = data.draw(st.lists(st.integers(0, len(series[0])), max_size=5))
    whole = run(name, series, params, bar)
    parts = in_tiles(name, series, params, bar, cuts)
    assert all(same_bits(a, b) for a, b in zip(whole, parts, strict=True))


@pytest.mark.parametrize("name", REMEMBERING)
@given(data=st.data())
@settings(max_examples=40)
def test_a_symbol_alone_gives_the_same_bits(name, data):
    series, params, bar = data.draw(cases(name))
    whole = run(name, series, params, bar)
    for j in range(series[0].shape[1]):
        own = [each[:, j : j + 1] for each in series]
        alone = run(name, own, params, None if bar is None else bar[:, j : j + 1])
        assert all(same_bits(a[:, j : j + 1], b) for a, b in zip(whole, alone, strict=True))


@pytest.mark.parametrize("name", REMEMBERING)
@given(data=st.data())
@settings(max_examples=40)
def test_a_hole_yields_nothing_and_is_as_if_it_were_not_there(name, data):
    series, params, bar = data.draw(cases(name))
    if bar is None:
        return
    whole = run(name, series, params, bar)
    assert all(np.isnan(each[bar == 0]).all() for each in whole)
    for j in range(series[0].shape[1]):
        there = bar[:, j] == 1
        if there.any():
            without = run(name, [each[there, j : j + 1] for each in series], params)
            assert all(same_bits(a[there, j : j + 1], b) for a, b in zip(whole, without, strict=True))


@pytest.mark.parametrize("name", REMEMBERING)
@given(data=st.data())
@settings(max_examples=20)
def test_nothing_is_known_before_the_warmup(name, data):
    series, params, _ = data.draw(cases(name))
    warmup = declared(name).warmup(*params)
    series = [np.nan_to_num(each, nan=1.0) for each in series]
    for each in run(name, series, params):
        assert np.isnan(each[:warmup]).all()
        if warmup and len(each) > warmup:
            assert not np.isnan(each[warmup]).any()


@pytest.mark.parametrize("name", NAMES)
def test_a_declaration_says_what_it_is(name):
    kernel = declared(name)
    assert kernel.name == name
    assert kernel.doc.strip().endswith(".")
    assert name in kernel.example or kernel.hidden
