from __future__ import annotations

import math

import numpy as np
import pytest

from scanwright.kernels import _compiled
from tests.kernel_runs import Run

NAN = math.nan
VALUES = (NAN, -2.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.5, 7.0)
LOGIC = (0.0, 1.0, NAN)


def missing(*given):
    return any(each != each for each in given)  # noqa: PLR0124 - what is not equal to itself is missing


def unless_missing(function):
    return lambda *given: NAN if missing(*given) else function(*given)


def kleene_and(a, b):
    return 0.0 if 0.0 in (a, b) else NAN if missing(a, b) else 1.0


def kleene_or(a, b):
    return 1.0 if 1.0 in (a, b) else NAN if missing(a, b) else 0.0


def power(a, b):
    try:
        found = a**b
    except ZeroDivisionError:
        return None
    return NAN if isinstance(found, complex) else found


NUMBERS = {
    "add": unless_missing(lambda a, b: a + b),
    "sub": unless_missing(lambda a, b: a - b),
    "mul": unless_missing(lambda a, b: a * b),
    "div": unless_missing(lambda a, b: a / b if b else NAN),
    "neg": unless_missing(lambda a: -a),
    "abs": unless_missing(abs),
    "log": unless_missing(lambda a: math.log(a) if a > 0 else NAN),
    "exp": unless_missing(math.exp),
    "sqrt": unless_missing(lambda a: math.sqrt(a) if a >= 0 else NAN),
    "sign": unless_missing(lambda a: float((a > 0) - (a < 0))),
    "round": unless_missing(lambda a: float(round(a))),
    "positive": unless_missing(lambda a: max(a, 0.0)),
    "less": unless_missing(lambda a, b: float(a < b)),
    "less_equal": unless_missing(lambda a, b: float(a <= b)),
    "equal": unless_missing(lambda a, b: float(a == b)),
    "not_equal": unless_missing(lambda a, b: float(a != b)),
    "min": unless_missing(min),
    "max": unless_missing(max),
    "fill": lambda a, b: b if missing(a) else a,
    "is_missing": lambda a: float(missing(a)),
}
TRUTH = {
    "and": kleene_and,
    "or": kleene_or,
    "not": unless_missing(lambda a: 1.0 - a),
}


def table(values, count):
    """Every combination of the values, as columns of one row each."""
    return [each.ravel()[None, :] for each in np.meshgrid(*[values] * count, indexing="ij")]


def check(name, function, values):
    count = function.__code__.co_argcount or 1
    for inputs in (table(values, 1), table(values, 2)):
        try:
            wanted = [function(*each) for each in np.concatenate(inputs).T.tolist()]
        except TypeError:
            continue
        (found,) = Run.loop("elementwise", name, inputs[0].shape[1]).advance(inputs)
        np.testing.assert_allclose(found[0], wanted, rtol=1e-15, err_msg=f"{name} {count}")
        return
    pytest.fail(f"{name} takes one or two")


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers(name):
    check(name, NUMBERS[name], VALUES)


@pytest.mark.parametrize("name", TRUTH)
def test_truth_is_three_valued(name):
    check(name, TRUTH[name], LOGIC)


def test_powers():
    a, b = table(VALUES, 2)
    (found,) = Run.loop("elementwise", "pow", a.shape[1]).advance([a, b])
    for x, y, result in zip(a[0].tolist(), b[0].tolist(), found[0].tolist(), strict=True):
        if not missing(x, y) and power(x, y) is not None:
            assert math.isclose(result, power(x, y), rel_tol=1e-14) or missing(result, power(x, y))


def test_a_choice_is_missing_where_the_condition_is():
    inputs = [np.array([[1.0, 0.0, NAN, 1.0, 0.0]]), np.array([[2.0, 2.0, 2.0, NAN, NAN]]), np.full((1, 5), 3.0)]
    (found,) = Run.loop("elementwise", "where", 5).advance(inputs)
    np.testing.assert_array_equal(found, [[2.0, 3.0, NAN, NAN, 3.0]])


def test_a_copy_is_missing_where_there_is_no_bar():
    (found,) = Run.loop("elementwise", "copy", 3).advance([np.arange(6.0).reshape(2, 3)], [[1, 0, 1], [1, 1, 1]])
    np.testing.assert_array_equal(found, [[0.0, NAN, 2.0], [3.0, 4.0, 5.0]])


def test_every_loop_is_tried_here():
    loops = set(_compiled.load("elementwise").addresses())
    assert loops == {*NUMBERS, *TRUTH, "pow", "where", "copy", "pack"}
