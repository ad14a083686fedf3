"""A package whose files are things of one kind, each named by its file: listed without loading any of them."""

from __future__ import annotations

import dataclasses
import difflib
import importlib
import importlib.resources
import importlib.util
from typing import Protocol, TypeVar

from scanwright.model.errors import SettingsError


class Named(Protocol):
    """What a file declares of itself."""

    @property
    def name(self) -> str:
        """The file's name."""
        ...


D = TypeVar("D", bound=Named)


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

    def declared(self, name: str, kind: type[D], what: str) -> D:
        """What the file of a name declares of itself; `SettingsError` with the nearest name where there is none.

        what: such a thing with its article, for the error.
        """
        if name not in self.names():
            near = difflib.get_close_matches(name, self.names(), 1, 0.5)
            todo = f"did you mean {near[0]}?" if near else f"one of {' '.join(self.names())}"
            raise SettingsError(expected=what, found=repr(name), todo=todo)
        found = self.load(name)
        if not isinstance(found, kind) or found.name != name:
            expected = f"{self.attribute} = {kind.__name__}(name={name!r}) in {name}.py"
            raise SettingsError(expected=expected, found=repr(found), todo="")
        return found


def not_installed(library: str, extra: str) -> str:
    """That a library is not here, with what installs it; empty where it is, or none is needed.

    >>> not_installed("", ""), not_installed("json", "")
    ('', '')
    """
    if not library or importlib.util.find_spec(library) is not None:
        return ""
    return f"the library {library} is not installed: pip install 'scanwright[{extra}]'"
