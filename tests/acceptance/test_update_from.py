"""`data update` from other providers than the simulated one: files that come, Yahoo and an exchange as recorded."""

from __future__ import annotations

import datetime as dt

import pytest

from scanwright.model.interval import Interval
from scanwright.store.market import Market
from tests.acceptance.conftest import run
from tests.integration.providers.test_ccxt import DAY as DAY_LONG
from tests.integration.providers.test_ccxt import Klines
from tests.integration.providers.test_ccxt import routes as exchange
from tests.recorded import Reply, serving
from tests.yahoo import CHART, TRADED, charted
from tests.yahoo import routes as yahoo

DAY = Interval.DAY
HEADER = "date,open,high,low,close,volume"


@pytest.fixture
def update(tmp_path):
    """Run `data update` into a market of the test's own."""

    def ran(provider, url, *words):
        place = ("--market", str(tmp_path / "market"), "--url", str(url))
        cache = {"SCANWRIGHT_CACHE__FOLDER": str(tmp_path / "cache")}
        return run("data", "update", "--provider", provider, *place, *words, **cache)

    return ran


def rows(tmp_path):
    return Market.open(tmp_path / "market").bars(DAY).rows()


def test_what_is_new_in_a_folder_comes_in_and_then_nothing_does(update, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    file = folder / "AAA.csv"
    file.write_text(f"{HEADER}\n2024-01-02,1,2,1,2,10\n2024-01-03,2,3,2,3,20\n", encoding="utf-8")
    (folder / "splits.csv").write_text("symbol,date,ratio\nAAA,2024-01-03,2:1\n", encoding="utf-8")
    assert "2 new" in update("files", folder, "--since", "2024-01-01").err
    with file.open("a", encoding="utf-8") as opened:
        opened.write("2024-01-04,3,4,3,4,30\n")
    (folder / "BBB.csv").write_text(f"{HEADER}\n2024-01-04,1,2,1,2,10\n", encoding="utf-8")
    assert "2 new" in update("files", folder, "--since", "2024-01-01").err
    assert "nothing new" in update("files", folder, "--since", "2024-01-01").err
    assert [(row[0], str(row[1])) for row in rows(tmp_path)] == [
        *(("AAA", f"2024-01-0{day}") for day in (2, 3, 4)),
        ("BBB", "2024-01-04"),
    ]
    assert Market.open(tmp_path / "market").table("splits").rows() == [("AAA", dt.date(2024, 1, 3), 2.0)]


def test_a_broken_file_is_named_and_nothing_comes_in(update, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "AAA.csv").write_text(f"{HEADER}\n2024-01-02,1,2,1,2,10\n", encoding="utf-8")
    (folder / "BBB.csv").write_text("date,price\n", encoding="utf-8")
    ran = update("files", folder)
    assert ran.code == 1
    assert "BBB.csv" in ran.err
    assert not (tmp_path / "market").exists() or not Market.open(tmp_path / "market").intervals()


def test_yahoo_s_bars_are_kept_as_traded(update, tmp_path):
    page = charted(TRADED, splits=[("2020-08-31", 4.0)], dividends=[("2020-08-28", 0.205)])
    with serving(yahoo(paths={CHART: page})) as server:
        words = ("--universe", "AAPL", "--since", "2020-08-27", "--only-bars")
        first, again = (update("yahoo", server.address, *words) for _ in range(2))
    assert (first.code, again.code) == (1, 1), first.err + again.err
    for each in (first, again):
        assert "without a bar in the last 10 sessions, delisted perhaps: 1 (AAPL since 2020-" in each.err
    assert [(str(row[1]), *row[2:7]) for row in rows(tmp_path)] == TRADED
    market = Market.open(tmp_path / "market")
    assert market.table("splits").rows() == [("AAPL", dt.date(2020, 8, 31), 4.0)]
    assert market.table("dividends").select("date", "amount").rows() == [(dt.date(2020, 8, 28), 0.82)]
    assert market.panel(DAY).fields["close"][0, 0] == pytest.approx(500.04 / 4)


def test_an_exchange_fills_a_market_that_never_closes(update, tmp_path):
    start = int(dt.datetime(2024, 8, 1, tzinfo=dt.UTC).timestamp()) * 1000
    with serving(exchange(Klines([start + n * DAY_LONG for n in range(10)], most=4, length=DAY_LONG))) as server:
        ran = update("ccxt", server.address, "--since", "2024-08-01")
    assert ran.code == 1, "the bars that it has are years old"
    assert "2 (BTC/USDT since 2024-08-10, ETH/USDT since 2024-08-10)" in ran.err
    assert Market.open(tmp_path / "market").calendar == "always_open"
    assert {row[0] for row in rows(tmp_path)} == {"BTC/USDT", "ETH/USDT"}
    assert len(rows(tmp_path)) == 20


def test_a_symbol_that_yahoo_does_not_know_is_a_named_miss(update):
    gone = {"chart": {"result": None, "error": {"code": "Not Found", "description": "No data found"}}}
    with serving(yahoo(paths={CHART: Reply(status=404, body=gone)})) as server:
        ran = update("yahoo", server.address, "--universe", "AAPL", "--since", "2020-08-27", "--only-bars")
    assert "AAPL" in ran.out
    assert "1 missed: 1 unknown" in ran.err
