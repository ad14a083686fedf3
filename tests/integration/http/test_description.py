"""What openapi.json promises is kept: whatever is asked, nothing is answered with a failure of the server."""

from __future__ import annotations

import json
import re

import hypothesis
import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from tests.house.source import ROOT
from tests.integration.http.conftest import served

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
QUIET = [hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.filter_too_much, hypothesis.HealthCheck.data_too_large]
BOUNDED = hypothesis.settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=QUIET)


@pytest.fixture(scope="module")
def alone(folder, tmp_path_factory):
    """A server of its own, whose runs nobody else counts."""
    import shutil

    place = tmp_path_factory.mktemp("described") / "market"
    shutil.copytree(folder, place, ignore=shutil.ignore_patterns("runs*"))
    with served(place) as found:
        yield found


@pytest.fixture(scope="module")
def described(alone):
    # Keys are left out: one that is made closes the server to whoever asks after it.
    schema = schemathesis.openapi.from_url(f"{alone.url}/openapi.json")
    return schema.exclude(path_regex="^/v1/keys").exclude(path_regex="^/v1/session$", method="POST")


def test_nothing_that_is_asked_breaks_the_server(described):
    asked = set()
    for found in described.get_all_operations():
        operation = found.ok()
        asked.add(operation.label)

        @BOUNDED
        @hypothesis.given(case=operation.as_strategy())
        def answered(case):
            case.call_and_validate(checks=CHECKS, timeout=30)

        answered()
    assert {"POST /v1/runs", "GET /v1/runs/{run}/events", "POST /v1/history", "GET /metrics"} <= asked


def test_the_description_has_an_example_of_every_body(alone):
    found = alone.client.get("/openapi.json").json()
    schemas = found["components"]["schemas"]
    bodies = {
        operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for path in found["paths"].values()
        for operation in path.values()
        if "requestBody" in operation
    }
    assert not [name for name in bodies if not schemas[name].get("examples")]
    assert all(operation.get("summary") for path in found["paths"].values() for operation in path.values())
    for path in found["paths"].values():
        for operation in path.values():
            assert "application/problem+json" in operation["responses"]["4XX"]["content"]


SOUND = st.sampled_from(
    [
        "close > sma(20)",
        "rank(volume) <= 5",
        "rsi(14) < 50",
        "sector == 'Energy'",
        "close / 0 > 1",
        "-rsi(14)",
        "volume",
    ]
)
WORDS = st.sampled_from(
    "close open volume rsi sma ( ) [ ] , . 14 200 -1 0 1e999 nan 'x' \"y\" > < == and or not rank at of by lag "
    "within highest @x list:a __import__ lambda : = ; \\ \n \x00 é ∞ if else for in * ** / % ~ ^ & |".split(" ")
)
TEXTS = st.one_of(
    SOUND,
    SOUND,
    st.text(max_size=60),
    st.lists(WORDS, max_size=14).map(" ".join),
    st.just("(" * 300),
    st.just("-" * 4000),
)
SCANS = st.fixed_dictionaries(
    {"where": TEXTS},
    optional={
        "rank": TEXTS,
        "universe": TEXTS,
        "exclude": TEXTS,
        "interval": st.sampled_from(["1d", "1w", "1m", "1mo", "7x", ""]),
        "as_of": st.one_of(st.dates().map(str), st.text(max_size=12)),
        "columns": st.dictionaries(st.text(max_size=8), TEXTS, max_size=3),
        "define": st.dictionaries(st.text(max_size=8), TEXTS, max_size=3),
        "adjust": st.sampled_from(["raw", "splits", "total"]),
        "session": st.sampled_from(["regular", "extended"]),
    },
)


@hypothesis.settings(
    BOUNDED, max_examples=120, suppress_health_check=[*QUIET, hypothesis.HealthCheck.function_scoped_fixture]
)
@hypothesis.given(scan=SCANS)
def test_no_definition_breaks_the_server(alone, scan):
    body = json.dumps({"scan": scan}).encode()
    headers = {"Content-Type": "application/json"}
    for path in ("/v1/check", "/v1/runs", "/v1/history"):
        answer = alone.client.post(path, content=body, headers=headers)
        assert answer.status_code in {200, 201, 404, 422}, (path, scan, answer.text)
        if answer.status_code == 201:
            last = alone.events(answer.json()["id"])[-1]
            assert last["reason"] in {"complete", "enough", "failed"}
            assert last.get("error", {}).get("code") != "fault", last


@hypothesis.settings(
    BOUNDED, max_examples=40, suppress_health_check=[*QUIET, hypothesis.HealthCheck.function_scoped_fixture]
)
@hypothesis.given(scan=SCANS, other=SCANS)
def test_no_definition_breaks_what_the_page_asks(alone, scan, other):
    asked = {
        "/v1/check/selectivity": {"scan": scan},
        "/v1/play": {"scan": scan, "off": [0]},
        "/v1/context": {"scan": scan},
        "/v1/symbol": {"scan": scan, "symbol": "SPY"},
        "/v1/compare": {"first": {"scan": scan}, "second": {"scan": other}},
        "/v1/history/summary": {"scan": scan},
        "/v1/history/hits": {"scan": scan, "sort": "-ret_5"},
    }
    for path, body in asked.items():
        answer = alone.client.post(
            path, content=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
        )
        assert answer.status_code in {200, 404, 422}, (path, body, answer.text)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"scan": 1}', b"[" * 50_000, b'{"a":' * 9000]
)
def test_no_body_breaks_the_server(alone, body):
    headers = {"Content-Type": "application/json"}
    assert alone.client.post("/v1/runs", content=body, headers=headers).status_code in {400, 422}


def test_the_page_lists_every_path(alone):
    shown = set(
        re.findall(r"`((?:GET|POST|PUT|DELETE) /\S+)`", (ROOT / "docs" / "http.md").read_text(encoding="utf-8"))
    )
    found = alone.client.get("/openapi.json").json()["paths"]
    assert shown == {f"{method.upper()} {path}" for path, operations in found.items() for method in operations}
