"""Writes the table of TA-Lib's functions that ships as `src/scanwright/kernels/_talib_table.json`.

Run by hand when TA-Lib is raised; a test says when the table no longer fits the library that is installed:

    .venv/bin/python tools/make_talib_table.py

TA-Lib does not tell the bounds of its parameters, so they are found by asking for values and seeing which are refused.
"""

from __future__ import annotations

import json
import pathlib

import numpy as np
import talib
from talib import abstract

TABLE = pathlib.Path(__file__).parent.parent / "src" / "scanwright" / "kernels" / "_talib_table.json"
# Plain arithmetic and what the language says with its own words: add sub mult div, exp log sqrt, highest lowest sum.
OURS = frozenset("ADD DIV EXP LN MAX MIN MULT SQRT SUB SUM".split())
LOWEST, HIGHEST = (-1e37, 0, 0.01, 1, 2, 3), (1e37, 100_000, 200, 100, 20, 19, 18, 17, 16, 15, 14, 13, 12, 8, 1, 0.99)


def name_of(function: str) -> str:
    """The name in the language: `cdl_hammer` for CDLHAMMER."""
    return f"cdl_{function[3:].lower()}" if function.startswith("CDL") else function.lower()


def table() -> dict[str, object]:
    """Every function by its name in the language."""
    functions = {name_of(each): entry(each) for each in sorted(talib.get_functions()) if each not in OURS}
    return {"talib": talib.__version__, "functions": functions}


def entry(function: str) -> dict[str, object]:
    """What one function takes and gives."""
    info = abstract.Function(function).info
    return {
        "function": function,
        "says": info["display_name"],
        "group": info["group"],
        "inputs": inputs(info["input_names"]),
        "parameters": [parameter(function, name, value) for name, value in info["parameters"].items()],
        "outputs": [] if len(info["output_names"]) == 1 else list(info["output_names"]),
    }


def inputs(names: dict[str, object]) -> list[list[str]]:
    """Each input's name and the field that it is by default ("" where there is none)."""
    found: list[list[str]] = []
    for name, field in names.items():
        if name == "prices":
            found += [[each, each] for each in field]
        elif name == "periods":
            found.append(["periods", ""])
        else:
            found.append(["y" if name.endswith("1") else "x", str(field)])
    return found


def parameter(function: str, name: str, default: float) -> dict[str, object]:
    """A parameter with the least and the most that TA-Lib takes; nothing where there is no bound in sight."""
    whole = isinstance(default, int)
    kind = int if whole else float
    least = next(kind(each) for each in LOWEST if takes(function, name, kind(each)))
    most = next(kind(each) for each in HIGHEST if (not whole or each <= 100_000) and takes(function, name, kind(each)))
    bounds = {"least": least if least > -1e37 else None, "most": most if most < 1e37 else None}
    return {"name": name, "default": default, "whole": whole, **bounds}


def takes(function: str, name: str, value: float) -> bool:
    """Whether TA-Lib answers for this value."""
    if isinstance(value, int) and value < 0:
        return False
    series = [np.full(3, 2.0) for _ in inputs(abstract.Function(function).info["input_names"])]
    try:
        getattr(talib, function)(*series, **{name: value})
    except Exception as refusal:  # noqa: BLE001 - TA-Lib raises nothing more precise
        return "Bad Parameter" not in str(refusal)
    return True


if __name__ == "__main__":
    TABLE.write_text(json.dumps(table(), separators=(",", ":")).replace('},"', '},\n"') + "\n")
    print(f"{TABLE.name}: {len(table()['functions'])} functions of TA-Lib {talib.__version__}")
