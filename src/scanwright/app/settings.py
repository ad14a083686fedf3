"""What a settings file and the environment set, and the wall clock: the one place that asks the machine.

Without a file and with no more than the two variables below, nothing but the standard library is loaded.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scanwright.model.errors import SettingsError
from scanwright.model.secret import NO_SECRET, Secret

PREFIX = "SCANWRIGHT_"
MARKET = "SCANWRIGHT_MARKET"
THREADS = "SCANWRIGHT_THREADS"
FILE = "SCANWRIGHT_SETTINGS"
HERE, AT_HOME = Path("scanwright.toml"), Path("scanwright", "settings.toml")
MOST_THREADS = 256
MEGABYTE = 1 << 20
RAY_TOKEN = Path(".ray", "auth_token")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class CacheSettings:
    """Where answers that are not bars are kept, and how many bytes of them.

    folder: of the tier on disk. memory, disk: bytes at most. redis: the address of a shared tier, password and all.
    """

    folder: Path = Path(".cache", "scanwright")
    memory: int = 64 * MEGABYTE
    disk: int = 1024 * MEGABYTE
    redis: Secret = NO_SECRET


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What holds unless a command says otherwise.

    market: the folder that a command without `--market` looks into. threads: how many a fold may use.
    records: the address of the database that keeps runs, password and all; else a file in the market's folder.
    streams: the address of the Redis through which servers of one market share their runs.
    providers: the settings of those that are mentioned; `provider` gives everybody's.
    """

    market: Path = Path("market")
    threads: int = 1
    cache: CacheSettings = CacheSettings()
    records: Secret = NO_SECRET
    streams: Secret = NO_SECRET
    providers: Mapping[str, Any] = dataclasses.field(default_factory=dict[str, Any])

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None, *, file: Path | None = None) -> Settings:
        """The settings of a file and an environment, this process's by default; the environment stands over the file.

        file: else `SCANWRIGHT_SETTINGS`, else `scanwright.toml` here, else `scanwright/settings.toml` in the user's
        configuration. `SettingsError` names all settings that are wrong.

        >>> read = Settings.read({"SCANWRIGHT_MARKET": "us", "SCANWRIGHT_THREADS": "3"})
        >>> read.market, read.threads
        (PosixPath('us'), 3)
        """
        given = os.environ if environ is None else environ
        ours = {name: value for name, value in given.items() if name.upper().startswith(PREFIX)}
        place = _place(ours.pop(FILE, ""), file, given)
        if place is not None or ours.keys() - {MARKET, THREADS}:
            from scanwright.app.settings_file import read

            return read(ours, place, cls.bare(given))
        wrong: list[str] = []
        found = cls.bare(given)
        for name, check in ((MARKET, market_of), (THREADS, threads_of)):
            try:
                value = check(ours[name]) if name in ours else None
            except ValueError as error:
                wrong.append(f"{name}: {error}, found {ours[name]!r}")
                continue
            if value is not None:
                found = dataclasses.replace(found, **{name.removeprefix(PREFIX).lower(): value})
        if wrong:
            raise told_wrong(wrong)
        return found

    @classmethod
    def bare(cls, environ: Mapping[str, str]) -> Settings:
        """The settings where nothing is set."""
        kept = _home(environ, "XDG_CACHE_HOME", ".cache")
        cache = CacheSettings() if kept is None else CacheSettings(folder=kept / "scanwright")
        return cls(threads=processors(), cache=cache)

    def provider(self, name: str) -> Any:  # noqa: ANN401 - each provider has a dataclass of its own
        """A provider's own settings: those that were read, else its defaults.

        >>> Settings().provider("simulated").requests_per_second
        50.0
        """
        from scanwright.data.providers import declared

        return self.providers[name] if name in self.providers else declared(name).settings()


def market_of(text: object) -> Path:
    """A folder for the market; `ValueError` where it is empty."""
    if not str(text).strip():
        message = "expected a folder"
        raise ValueError(message)
    return Path(str(text)).expanduser()


def threads_of(text: object) -> int:
    """A number of threads; `ValueError` where it is none, or too many.

    >>> threads_of("3")
    3
    """
    written = str(text)
    if not (written.isascii() and written.isdigit() and 1 <= int(written) <= MOST_THREADS):
        message = f"expected 1 to {MOST_THREADS}"
        raise ValueError(message)
    return int(written)


def told_wrong(wrong: list[str]) -> SettingsError:
    """One error for everything that is wrong."""
    found = wrong[0] if len(wrong) == 1 else "\n  ".join(("", *wrong))
    return SettingsError(
        expected="settings that fit", found=found, todo="set them right or take them out; docs/data.md lists them all"
    )


def _place(named: str, file: Path | None, environ: Mapping[str, str]) -> Path | None:
    """The settings file, if there is one; one that was named has to be there."""
    chosen = file or (Path(named) if named else None)
    if chosen is not None:
        if not chosen.is_file():
            said = "--settings" if file else FILE
            raise SettingsError(
                expected=f"a settings file at {said}", found=f"no file {chosen}", todo="write it, or name another"
            )
        return chosen
    at_home = _home(environ, "XDG_CONFIG_HOME", ".config")
    places = [HERE] if at_home is None else [HERE, at_home / AT_HOME]
    return next((each for each in places if each.is_file()), None)


def _home(environ: Mapping[str, str], variable: str, below: str) -> Path | None:
    """A user's folder of a kind: where the variable says, else below the home."""
    if environ.get(variable):
        return Path(environ[variable])
    return Path(environ["HOME"], below) if environ.get("HOME") else None


def processors() -> int:
    """How many processors this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def environment_of_ray() -> Mapping[str, str]:
    """The environment of this process, with what Ray looks for in it unless a person has said otherwise.

    It tells nobody that it is used; and where this user has the token of a cluster it is shown to the cluster.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    home = _home(os.environ, "", "")
    kept = home is not None and (home / RAY_TOKEN).is_file()
    if kept or "RAY_AUTH_TOKEN" in os.environ or "RAY_AUTH_TOKEN_PATH" in os.environ:
        os.environ.setdefault("RAY_AUTH_MODE", "token")
    return dict(os.environ)


class WallClock:
    """The time of this machine."""

    def now(self) -> dt.datetime:
        """The present in UTC."""
        return dt.datetime.now(dt.UTC)

    def monotonic(self) -> float:
        """Seconds from some fixed moment."""
        return time.monotonic()
