"""The real command line, in processes of its own, on a small simulated market."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanwright.app.demo import written


@dataclasses.dataclass(frozen=True, kw_only=True)
class Ran:
    code: int
    out: str
    err: str


def start(*words: str, folder: Path | None = None, **environ: str) -> subprocess.Popen[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("SCANWRIGHT_")}
    return subprocess.Popen(
        [sys.executable, "-m", "scanwright", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**kept, **environ},
    )


def run(*words: str, folder: Path | None = None, **environ: str) -> Ran:
    process = start(*words, folder=folder, **environ)
    out, err = process.communicate(timeout=120)
    assert "Traceback" not in err, err
    return Ran(code=process.returncode, out=out, err=err)


@pytest.fixture(scope="session")
def market(tmp_path_factory):
    """A market of 60 symbols over 2 years, ending on 2025-12-31; SPY is one of them."""
    return written(tmp_path_factory.mktemp("acceptance") / "market", symbols=60, years=2)


@pytest.fixture
def scanwright(market):
    """Run a command on the small market."""

    def on_market(*words: str, **environ: str) -> Ran:
        return run(*words, "--market", str(market), **environ)

    return on_market
