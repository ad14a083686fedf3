"""A kernel that does not fit its source is refused, and says what to do."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from scanwright.kernels._compiled import FOLDER, kernels, load
from tests.house.source import ROOT


@pytest.mark.parametrize("name", kernels())
def test_every_kernel_is_compiled_from_the_source_beside_it(name):
    assert load(name).__file__.endswith((".so", ".pyd"))


@pytest.fixture
def elsewhere(tmp_path):
    """The compiled kernels in a place of their own, and a way to load one there."""
    shutil.copytree(FOLDER, tmp_path / "_compiled", ignore=shutil.ignore_patterns("__pycache__", ".building-*"))

    def message(name):
        code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import _compiled; _compiled.load({name!r})"
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stderr

    return tmp_path / "_compiled", message


def test_a_changed_source_is_refused(elsewhere):
    folder, message = elsewhere
    with (folder / f"{kernels()[0]}.py").open("a") as source:
        source.write("# changed\n")
    assert message(kernels()[0]).strip().endswith("was compiled from another source: run `make install`")


def test_a_changed_declaration_is_refused(elsewhere):
    folder, message = elsewhere
    (folder / "added.pxd").write_text("cdef int added\n")
    assert message(kernels()[0]).strip().endswith("was compiled from another source: run `make install`")


def test_a_source_that_was_never_compiled_is_refused(elsewhere):
    folder, message = elsewhere
    (folder / "plain.py").write_text("ran = True\n")
    assert message("plain").strip().endswith("is not compiled for this Python: run `make install`")


def test_no_flag_of_the_build_changes_a_value():
    build = (ROOT / "hatch_build.py").read_text(encoding="utf-8")
    assert "-ffp-contract=off" in build
    assert not [
        flag for flag in ("-ffast-math", "-Ofast", "-funsafe-math", "-fassociative", "-march=") if flag in build
    ]
