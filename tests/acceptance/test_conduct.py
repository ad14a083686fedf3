"""How the command line behaves: quick, quiet, stoppable."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys

import pytest

from tests.acceptance.conftest import run, start

HEAVY = ("polars", "pydantic", "rich", "pandas", "talib", "typer")


def loaded_by(*words):
    """The modules that a command has loaded when it ends."""
    code = (
        "import sys, atexit, runpy\n"
        "atexit.register(lambda: print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr))\n"
        f"sys.argv = ['scanwright', *{list(words)!r}]\n"
        "runpy.run_module('scanwright', run_name='__main__')\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return set(ran.stderr.splitlines()[-1].split())


def test_a_scan_from_a_cold_start_loads_nothing_heavy(market):
    found = loaded_by("scan", "close > sma(50)", "--market", str(market))
    assert "numpy" in found
    assert not found.intersection(HEAVY)


def test_help_does_not_even_load_numpy():
    assert "numpy" not in loaded_by("--help")


def test_importing_the_package_loads_next_to_nothing():
    code = "import sys; before = set(sys.modules); import scanwright; print(*(set(sys.modules) - before))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    found = {name.split(".")[0] for name in ran.stdout.split()}
    assert "scanwright" in found
    assert not found.intersection({*HEAVY, "numpy"})
    assert len(ran.stdout.split()) < 50


def test_help_names_every_command_and_every_command_helps():
    overview = run("--help")
    names = [line.split("  ")[1] for line in overview.out.splitlines() if line.startswith("  ")]
    assert (overview.code, overview.out) == (0, run().out)
    assert {"scan", "history", "data import", "demo", "prove"} <= set(names)
    for name in names:
        ran = run(*name.split(), "--help")
        assert (ran.code, ran.out.startswith(f"usage: scanwright {name}")) == (0, True)


def test_version():
    assert run("--version").out.startswith("scanwright 0.")


def test_a_reader_that_goes_away_is_no_failure(market):
    process = start("values", "close", "--symbol", "SPY", "--format", "jsonl", "--market", str(market))
    process.stdout.close()
    assert process.wait(60) == 0
    assert process.stderr.read() == ""
    process.stderr.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no signals of this kind")
def test_ctrl_c_stops_with_130_and_a_sentence(tmp_path):
    pipe = tmp_path / "waits.toml"
    os.mkfifo(pipe)
    process = start("scan", str(pipe))
    with pipe.open("w"):  # opens when the command reads, which then waits for the text
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err == "scanwright: stopped by Ctrl-C; nothing was left half done\n"


def test_the_demo_shows_hits_and_what_it_proposes_works(tmp_path):
    first = run("demo", folder=tmp_path)
    assert (first.code, "hits of" in first.out) == (0, True)
    made = {path: path.stat().st_mtime_ns for path in (tmp_path / "demo-market").rglob("*.parquet")}
    proposed = [shlex.split(line)[1:] for line in first.out.splitlines() if line.startswith("  scanwright ")]
    assert len(proposed) == 4
    for words in (*proposed, ["demo"]):
        ran = run(*words, folder=tmp_path)
        assert (ran.code, bool(ran.out)) == (0, True)
    assert made
    assert made == {path: path.stat().st_mtime_ns for path in (tmp_path / "demo-market").rglob("*.parquet")}


def test_the_demo_does_not_touch_another_market(market):
    ran = run("demo", "--market", str(market))
    assert (ran.code, "another" in ran.err or "--market DIR" in ran.err) == (1, True)


def test_results_are_the_same_on_one_thread_and_two(market):
    def found(threads):
        ran = run("scan", "close > sma(50)", "--format", "json", "--market", str(market), SCANWRIGHT_THREADS=threads)
        return json.loads(ran.out)["receipt"]["result_hash"]

    assert found("1") == found("2")


def test_a_ready_scan_a_file_and_its_text_are_one(scanwright, tmp_path):
    path = tmp_path / "copied.toml"
    path.write_text(run("library", "pullback_rsi2").out)

    def found(what):
        return json.loads(scanwright("scan", what, "--rank", "-rsi(2)", "--format", "json").out)["receipt"]

    text = "close > sma(200) and rsi(2) < 5 and close < sma(5)"
    hashes = {(found(what)["plan_hash"], found(what)["result_hash"]) for what in ("pullback_rsi2", str(path), text)}
    assert len(hashes) == 1
