"""Who may import what, and when: heavy libraries have one home and load when they are used."""

from __future__ import annotations

import pytest

from tests.house.source import at_load, imports, inside, named, place, python_files

# library -> the places in the package that may import it
HOMES = {
    "exchange_calendars": (),  # tools/make_calendars.py asks it once; sessions ship as data
    "pandas": ("data/providers/",),  # clients of theirs hand it out
    "polars": (
        "app/",
        "data/",
        "learn/",
        "store/",
        "scan/run/stages/enrich.py",
    ),  # what providers tell of hits is tables
    "pyarrow": (),
    "rich": ("app/",),
    "aiolimiter": ("data/",),
    "alpaca": ("data/providers/alpaca.py", "data/providers/_alpaca_client.py"),
    "cachetools": ("data/cache/",),
    "ccxt": ("data/providers/ccxt.py",),
    "httpx2": ("data/",),
    "lightgbm": ("learn/boosting.py",),
    "massive": ("data/providers/massive.py", "data/providers/_massive_client.py"),
    "purgatory": ("data/",),
    "pydantic": ("app/",),
    "pydantic_settings": ("app/",),
    "QuantLib": ("data/",),
    "ray": ("workers/ray.py",),
    "redis": ("data/cache/", "store/link.py"),
    "sqlalchemy": ("store/records/",),
    "alembic": ("store/records/",),
    "fastapi": ("app/",),
    "prometheus_client": ("app/",),
    "stamina": ("data/",),
    "starlette": ("app/", "data/exchange/"),
    "uvicorn": ("app/", "data/exchange/"),
    "websockets": ("data/",),
    "yfinance": ("data/providers/yahoo.py", "data/providers/_yahoo_session.py"),
    "talib": ("kernels/_talib", "kernels/talib", "indicators/_talib"),
}
# Floors that answer a scan of now: they load no heavy library before one is needed.
LIGHT = ("engine/", "expr/", "indicators/", "kernels/", "model/", "scan/", "workers/")
REFUSED = ("cPickle", "dill", "joblib", "marshal", "pickle", "shelve")


@pytest.mark.parametrize("library", HOMES)
def test_a_heavy_library_is_imported_in_its_home_only(library):
    strangers = [
        place(path, node)
        for path in python_files("src")
        for node, name in imports(path)
        if name.split(".")[0] == library and not inside(path).startswith(HOMES[library])
    ]
    assert not strangers, f"{library} may be imported in {HOMES[library] or 'no part of the package'}"


def test_what_answers_now_loads_no_heavy_library_at_import():
    early = [
        f"{place(path, node)} {name}"
        for path in python_files("src")
        if inside(path).startswith(LIGHT) and "talib" not in path.stem
        for node in at_load(path)
        for name in named(path, node)
        if name.split(".")[0] in HOMES
    ]
    assert not early, "import it in the function that needs it"


def test_nothing_is_pickled():
    found = [
        place(path, node)
        for path in python_files("src")
        for node, name in imports(path)
        if name.split(".")[0] in REFUSED
    ]
    assert not found, "a file that is unpickled can run anything; write numbers and JSON"
