"""How likely a hit is to come good, judged on a year that nothing was learned from.

Ten ready scans on 505 symbols: each is learned from the first four years, as `scanwright learn` does, and what it says
of the fifth year's episodes is compared with what came. Where no model is used, the base rate speaks. The same ten are
learned on a market of pure noise, where no model may be used, and on one in which moves follow volume, where
models have to be found and to come true. Last, among the 20 hits of a day that a scan ranks first, the share that came
good beside that of all its hits and of random bars of the universe.
"""

from __future__ import annotations

import dataclasses
import os
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl
from discovery import DATA
from timing import Row

from scanwright.app.importing import Arrival, importing
from scanwright.app.market import Market
from scanwright.app.market import open as opened
from scanwright.app.question import asked
from scanwright.app.studies import SEED, Study
from scanwright.learn.base import LEAST
from scanwright.learn.bootstrap import sureness
from scanwright.learn.calibration import calibration_error, losses, reliability
from scanwright.learn.forward import CHANCE, MEAN, SPREAD, Past
from scanwright.learn.labels import Labels
from scanwright.learn.learned import Learned, learned
from scanwright.model.rule import Rule

LAST = np.datetime64("2017-02-07")
SCANS = {
    **dict.fromkeys(
        ("flat_base_breakout", "golden_cross", "hammer_at_low", "new_high_volume", "pullback_rsi2"), "long"
    ),
    **dict.fromkeys(("squeeze_fired_up", "trend_template", "washout"), "long"),
    **dict.fromkeys(("breakdown_volume", "failed_rally"), "short"),
}
PICTURE = Path(__file__).resolve().parent.parent / "docs" / "images" / "reliability.svg"
TOP = 20
EFFECT = 0.005  # of a volume one deviation above usual: half a percent a day
HITS = int(os.environ.get("HITS", "100000"))


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Fifth:
    """One scan: what was learned of four years, how long that took, and the fifth year's episodes."""

    name: str
    found: Learned
    seconds: float
    past: Past
    whole: Study
    since: int


def rows() -> list[Row]:
    """All lines of this subject."""
    with tempfile.TemporaryDirectory() as folder:
        real = _market(Path(folder) / "real", DATA / "bars" / "daily" / "sp500_5yr.parquet")
        years = [_fifth(name, real) for name in SCANS]
        noise = _market(Path(folder) / "noise", _walks(Path(folder), 0.0))
        of_noise = [_learned(name, noise)[0] for name in SCANS]
        planted = _market(Path(folder) / "planted", _walks(Path(folder), EFFECT))
        of_planted = [_fifth(name, planted) for name in SCANS]
        PICTURE.write_text(_picture(of_planted), encoding="utf-8")
        return [
            *_summary(years, of_noise),
            *_found(of_planted),
            *(_line(each) for each in years),
            *_ranked(years),
            _labelling(real),
        ]


def _market(folder: Path, bars: Path) -> Market:
    importing(Arrival(folder=folder), bars, interval="1d")
    return opened(folder)


def _walks(folder: Path, effect: float, days: int = 1259, symbols: int = 505) -> Path:
    """Walks of one volatility with a market in common; each day's drift is `effect` times the volume of the day before.

    Volumes stay high or low for days. Without an effect what comes is in no way foretold by what was.
    """
    draw = np.random.default_rng(SEED)
    busy = np.zeros((days, symbols))
    for at in range(1, days):
        busy[at] = 0.9 * busy[at - 1] + draw.normal(size=symbols) * np.sqrt(1 - 0.9**2)
    moves = 0.004 * draw.normal(size=(days, 1)) + 0.012 * draw.normal(size=(days, symbols))
    moves[1:] += effect * busy[:-1]
    close = 50 * np.exp(moves.cumsum(axis=0))
    open_ = close * np.exp(0.004 * draw.normal(size=close.shape))
    high, low = (each(open_, close) for each in (np.maximum, np.minimum))
    away = np.abs(0.004 * draw.normal(size=(2, *close.shape)))
    volume = np.round(np.exp(14 + 0.4 * busy))
    every = np.arange(np.datetime64("2013-02-08"), np.datetime64("2019-01-01"))
    stamps = every[np.is_busday(every)][:days]
    table = {
        "symbol": np.repeat([f"N{at:03}" for at in range(symbols)], days),
        "ts": np.tile(stamps, symbols),
        **{
            name: values.T.ravel()
            for name, values in zip(
                ("open", "high", "low", "close", "volume"),
                (open_, high * (1 + away[0]), low * (1 - away[1]), close, volume),
                strict=True,
            )
        },
    }
    place = folder / f"walks {effect:g}.parquet"
    pl.DataFrame(table).write_parquet(place)
    return place


def _learned(name: str, market: Market, until: np.datetime64 | None = None) -> tuple[Learned, float]:
    start = time.perf_counter()
    study = _study(name, market, until)
    found = learned(study.lived(), study.features.names, study.chance, np.random.default_rng(SEED))
    return found, time.perf_counter() - start


def _study(name: str, market: Market, until: np.datetime64 | None = None) -> Study:
    scan = asked(name)
    panel = market.panel(scan.interval, until, scan.adjust)
    return Study.of(scan, Rule(side=SCANS[name]), market, panel, market.sets(scan, panel))


def _fifth(name: str, market: Market) -> Fifth:
    found, seconds = _learned(name, market, LAST)
    study = _study(name, market)
    since = int(np.count_nonzero(study.panel.ts <= LAST))
    late = study.over & (study.past.rows >= since)
    return Fifth(name=name, found=found, seconds=seconds, past=study.lived_of(late), whole=study, since=since)


def _summary(years: list[Fifth], of_noise: list[Learned]) -> list[Row]:
    used = [each for each in years if CHANCE.name in each.found.models]
    errors = [calibration_error(reliability(each.found.chances(each.past.features), each.past.good)) for each in used]
    worse = [each.name for each in years if _gain(each)[1] < 0]
    count = sum(any(kind.name in each.models for kind in (CHANCE, MEAN)) for each in of_noise)
    said = sum(each.base.enough for each in (year.found for year in years))
    return [
        Row(
            subject="learning",
            what="learning ten scans from four years of 505 symbols",
            figure=sum(each.seconds for each in years),
            unit="s",
            target="<= 300",
        ),
        Row(
            subject="learning",
            what="largest calibration error on the fifth year where a model gives the chance",
            figure=max(errors, default=0.0),
            unit="",
            target="<= 0.03",
            note=f"{len(used)} scans have a model, {said} enough evidence",
        ),
        Row(
            subject="learning",
            what="scans whose Brier score is worse than the base rate's beyond noise",
            figure=len(worse),
            unit="of 10",
            target="<= 0",
            note=", ".join(worse),
        ),
        Row(
            subject="learning",
            what="scans with a model of the chance or the mean on pure noise",
            figure=count,
            unit="of 10",
            target="<= 0",
            note="quantiles do follow the range that stop and target are set in, on noise too",
        ),
    ]


def _found(years: list[Fifth]) -> list[Row]:
    """What was found where there is something to find."""
    used = [each for each in years if CHANCE.name in each.found.models]
    errors = [calibration_error(reliability(each.found.chances(each.past.features), each.past.good)) for each in used]
    gains = [_gain(each)[0] for each in used]
    return [
        Row(
            subject="learning",
            what="planted effect: scans whose chances come from a model",
            figure=len(used),
            unit="of 10",
            note=f"{', '.join(each.name for each in used)}; Brier gains on the fifth year {_listed(gains)}",
        ),
        Row(
            subject="learning",
            what="planted effect: largest calibration error on the fifth year",
            figure=max(errors, default=0.0),
            unit="",
            target="<= 0.03",
            note=_listed(errors),
        ),
        Row(
            subject="learning",
            what="planted effect: models worse than the base rate on the fifth year",
            figure=sum(each < 0 for each in gains),
            unit=f"of {len(used)}",
            target="<= 0",
        ),
    ]


def _picture(years: list[Fifth]) -> str:
    """The reliability diagram of all scans with a model: what was said across, what came upwards."""
    side, edge = 360, 40
    dots: list[str] = []
    for year in years:
        if CHANCE.name not in year.found.models:
            continue
        for each in reliability(year.found.chances(year.past.features), year.past.good):
            across, up = edge + side * each.said, edge + side * (1 - each.came)
            dots.append(f'<circle cx="{across:.1f}" cy="{up:.1f}" r="4"><title>{year.name}</title></circle>')
    ticks = "".join(
        f'<text x="{edge + side * at / 100}" y="{edge + side + 18}" text-anchor="middle">{at} %</text>'
        f'<text x="{edge - 6}" y="{edge + side * (1 - at / 100) + 4}" text-anchor="end">{at}</text>'
        for at in range(0, 101, 20)
    )
    whole = side + 2 * edge
    middle = edge + side / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole + 10}" width="{whole}" '
        'font-family="sans-serif" font-size="12" fill="#57606a">\n'
        f'<rect x="{edge}" y="{edge}" width="{side}" height="{side}" fill="none" stroke="#8c959f"/>\n'
        f'<path d="M{edge} {edge + side}L{edge + side} {edge}" stroke="#8c959f" stroke-dasharray="4"/>\n'
        f'{ticks}\n<text x="{middle}" y="{whole + 2}" text-anchor="middle">chance that was said</text>\n'
        f'<text x="{edge}" y="{edge - 12}">share that came good, percent</text>\n'
        f'<g fill="#0969da" fill-opacity="0.7">\n{chr(10).join(dots)}\n</g>\n</svg>\n'
    )


def _listed(values: list[float]) -> str:
    return ", ".join(f"{each:.3f}" for each in values)


def _gain(year: Fifth) -> tuple[float, float]:
    """What the Brier score is below that of the base, and the high end of its 95 % interval."""
    past = year.past
    if not len(past.good) or CHANCE.name not in year.found.models:
        return 0.0, 0.0
    said = losses(year.found.chances(past.features), past.good, CHANCE)
    gain = losses(np.full(len(past.good), year.found.base.shrunk), past.good, CHANCE) - said
    sure = sureness(past.day, gain, gain, horizon=past.days, generator=np.random.default_rng(SEED))
    return float(gain.mean()), sure.mean.high


def _line(year: Fifth) -> Row:
    past, found = year.past, year.found
    came = float(past.good.mean()) if len(past.good) else float("nan")
    kinds = {CHANCE.name: "chance", MEAN.name: "mean", SPREAD[0].name: "quantiles"}
    used = [word for name, word in kinds.items() if name in found.models]
    said = found.chances(past.features)
    error = calibration_error(reliability(said, past.good))
    base = found.base
    parts = [
        f"{len(past.good):,} episodes, said {100 * float(said.mean()):.1f} %" if len(said) else "no episodes",
        f"base {100 * base.shrunk:.1f} ({100 * base.bounds.low:.1f} to {100 * base.bounds.high:.1f})",
        f"ECE {error:.3f}",
        f"Brier gain {_gain(year)[0]:.4f}",
        f"models: {', '.join(used) or 'none'}",
        "enough" if base.enough else f"below {LEAST} independent hits",
    ]
    return Row(subject="learning", what=f"{year.name}: came good", figure=100 * came, unit="%", note="; ".join(parts))


def _ranked(years: list[Fifth]) -> list[Row]:
    """Of each day's hits the 20 that the scan ranks first, against all of them."""
    found: list[Row] = []
    for year in years:
        study = year.whole
        late = study.labels.through & (study.past.rows >= year.since)
        ranks = np.array([-np.inf if each is None else each for each in study.past.values.get("rank", [])], float)
        if not late.any() or not len(ranks):
            continue
        top = late & (_place(study.past.rows, ranks) < TOP)
        (mean, low, high), whole = _share(study.labels, study, top), _share(study.labels, study, late)[0]
        note = f"95 % from {low:.1f} to {high:.1f}; all hits {whole:.1f}, random bars {100 * study.chance.rate:.1f}"
        what = f"{year.name}: good among each day's 20 best ranked"
        found.append(Row(subject="learning", what=what, figure=mean, unit="%", note=note))
    return found


def _place(rows: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """Where each hit stands on its day, the highest first."""
    order = np.lexsort((-ranks, rows))
    begins = np.searchsorted(rows[order], rows[order])
    place = np.empty(len(rows), np.int64)
    place[order] = np.arange(len(rows)) - begins
    return place


def _share(labels: Labels, study: Study, some: np.ndarray) -> tuple[float, float, float]:
    good = labels.good[some].astype(float)
    days = study.past.rows[some]
    sure = sureness(days, good, good, horizon=study.days, generator=np.random.default_rng(SEED))
    return 100 * float(good.mean()), 100 * sure.mean.low, 100 * sure.mean.high


def _labelling(market: Market) -> Row:
    from scanwright.app.wiring import catalogue
    from scanwright.learn.labels import labels
    from scanwright.learn.measured import Places, usual

    panel = market.panel("1d")
    rows_, columns = np.nonzero(panel.bar)
    some = np.sort(np.random.default_rng(SEED).choice(len(rows_), HITS, replace=False))
    places = Places(rows=rows_[some], columns=columns[some])
    times: list[float] = []
    for _ in range(5):
        start = time.perf_counter()
        labels(panel, places, Rule(), usual(panel, places, catalogue()), quarantined=market.quarantined(panel))
        times.append(time.perf_counter() - start)
    return Row(
        subject="learning",
        what=f"labelling {HITS:,} hits, target 2atr, stop 1atr, 10 bars",
        figure=float(np.median(times)),
        unit="s",
        least=min(times),
        target="<= 0.5",
    )
