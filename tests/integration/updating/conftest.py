"""A market that an exchange serves over a real socket, and another one that is kept up to date from it."""

from __future__ import annotations

import dataclasses

import pytest

from scanwright.app.importing import Arrival
from scanwright.app.settings import CacheSettings, Settings, WallClock
from scanwright.app.updating import Wish, updating
from scanwright.data.updating.report import UpdateReport
from scanwright.model.interval import Interval
from scanwright.store.market import Market
from tests.exchange import small_market

DAY = Interval.DAY


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """20 symbols over a year."""
    return small_market(tmp_path_factory.mktemp("source") / "market")


@dataclasses.dataclass
class Copy:
    folder: object
    settings: Settings

    @property
    def market(self) -> Market:
        return Market.open(self.folder)

    def update(self, exchange, *, providers="simulated", **wish) -> UpdateReport:
        wish = Wish(**{"providers": providers, "url": exchange.url, "only_bars": True, **wish})
        return updating(Arrival(folder=self.folder), wish, self.settings, WallClock(), say=print, told=lambda *_: None)

    def same_bars(self, source: Market, interval: Interval = DAY) -> bool:
        return self.market.bars(interval).equals(source.bars(interval))


@pytest.fixture
def copy(tmp_path):
    cache = CacheSettings(folder=tmp_path / "cache")
    return Copy(folder=tmp_path / "copy", settings=Settings(cache=cache))


@pytest.fixture
def faster(copy):
    """The same, asking as fast as it can: for exchanges without a limit."""
    from scanwright.data.providers.simulated import Settings as Own

    copy.settings = dataclasses.replace(copy.settings, providers={"simulated": Own(requests_per_second=2000)})
    return copy
