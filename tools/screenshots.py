"""Takes the pictures of the page for the docs: every screen, dark and light, of a simulated market.

    .venv/bin/python tools/screenshots.py

A server is started for it on a free port; nothing in the pictures is made up.
"""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect, sync_playwright

from scanwright.app.demo import written

IMAGES = pathlib.Path(__file__).parent.parent / "docs" / "images"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split()
SCAN = "close > sma(200) and rsi(14) < 40 and volume > 1.2 * sma(volume, 20)"
PATIENCE = 60_000


def scan(page: Page) -> None:
    """A scan that has run, with a symbol."""
    editor = page.get_by_label("Condition of the scan")
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(SCAN)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".ticker").first).to_be_visible()
    expect(page.get_by_text("Complete").first).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    if page.viewport_size != NARROW:
        expect(page.get_by_label("Why", exact=True)).to_be_visible()


def wall(page: Page) -> None:
    """The same as a wall of charts."""
    scan(page)
    page.keyboard.press("v")
    page.wait_for_load_state("networkidle")


def still(page: Page) -> None:
    """As it opens."""
    page.wait_for_load_state("networkidle")


SCREENS: tuple[tuple[str, str, Callable[[Page], None]], ...] = (
    ("scan", "/scan", scan),
    ("wall", "/scan", wall),
    ("history", "/history?scan=library:pullback_ema21", still),
    ("compare", "/compare?first=library:pullback_ema21&second=library:pullback_rsi2", still),
    ("runs", "/runs", still),
    ("lists", "/lists", still),
    ("data", "/data", still),
)


def taken(browser: Browser, url: str) -> None:
    """Every screen, dark and light, and the scan on a narrow one."""
    for scheme in ("dark", "light"):
        for name, path, does in SCREENS:
            _take(browser, f"{url}{path}", does, scheme, f"page-{name}-{scheme}.png", WIDE)
        _take(browser, f"{url}/scan", scan, scheme, f"page-narrow-{scheme}.png", NARROW)


def _take(
    browser: Browser, url: str, does: Callable[[Page], None], scheme: str, name: str, size: dict[str, int]
) -> None:
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(url)
    does(page)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(600)  # canvases paint a frame after their data
    page.screenshot(path=IMAGES / name)
    context.close()
    print(name)


def main() -> int:
    """Take them all."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        print("no Chromium here: apt-get install chromium", file=sys.stderr)
        return 2
    expect.set_options(timeout=PATIENCE)
    with tempfile.TemporaryDirectory() as folder:
        market = written(pathlib.Path(folder) / "market", symbols=1000, years=4)
        words = [sys.executable, "-m", "scanwright", "serve", "--market", str(market), "--port", "0"]
        with (
            subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server,
            sync_playwright() as playwright,
        ):
            try:
                url = next(iter(server.stdout or ())).strip()
                browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
                taken(browser, url)
                browser.close()
            finally:
                server.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main())
