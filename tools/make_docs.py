"""Writes the pages of `docs/` that follow from the code: the table of all functions, and the ready scans.

    .venv/bin/python tools/make_docs.py

A test says when a page no longer fits.
"""

from __future__ import annotations

import inspect
import pathlib
import re
from collections.abc import Iterable

from scanwright.app.wiring import catalogue
from scanwright.expr.catalogue import Entry
from scanwright.expr.face import Indicator
from scanwright.expr.words import ALIASES
from scanwright.scan import library

FOLDER = pathlib.Path(__file__).parent.parent / "docs"
BY = "written by tools/make_docs.py: change the code, then run it"
PATTERN = "cdl_"


def pages() -> dict[str, str]:
    """Every page by its name, as it should be."""
    return {"indicators.md": functions(), "library.md": scans()}


def functions() -> str:
    """All functions in five tables."""
    entries = [entry for entry in catalogue() if not entry.hidden]
    foreign = [entry for entry in entries if entry.kind == "foreign"]
    across = [entry for entry in entries if entry.kind in {"cross", "group", "other", "resample", "dated"}]
    kernels = [entry for entry in entries if entry.kernel and entry not in foreign and entry not in across]
    indicators = [entry for entry in entries if entry.composition]
    patterns = [entry for entry in foreign if entry.name.startswith(PATTERN)]
    others = [entry for entry in foreign if entry not in patterns]
    parts = (
        ("Indicators", "Each is a composition of the functions below, in a file of its name.", indicators),
        ("Functions of one symbol", "The primitives that remember, and arithmetic.", kernels),
        ("Across symbols, other bars, and what is dated beside them", "See [the language](language.md).", across),
        ("Further functions of TA-Lib", "Handed to TA-Lib as they are; those that we define stand above.", others),
        (
            "Candlestick patterns of TA-Lib",
            "100 or -100 where the pattern is (a few give 80 or 200), 0 where it is not.",
            patterns,
        ),
    )
    head = [
        f"<!-- {BY} -->",
        "# Functions",
        "",
        f"{len(entries)} functions. An argument with `=` may be left out; series that are left out at the front leave",
        "the numbers in their order, so `sma(200)` is `sma(close, 200)`. Names without brackets are written without. A",
        "`.name` is one of several results and has to be chosen.",
        "",
        "Other names that are read: " + ", ".join(f"`{a}` for `{b}`" for a, b in ALIASES.items() if a[-1] != ".") + ".",
    ]
    return "\n".join([*head, *(line for part in parts for line in table(*part))]) + "\n"


def table(title: str, says: str, entries: Iterable[Entry]) -> list[str]:
    """One table with its heading."""
    rows = [f"| {written(each)} | {meaning(each)} | {each.unit} | {escaped(each.source)} |" for each in entries]
    return ["", f"## {title}", "", says, "", "| function | meaning | unit | source |", "|---|---|---|---|", *rows]


def written(entry: Entry) -> str:
    """How a function is called, and its results."""
    call = entry.name if entry.noun else entry.signature.shown(entry.name)
    outputs = [f"`.{each.name}`" for each in entry.signature.outputs if each.name]
    return " ".join([f"`{call}`", *outputs])


def meaning(entry: Entry) -> str:
    """What it is in the words of its file, and how it is worked out in those of its function."""
    says = [paragraph(entry.doc)]
    if isinstance(entry.composition, Indicator):
        module = inspect.getmodule(entry.composition.function)
        says.insert(0, paragraph(module.__doc__ if module else ""))
    return escaped(" ".join(text if text.endswith((".", "`")) else f"{text}." for text in dict.fromkeys(says) if text))


def paragraph(doc: str | None) -> str:
    """The first paragraph in one line."""
    return re.sub(r"\s+", " ", (doc or "").strip().split("\n\n")[0])


def escaped(text: str) -> str:
    """A text for a cell of a table."""
    return text.replace("|", "\\|")


def scans() -> str:
    """The ready scans, each with its sentence and its file."""
    head = [
        f"<!-- {BY} -->",
        "# The ready scans",
        "",
        "Write the name where an expression or a file is asked for. None of them is advice; what came of one on your",
        "own market is what `scanwright history NAME` counts.",
    ]
    parts: list[str] = []
    for name in library.names():
        scan = library.ready(name)
        body = re.sub(r"^(name|title|interval|universe) = .*\n", "", library.text(name), flags=re.MULTILINE).strip()
        parts += ["", f"## {name}", "", f"{scan.title} Interval {scan.interval}.", "", "```toml", body, "```"]
    return "\n".join([*head, *parts]) + "\n"


if __name__ == "__main__":
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
