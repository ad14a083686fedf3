"""Commands that are shown exist: recipes of make, commands of scanwright, and each of their options."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from scanwright.app.cli.commands import COMMANDS
from tests.docs.documents import ROOT, commands

PROGRAM = Path(sys.executable).parent / "scanwright"
PICTURE = ROOT / "docs" / "images" / "run.svg"
SHOWN = [pytest.param(text, id=f"{where} {text}") for where, text in commands()]


@cache
def help_of(*words):
    """What a command says about itself."""
    done = subprocess.run([PROGRAM, *words, "--help"], capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    return done.stdout


def parted(words):
    """The command that the first words name, and the others."""
    name = next((name for name in COMMANDS if words[: len(name.split())] == name.split()), "")
    return name, words[len(name.split()) :]


def test_commands_are_shown():
    assert len(SHOWN) > 5


@pytest.mark.parametrize("text", SHOWN)
def test_a_command_that_is_shown_exists(text):
    program, *words = shlex.split(text)
    if program == "make":
        recipes = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        assert next(word for word in words if "=" not in word) in recipes
        return
    name, rest = parted(words)
    assert name, f"no command begins with {words[:2]}"
    known = set(re.findall(r"--[\w-]+", help_of(*name.split())))
    assert {word.split("=")[0] for word in rest if word.startswith("--")} <= known


def test_the_picture_is_of_commands_that_exist():
    drawn = PICTURE.read_text(encoding="utf-8").replace("&#160;", " ")
    assert set(re.findall(r"scanwright (\w+)", drawn)) <= set(COMMANDS)
    assert set(re.findall(r">[^<]*?(--(?!limit 0)[a-z-]+)", drawn)) <= set(
        re.findall(r"--[\w-]+", help_of("scan") + help_of("history"))
    )


def test_the_picture_asks_nobody_else():
    assert not re.findall(r"(?:href|src|url)\s*[=(]\s*[\"']?https?:", PICTURE.read_text(encoding="utf-8"))
