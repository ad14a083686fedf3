from __future__ import annotations

import numpy as np
import pytest

from scanwright.learn.bootstrap import sureness


def noise(generator, days=300, symbols=20, overlap=10):
    """Items of common days: each day's shock is shared by all its items and by the next days' windows."""
    shock = np.convolve(generator.normal(0, 1, days + overlap - 1), np.ones(overlap), "valid")
    values = shock[:, None] + generator.normal(0, 1, (days, symbols))
    return np.repeat(np.arange(days), symbols), values.ravel()


def test_the_block_interval_covers_the_truth_where_the_naive_one_does_not():
    generator = np.random.default_rng(5)
    block, naive, tries = 0, 0, 150
    for _ in range(tries):
        day, values = noise(generator)
        sure = sureness(day, values, values, horizon=20, generator=generator, draws=300)
        block += sure.mean.low <= 0 <= sure.mean.high
        naive += sure.naive.low <= 0 <= sure.naive.high
    assert block / tries > 0.85
    assert naive / tries < 0.3


def test_independent_items_are_worth_about_their_number():
    generator = np.random.default_rng(6)
    day = np.arange(2000)
    values = generator.normal(0, 1, 2000)
    sure = sureness(day, values, values, horizon=1, generator=generator)
    assert sure.effective > 1500
    assert sure.mean.half == pytest.approx(sure.naive.half, rel=0.2)
    assert sure.median.low < np.median(values) < sure.median.high
    assert sure.median.half == pytest.approx(sure.mean.half * (np.pi / 2) ** 0.5, rel=0.2)


def test_items_that_repeat_each_day_are_worth_the_days():
    generator = np.random.default_rng(7)
    values = generator.normal(0, 1, 1000)
    sure = sureness(np.repeat(np.arange(1000), 8), values.repeat(8), values.repeat(8), horizon=1, generator=generator)
    assert sure.effective == pytest.approx(1000, rel=0.2)


def test_a_thousand_items_of_one_day_are_one_observation():
    generator = np.random.default_rng(8)
    values = generator.normal(0, 1, 1000)
    assert sureness(np.zeros(1000, dtype=int), values, values, horizon=5, generator=generator).effective == 1


def test_the_same_seed_gives_the_same_intervals():
    day, values = noise(np.random.default_rng(1))
    first, second = (
        sureness(day, values, values, horizon=5, generator=np.random.default_rng(2), draws=200) for _ in range(2)
    )
    assert first == second
