"""Runs put together: what is read on the way is read beside the event loop."""

from __future__ import annotations

import asyncio

import pytest

from scanwright.app.demo import written
from scanwright.app.market import Market
from scanwright.app.running import Ask, running
from scanwright.app.settings import Settings
from scanwright.app.wiring import clock
from scanwright.scan.definition import Scan
from scanwright.store.market import Market as Stored
from scanwright.store.records.database import Database


class Beside(Database):
    """Records that are read where no event loop waits for them."""

    def runs(self, most, *, status=""):
        with pytest.raises(RuntimeError):
            asyncio.get_running_loop()
        return super().runs(most, status=status)


def test_the_past_is_read_beside_the_loop(tmp_path):
    market = Market(Stored.open(written(tmp_path / "market", symbols=10, years=1)))

    async def story():
        records = Beside(f"sqlite:///{tmp_path}/runs.sqlite", clock())
        ask = Ask(scan=Scan(where="close > 1"))
        async with running(market, ask, Settings(), clock(), say=pytest.fail, records=records) as run:
            return await run.go()

    assert asyncio.run(story()).judged > 0
