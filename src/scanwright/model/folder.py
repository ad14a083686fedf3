"""A package whose files are things of one kind, each named by its file: listed without loading any of them."""

from __future__ import annotations

import dataclasses
import importlib
import importlib.resources


@dataclasses.dataclass(frozen=True, kw_only=True)
class Folder:
    """The files of a package; those that start with `_` are passed over.

    attribute: what a file defines; empty where it is called as the file is.

    >>> "rsi" in Folder(package="scanwright.indicators").names()
    True
    """

    package: str
    attribute: str = ""

    def names(self) -> tuple[str, ...]:
        """The files' names."""
        listed = importlib.resources.files(self.package).iterdir()
        names = (each.name.removesuffix(".py") for each in listed if each.name.endswith(".py"))
        return tuple(sorted(name for name in names if not name.startswith("_")))

    def load(self, name: str) -> object:
        """What a file defines."""
        module = importlib.import_module(f"{self.package}.{name}")
        return getattr(module, self.attribute or name)
