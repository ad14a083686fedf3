"""The ready scans: one TOML file each, named as the scan is."""

from __future__ import annotations

import tomllib
from importlib import resources

from scanwright.scan.definition import Scan, of_table


def names() -> tuple[str, ...]:
    """The names of all ready scans, sorted; nothing is read.

    >>> "golden_cross" in names()
    True
    """
    listed = (each.name for each in resources.files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in listed if name.endswith(".toml")))


def ready(name: str) -> Scan:
    """A ready scan by its name.

    >>> ready("golden_cross").interval
    <Interval.DAY: '1d'>
    """
    return of_table(tomllib.loads(text(name)), name)


def text(name: str) -> str:
    """The file of a ready scan, as a person would copy it."""
    return (resources.files(__name__) / f"{name}.toml").read_text(encoding="utf-8")
