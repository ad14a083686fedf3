"""Closed by default: who is let in, from where, with what, and how much of it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys

import httpx2
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from scanwright.app.cli import main
from scanwright.app.http.security import BODY
from scanwright.app.http.serving import Place, Server
from scanwright.app.keys import Keys
from scanwright.app.market import Market
from scanwright.app.records import opened
from scanwright.app.settings import Settings
from scanwright.app.wiring import clock
from scanwright.model.errors import SettingsError
from scanwright.store.market import Market as Stored
from scanwright.store.records.database import Database
from tests.integration.http.conftest import SCAN, served

NOBODY = "swk_00000000_" + "x" * 43


def made(folder, *scopes, **limits):
    """A key of a market's own server: its id, and what opens it."""
    with opened(folder, Settings(), clock()) as records:
        record, secret = Keys(records.keys, clock()).make("test", scopes, limits)
    return record.id, secret.reveal()


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture(scope="module")
def keyed(tmp_path_factory, folder):
    """A server that asks for keys, and one of each scope."""
    import shutil

    place = tmp_path_factory.mktemp("keyed") / "market"
    shutil.copytree(folder, place, ignore=shutil.ignore_patterns("runs*"))
    keys = {scope: made(place, scope)[1] for scope in ("read", "run", "admin")}
    keys["few"] = made(place, "run", requests=5, runs=1)[1]
    keys["cheap"] = made(place, "run", values=1000.0)[1]
    with served(place) as found:
        yield found, keys


def test_without_a_key_it_listens_on_loopback_only(own):
    words = [sys.executable, "-m", "scanwright", "serve", "--market", str(own), "--port", "0", "--host", "0.0.0.0"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 2
    assert "expected a key before others may reach 0.0.0.0" in done.stderr
    id, _ = made(own, "read")
    with opened(own, Settings(), clock()) as records:
        Keys(records.keys, clock()).revoke(id)
    server = Server(Market(Stored.open(own)), Settings(), clock(), Place(host="0.0.0.0"), say=pytest.fail)
    with pytest.raises(SettingsError, match="a key before others"):
        server.run(lambda *_: pytest.fail("a key that is revoked opens nothing"))


def test_nothing_but_its_health_is_told_to_strangers(keyed):
    server, _ = keyed
    assert server.client.get("/healthz").status_code == 200
    assert server.client.get("/readyz").status_code == 200
    for path in ("/v1/runs", "/v1/language", "/openapi.json", "/metrics", "/nothing", "/v1/session", "/v1/keys"):
        answer = server.client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized"), path
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", f"Bearer {NOBODY}", "Basic YTpi", "Bearer swk_\u00e9"])
def test_what_is_no_key_opens_nothing(keyed, header):
    server, _ = keyed
    assert server.client.get("/v1/runs", headers={"Authorization": header.encode("utf-8")}).status_code == 401


def test_a_key_does_what_its_scope_says(keyed):
    server, keys = keyed
    body = {"scan": SCAN}
    assert server.client.get("/v1/runs", headers=bearer(keys["read"])).status_code == 200
    refused = server.post("/v1/runs", body, headers=bearer(keys["read"]))
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert server.post("/v1/runs", body, headers=bearer(keys["run"])).status_code == 201
    assert server.client.get("/v1/keys", headers=bearer(keys["run"])).status_code == 403
    listed = server.client.get("/v1/keys", headers=bearer(keys["admin"]))
    assert listed.status_code == 200
    assert not any(key.split("_", 2)[2] in listed.text for key in keys.values())


def test_a_key_that_is_revoked_opens_nothing_any_more(keyed):
    server, keys = keyed
    fresh = server.post("/v1/keys", {"name": "x", "scopes": ["read"]}, headers=bearer(keys["admin"])).json()
    assert server.client.get("/v1/session", headers=bearer(fresh["key"])).json()["name"] == "x"
    assert server.client.delete(f"/v1/keys/{fresh['id']}", headers=bearer(keys["admin"])).status_code == 204
    deadline = clock().monotonic() + 10
    while server.client.get("/v1/session", headers=bearer(fresh["key"])).status_code == 200:
        assert clock().monotonic() < deadline
    with opened(server.folder, Settings(), clock()) as records:
        assert records.keys.get(fresh["id"]).revoked is not None


def test_the_page_signs_in_with_a_cookie_that_no_script_reads(keyed):
    server, keys = keyed
    with httpx2.Client(base_url=server.url) as browser:
        assert browser.post("/v1/session", json={"key": NOBODY}).status_code == 401
        answer = browser.post("/v1/session", json={"key": keys["run"]})
        assert answer.status_code == 204
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert keys["run"].split("_", 2)[2] not in cookie
        assert browser.get("/v1/runs").status_code == 200
        assert browser.post("/v1/runs", json={"scan": SCAN}).status_code == 201
        foreign = {"Origin": "https://elsewhere.example"}
        assert browser.post("/v1/runs", json={"scan": SCAN}, headers=foreign).status_code == 403
        assert browser.delete("/v1/session").status_code == 204
        assert browser.get("/v1/runs").status_code == 401


def test_a_key_in_an_address_is_refused(keyed):
    server, keys = keyed
    answer = server.client.get("/v1/runs", params={"key": keys["read"]}, headers=bearer(keys["read"]))
    assert (answer.status_code, answer.json()["code"]) == (400, "key-in-address")
    assert keys["read"] not in answer.text


@pytest.mark.parametrize("host", ["elsewhere.example", "127.0.0.1.elsewhere.example", "localhost.evil:80", "", "a b"])
def test_a_name_that_is_not_the_servers_is_refused(server, host):
    answer = server.client.get("/v1/runs", headers={"Host": host})
    assert answer.status_code in {400, 421}
    assert server.client.get("/v1/runs", headers={"Host": "localhost:1"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "file://"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_page_of_another_site_reaches_nothing(server, headers):
    for path in ("/v1/runs", "/v1/language", "/metrics"):
        answer = server.client.get(path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "origin")
        assert "access-control-allow-origin" not in answer.headers
    assert server.post("/v1/runs", {"scan": SCAN}, headers=headers).status_code == 403
    preflight = server.client.options("/v1/runs", headers={**headers, "Access-Control-Request-Method": "POST"})
    assert preflight.status_code == 403


def test_the_servers_own_page_is_let_in(server):
    own = {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}
    assert server.client.get("/v1/runs", headers=own).status_code == 200


def test_a_socket_from_another_site_is_refused(server, keyed):
    run = server.start()
    url = f"{server.url.replace('http', 'ws')}/v1/runs/{run}/ws"
    with pytest.raises(InvalidStatus) as refused:
        connect(url, origin="https://elsewhere.example")
    assert refused.value.response.status_code == 403
    with pytest.raises(InvalidStatus) as nobody:
        connect(f"{server.url.replace('http', 'ws')}/v1/runs/nosuchrun/ws")
    assert nobody.value.response.status_code == 404
    with pytest.raises(InvalidStatus) as stranger:
        connect(f"{keyed[0].url.replace('http', 'ws')}/v1/runs/{run}/ws")
    assert stranger.value.response.status_code == 401


def test_a_socket_that_asks_for_another_name_is_refused(server):
    run = server.start()
    host, port = server.url.removeprefix("http://").split(":")
    with pytest.raises(InvalidStatus) as refused, socket.create_connection((host, int(port))) as found:
        connect(f"ws://elsewhere.example:{port}/v1/runs/{run}/ws", sock=found)
    assert refused.value.response.status_code == 421


def test_a_page_that_is_signed_in_opens_a_socket(keyed):
    server, keys = keyed
    run = server.post("/v1/runs", {"scan": SCAN}, headers=bearer(keys["run"])).json()["id"]
    with httpx2.Client(base_url=server.url) as browser:
        assert browser.post("/v1/session", json={"key": keys["read"]}).status_code == 204
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    url = f"{server.url.replace('http', 'ws')}/v1/runs/{run}/ws"
    with connect(url, origin=server.url, additional_headers={"Cookie": cookie}) as events:
        assert [json.loads(each)["type"] for each in events][-1] == "finished"
    with pytest.raises(InvalidStatus) as foreign:
        connect(url, origin="http://elsewhere.example", additional_headers={"Cookie": cookie})
    assert foreign.value.response.status_code == 403


def test_behind_a_proxy_it_asks_for_a_key(server):
    assert server.client.get("/v1/runs", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 401


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_bodies_are_json(server, media):
    headers = {"Content-Type": media} if media else {}
    answer = server.client.post("/v1/runs", content=json.dumps({"scan": SCAN}).encode(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "not-json")


def test_a_body_that_is_too_large_is_refused(server):
    text = json.dumps({"scan": {"where": "close > 1", "title": "x" * BODY}}).encode()
    headers = {"Content-Type": "application/json"}
    assert server.client.post("/v1/runs", content=text, headers=headers).status_code == 413
    pieces = (text[at : at + 9999] for at in range(0, len(text), 9999))
    assert server.client.post("/v1/runs", content=pieces, headers=headers).status_code == 413


def test_a_key_asks_no_more_than_its_limit(keyed):
    server, keys = keyed
    answers = [server.client.get("/v1/presets", headers=bearer(keys["few"])) for _ in range(8)]
    assert [each.status_code for each in answers].count(429) >= 2
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert answers[-1].json()["code"] == "too-many"


def test_an_expression_costs_no_more_than_its_limit(keyed):
    server, keys = keyed
    answer = server.post("/v1/runs", {"scan": SCAN}, headers=bearer(keys["cheap"]))
    assert (answer.status_code, answer.json()["code"]) == (422, "too-dear")
    assert answer.json()["most"] == 1000.0
    for path, body in {
        "/v1/history": {"scan": SCAN},
        "/v1/why": {"scan": SCAN, "symbol": "SPY"},
        "/v1/values": {"expression": "rsi(14)", "symbol": "SPY"},
    }.items():
        assert server.post(path, body, headers=bearer(keys["cheap"])).json()["code"] == "too-dear"


@pytest.mark.parametrize("part", ["universe", "exclude"])
@pytest.mark.parametrize(
    "text", ["@/etc/passwd", "@secrets", "../keys.csv", "AAPL,/etc/hosts.txt", "close > 1 and @x", "list:../../keys"]
)
def test_no_file_of_the_server_is_reached(server, part, text):
    scan = {"where": "close > 1", part: text}
    for path, body in {
        "/v1/runs": {"scan": scan},
        "/v1/history": {"scan": scan},
        "/v1/scans": {"name": "mine", "scan": scan},
    }.items():
        answer = server.post(path, body)
        assert answer.status_code in {404, 422}, answer.text
        assert "root:" not in answer.text
        assert str(server.folder) not in answer.text
    assert not server.post("/v1/check", {"scan": scan}).json()["ok"]


def test_a_scan_is_not_named_by_a_path(server):
    for name in ("../../../etc/passwd", "golden_cross.toml", "/etc/passwd"):
        assert server.post("/v1/runs", {"library": name}).status_code == 422
        assert server.post("/v1/runs", {"saved": name}).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("PATCH", "/v1/runs", 405), ("GET", "/v1/runs/none", 404), ("GET", "/v1/why", 405)],
)
def test_everything_that_goes_wrong_is_a_problem(server, method, path, status):
    answer = server.client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert {"type", "title", "status", "detail", "code"} <= answer.json().keys()
    assert "Traceback" not in answer.text


def test_no_path_of_this_machine_is_told(server):
    answers = [
        server.client.get("/v1/data/status"),
        server.post("/v1/history", {"scan": {"where": "close > 1", "interval": "1m"}}),
        server.post("/v1/runs", {"scan": {"where": "close > 1", "interval": "1m"}}),
    ]
    for answer in answers:
        assert str(server.folder) not in answer.text
        assert ".cache" not in answer.text


def content(path):
    """What a file says; a mark of a run that has just ended says nothing any more."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def test_keys_are_kept_as_hashes_and_said_nowhere(keyed):
    server, keys = keyed
    secrets = [key.split("_", 2)[2].encode() for key in keys.values()]
    files = [path for path in server.folder.rglob("*") if path.is_file()]
    assert not [path for path in files if any(secret in content(path) for secret in secrets)]
    assert not [text for text in server.said if any(secret.decode() in text for secret in secrets)]


def test_a_body_that_never_comes_does_not_hold_the_server(server):
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as slow:
        slow.sendall(b"POST /v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n")
        slow.sendall(b"Content-Length: 100\r\n\r\n{")
        assert server.client.get("/healthz").status_code == 200


def test_the_command_makes_lists_and_revokes(own, monkeypatch, capsys):
    def run(*words):
        monkeypatch.setattr(sys, "argv", ["scanwright", "keys", *words, "--market", str(own)])
        with pytest.raises(SystemExit) as left:
            main()
        return left.value.code, capsys.readouterr().out

    made = run("create", "phone", "--scopes", "read,run", "--limit", "runs=2")
    assert (made[0], made[1].strip().split("_")[0]) == (0, "swk")
    id = made[1].split("_")[1]
    listed = json.loads(run("list", "--format", "json")[1])
    assert [(each["id"], each["name"], each["scopes"], each["revoked"]) for each in listed] == [
        (id, "phone", "read run", None)
    ]
    assert run("revoke", id)[0] == 0
    assert json.loads(run("--format", "json")[1])[0]["revoked"]
    assert run("revoke", "nosuch")[0] == 1
    assert run("create", "x", "--scopes", "root")[0] == 2
    assert run("make", "x")[0] == 2


def test_a_key_that_is_made_closes_a_server_that_is_open(own):
    with served(own) as server:
        assert server.client.get("/v1/runs").status_code == 200
        Keys(Database(f"sqlite:///{own}/runs.sqlite", clock()).keys, clock()).make("x", ["read"])
        deadline = clock().monotonic() + 10
        while server.client.get("/v1/runs").status_code != 401:
            assert clock().monotonic() < deadline
