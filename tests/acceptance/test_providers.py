"""A market filled by the real command from providers' own clients, over a real socket (documented shapes)."""

from __future__ import annotations

import datetime as dt
import json
import signal
import sys
import threading

import numpy as np
import pytest

from scanwright.model.calendars import calendar
from tests.acceptance.conftest import run, start
from tests.recorded import Reply, serving

KEY = "PK-never-to-be-seen"
SYMBOLS = ("AAPL", "BAC.PRL", "MSFT")
TO_MASSIVE = {"AAPL": "AAPL", "BAC.PRL": "BACpL", "MSFT": "MSFT"}
FIRST = "2026-01-02"


def starts(first, last):
    """The starts of the sessions from one date to another: midnight in New York, in winter."""
    known = calendar("us_stocks")
    last = min(np.datetime64(last), np.datetime64("2026-01-30"))
    days = known.sessions(np.datetime64(first), last).astype("M8[D]").tolist() if last >= np.datetime64(first) else []
    return [dt.datetime.combine(day, dt.time(5), dt.UTC) for day in days]


def bar(start, stamp):
    day = start.day
    return {"t": stamp, "o": day, "h": day + 2, "l": day - 1, "c": day + 1, "v": 1000 * day}


def massive(seen):
    parts = seen.path.split("/")
    if seen.path.startswith("/v2/aggs"):
        first, last = parts[-2:] if "ticker" in parts else (parts[-1], parts[-1])
        tickers = [parts[4]] if "ticker" in parts else TO_MASSIVE.values()
        rows = [
            {"T": ticker} | bar(each, int(each.timestamp() * 1000))
            for each in starts(first, last)
            for ticker in tickers
        ]
        counts = {"queryCount": len(rows), "resultsCount": len(rows), "adjusted": False}
        return Reply(body={"status": "OK", **counts, "results": rows})
    rows = []
    if seen.path == "/v3/reference/tickers" and seen.query["active"] == "true":
        rows = [{"ticker": each, "type": "CS", "active": True} for each in TO_MASSIVE.values()]
    if len(parts) == 5:
        return Reply(body={"status": "OK", "results": {"market_cap": 1e9, "list_date": "1990-01-01"}})
    return Reply(body={"status": "OK", "results": rows, "count": len(rows)})


def alpaca(seen):
    if seen.path == "/v2/stocks/bars":
        first, last = (seen.query[name][:10] for name in ("start", "end"))
        rows = [bar(each, f"{each:%Y-%m-%dT%H:%M:%SZ}") for each in starts(first, last)]
        return Reply(body={"bars": dict.fromkeys(seen.query["symbols"].split(","), rows), "next_page_token": None})
    if seen.path == "/v2/stocks/bars/latest":
        return Reply(
            body={"bars": dict.fromkeys(SYMBOLS, bar(dt.datetime(2026, 1, 30, tzinfo=dt.UTC), "2026-01-30T20:59:00Z"))}
        )
    if seen.path == "/v2/assets":
        coins = seen.query["asset_class"] == "crypto"
        names = ["BTC/USD"] if coins else SYMBOLS
        return Reply(
            body=[{"symbol": each, "name": each, "class": "crypto" if coins else "us_equity"} for each in names]
        )
    holds = {"/v1/corporate-actions": ("corporate_actions", {}), "/v1beta1/news": ("news", [])}
    name, nothing = holds[seen.path]
    return Reply(body={name: nothing, "next_page_token": None})


@pytest.mark.parametrize(("provider", "answers"), [("massive", massive), ("alpaca", alpaca)])
def test_a_market_is_filled_from_a_provider_and_read(provider, answers, tmp_path):
    with serving({"*": answers}) as server:
        name = f"SCANWRIGHT_PROVIDERS__{provider.upper()}__"
        environ = {f"{name}KEY": KEY, f"{name}REQUESTS_PER_MINUTE": "60000", "XDG_CACHE_HOME": str(tmp_path / "cache")}
        environ["SSL_CERT_FILE"] = str(tmp_path / "no such file")  # of which massive's client warns
        if provider == "alpaca":
            environ |= {f"{name}SECRET": KEY, f"{name}TRADING_URL": server.address}
        words = ("data", "update", "--provider", provider, "--url", server.address, "--since", FIRST)
        words = (*words, "--universe", ",".join(SYMBOLS), "--market", str(tmp_path / "market"), "--format", "json")
        first = run(*words, **environ)
        bars = [seen for seen in server.seen if "/bars" in seen.path or "/aggs" in seen.path]
        assert KEY not in first.out + first.err
        assert first.code == 1, "what is served ends in January: everybody is silent since, and that is told"
        assert "3 of 3 symbols are complete" in first.err
        assert "since 2026-01-30" in first.err
        assert bars
        assert json.loads(first.out), "a library's own words do not go where data goes"
    values = run(
        "values", "close", "--symbol", "BAC.PRL", "--market", str(tmp_path / "market"), "--format", "json", **environ
    )
    told = json.dumps(json.loads(values.out))
    assert values.code == 0, values.err
    assert "2026-01-30" in told
    assert "31.0" in told, "the close of the 30th"


@pytest.mark.skipif(sys.platform == "win32", reason="an interrupt is sent as Ctrl-C sends it")
def test_an_interrupt_ends_the_command_though_the_provider_says_nothing(tmp_path):
    gate, arrived = threading.Event(), threading.Event()

    def silent(seen):
        arrived.set()
        return Reply(gate=gate)

    with serving({"*": silent}) as server:
        words = ("data", "update", "--provider", "massive", "--url", server.address, "--since", FIRST)
        market = ("--universe", "AAPL", "--market", str(tmp_path / "market"))
        environ = {"SCANWRIGHT_PROVIDERS__MASSIVE__KEY": KEY, "XDG_CACHE_HOME": str(tmp_path / "cache")}
        process = start(*words, *market, **environ)
        assert arrived.wait(30)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)  # the client itself would wait for 15 seconds
        gate.set()
    assert process.returncode != 0
    assert "Traceback" not in err
    assert KEY not in out + err
