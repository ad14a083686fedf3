"""The exchange behaves as badly as it is told to, and the same each time."""

from __future__ import annotations

import concurrent.futures
import http.client
import json
import time
import urllib.error
import urllib.request

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.data.exchange.behaviour import Behaviour, Bucket
from scanwright.model.errors import SettingsError
from tests.exchange import running

WANTED = "bars?symbols=SPY&interval=1d&first=2025-12-01&last=2025-12-31"


def get(url, path=WANTED, key=""):
    """Status, headers and body; a broken connection is status 0."""
    request = urllib.request.Request(f"{url}/v1/{path}", headers={"X-API-Key": key} if key else {})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()
    except (http.client.HTTPException, ConnectionError) as error:
        return 0, {}, repr(error).encode()


def fates(url, count):
    """What becomes of so many requests: status, and whether the body is whole."""
    found = []
    for _ in range(count):
        status, _, body = get(url)
        told = json.loads(body) if status == 200 else {}
        rows = len(told["bars"]["SPY"]["ts"]) if status == 200 else 0
        found.append((status, rows == told.get("count")))
    return found


def test_the_same_seed_meets_the_same_fate(daily):
    bad = {"error_rate": 0.3, "busy_rate": 0.1, "truncate_rate": 0.2, "seed": 3}
    with running(daily, **bad) as first, running(daily, **bad) as second:
        one, two = fates(first.url, 60), fates(second.url, 60)
    assert one == two
    assert {status for status, _ in one} == {0, 200, 429, 500, 502, 503}
    assert (200, False) in one
    with running(daily, **(bad | {"seed": 4})) as other:
        assert fates(other.url, 60) != one


def test_counts_add_up(daily):
    with running(daily, error_rate=0.3, busy_rate=0.1, truncate_rate=0.2) as found:
        fates(found.url, 40)
        counts = found.counts
        ends = sum(count for what, count in counts.items() if what != "requests" and not what.startswith("path"))
        assert counts["requests"] == ends == counts["path /v1/bars"] == 40


def test_keys_are_needed_where_there_are_some(daily):
    with running(daily, keys=("opensesame", "other")) as found:
        assert get(found.url)[0] == 401
        assert get(found.url, key="wrong")[0] == 403
        assert get(found.url, key="other")[0] == 200
        told = json.loads(get(found.url, "behaviour")[2])
        assert "opensesame" not in json.dumps(told)


def test_the_limit_holds_and_says_how_long_to_wait(daily):
    with running(daily, rate=0.5) as found:
        statuses = [get(found.url) for _ in range(6)]
        limited = [headers for status, headers, _ in statuses if status == 429]
        assert statuses[0][0] == 200
        assert limited
        assert all(0 < float(headers["Retry-After"]) <= 2 + 1e-6 for headers in limited)


def test_each_key_has_a_limit_of_its_own(daily):
    with running(daily, rate=0.2, keys=("a", "b")) as found:
        assert [get(found.url, key=key)[0] for key in ("a", "b", "a")] == [200, 200, 429]


@given(rate=st.floats(0.5, 200), steps=st.lists(st.floats(0, 0.5), min_size=1, max_size=60))
def test_a_bucket_never_gives_more_than_its_rate(rate, steps):
    bucket, now, given_out = Bucket(rate, 0.0), 0.0, 0
    for step in steps:
        now += step
        wait = bucket.take(now)
        given_out += wait == 0
        assert wait >= 0
        assert given_out <= max(rate, 1.0) + rate * now + 1e-6
        if wait:
            assert Bucket.take(bucket, now + wait + 1e-6) == 0
            now, given_out = now + wait + 1e-6, given_out + 1


def test_latency_has_its_median_and_spread():
    bad = Behaviour(latency_ms=100, latency_spread=0.5)
    drawn = np.array([bad.latency(number) for number in range(4000)])
    assert np.median(drawn) == pytest.approx(0.1, rel=0.05)
    assert np.log(drawn).std() == pytest.approx(0.5, rel=0.05)


def test_answers_take_as_long_as_they_are_told(daily):
    with running(daily, latency_ms=80) as found:
        begun = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            assert {status for status, _, _ in pool.map(lambda _: get(found.url), range(8))} == {200}
        assert time.monotonic() - begun > 0.05


def test_shares_are_kept():
    bad = Behaviour(error_rate=0.1, busy_rate=0.05, truncate_rate=0.02)
    drawn = [bad.fate(number) for number in range(20_000)]
    share = {fate: drawn.count(fate) / len(drawn) for fate in set(drawn)}
    assert share["error"] + share["reset"] == pytest.approx(0.1, abs=0.01)
    assert share["busy"] == pytest.approx(0.05, abs=0.01)
    assert share["cut"] + share["short"] == pytest.approx(0.02, abs=0.005)


def test_an_outage_begins_and_ends(daily):
    with running(daily, outage_at=0, outage_for=3) as found:
        begun = time.monotonic()
        assert get(found.url)[0] == 503
        assert get(found.url, "clock")[0] == 200
        while get(found.url)[0] == 503:
            assert time.monotonic() - begun < 20


def test_late_bars_come_and_wrong_ones_are_corrected_a_day_later(daily, made):
    close = 21 * 3600
    day = made.ts[-20].astype("M8[D]")
    moment = int(day.astype("M8[s]").astype(np.int64)) + close
    with running(daily, late_rate=0.2, correct_rate=0.2, seed=9) as found:
        found.go_to(moment + 60)
        soon = json.loads(get(found.url, f"day?date={day}")[2])["bars"]
        found.go_to(moment + 60 + 86_400)
        later = json.loads(get(found.url, f"day?date={day}")[2])["bars"]
    late, wrong = set(later) - set(soon), {each for each in soon if soon[each] != later[each]}
    assert 0.1 < len(late) / len(later) < 0.3
    assert 0.08 < len(wrong) / len(later) < 0.3
    assert all(soon[each]["close"][0] == pytest.approx(1.01 * later[each]["close"][0]) for each in wrong)
    row, column = len(made.ts) - 20, {symbol: at for at, symbol in enumerate(made.symbols)}
    called = {each.was: each.symbol for each in made.happened.renames}
    assert all(later[each]["close"][0] == made.fields["close"][row, column[called.get(each, each)]] for each in later)


@pytest.mark.parametrize(
    "wrong", [{"error_rate": 1.5}, {"rate": -1}, {"error_rate": 0.6, "busy_rate": 0.6}, {"page_rows": 0}]
)
def test_an_exchange_that_cannot_be_is_refused(wrong):
    with pytest.raises(SettingsError, match="an exchange that can be"):
        Behaviour(**wrong)
