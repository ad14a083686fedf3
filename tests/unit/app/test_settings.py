"""Settings come from the environment, all wrong ones at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanwright.app.settings import Settings, WallClock, processors
from scanwright.model.errors import SettingsError


def test_nothing_set_is_the_folder_market_and_every_processor():
    assert Settings.read({}) == Settings(market=Path("market"), threads=processors())


@pytest.mark.parametrize("threads", ["0", "-1", "2.5", "two", "257", "\u0663"])
def test_wrong_threads_are_refused(threads):
    with pytest.raises(SettingsError, match="SCANWRIGHT_THREADS"):
        Settings.read({"SCANWRIGHT_THREADS": threads})


def test_all_wrong_settings_are_named():
    with pytest.raises(SettingsError) as raised:
        Settings.read({"SCANWRIGHT_THREADS": "x", "SCANWRIGHT_MARKET": ""})
    assert "SCANWRIGHT_MARKET" in str(raised.value)
    assert "SCANWRIGHT_THREADS" in str(raised.value)


def test_the_wall_clock_has_a_zone_and_goes_on():
    clock = WallClock()
    assert clock.now().tzinfo is not None
    assert clock.monotonic() <= clock.monotonic()
