"""What tests of every kind share."""

from __future__ import annotations

import os
import pathlib

import pytest
from hypothesis import settings

from tests.cluster import ON_RAY, ray_cluster

# How long an example takes says nothing on a busy machine. In CI the examples are the same each time, so that what
# fails is the change; elsewhere each run tries new ones.
settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("house")

SHARED = pathlib.Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> pathlib.Path:
    """The folder of real market data beside the repository; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the real market data of ../shared/data is not beside this repository")
    return SHARED


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Tests that share the Ray cluster go to one process, those of the page to one, so that each is started once.

    The marks of pytest-xdist (`xdist_group`) have no effect under pytest 9.2, which keeps a test's name elsewhere.
    """
    if config.getoption("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadGroupScheduling

    class Grouped(LoadGroupScheduling):
        def _split_scope(self, nodeid):
            if any(part in nodeid for part in ON_RAY):
                return "ray"
            return "browser" if "tests/browser/" in nodeid else super()._split_scope(nodeid)

    return Grouped(config, log)


@pytest.fixture(scope="session")
def cluster():
    """A Ray cluster of two machines; `ON_RAY` says which tests ask for it."""
    with ray_cluster() as found:
        yield found
