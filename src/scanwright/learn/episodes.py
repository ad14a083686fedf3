"""Episodes: hits counted once for as long as their windows would overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scanwright.model.panel import Ints


def episodes(columns: Ints, own: Ints, horizon: int) -> NDArray[np.bool_]:
    """Which hits begin an episode.

    A symbol's first hit begins one. It is armed again `horizon` of its own bars later: its first hit from there on
    begins the next one, also inside a stretch that never ended. So the windows of one symbol's episodes share no bar,
    and with a horizon of one bar every hit is an episode. An episode may begin at a hit whose window has no return.

    columns, own: `[K]`, the symbol of each hit and which of its own bars it is, sorted by both.

    >>> bars = np.array([3, 4, 5, 9, 20, 21])
    >>> episodes(np.zeros(6, dtype=np.int64), bars, 5).tolist()
    [True, False, False, True, True, False]
    """
    begins = np.zeros(len(own), dtype=np.bool_)
    if not len(own):
        return begins
    span = int(own.max()) + horizon + 1
    key = columns * span + own
    following = np.searchsorted(key, key + horizon)
    same = np.zeros(len(own), dtype=np.bool_)
    inside = following < len(own)
    same[inside] = columns[following[inside]] == columns[inside]
    now = np.flatnonzero(np.concatenate([[True], columns[1:] != columns[:-1]]))
    while len(now):
        begins[now] = True
        now = following[now[same[now]]]
    return begins
