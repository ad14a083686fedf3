"""A database of run records, opened: the file or server of an address, its tables brought up to date."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from scanwright.model.errors import SettingsError, StoreError, Unreachable

NEWEST = "0003"  # the latest file in migrations/versions
BUSY = 10_000  # milliseconds that SQLite waits for another process
PACKAGE = "scanwright.store.records:migrations"


def opened(address: str) -> sa.Engine:
    """The engine of `sqlite:///FILE` or `postgresql://USER@HOST/NAME`, its tables as this version knows them."""
    try:
        url = sa.make_url(address)
        if url.drivername == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        if url.drivername == "sqlite" and url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(url, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        todo = "write sqlite:///FILE, or postgresql://USER@HOST/NAME with pip install 'scanwright[postgres]'"
        raise SettingsError(expected="the address of a database", found=str(error), todo=todo) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepared)
    with told(engine):
        _migrated(engine)
    return engine


@contextlib.contextmanager
def told(engine: sa.Engine) -> Generator[None]:
    """What a database says inside leaves as ours, without the password of its address."""
    place = engine.url.render_as_string(hide_password=True)
    try:
        yield
    except DBAPIError as error:
        raise Unreachable(
            place=place,
            expected="an answer of the database",
            found=str(error.orig).strip().splitlines()[0],
            todo="see that it runs and lets this user in",
        ) from error
    except SQLAlchemyError as error:
        raise StoreError(place=place, expected="records", found=str(error), todo="see the database") from error


def _prepared(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own connection
    """SQLite as several processes need it."""
    for pragma in ("journal_mode = wal", f"busy_timeout = {BUSY}", "foreign_keys = on", "synchronous = full"):
        connection.execute(f"pragma {pragma}")


def _migrated(engine: sa.Engine) -> None:
    """Bring the tables up to date; Alembic is loaded only where they are not."""
    with engine.begin() as connection:
        known = sa.inspect(connection).has_table("alembic_version")
        found = connection.execute(sa.text("select version_num from alembic_version")).scalar() if known else None
    if found == NEWEST:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", PACKAGE)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":  # of several processes that start at once one makes the tables
            connection.execute(sa.text("select pg_advisory_xact_lock(72013)"))
        elif engine.dialect.name == "sqlite":
            connection.exec_driver_sql("begin immediate")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
