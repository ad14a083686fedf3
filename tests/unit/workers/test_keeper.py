"""What one worker keeps: made once, forgotten when much else was asked for, made anew then."""

from __future__ import annotations

import threading

from scanwright.workers import Home, Job
from scanwright.workers._keeper import MOST, Keeper


def home(key, factory="collections:Counter", **arguments):
    return Home(key=key, number=0, factory=factory, arguments=arguments)


def total(keeper, key, **arguments):
    return keeper.do(Job(home=home(key, **arguments), method="total", arguments={}))


def test_what_is_kept_is_made_by_its_factory_from_its_arguments():
    assert total(Keeper(), "a", x=2, y=3) == 5


def test_it_is_made_once():
    keeper = Keeper()
    keeper.do(Job(home=home("a", x=2), method="subtract", arguments={"x": 5}))
    assert total(keeper, "a", x=2) == -3


def test_the_same_key_of_another_factory_is_something_else():
    keeper = Keeper()
    total(keeper, "a", x=2)
    found = keeper.do(Job(home=home("a", "builtins:dict", x=7), method="copy", arguments={}))
    assert found == {"x": 7}


def test_the_one_that_was_longest_not_asked_for_is_forgotten():
    keeper = Keeper()
    keeper.do(Job(home=home("first", x=2), method="subtract", arguments={"x": 1}))
    keeper.do(Job(home=home("second", x=2), method="subtract", arguments={"x": 1}))
    for at in range(MOST - 1):
        assert total(keeper, "first", x=2) == 1
        total(keeper, f"other {at}")
    assert total(keeper, "second", x=2) == 2  # made anew


def test_a_worker_does_one_job_at_a_time():
    keeper, kept = Keeper(), home("slow", f"{__name__}:Slow")
    askers = [threading.Thread(target=keeper.do, args=(Job(home=kept, method="work", arguments={}),)) for _ in range(8)]
    for each in askers:
        each.start()
    for each in askers:
        each.join()
    assert keeper.do(Job(home=kept, method="most", arguments={})) == {"at once": 1}


class Slow:
    """Counts who is in it at the same time."""

    def __init__(self):
        self.inside, self.highest = 0, 0

    def work(self):
        self.inside += 1
        self.highest = max(self.highest, self.inside)
        sum(range(20000))
        self.inside -= 1
        return {}

    def most(self):
        return {"at once": self.highest}
