"""The documents of the repository, and what is shown in them: fenced examples, tables, commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.source import ROOT, kept_files

DOCUMENTS = tuple(path for path in kept_files() if path.suffix == ".md" and path.parts[-2] != "changelog.d")
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^(?: {4}|\$ )?(?:\.venv/bin/)?((?:scanwright|make) .+)$")


def blocks(kind: str) -> Iterator[tuple[str, str]]:
    """The fenced blocks of a kind: where each begins, and its text without the indentation of a list."""
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        for found in FENCE.finditer(text):
            if found[1] == kind:
                yield place(path, text, found.start()), dedented(found[2])


def expressions(kind: str) -> Iterator[tuple[str, str]]:
    """The expressions of blocks of a kind: one a line, going on where a line is indented."""
    for where, text in blocks(kind):
        for each in re.split(r"\n(?! )", text.strip("\n")):
            yield where, each


def rows(path: Path, *head: str) -> Iterator[list[str]]:
    """The rows of the table that has this head, each cell without its back ticks."""
    lines = path.read_text(encoding="utf-8").splitlines()
    start = lines.index("| " + " | ".join(head) + " |") + 2
    for line in lines[start:]:
        if not line.startswith("|"):
            return
        cells = re.split(r"(?<!\\)\|", line)[1:-1]
        yield [cell.replace("\\|", "|").strip().strip("`") for cell in cells]


def commands() -> Iterator[tuple[str, str]]:
    """Every command shown: in blocks of `sh` and `console`, and in indented lines."""
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        fenced = [(f.start(), f[2]) for f in FENCE.finditer(text) if f[1] in {"sh", "console"}]
        loose = [(f.start(), f.group()) for f in re.finditer(r"^ {4}\S.*$", FENCE.sub("", text), re.MULTILINE)]
        for start, shown in (*fenced, *loose):
            for line in shown.splitlines():
                if found := COMMAND.match(line):
                    yield place(path, text, start), re.sub(r" {2,}.*$| +# .*$", "", found[1])


def place(path: Path, text: str, offset: int) -> str:
    """A document and a line in it."""
    return f"{path.relative_to(ROOT)}:{text[:offset].count(chr(10)) + 1}"


def dedented(text: str) -> str:
    """The text without the indentation that all of its lines share."""
    lines = text.splitlines()
    shared = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[shared:] for line in lines)
