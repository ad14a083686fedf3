"""How often the true end of a run lies in the interval that it states when a fifth of it is done.

Mixed runs, one after the other, which share one record and so learn of each other: small and larger markets, exchanges
of different limits, latencies and manners, bars of nobody, of some, of everybody but for the last session, answers in
the cache or not, to the end or until a rule ends them. `RUNS`: how many.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import os
import random
import shutil
import statistics
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from cold import exchange
from timing import Row

RUNS = int(os.environ.get("RUNS", "64"))
SEED = 5
EXCHANGES = (
    {"symbols": 40, "rate": 12, "latency": 200},
    {"symbols": 120, "rate": 40, "latency": 60},
    {"symbols": 90, "rate": 30, "latency": 150, "errors": 0.05},
    {"symbols": 40, "rate": 0, "latency": 400},
)
STATES = ("nothing", "some", "yesterday", "cached")
RULES: tuple[Mapping[str, float], ...] = ({}, {}, {"hits": 4}, {"hits": 12}, {"requests": 30}, {"seconds": 1.5})
WHERE = ("close > sma(20)", "percentile(roc(20)) > 80", "rsi(14) < 40", "close > highest(high, 20)[1]")
QUARTERS = 4


@dataclasses.dataclass(frozen=True, kw_only=True)
class Told:
    """What a run foretold when a fifth of it was done, and the seconds that it took from there."""

    kind: str
    low: float
    high: float
    rest: float

    @property
    def holds(self) -> bool:
        """Whether it lay within."""
        return self.low <= self.rest <= self.high


def rows() -> list[Row]:
    """The share that held: of all, of those before there was any history, of each kind; and how wide they were."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as open_things:
        folder = Path(name)
        places = [folder / f"exchange-{at}" for at in range(len(EXCHANGES))]
        urls = [
            open_things.enter_context(exchange(place, **facts)) for place, facts in zip(places, EXCHANGES, strict=True)
        ]
        told = list(_told(folder, list(zip(places, urls, strict=True))))
    held = [each.holds for each in told]
    note = f"{RUNS} runs, of which {len(told)} had to ask for bars and told of their end; seed {SEED}"
    quarter = len(held) // QUARTERS
    wide = statistics.median(each.high / max(each.low, 1e-3) for each in told[quarter:])
    misses = Counter(each.kind for each in told if not each.holds)
    counts = Counter(each.kind for each in told)
    return [
        _row("true end within the interval", sum(held) / len(held), ">= 0.75", note),
        _row("the first quarter of them, with no history or little", sum(held[:quarter]) / quarter, "", ""),
        _row("the others", sum(held[quarter:]) / len(held[quarter:]), "", ""),
        *(_row(kind, 1 - misses[kind] / count, "", f"{count} runs") for kind, count in sorted(counts.items())),
        _row("the interval's upper end over its lower", wide, "", "median of those with history"),
    ]


def _row(what: str, figure: float, target: str, note: str) -> Row:
    return Row(subject="end foretold", what=what, figure=figure, unit="", target=target, note=note)


def _told(folder: Path, exchanges: list[tuple[Path, str]]) -> Iterator[Told]:
    """Each run that told of its end at a fifth."""
    dice = random.Random(SEED)  # noqa: S311 - a bench, seeded
    os.environ["SCANWRIGHT_RECORDS"] = f"sqlite:///{folder / 'runs.sqlite'}"
    for at in range(RUNS):
        served, url = exchanges[at % len(exchanges)]
        state, rule, where = dice.choice(STATES), dice.choice(RULES), dice.choice(WHERE)
        cache = "kept" if state == "cached" else f"cache-{at}"
        os.environ["SCANWRIGHT_CACHE__FOLDER"] = str(folder / cache)
        found = _run(_market(folder / f"market-{at}", served / "served", state, dice), url, where, rule)
        if found is not None:
            yield dataclasses.replace(found, kind=f"{state}, {'until a rule' if rule else 'to the end'}")
        shutil.rmtree(folder / f"market-{at}")


def _market(place: Path, served: Path, state: str, dice: random.Random) -> Path:
    """A market with the bars of nobody, of some, or of everybody but for the last session."""
    import polars as pl

    from scanwright.model.interval import Interval
    from scanwright.store.market import Market, create

    made = create(place, name=place.name)
    bars = Market.open(served).bars(Interval.DAY)
    if state == "yesterday":
        made.write(bars.filter(pl.col("ts") < pl.col("ts").max()), source="served")
    if state == "some":
        names = sorted(bars["symbol"].unique())
        some = dice.sample(names, int(len(names) * dice.uniform(0.2, 0.8)))
        made.write(bars.filter(pl.col("symbol").is_in(some)), source="served")
    return place


def _run(market: Path, url: str, where: str, rule: Mapping[str, float]) -> Told | None:
    import scanwright as sw

    going = sw.Scan(where=where).run(sw.open(market), providers="simulated", url=url, stop=sw.Stop(**rule))
    events = [(event.type, event.read()) for event in going]
    stages = [said for kind, said in events if kind == "stage" and said["stage"] == "bars"]
    done = stages[-1]["done"] if stages else 0
    fifth = next((said for said in stages if said["done"] >= 0.2 * done and said["done"] < done), None)
    if fifth is None or "eta" not in fifth:
        return None
    rest = (_at(events[-1][1]) - _at(fifth)).total_seconds()
    return Told(kind="", low=fifth["eta"]["low"], high=fifth["eta"]["high"], rest=rest)


def _at(said: Mapping[str, object]) -> dt.datetime:
    return dt.datetime.fromisoformat(str(said["at"]))


if __name__ == "__main__":
    for each in rows():
        print(each.what, round(each.figure, 3), each.target, each.note)
