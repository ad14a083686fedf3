"""What tests of every kind share."""

from __future__ import annotations

import pathlib

import pytest

from tests.cluster import ray_cluster

SHARED = pathlib.Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> pathlib.Path:
    """The folder of real market data beside the repository; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the real market data of ../shared/data is not beside this repository")
    return SHARED


@pytest.fixture(scope="session")
def cluster():
    """A Ray cluster of two machines; tests that ask for it bear the mark `on_ray`."""
    with ray_cluster() as found:
        yield found
