"""Providers as commands ask them: chosen by name, told where they are, wrong ones named together."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt

import pytest

from scanwright.app.providers import asking, chosen_of, scope_of
from scanwright.app.settings import CacheSettings, Settings
from scanwright.app.updating import seconds_of, symbols_of
from scanwright.data.providers.massive import Settings as Massive
from scanwright.data.providers.simulated import Settings as Own
from scanwright.model.clock import SettableClock
from scanwright.model.errors import SettingsError
from scanwright.model.secret import Secret


def test_providers_in_the_persons_order():
    assert [name for name, _ in chosen_of("yahoo, nasdaqtrader,yahoo", Settings())] == ["yahoo", "nasdaqtrader"]


def test_all_wrong_names_are_told():
    with pytest.raises(SettingsError) as raised:
        chosen_of("simulatd,nobody", Settings())
    assert "did you mean simulated?" in str(raised.value)
    assert "'nobody'" in str(raised.value)


def test_all_that_is_lacking_is_told_beside_wrong_names():
    with pytest.raises(SettingsError) as raised:
        chosen_of("massive,simulated,yaho", Settings())
    told = str(raised.value)
    assert "massive needs providers.massive.key" in told
    assert "simulated needs providers.simulated.url in the settings, or --url" in told
    assert "did you mean yahoo?" in told
    settings = Settings(providers={"massive": Massive(key=Secret("k"))})
    assert [name for name, _ in chosen_of("simulated,massive", settings, "http://a")] == ["simulated", "massive"]


@pytest.mark.parametrize("names", ["", " , "])
def test_nobody_is_wrong(names):
    with pytest.raises(SettingsError, match="no provider at all"):
        chosen_of(names, Settings())


def test_an_address_is_for_the_first_that_can_be_told():
    chosen = chosen_of("simulated", Settings(), "http://127.0.0.1:1")
    assert chosen == [("simulated", Own(url="http://127.0.0.1:1"))]


@pytest.mark.parametrize("url", ["nonsense", "http://", "http://a:99999", "ftp://a", "http://[a"])
def test_what_is_no_address_is_told_before_anything_is_asked(url):
    with pytest.raises(SettingsError, match="--url"):
        chosen_of("simulated", Settings(), url)
    assert chosen_of("files", Settings(), url), "a folder may be called anything"


def test_the_scope_tells_accounts_apart_and_tells_nothing():
    mine = Own(key=Secret("mine"))
    assert scope_of(mine) != scope_of(Own(key=Secret("yours")))
    assert scope_of(mine) != scope_of(dataclasses.replace(mine, url="http://a"))
    assert "mine" not in scope_of(mine)


def test_a_provider_without_its_address_says_so(tmp_path):
    settings = Settings(cache=CacheSettings(folder=tmp_path))
    clock = SettableClock(dt.datetime(2026, 1, 5, tzinfo=dt.UTC))

    async def asked():
        async with asking("simulated", settings, clock, say=print):
            pass

    with pytest.raises(SettingsError, match="--url"):
        asyncio.run(asked())


@pytest.mark.parametrize("text", ["", "soon", "-5", "0", "nan", "inf", "5d"])
def test_wrong_lengths_of_time(text):
    with pytest.raises(SettingsError, match="length of time"):
        seconds_of(text)


def test_a_file_of_symbols(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("NASDAQ:AAPL\nIBM,XOM\nIBM\n")
    assert symbols_of(str(path)) == ("AAPL", "IBM", "XOM")
    path.write_text("\n")
    with pytest.raises(SettingsError, match="symbols"):
        symbols_of(str(path))
