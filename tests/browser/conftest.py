"""The page in a real browser: Debian's Chromium, driven by Playwright, against a real server."""

from __future__ import annotations

import contextlib
import dataclasses
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

import scanwright.app
from scanwright.app.demo import written
from tests.integration.http.conftest import process

BUILT = Path(scanwright.app.__file__).parent / "page" / "index.html"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)
PATIENCE = 40_000  # milliseconds: a machine may be busy; what comes is seen at once
expect.set_options(timeout=PATIENCE)
# What a browser says of an answer that the page itself has shown: an error in a definition, a server that is away.
EXPECTED = re.compile(r"Failed to load resource|net::ERR_CONNECTION_REFUSED|net::ERR_INCOMPLETE_CHUNKED_ENCODING")


@dataclasses.dataclass(kw_only=True)
class Opened:
    """A page that was opened, and all that went wrong in it."""

    page: Page
    url: str
    wrong: list[str]

    def go(self, path: str) -> Page:
        self.page.goto(f"{self.url}{path}")
        return self.page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; it ends with its file, for while it is driven no other test here may have an event loop."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    if not BUILT.exists():
        pytest.skip("the page is not built: make install")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS.split())
        yield started
        started.close()


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    """A market of 300 symbols over two years."""
    return written(tmp_path_factory.mktemp("browser") / "market", symbols=300, years=2)


@pytest.fixture(scope="module")
def server(folder) -> Iterator[str]:
    """The address of a server of it, in a process of its own."""
    with process(folder) as (_, asked):
        yield asked.url


@contextlib.contextmanager
def opened(browser: Browser, url: str, **context) -> Iterator[Opened]:
    """A page in a context of its own; whatever the browser complains of fails the test."""
    with contextlib.closing(browser.new_context(**{"viewport": WIDE, "color_scheme": "dark", **context})) as place:
        yield from watched(place, url)


def watched(place: BrowserContext, url: str) -> Iterator[Opened]:
    page, wrong = place.new_page(), []
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on("console", lambda said: wrong.append(f"{said.text} {said.location}") if said.type == "error" else None)
    page.on("request", lambda asked: wrong.append(f"left the machine: {asked.url}") if leaves(asked.url) else None)
    yield Opened(page=page, url=url, wrong=wrong)
    assert not [each for each in wrong if not EXPECTED.search(each)]


def leaves(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:"))


@pytest.fixture
def desk(browser, server) -> Iterator[Opened]:
    """A wide, dark page of the server."""
    with opened(browser, server) as found:
        yield found
