"""Everything callable, found by listing folders: an entry's name is its file's name, it loads when first used."""

from __future__ import annotations

import dataclasses
import difflib
import importlib
import importlib.metadata
import importlib.resources
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Protocol

from scanwright.expr.nodes import Call, Field, Node
from scanwright.kernels._kernel import Kernel
from scanwright.model.errors import SettingsError
from scanwright.model.signature import Argument, Output, Signature

GROUP = "scanwright.indicators"


class Composition(Protocol):
    """What an indicator's file defines under the file's name: expressions in, expressions out."""

    @property
    def signature(self) -> Signature:
        """What it takes and gives."""
        ...

    @property
    def doc(self) -> str:
        """What it means."""
        ...

    @property
    def example(self) -> str:
        """A call that a person could write."""
        ...

    @property
    def unit(self) -> str:
        """The unit of its value."""
        ...

    @property
    def source(self) -> str:
        """Where the definition comes from."""
        ...

    @property
    def noun(self) -> bool:
        """Whether it is written without brackets."""
        ...

    def expand(self, inputs: Sequence[Node], params: Sequence[float | str]) -> Mapping[str, Node]:
        """The results by name, as trees."""
        ...


@dataclasses.dataclass(frozen=True, kw_only=True)
class Entry:
    """One callable: a kernel, an indicator (`composition`), or a word of the grammar (neither)."""

    name: str
    signature: Signature
    kind: str
    doc: str
    example: str
    unit: str = ""
    source: str = ""
    noun: bool = False
    hidden: bool = False
    kernel: Kernel | None = None
    composition: Composition | None = None

    @property
    def optional_lead(self) -> int:
        """How many optional series stand before the first constant, so that `f(200)` means `f(close, 200)`."""
        arguments = self.signature.arguments
        lead = 0
        while lead < len(arguments) and arguments[lead].takes == "series" and not arguments[lead].required:
            lead += 1
        return lead if lead < len(arguments) and arguments[lead].takes != "series" else 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Folder:
    """A package whose files are entries; listing it imports nothing."""

    package: str
    make: Callable[[str, object], Entry]
    attribute: str = ""

    def names(self) -> tuple[str, ...]:
        """The files' names, without those that start with `_`."""
        listed = importlib.resources.files(self.package).iterdir()
        names = (each.name.removesuffix(".py") for each in listed if each.name.endswith(".py"))
        return tuple(sorted(name for name in names if not name.startswith("_")))

    def load(self, name: str) -> Entry:
        """The entry that a file defines."""
        module = importlib.import_module(f"{self.package}.{name}")
        return self.make(name, getattr(module, self.attribute or name))


def kernel_entry(name: str, found: object) -> Entry:
    """An entry from a kernel's declaration."""
    if not isinstance(found, Kernel) or found.name != name:
        raise SettingsError(expected=f"a Kernel named {name} in kernels/{name}.py", found=repr(found), todo="")
    shared = {key: getattr(found, key) for key in ("signature", "kind", "doc", "example", "source", "hidden")}
    return Entry(name=name, kernel=found, **shared)


def indicator_entry(name: str, found: object) -> Entry:
    """An entry from an indicator's function."""
    composition: Composition = found  # type: ignore[assignment] - the folder's files define compositions under their name
    shared = {key: getattr(composition, key) for key in ("signature", "doc", "example", "unit", "source", "noun")}
    return Entry(name=name, kind="indicator", composition=composition, **shared)


class Catalogue:
    """A mapping from name to entry that loads an entry when it is asked for.

    `words` are entries of the grammar, `folders` are listed without importing, `fallback` offers further entries under
    names that no folder holds. Two things of one name are refused.
    """

    def __init__(
        self,
        *,
        words: Sequence[Entry] = (),
        folders: Sequence[Folder] = (),
        fallback: Callable[[], Mapping[str, Entry]] | None = None,
    ) -> None:
        """List the folders."""
        self._loaded: dict[str, Entry] = {}
        self._places: dict[str, Folder] = {}
        self._fallback = fallback
        self._defaults: dict[tuple[str, str], Node] = {}
        for word in words:
            self._loaded[word.name] = word
        for folder in folders:
            for name in folder.names():
                if name in self._places or name in self._loaded:
                    where = self._places[name].package if name in self._places else "the grammar"
                    raise SettingsError(
                        expected="one thing of each name",
                        found=f"{name} in {where} and in {folder.package}",
                        todo="rename one of the two files",
                    )
                self._places[name] = folder

    def names(self) -> tuple[str, ...]:
        """Every name that a person may write, sorted."""
        return tuple(sorted({*self._places, *self._loaded, *self._further}))

    def __contains__(self, name: object) -> bool:
        return name in self._loaded or name in self._places or name in self._further

    def __iter__(self) -> Iterator[Entry]:
        return (self[name] for name in self.names())

    def __getitem__(self, name: str) -> Entry:
        if name not in self._loaded:
            folder = self._places.get(name)
            self._loaded[name] = folder.load(name) if folder else self._further[name]
        return self._loaded[name]

    @cached_property
    def _further(self) -> Mapping[str, Entry]:
        return self._fallback() if self._fallback else {}

    def default(self, argument: Argument) -> Node | None:
        """The tree of a series' default, `None` where it has none."""
        if not isinstance(argument.default, str) or argument.takes != "series":
            return None
        return Call(argument.default) if argument.default in self else Field(argument.default)

    def nearest(self, name: str, further: Sequence[str] = ()) -> str:
        """The known name that looks most like another one, or nothing."""
        known = [*self.names(), *further]
        return "".join(difflib.get_close_matches(name.lower(), known, 1, 0.6))


def plug_ins() -> Mapping[str, Entry]:
    """Indicators of other people's packages, by the entry-point group `scanwright.indicators`."""
    points = importlib.metadata.entry_points(group=GROUP)
    return {point.name: indicator_entry(point.name, point.load()) for point in points}


def output_of(entry: Entry, name: str) -> Output | None:
    """The result of that name, the only one for an empty name."""
    return entry.signature.output(name)
