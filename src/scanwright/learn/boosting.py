"""Gradient boosting: many small trees, fitted to the hits of the past and written as text."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Literal

import numpy as np

from scanwright.model.errors import SettingsError

if TYPE_CHECKING:
    from types import ModuleType

    from scanwright.model.panel import Floats

Aim = Literal["chance", "mean", "quantile"]
OBJECTIVES = {"chance": "binary", "mean": "l2", "quantile": "quantile"}
ROUNDS = 80
MOST_ROWS = 20_000
SEED = 20140207
SHY = {
    "num_leaves": 7,
    "max_depth": 3,
    "learning_rate": 0.05,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 20.0,
    "max_bin": 63,
}


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """What a model is to say of a hit: the chance of coming good, its mean return, or a quantile of it."""

    aim: Aim
    quantile: float = 0.5

    @property
    def name(self) -> str:
        """As files call it.

        >>> Kind(aim="quantile", quantile=0.1).name
        'quantile 0.1'
        """
        return f"quantile {self.quantile:g}" if self.aim == "quantile" else self.aim


def _library() -> ModuleType:
    """LightGBM, where it is installed."""
    try:
        import lightgbm
    except ImportError:
        todo = "pip install 'scanwright[learn]'"
        raise SettingsError(expected="LightGBM to learn with", found="it is not installed", todo=todo) from None
    return lightgbm


def fitted(features: Floats, wanted: Floats, kind: Kind) -> str:
    """A model of `wanted` `[K]` by features `[K, F]`, as LightGBM's text; the same input gives the same text."""
    lightgbm = _library()
    if len(wanted) > MOST_ROWS:
        some = np.sort(np.random.default_rng(SEED).choice(len(wanted), MOST_ROWS, replace=False))
        features, wanted = features[some], wanted[some]
    more = {
        "objective": OBJECTIVES[kind.aim],
        "alpha": kind.quantile,
        "min_data_in_leaf": max(20, len(wanted) // 40),
        "seed": SEED,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }
    told = lightgbm.Dataset(features, wanted, params={"verbosity": -1, "max_bin": SHY["max_bin"]})
    found = lightgbm.train({**SHY, **more}, told, num_boost_round=ROUNDS)
    return found.model_to_string()


def foretold(model: str, features: Floats) -> Floats:
    """What a model's text says of features `[K, F]`."""
    if not len(features):
        return np.zeros(0)
    found = _library().Booster(model_str=model).predict(features, num_threads=1)
    return np.asarray(found, dtype=np.float64)
