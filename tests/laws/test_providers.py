"""The laws of providers, on every file that the folder lists: whoever adds one adds no test for them.

What a provider of its own does (which answer becomes which table) is in `tests/integration/providers`.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import importlib
import inspect
import json
import logging
import pkgutil
import tomllib
import typing
import warnings

import numpy as np
import pytest

from scanwright.data import ports, providers
from scanwright.data.providers import FOLDER, names, unavailable
from scanwright.model.clock import SettableClock
from scanwright.model.errors import ProviderError, Refused, Unavailable
from scanwright.model.interval import Interval
from scanwright.model.secret import Secret
from tests.docs.documents import rows
from tests.house.source import ROOT
from tests.recorded import Reply, serving

NOW = dt.datetime(2026, 1, 5, 22, tzinfo=dt.UTC)
KEY = "PK-never-to-be-seen"
NOBODY = "http://127.0.0.1:9"
FIRST, LAST = dt.date(2025, 12, 1), dt.date(2025, 12, 31)

# The libraries whose exceptions a provider meets beside its own one's, with the module that holds them.
BELOW = {
    "_template": ("httpx2",),
    "alpaca": ("requests.exceptions",),
    "ccxt": (),  # it turns what aiohttp raises into its own
    "files": ("polars.exceptions",),
    "massive": ("urllib3.exceptions",),
    "nasdaqtrader": ("httpx2",),
    "simulated": ("httpx2",),
    "yahoo": ("curl_cffi.requests.exceptions",),
}
# A part of a library that stands for all of it.
WALKED = {"ccxt": "ccxt.async_support.base"}  # what a hundred exchanges are made of: their files define no exceptions

# Exceptions that a provider cannot meet, each with the reason.
NEVER_MET = {
    "email.errors.MessageDefect": "kept inside urllib3's HeaderParsingError, never raised",
    "json.decoder.JSONDecodeError": "requests makes its own of it",
    "polars.exceptions.ArgumentRemovedError": "told to whoever calls polars as it was called before",
    "polars.exceptions.AttributeRemovedError": "told to whoever calls polars as it was called before",
    "polars.exceptions.ModuleUpgradeRequiredError": "told to whoever uses an old library beside polars",
    "pytz.exceptions.UnknownTimeZoneError": "caught where yfinance asks whether a zone is one",
    "simplejson.errors.JSONDecodeError": "requests makes its own of it",
    "importlib.metadata.PackageNotFoundError": "looked for and caught when massive is imported",
    "websockets.exceptions.ConnectionClosedError": "of the live feed, which is not asked here",
    "websockets.exceptions.ConnectionClosedOK": "of the live feed, which is not asked here",
    "yfinance.cache._CookieCacheException": "caught by yfinance, which then goes without that cache",
    "yfinance.cache._ISINCacheException": "caught by yfinance, which then goes without that cache",
    "yfinance.cache._TzCacheException": "caught by yfinance, which then goes without that cache",
}

WANTS = (
    ports.BarsWanted(
        symbols=("AAPL",), interval=Interval.DAY, first=np.datetime64(FIRST, "s"), last=np.datetime64(LAST, "s")
    ),
    ports.DayWanted(date=LAST),
    ports.SymbolsWanted(),
    ports.ActionsWanted(symbols=("AAPL",), first=FIRST, last=LAST),
    ports.EventsWanted(kinds=("earnings", "news"), symbols=("AAPL",), first=FIRST, last=LAST),
    ports.ChainWanted(underlying="AAPL"),
    ports.QuotesWanted(symbols=("AAPL",)),
    ports.FactsWanted(symbols=("AAPL",)),
    ports.MembersWanted(),
    ports.PresentWanted(),
)


def test_there_is_a_want_of_every_kind():
    assert {type(want) for want in WANTS} == set(typing.get_args(ports.Want))


@pytest.fixture(params=[*names(), "_template"])
def name(request):
    """Every file of the folder, and the one that others are copied from."""
    return request.param


def declared(name):
    return providers.declared(name) if name in names() else FOLDER.load(name)


@pytest.fixture
def usable(name):
    """A provider whose library is there; without it there is nothing to try."""
    reason = unavailable(declared(name))
    if reason:
        pytest.skip(reason)
    return declared(name)


def settings_of(provider, folder, url=NOBODY):
    """Its settings with a key in every place for one, a folder, and an address where no one else answers."""
    given = {}
    for field in dataclasses.fields(provider.settings):
        if isinstance(field.default, Secret):
            given[field.name] = Secret(KEY)
        elif field.name.endswith("url") and "folder" not in {
            each.name for each in dataclasses.fields(provider.settings)
        }:
            given[field.name] = url
        elif field.name == "folder":
            given[field.name] = str(folder)
        elif field.name.startswith("requests_per_"):
            given[field.name] = 60_000.0
    return provider.settings(**given)


def made(provider, folder, url=NOBODY):
    return provider.make(settings_of(provider, folder, url), SettableClock(NOW))


def told(provider, want):
    """What asking ends with."""

    async def asking():
        try:
            return await provider.ask(want)
        finally:
            await provider.close()

    return asyncio.run(asking())


# --- what a file states


def test_a_provider_is_named_by_its_file(name):
    found = declared(name)
    assert found.name == name
    assert found.title
    assert not found.title.endswith(".")


def test_settings_are_frozen_and_have_defaults(name):
    kind = declared(name).settings
    assert dataclasses.is_dataclass(kind)
    assert kind() == kind()
    assert hash(kind()) == hash(kind())
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(kind(), dataclasses.fields(kind)[0].name, "")


def test_keys_are_secrets(name, tmp_path):
    kind = declared(name).settings
    keys = [each.name for each in dataclasses.fields(kind) if set(each.name.split("_")) & {"key", "secret", "password"}]
    assert all(isinstance(getattr(kind(), each), Secret) for each in keys), "a key that is text can be printed"
    assert KEY not in repr(settings_of(declared(name), tmp_path))


def test_what_it_offers_and_costs_can_be_read_without_asking(usable, tmp_path):
    provider = made(usable, tmp_path)
    offers, costs = provider.offers, provider.costs
    assert provider.name == usable.name
    assert offers.wants
    assert offers.wants <= set(typing.get_args(ports.Want))
    assert (ports.BarsWanted in offers.wants) == bool(offers.intervals)
    assert (ports.EventsWanted in offers.wants) == bool(offers.events)
    assert all(days is None or days > 0 for days in offers.intervals.values())
    assert offers.most_symbols >= 1
    assert offers.adjusted in typing.get_args(ports.Adjusted)
    assert costs.requests > 0
    assert costs.seconds > 0
    assert costs.at_once >= 1
    assert costs.dollars >= 0
    asyncio.run(provider.close())


def test_without_its_library_it_is_listed_with_the_reason(name):
    found = dataclasses.replace(declared(name), library="no_such_library", extra=declared(name).extra or "massive")
    assert unavailable(found) == (
        f"the library no_such_library is not installed: pip install 'scanwright[{found.extra}]'"
    )
    assert name in {*providers.names(), "_template"}


def test_what_installs_it_is_stated(name):
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    found = declared(name)
    assert bool(found.library) == bool(found.extra)
    assert not found.extra or (found.extra in extras and f"{found.extra}" in extras["all"][0])


def spans(intervals):
    found = [each for each in Interval if each in intervals]
    return f"{found[0]} to {found[-1]}" if found else "no"


HEAD = (
    "provider",
    "bars",
    "whole day",
    "symbols",
    "splits, dividends",
    "events",
    "chains",
    "quotes",
    "figures",
    "lists",
)
COLUMNS = (
    ports.DayWanted,
    ports.SymbolsWanted,
    ports.ActionsWanted,
    ports.EventsWanted,
    ports.ChainWanted,
    ports.QuotesWanted,
    ports.FactsWanted,
    ports.MembersWanted,
)


def test_its_documentation_says_what_it_offers(usable, tmp_path):
    if usable.name == "_template":
        return
    provider = made(usable, tmp_path)
    offers = provider.offers
    has = ["yes" if want in offers.wants else "no" for want in COLUMNS]
    has[COLUMNS.index(ports.EventsWanted)] = ", ".join(offers.events) or "no"
    asyncio.run(provider.close())
    assert [usable.name, spans(offers.intervals), *has] in list(rows(ROOT / "docs" / "providers.md", *HEAD))


# --- errors


def exceptions_of(module):
    """Every exception class that a module and those below it show; a part that lacks its own library shows none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        modules = [importlib.import_module(module)]
        below = pkgutil.walk_packages(getattr(modules[0], "__path__", ()), f"{module}.", onerror=lambda _: None)
        for each in below:
            with contextlib.suppress(ImportError):
                modules += [importlib.import_module(each.name)] if "__main__" not in each.name else []
    for each in modules:
        for found in vars(each).values():
            if inspect.isclass(found) and issubclass(found, Exception) and not issubclass(found, Warning):
                yield found


def test_every_exception_of_its_library_is_mapped(usable):
    table = usable.errors()
    assert all(issubclass(ours, ProviderError) and ours is not ProviderError for ours in table.values())
    sources = [*((WALKED.get(usable.name, usable.library),) if usable.library else ()), *BELOW[usable.name]]
    unmapped = sorted(
        {
            f"{found.__module__}.{found.__qualname__}"
            for module in sources
            for found in exceptions_of(module)
            if found.__module__ not in {"builtins", "scanwright.model.errors"}
            and not any(each in table for each in found.__mro__)
        }
        - set(NEVER_MET)
    )
    assert not unmapped, "map them in errors(), or say in NEVER_MET why they cannot be met"


def test_what_it_does_not_offer_is_refused_before_anything_is_asked(usable, tmp_path):
    for want in WANTS:
        provider = made(usable, tmp_path)
        if type(want) not in provider.offers.wants:
            with pytest.raises(Refused):
                told(provider, want)
        else:
            asyncio.run(provider.close())


def test_intervals_and_events_that_it_does_not_have_are_refused_before_anything_is_asked(usable, tmp_path):
    bars, events = (
        next(each for each in WANTS if isinstance(each, kind)) for kind in (ports.BarsWanted, ports.EventsWanted)
    )
    provider = made(usable, tmp_path)
    lacking = [dataclasses.replace(bars, interval=each) for each in Interval if each not in provider.offers.intervals]
    kinds = [each for each in typing.get_args(ports.EventKind) if each not in provider.offers.events]
    asyncio.run(provider.close())
    for want in (*lacking, *(dataclasses.replace(events, kinds=(kind,)) for kind in kinds)):
        with pytest.raises(Refused):
            told(made(usable, tmp_path), want)


def echo(seen):
    """What a request said, said back: the key first, where it held one."""
    told = [value for each in (seen.headers, seen.query) for value in each.values()]
    keys = [value for value in (*told, seen.body.decode()) if KEY in value]
    return json.dumps({"error": f"no such key: {' '.join(keys)}", "status": "ERROR", "all": told})


BROKEN = {
    "refused": lambda seen: Reply(status=401, body=echo(seen)),
    "busy": lambda seen: Reply(status=429, body=echo(seen), headers={"Retry-After": "7"}),
    "down": lambda seen: Reply(status=503, body=echo(seen)),
    "page": lambda seen: Reply(body=f"<html><body>{echo(seen)}</body></html>"),
    "error inside": lambda seen: Reply(body=echo(seen)),
    "list": lambda seen: Reply(body=f"[{echo(seen)}]"),
    "nothing": lambda seen: Reply(body=""),
    "cut": lambda seen: Reply(body=echo(seen), cut=20),
    "reset": lambda seen: Reply(reset=True),
}
KINDS = {"refused": Refused, "down": Unavailable, "reset": Unavailable}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_answer_is_an_error_that_keeps_the_key(usable, broken, tmp_path, caplog, capfd):
    """Whatever is asked, however the answer is broken: an error of ours, and the key neither in its text nor logged."""
    if settings_of(usable, tmp_path) == settings_of(usable, tmp_path, "elsewhere"):
        pytest.skip(f"{usable.name} asks no server")
    caplog.set_level(logging.DEBUG)
    with serving({"*": BROKEN[broken]}) as server:
        for want in WANTS:
            provider = made(usable, tmp_path, server.address)
            if type(want) not in provider.offers.wants or settings_of(usable, tmp_path, "x") == settings_of(
                usable, tmp_path
            ):
                asyncio.run(provider.close())
                continue
            with pytest.raises(ProviderError) as caught:
                told(provider, want)
            assert broken not in KINDS or isinstance(caught.value, KINDS[broken]), type(want).__name__
            assert isinstance(caught.value, Refused) or caught.value.retryable
            said = f"{caught.value} {caught.value!r} {caught.value.facts} {caught.value.advice}"
            assert KEY not in said
    assert KEY not in caplog.text
    assert not capfd.readouterr().out, "standard output is where data goes"
