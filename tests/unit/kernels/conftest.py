"""These properties compare whole panels with plain Python: how long one takes says nothing."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("kernels", deadline=None)
settings.load_profile("kernels")
