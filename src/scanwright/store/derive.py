"""Keeping the derived panel up to date with the market's files: grown where it can be, laid out anew where it must."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import polars as pl

from scanwright.model.interval import Interval
from scanwright.store.dated import dated_of, derived
from scanwright.store.derived import CELL, CODES, META, NUMBERS, State, read_state, state_file, state_text
from scanwright.store.files import disk, fresh_folder, write_through, write_whole
from scanwright.store.growth import Growth, grown
from scanwright.store.layout import laid_out
from scanwright.store.lock import building
from scanwright.store.manifest import DESCRIBING, Manifest, Series
from scanwright.store.merging import kept_bytes, kept_frame
from scanwright.store.progress import Progress
from scanwright.store.steps import ABOUT, write_steps
from scanwright.store.tables import SCHEMAS

T = TypeVar("T")


def build(
    folder: Path,
    interval: Interval,
    manifest: Manifest,
    calendar: str,
    progress: Progress,
    read: Callable[[], T] = lambda: None,
) -> T:
    """Make sure that the derived files of a manifest's interval are there; what `read` makes of them.

    Nobody takes them away before it returns: a writer that is ahead of this manifest leaves them to the next one.
    """
    home = folder / "panel" / interval.value
    with building(home):
        key = manifest.prices_key(interval)
        if whole_state(home, key) is None:
            symbols = columns_of(folder, manifest.intervals[interval])
            before = latest_state(home) or State(base="", room=0, capacity=0, sealed=0, symbols=(), traded="")
            growth = Growth(
                home=home,
                state=before,
                key=key,
                folder=folder,
                interval=interval,
                manifest=manifest,
                calendar=calendar,
                symbols=symbols,
            )
            with disk(home):
                state = (grown(growth) if before.base else None) or _anew(growth, progress)
                write_whole(home / state_file(key), state_text(state))
        attributes = home / f"attributes-{manifest.attributes_key(interval)}"
        if manifest.describes and not (attributes / ABOUT).exists():
            with fresh_folder(attributes) as part:
                _facts(folder, manifest, manifest.intervals[interval], part)
                _dated(folder, manifest, columns_of(folder, manifest.intervals[interval]), calendar, part)
        return read()


def columns_of(folder: Path, series: Series) -> tuple[str, ...]:
    """The symbols of an interval in the order of their columns."""
    return tuple(json.loads(kept_bytes(folder, series.columns))) if series.columns else ()


def whole_state(home: Path, key: str) -> State | None:
    """A state of which every file is there in its full length; one that was cut short is as good as none."""
    try:
        state = read_state(home, key)
        sizes = {home / state.base / name: size for name, size in state.sizes().items()}
        if state.patched:
            sizes[home / state.patch] = state.patched * CELL
        whole = all(path.stat().st_size == size for path, size in sizes.items())
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return state if whole else None


def latest_state(home: Path) -> State | None:
    """The state that was made last, of those that are whole."""
    with disk(home):
        known = sorted(home.glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return next((found for path in known if (found := whole_state(home, path.stem)) is not None), None)


def _anew(growth: Growth, progress: Progress) -> State:
    name = f"base-{growth.key}"
    with fresh_folder(growth.home / name) as part:
        state = laid_out(
            growth.folder, growth.interval, growth.manifest, growth.calendar, growth.symbols, part, progress
        )
    return dataclasses.replace(state, base=name)


def _facts(folder: Path, manifest: Manifest, series: Series, part: Path) -> None:
    """The symbol table in the order of the columns: categories as codes, numbers as they are."""
    table = kept_frame(folder, manifest.symbols) if manifest.symbols else SCHEMAS["symbols"].to_frame()
    order = pl.DataFrame({"symbol": columns_of(folder, series)}, schema={"symbol": pl.String})
    facts = order.join(table, on="symbol", how="left", maintain_order="left").drop("symbol")
    texts = [facts[name] for name in facts.columns if facts.schema[name] == pl.String]
    numbers = [facts[name] for name in facts.columns if facts.schema[name] != pl.String]
    categories = [(each.name, each.drop_nulls().unique().sort().to_list()) for each in texts]
    codes = [
        each.cast(pl.Enum(names)).to_physical().cast(pl.Int32).fill_null(-1).to_numpy()
        for each, (_, names) in zip(texts, categories, strict=True)
    ]
    values = [each.cast(pl.Float64).fill_null(np.nan).to_numpy() for each in numbers]
    write_through(part / CODES, np.ascontiguousarray(codes, dtype=np.int32).tobytes())
    write_through(part / NUMBERS, np.ascontiguousarray(values, dtype=np.float64).tobytes())
    meta = {
        "categories": [{"name": name, "names": names} for name, names in categories],
        "numbers": [each.name for each in numbers],
    }
    write_through(part / META, json.dumps(meta, separators=(",", ":")).encode())


def _dated(folder: Path, manifest: Manifest, symbols: tuple[str, ...], calendar: str, part: Path) -> None:
    """The series of what is dated, in the order of the columns."""
    tables = {name: kept_frame(folder, manifest.tables[name]) for name in DESCRIBING if name in manifest.tables}
    found = derived(tables, symbols, calendar)
    dated, _ = dated_of(found, len(symbols))
    write_steps(part, dated.series, found.facts)
