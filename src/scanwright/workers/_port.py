"""Jobs and executors: what is to be done, and who does it somewhere.

A job names what it needs by an importable factory ("module:function") and hands over plain values and arrays: no code
of ours travels, and a worker needs nothing but this package.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias

import numpy as np

Plain: TypeAlias = "bool | int | float | str | np.ndarray | Sequence[Plain] | Mapping[str, Plain] | None"
Answer: TypeAlias = Mapping[str, Plain]


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Home:
    """What a worker keeps between jobs, and how it is made where it is not there.

    key: its name; of one factory, equal keys are the same thing. number: homes of different numbers are kept by
    different workers, as far as there are some. factory: "module:function", which makes it from the arguments.
    """

    key: str
    number: int
    factory: str
    arguments: Mapping[str, Plain] = dataclasses.field(default_factory=dict[str, "Plain"])


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Job:
    """A call of a method of what is kept at a home, by the names of its arguments.

    It is done again where a worker was lost in the middle of it, perhaps by one who keeps nothing yet: it must come to
    the same then.
    """

    home: Home
    method: str
    arguments: Mapping[str, Plain]


class Executor(Protocol):
    """Who does jobs. Any number of threads may ask at once."""

    @property
    def workers(self) -> int:
        """How many jobs are done at once."""
        ...

    def gather(self, jobs: Sequence[Job]) -> list[Answer]:
        """Do all of them; the answers stand in the order of the jobs. Raises what a job raised."""
        ...

    def close(self) -> None:
        """Forget what is kept and let the workers go."""
        ...


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Declared:
    """An executor as its file declares it.

    open: makes one, from the address of a cluster ("" for one of its own) and how many workers there are to be, 0 for
    as many as there is room for. library, extra: what it needs beyond this package, and what installs that. addressed:
    whether a person may give an address.
    """

    name: str
    summary: str
    open: Callable[[str, int], Executor]
    library: str = ""
    extra: str = ""
    addressed: bool = False
