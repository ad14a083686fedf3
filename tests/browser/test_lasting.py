"""The page goes on by itself when the server was away."""

from __future__ import annotations

import re
import socket

from playwright.sync_api import expect

from scanwright.store.market import create
from tests.browser.conftest import opened
from tests.browser.test_scanning import SLOW, rows, run, write
from tests.exchange import running, small_market
from tests.integration.http.conftest import process


def free_port():
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return place.getsockname()[1]


def test_a_server_that_is_killed_and_comes_back_loses_nothing(browser, tmp_path):
    source = small_market(tmp_path / "source", symbols=40)
    create(tmp_path / "market", name="lasting")
    with running(source, rate=6.0) as exchange:
        words = ("--provider", "simulated", "--url", exchange.url, "--port", str(free_port()))
        with process(tmp_path / "market", *words) as (started, asked), opened(browser, asked.url) as found:
            page = found.go("/scan")
            write(page, SLOW)
            run(page)
            expect(rows(page).first).to_be_visible()
            first = page.locator(".ticker").first.inner_text()
            started.kill()
            started.wait()
            expect(page.get_by_text(re.compile("away|lost", re.IGNORECASE)).first).to_be_visible()
            with process(tmp_path / "market", *words):
                again = page.get_by_role("button", name="Continue")
                expect(again).to_be_visible(timeout=60_000)
                again.click()
                expect(page.get_by_text(re.compile("^Complete")).first).to_be_visible(timeout=60_000)
                shown = page.locator(".ticker").all_inner_texts()
                assert first in shown
                assert len(shown) == len(set(shown))
