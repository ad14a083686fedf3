"""Everybody can read the page: what axe finds on each screen, in both colours."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import opened
from tests.browser.test_scanning import rows, run, write

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = ("scan", "history", "compare", "runs", "lists", "data")
ASK = """axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}).then(found =>
    found.violations.filter(each => ["serious", "critical"].includes(each.impact)).map(each =>
        [each.id, each.nodes.slice(0, 3).map(node => node.html.slice(0, 160) + node.failureSummary.slice(0, 200))]))"""


def wrong(page):
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(ASK)


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_serious(browser, server, screen, scheme):
    with opened(browser, server, color_scheme=scheme) as found:
        page = found.go(f"/{screen}")
        expect(page.get_by_role("navigation").get_by_role("link", name=screen.capitalize())).to_have_attribute(
            "aria-current", "page"
        )
        page.wait_for_load_state("networkidle")
        assert wrong(page) == []


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_axe_finds_nothing_serious_in_results(browser, server, scheme):
    with opened(browser, server, color_scheme=scheme) as found:
        page = found.go("/scan")
        write(page, "close > sma(20)")
        run(page)
        expect(rows(page).first).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        expect(page.get_by_label("Why", exact=True)).to_be_visible()
        assert wrong(page) == []


def test_new_hits_are_told_to_who_reads_by_ear(desk):
    page = desk.go("/scan")
    write(page, "close > sma(20)")
    run(page)
    expect(page.locator("[aria-live=polite]", has_text="Finished")).to_have_count(1)


def test_a_page_of_another_site_is_nowhere_asked(desk):
    desk.go("/scan")
    policy = desk.page.request.get(desk.url).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy.split("style-src")[0]
