"""A scan is written, run, watched and stopped in the page, against the simulated exchange."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from scanwright.store.market import create
from tests.browser.conftest import NARROW, opened
from tests.exchange import running, small_market
from tests.integration.http.conftest import process

SYMBOLS, RATE = 60, 8.0
SLOW = "close > sma(5)"


@pytest.fixture(scope="module")
def slow(tmp_path_factory):
    """The address of a server that asks an exchange for every bar, a few symbols a second."""
    place = tmp_path_factory.mktemp("slow")
    source = small_market(place / "source", symbols=SYMBOLS)
    create(place / "market", name="slow")
    with running(source, rate=RATE) as exchange:
        words = ("--provider", "simulated", "--url", exchange.url)
        with process(place / "market", *words) as (_, asked):
            yield asked.url


def write(page, text):
    """Put a condition into the editor."""
    editor = page.get_by_label("Condition of the scan")
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def run(page):
    page.get_by_role("button", name="Run", exact=True).click()


def rows(page):
    """The symbols of the rows that are on the screen."""
    return page.locator(".ticker")


def test_the_first_rows_are_there_before_the_run_has_finished_and_it_can_be_stopped(browser, slow):
    with opened(browser, slow) as found:
        page = found.go("/scan")
        write(page, SLOW)
        run(page)
        expect(rows(page).first).to_be_visible()
        stop = page.get_by_label("Results").get_by_role("button", name="Stop", exact=True)
        expect(stop).to_be_visible()
        stop.click()
        expect(page.get_by_text(re.compile("Stopped|Cancelled", re.IGNORECASE)).first).to_be_visible()
        expect(page.get_by_text(re.compile("not reached")).first).to_be_visible()


def test_what_is_wrong_is_shown_at_its_place_as_one_types(desk):
    page = desk.go("/scan")
    write(page, "close > smaa(20) and volume > 0")
    expect(page.locator(".cm-lintRange-error")).to_have_text("smaa")
    expect(page.get_by_text(re.compile("did you mean", re.IGNORECASE)).first).to_be_visible()
    write(page, "close > sma(20) and volume > 0")
    expect(page.locator(".cm-lintRange-error")).to_have_count(0)


def test_a_word_is_completed_with_what_it_means(desk):
    page = desk.go("/scan")
    write(page, "rs")
    page.keyboard.type("i")
    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("rsi")
    expect(page.locator(".cm-completionInfo")).to_contain_text("rsi(x=close, n=14)")


def test_a_run_from_the_keyboard_alone(desk):
    page = desk.go("/scan")
    write(page, "close > sma(20)")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    expect(rows(page).first).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    first = page.get_by_label("Symbol", exact=True).get_by_role("heading", level=2)
    expect(first).to_have_text(re.compile("^[A-Z]+$"))
    before = first.inner_text()
    page.keyboard.press("j")
    expect(first).not_to_have_text(before)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Run the scan")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("history")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/history"))


def test_a_second_browser_sees_the_same_run(browser, desk):
    page = desk.go("/scan")
    write(page, "close > sma(20) and rsi(14) < 60")
    run(page)
    expect(page.get_by_text(re.compile("^Complete")).first).to_be_visible()
    shown = rows(page).first.inner_text()
    with opened(browser, desk.url) as other:
        second = other.page
        second.goto(page.url)
        expect(second.get_by_text(re.compile("^Complete")).first).to_be_visible()
        expect(rows(second).first).to_be_visible()
        assert rows(second).first.inner_text() == shown


def test_hits_are_exported_as_the_server_has_them(desk):
    page = desk.go("/scan")
    write(page, "close > sma(20)")
    run(page)
    expect(page.get_by_text(re.compile("^Complete")).first).to_be_visible()
    page.get_by_role("button", name="Share and export").click()
    with page.expect_download() as told:
        page.get_by_role("menuitem", name=re.compile("CSV")).first.click()
    lines = told.value.path().read_text(encoding="utf-8").splitlines()
    run_id = re.search("run=([0-9a-f]+)", page.url)[1]
    receipt = json.loads(page.request.get(f"{desk.url}/v1/runs/{run_id}").text())["receipt"]
    assert len(lines) == receipt["hits"] + 1


def test_nothing_that_was_written_is_lost_on_reload(desk):
    page = desk.go("/scan")
    write(page, "close > sma(33) and rsi(9) < 44")
    page.reload()
    expect(page.get_by_label("Condition of the scan")).to_have_text("close > sma(33) and rsi(9) < 44")


def test_a_term_that_is_switched_off_changes_what_is_found_at_once(desk):
    page = desk.go("/scan")
    write(page, "close > sma(50) and rsi(14) < 1")
    switch = page.get_by_role("switch", name=re.compile("rsi"))
    switch.click()
    expect(switch).not_to_be_checked()
    expect(page.get_by_text(re.compile(r"[1-9]\d* hits")).first).to_be_visible()


def test_a_narrow_screen_has_all_of_it(browser, server):
    with opened(browser, server, viewport=NARROW, has_touch=True) as found:
        page = found.go("/scan")
        write(page, "close > sma(20)")
        run(page)
        expect(page.get_by_text(re.compile("^Complete")).first).to_be_visible()
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= NARROW["width"], "nothing sticks out"
