"""The simulated market of the demonstration, written through the store as any other."""

from __future__ import annotations

from pathlib import Path

from scanwright.model.errors import Conflict
from scanwright.store.market import Market, create
from scanwright.store.progress import Progress, unheard

SYMBOLS, YEARS, SEED = 2000, 3, 7


def written(
    folder: Path | None = None,
    *,
    symbols: int = SYMBOLS,
    years: float = YEARS,
    seed: int = SEED,
    progress: Progress = unheard,
) -> Path:
    """A folder with the simulated market of these figures, written where it is not there yet.

    Without a folder it is made in a new temporary one. `Conflict` where the folder holds another market.

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
    if report.interval is not None:
        market.panel(report.interval)
    return place


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
