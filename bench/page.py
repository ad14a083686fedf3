"""The page in Chromium: first paint, script of the first screen, first row, 5,000 hits, another symbol, an error.

A market of 5,000 symbols is served on loopback by a process of its own. Times are those of the page's own clock: what a
frame takes is the time between two of them, so the browser's and the machine's other work is in them.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from timing import Row

if TYPE_CHECKING:
    from playwright.sync_api import Page

SYMBOLS, YEARS, REPEATS = 5000, 2.0, 3
SCANWRIGHT = Path(__file__).resolve().parents[1] / ".venv" / "bin" / "scanwright"
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split()
ALL, FEW = "volume > 0", "close > sma(50) and rsi(14) < 45"
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
SCRIPT = """performance.getEntriesByType('resource').filter(each => each.name.endsWith('.js'))
    .reduce((all, each) => all + each.encodedBodySize, 0)"""
FRAMES = """() => { window.frames_ = []; let last = performance.now(); const go = () => { const now = performance.now();
    window.frames_.push(now - last); last = now; requestAnimationFrame(go) }; requestAnimationFrame(go) }"""
# Resolves with the milliseconds from now until a thing of the page is as wanted; looked at with every change and frame.
UNTIL = """(what) => new Promise(done => { const begun = performance.now(); const look = () => {
    if (eval(what)) done(performance.now() - begun); else requestAnimationFrame(look) }; look() })"""


def rows() -> list[Row]:
    """All of them."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        return [Row(subject="page", what="not measured", figure=float("nan"), unit="", note="apt-get install chromium")]
    with tempfile.TemporaryDirectory() as folder:
        _market(Path(folder) / "market")
        words = [SCANWRIGHT, "serve", "--market", f"{folder}/market", "--port", "0"]
        with (
            subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server,
            sync_playwright() as playwright,
        ):
            try:
                url = next(iter(server.stdout or ())).strip()
                browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
                open_page: Callable[[], Page] = lambda: _opened(browser.new_page(bypass_csp=True), url)  # noqa: E731
                return [*_first(open_page), *_hits(open_page), *_looking(open_page)]
            finally:
                server.terminate()


def _market(folder: Path) -> None:
    from scanwright.data.simulated import simulate
    from scanwright.store.market import create

    simulate(symbols=SYMBOLS, years=YEARS).write(create(folder, name="page"))


def _opened(page: Page, url: str) -> Page:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.set_default_timeout(60_000)
    page.goto(f"{url}/scan")
    page.locator(".cm-content").wait_for()
    page.wait_for_timeout(2000)  # what it loads ahead
    return page


def _first(open_page: Callable[[], Page]) -> list[Row]:
    paints: list[float] = []
    script = 0.0
    for _ in range(REPEATS):
        page = open_page()
        paints.append(page.evaluate(PAINT))
        script = page.evaluate(SCRIPT) / 1000
        page.close()
    return [
        _row("first paint on loopback", paints, "ms", "<= 1000"),
        _row("compressed script of the first screen", [script], "kB", "<= 400"),
    ]


def _run(page: Page, where: str, what: str) -> float:
    """Run a scan by its keys; milliseconds until the page is as wanted."""
    page.get_by_label("Condition of the scan").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(where)
    page.wait_for_timeout(1500)  # what is asked of a text that is written, is asked before
    page.evaluate(f"window.waited_ = ({UNTIL})(`{what}`); 0")
    page.keyboard.press("Control+Enter")
    return float(page.evaluate("window.waited_"))


def _hits(open_page: Callable[[], Page]) -> list[Row]:
    page = open_page()
    _run(page, FEW, "document.querySelector('.ticker')")
    fresh = "location.search.includes('run=') && !location.search.includes(window.old_)"
    firsts: list[float] = []
    for _ in range(REPEATS):
        page.evaluate("window.old_ = new URLSearchParams(location.search).get('run')")
        firsts.append(_run(page, FEW, f"{fresh} && document.querySelector('.ticker')"))
    page.close()
    page = open_page()
    page.evaluate(FRAMES)
    whole = "document.body.innerText.includes('Complete') && document.querySelector('.ticker')"
    took = _run(page, ALL, whole)
    page.wait_for_timeout(2000)
    longest = max(page.evaluate("window.frames_.slice(5)"))
    page.evaluate("window.frames_.length = 0")
    box = page.locator(".ticker").nth(5).bounding_box() or {"x": 400, "y": 500}
    page.mouse.move(box["x"], box["y"])
    for _ in range(60):
        page.mouse.wheel(0, 400)
        page.wait_for_timeout(16)
    scrolled = max(page.evaluate("window.frames_"))
    page.close()
    return [
        _row("from POST to the first row", firsts, "ms", "<= 300"),
        _row(f"a run of nearly {SYMBOLS:,} hits, to its end", [took], "ms", "<= 5000"),
        _row("the longest frame while they came", [longest], "ms", "<= 100"),
        _row("the longest frame of scrolling through them", [scrolled], "ms", "<= 100"),
    ]


def _looking(open_page: Callable[[], Page]) -> list[Row]:
    page = open_page()
    _run(page, FEW, "document.querySelector('.ticker')")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.get_by_label("Symbol", exact=True).get_by_role("heading", level=2).wait_for()
    moved: list[float] = []
    heading = "document.querySelector('[aria-label=Symbol] h2')?.textContent"
    for _ in range(REPEATS):
        page.wait_for_timeout(700)
        page.evaluate(f"window.before_ = {heading}")
        page.evaluate(f"window.waited_ = ({UNTIL})(`{heading} !== window.before_`); 0")
        page.keyboard.press("j")
        moved.append(float(page.evaluate("window.waited_")))
    wrong: list[float] = []
    page.get_by_label("Condition of the scan").click()
    for _ in range(REPEATS):
        page.keyboard.press("Control+a")
        page.keyboard.insert_text("close > sma(50)")
        page.wait_for_timeout(1200)
        page.evaluate(f"window.waited_ = ({UNTIL})(`document.querySelector('.cm-lintRange-error')`); 0")
        page.keyboard.insert_text(" and rs(3) < 1")
        wrong.append(float(page.evaluate("window.waited_")))
    page.close()
    return [
        _row("another symbol's chart after a key", moved, "ms", "<= 100"),
        _row("an error in the editor after a key", wrong, "ms", "<= 150"),
    ]


def _row(what: str, figures: list[float], unit: str, target: str) -> Row:
    least = min(figures) if len(figures) > 1 else None
    return Row(subject="page", what=what, figure=statistics.median(figures), unit=unit, target=target, least=least)


if __name__ == "__main__":
    for each in rows():
        print(each.what, round(each.figure, 1), each.unit, file=sys.stdout)
