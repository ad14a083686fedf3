"""A market that never was, made from a seed, good enough to learn from: what was planted is kept beside it."""

from __future__ import annotations

from scanwright.data.simulated.make import simulate
from scanwright.data.simulated.market import SimulatedMarket
from scanwright.data.simulated.truth import Truth

__all__ = ["SimulatedMarket", "Truth", "simulate"]
