"""Runs the benches, prints one table, and writes `bench/results/latest.json` with the facts of the machine.

A bench is a file of this folder with a function `rows()`. `python bench/run.py` runs all of them, `python bench/run.py
NAME ...` some; the figures of the others are kept from before. The figure that counts is the median; the least of the
repeats stands beside it, because other programs may run on the machine.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any

from timing import Row, machine

FOLDER = Path(__file__).resolve().parent
RESULTS = FOLDER / "results" / "latest.json"


def benches() -> list[str]:
    """The names of the benches: the files that say `def rows()`."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if "\ndef rows()" in path.read_text(encoding="utf-8"))


def main(asked: list[str]) -> int:
    """Run, print, write; 2 where a bench is asked for that does not exist. A missed target is shown, no failure."""
    known = benches()
    wrong = [name for name in asked if name not in known]
    if wrong:
        print(f"expected some of {', '.join(known)}; found {', '.join(wrong)}", file=sys.stderr)
        return 2
    facts = machine()
    kept = _before()
    for name in asked or known:
        print(f"-- {name}", file=sys.stderr, flush=True)
        start = time.perf_counter()
        found: list[Row] = importlib.import_module(name).rows()
        kept[name] = {
            "machine": facts,
            "took_seconds": round(time.perf_counter() - start, 1),
            "rows": [dataclasses.asdict(row) | {"holds": row.holds} for row in found],
        }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    shown = [row for name in sorted(kept) if not asked or name in asked for row in kept[name]["rows"]]
    _print(facts, shown)
    return 0


def _before() -> dict[str, Any]:
    return json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}


def _print(facts: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    print(
        f"{facts['processor']}, {facts['cores']} cores, {facts['memory_gb']} GB, Python {facts['python']}, {versions}"
    )
    print(
        f"load of the machine before: {facts['load_before']}; figures are medians, `least` is the best of the repeats\n"
    )
    heads = ("subject", "what", "figure", "least", "unit", "target", "", "note")
    lines = [heads, *(_cells(row) for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(heads))]
    for line in lines:
        right = {2, 3}
        cells = (
            text.rjust(width) if at in right else text.ljust(width)
            for at, (text, width) in enumerate(zip(line, widths, strict=True))
        )
        print("  ".join(cells).rstrip())


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    least = "" if row["least"] is None else _number(row["least"])
    verdict = {True: "holds", False: "MISSED", None: ""}[row["holds"]]
    return row["subject"], row["what"], _number(row["figure"]), least, row["unit"], row["target"], verdict, row["note"]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
