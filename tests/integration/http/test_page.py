"""The page over HTTP: open to all, strict in what it lets in, packed, and kept as long as its names say."""

from __future__ import annotations

import gzip
import re

import pytest

from scanwright.app.http import page
from scanwright.app.http.problems import Refused
from tests.integration.http.conftest import served
from tests.integration.http.test_security import made

HTML = '<!doctype html><meta name="csp-nonce" content="__NONCE__"><script src="/assets/a-1.js" nonce="__NONCE__">'


@pytest.fixture
def built(tmp_path):
    """A small page as the build leaves it."""
    folder = tmp_path / "page"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(HTML)
    (folder / "mark.svg").write_text("<svg/>")
    (folder / ".built.json").write_text("{}")
    (folder / "assets" / "a-1.js").write_text("let a = 1")
    (folder / "assets" / "a-1.js.gz").write_bytes(gzip.compress(b"let a = 1"))
    (tmp_path / "secret.js").write_text("secret")
    return folder


def test_each_reader_has_a_nonce_and_nothing_else_is_let_in(built):
    first, second = (page.whole(built) for _ in range(2))
    nonces = [set(re.findall(r'(?:nonce|content)="([^"]+)"', each.body.decode())) for each in (first, second)]
    assert all(len(each) == 1 for each in nonces)
    assert nonces[0] != nonces[1]
    policy = first.headers["content-security-policy"]
    assert f"style-src 'self' 'nonce-{nonces[0].pop()}'" in policy
    assert "unsafe" not in policy
    assert "default-src 'self'; script-src 'self';" in policy


def test_files_with_a_hash_are_kept_for_good_and_packed_ones_are_sent_so(built):
    plain, packed = (page.file("assets/a-1.js", accepted, built) for accepted in ("", "gzip, br"))
    assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body == b"let a = 1"
    assert packed.headers["content-type"].startswith("text/javascript")
    assert page.file("mark.svg", "gzip", built).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["../secret.js", "assets/../../secret.js", ".built.json", "assets", "nothing.js", "/etc"]
)
def test_nothing_but_the_files_of_the_page_is_told(built, path):
    with pytest.raises(Refused):
        page.file(path, "", built)


def test_a_page_that_is_not_built_says_what_builds_it(tmp_path):
    answer = page.whole(tmp_path / "nothing")
    assert (answer.status_code, "`make install`" in answer.body.decode()) == (503, True)


def test_the_page_is_open_where_a_key_is_asked_for(own):
    made(own, "read")
    with served(own) as server:
        for path in ("/", "/scan", "/runs/abc", "/symbol/BTC/USDT", "/history?saved=dips"):
            answer = server.client.get(path, headers={"Sec-Fetch-Site": "cross-site"})
            assert answer.status_code in {200, 503}, path  # 503 where the page was not built
        assert server.client.get("/v1/runs").status_code == 401
        assert server.client.get("/nothing").status_code == 401
        assert server.client.post("/scan", json={}).status_code == 401
        assert server.client.get("/", headers={"Host": "elsewhere.example"}).status_code == 421
        assert server.client.get("/assets/nothing.js").status_code in {401, 404}  # 401 where there are no assets


def test_what_is_not_there_is_a_problem(server):
    answer = server.client.get("/v1/nothing")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
