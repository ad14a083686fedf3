"""The simulated market of the demonstration, written through the store as any other."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

from scanwright.model.errors import Conflict
from scanwright.store.market import Market, create
from scanwright.store.progress import Progress, unheard

if TYPE_CHECKING:
    from scanwright.data.simulated.market import SimulatedMarket

SYMBOLS, YEARS, SEED = 2000, 3, 7
SOURCE = "simulated"
LATELY = 60  # sessions whose turnover is compared


def written(
    folder: Path | None = None,
    *,
    symbols: int = SYMBOLS,
    years: float = YEARS,
    seed: int = SEED,
    chains: int = 0,
    progress: Progress = unheard,
) -> Path:
    """A folder with the simulated market of these figures, written where it is not there yet.

    Without a folder it is made in a new temporary one. chains: of how many symbols, the most traded ones, the last
    day's option chain is there too, with the figures made of it. `Conflict` where the folder holds another market.

    >>> (written(symbols=5, years=1) / "market.json").exists()
    True
    """
    place = _temporary() if folder is None else folder
    name = f"the simulated market ({symbols} symbols, {years:g} years, seed {seed})"
    market = _found(place, name) or create(place, name=name)
    if market.intervals():
        return place
    from scanwright.data.simulated import simulate

    progress(0, 0, "simulating")
    made = simulate(symbols=symbols, years=years, seed=seed)
    report = made.write(market, progress=progress)
    if chains:
        _with_chains(market, made, chains)
    if report.interval is not None:
        market.panel(report.interval)
    return place


def _with_chains(market: Market, made: SimulatedMarket, count: int) -> None:
    """The option chains of the last close, as a provider's come in."""
    import numpy as np
    import polars as pl

    from scanwright.app.chains import kept, put_figures
    from scanwright.data.options.completing import Assumed

    dollars = np.nan_to_num(made.fields["close"] * made.fields["volume"])[-LATELY:].sum(axis=0)
    busiest = [made.symbols[int(at)] for at in np.argsort(-dollars, kind="stable")]
    found = (chain for each in busiest if (chain := made.chain(each, made.ts[-1])) is not None)
    taken = [pl.col("quoted").alias("taken"), pl.lit(SOURCE).alias("provider")]
    some = [each.with_columns(taken) for each in itertools.islice(found, count)]
    if some:
        _, figures = kept(market, pl.concat(some), Assumed(), SOURCE)
        put_figures(market, [figures], SOURCE)


def _found(place: Path, name: str) -> Market | None:
    if not (place / "market.json").exists():
        return None
    market = Market.open(place)
    if market.name != name:
        raise Conflict(
            place=place, expected=f"no market, or the one called {name!r}", found=repr(market.name), todo="--market DIR"
        )
    return market


def _temporary() -> Path:
    import tempfile

    return Path(tempfile.mkdtemp(prefix="scanwright-"))
