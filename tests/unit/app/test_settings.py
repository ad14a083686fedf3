"""Settings come from a file and the environment, all wrong ones are told at once, and keys are never shown."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from scanwright.app.settings import CacheSettings, Settings, WallClock, processors
from scanwright.data import providers
from scanwright.data.providers.simulated import Settings as Own
from scanwright.model.errors import SettingsError
from scanwright.model.secret import Secret
from tests.house.source import ROOT

KEY = "PK-SECRET-123"
WHOLE = f"""
market = "us"
threads = 3
[cache]
folder = "kept"
memory = "64MB"
disk = 1000000
redis = "redis://:{KEY}@127.0.0.1:6379/0"
[providers.simulated]
key = "{KEY}"
requests_per_second = 10
"""


@pytest.fixture
def file(tmp_path):
    def written(text):
        path = tmp_path / "scanwright.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def refused(*, environ=None, file=None):
    with pytest.raises(SettingsError) as raised:
        Settings.read(environ or {}, file=file)
    whole = "".join(traceback.format_exception(raised.value)) + repr(raised.value.facts)
    assert KEY not in whole
    return str(raised.value)


def test_nothing_set_is_the_folder_market_and_every_processor():
    assert Settings.read({}) == Settings(market=Path("market"), threads=processors())


def test_a_whole_file(file):
    path = file(WHOLE)
    found = Settings.read({}, file=path)
    beside = path.parent
    cache = CacheSettings(
        folder=beside / "kept", memory=64_000_000, disk=1_000_000, redis=Secret(f"redis://:{KEY}@127.0.0.1:6379/0")
    )
    own = Own(key=Secret(KEY), requests_per_second=10)
    assert found == Settings(market=beside / "us", threads=3, cache=cache, providers={"simulated": own})
    assert KEY not in f"{found!r} {found}"
    assert found.provider("simulated") == own


def test_the_environment_stands_over_the_file(file):
    environ = {
        "SCANWRIGHT_THREADS": "2",
        "SCANWRIGHT_MARKET": "other",
        "SCANWRIGHT_CACHE__DISK": "5MB",
        "SCANWRIGHT_PROVIDERS__SIMULATED__AT_ONCE": "4",
    }
    found = Settings.read(environ, file=file(WHOLE))
    assert (found.threads, found.cache.disk, found.cache.memory) == (2, 5_000_000, 64_000_000)
    assert found.provider("simulated") == Own(key=Secret(KEY), requests_per_second=10, at_once=4)


def test_the_environment_alone():
    found = Settings.read({"SCANWRIGHT_PROVIDERS__SIMULATED__KEY": f" {KEY}\n", "SCANWRIGHT_THREADS": "1"})
    assert found.provider("simulated").key == Secret(KEY)
    assert found.threads == 1


def test_a_provider_that_nobody_mentions_has_its_defaults():
    assert Settings.read({}).provider("simulated") == Own()


@pytest.mark.parametrize("threads", ["0", "-1", "2.5", "two", "257", "\u0663"])
def test_wrong_threads_are_refused(threads, file):
    with pytest.raises(SettingsError, match="SCANWRIGHT_THREADS"):
        Settings.read({"SCANWRIGHT_THREADS": threads})
    with pytest.raises(SettingsError, match="threads in"):
        Settings.read({}, file=file(f'threads = "{threads}"'))


def test_all_wrong_settings_are_named():
    told = refused(environ={"SCANWRIGHT_THREADS": "x", "SCANWRIGHT_MARKET": ""})
    assert "SCANWRIGHT_MARKET" in told
    assert "SCANWRIGHT_THREADS" in told


def test_all_wrong_settings_of_file_and_environment_are_named_at_once(file):
    text = f"""
    treads = 3
    threads = 900
    [cache]
    memory = "64XB"
    rediss = "redis://:{KEY}@127.0.0.1:6379/0"
    [providers.simulated]
    keyy = "{KEY}"
    key = 5
    requests_per_second = "many"
    [providers.simulatd]
    key = "{KEY}"
    """
    environ = {
        "SCANWRIGHT_CACH__DISK": "5",
        "SCANWRIGHT_CACHE__DISK": "-5",
        "SCANWRIGHT_PROVIDERS__SIMULATED__AT_ONCE": "-1",
    }
    told = refused(environ=environ, file=file(text))
    for each in (
        "treads in",
        "did you mean threads?",
        "expected 1 to 256",
        "cache.memory in",
        "'64XB'",
        "did you mean redis?",
        "did you mean key?",
        "providers.simulated.key in",
        "'many'",
        "providers.simulatd is no provider: did you mean simulated?",
        "SCANWRIGHT_CACH__DISK is unknown: did you mean cache?",
        "SCANWRIGHT_CACHE__DISK: expected bytes, for example 64MB, found '-5'",
        "SCANWRIGHT_PROVIDERS__SIMULATED__AT_ONCE: expected a number",
    ):
        assert each in told


@pytest.mark.parametrize("name", ["alpaca", "ccxt", "massive", "nasdaqtrader", "yahoo"])
def test_a_limit_under_which_nothing_can_be_asked_is_told_with_its_name(name, file):
    limits = [
        field.name
        for field in dataclasses.fields(providers.declared(name).settings)
        if field.name.startswith(("requests_per", "at_once", "most_symbols"))
    ]
    text = "\n".join([f"[providers.{name}]", *(f"{each} = 0" for each in limits)])
    told = refused(file=file(text))
    for each in limits:
        assert f"providers.{name}.{each} in" in told
    assert told.count("expected a number above 0, found 0") == len(limits)


def test_what_can_be_chosen_is_told_with_what_was_written(file):
    told = refused(file=file('[providers.alpaca]\nfeed = "best"'))
    assert "expected 'delayed_sip', 'sip' or 'iex', found 'best'" in told


@pytest.mark.parametrize(
    "text", [f'[providers]\nsimulated = "{KEY}"', f'providers = "{KEY}"', f'cache = "{KEY}"', f'"{KEY}" = 1\n[cache']
)
def test_what_is_no_table_is_refused_and_not_shown(text, file):
    refused(file=file(text))


def test_a_file_that_is_no_toml_says_where(file):
    assert "line 2" in refused(file=file("market = 'us'\nthreads 3\n"))


def test_a_file_that_was_named_has_to_be_there(tmp_path):
    assert "--settings" in refused(file=tmp_path / "none.toml")
    assert "SCANWRIGHT_SETTINGS" in refused(environ={"SCANWRIGHT_SETTINGS": str(tmp_path / "none.toml")})


def test_where_files_are_looked_for(tmp_path, monkeypatch):
    here, home = tmp_path / "here", tmp_path / "home"
    (home / ".config" / "scanwright").mkdir(parents=True)
    here.mkdir()
    monkeypatch.chdir(here)
    environ = {"HOME": str(home)}
    assert Settings.read(environ).threads == processors()
    (home / ".config" / "scanwright" / "settings.toml").write_text("threads = 5")
    assert Settings.read(environ).threads == 5
    (here / "scanwright.toml").write_text("threads = 6")
    assert Settings.read(environ).threads == 6
    (here / "third.toml").write_text("threads = 7")
    assert Settings.read({**environ, "SCANWRIGHT_SETTINGS": "third.toml"}).threads == 7


def test_the_cache_is_in_the_users_folder_for_caches():
    assert Settings.read({"HOME": "/home/a"}).cache.folder == Path("/home/a/.cache/scanwright")
    assert Settings.read({"HOME": "/home/a", "XDG_CACHE_HOME": "/c"}).cache.folder == Path("/c/scanwright")


def test_without_a_file_or_further_variables_pydantic_is_not_loaded(tmp_path):
    code = (
        "import sys; from scanwright.app.settings import Settings\n"
        "Settings.read({'SCANWRIGHT_MARKET': 'a', 'SCANWRIGHT_THREADS': '2', 'PATH': '/bin'})\n"
        "print(any(each.startswith('pydantic') for each in sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert ran.stdout == "False\n"


def test_the_wall_clock_has_a_zone_and_goes_on():
    clock = WallClock()
    assert clock.now().tzinfo is not None
    assert clock.monotonic() <= clock.monotonic()


@pytest.mark.parametrize("name", providers.names())
def test_every_field_of_every_provider_can_be_set(name):
    own = providers.declared(name).settings()
    environ = {}
    for field in dataclasses.fields(own):
        value = getattr(own, field.name)
        if value is not None and not isinstance(value, tuple):
            text = KEY if isinstance(value, Secret) else str(value).lower() if isinstance(value, bool) else str(value)
            environ[f"SCANWRIGHT_PROVIDERS__{name}__{field.name}".upper()] = text
    found = Settings.read(environ).provider(name)
    for field in dataclasses.fields(own):
        value = getattr(own, field.name)
        assert getattr(found, field.name) == (Secret(KEY) if isinstance(value, Secret) else value)


def test_the_page_lists_every_setting():
    page = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    for each in ("market", "threads", *(f"cache.{field.name}" for field in dataclasses.fields(CacheSettings))):
        assert f"| `{each}` |" in page
    for name in providers.names():
        line = next(line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
        told = re.findall(r"`(\w+)`(?= |,|$)", line.split("|")[3])
        assert told == [field.name for field in dataclasses.fields(providers.declared(name).settings)]
