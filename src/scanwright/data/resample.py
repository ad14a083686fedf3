"""Coarser bars from finer ones: the one definition, for whole panels and for a session that gets bar after bar.

A coarser bar of a symbol is made of the symbol's own finer bars: the first open, the highest high, the lowest low, the
last close, the sum of the volumes. It is known at its period's last scheduled frame, or, when that frame never comes,
just before the first frame of the next period; a frame that comes after its period closed is passed over.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from scanwright.model.calendars import NO_PERIOD, Calendar, Session, calendar
from scanwright.model.errors import DataError
from scanwright.model.panel import FIELDS, Panel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from scanwright.model.interval import Interval
    from scanwright.model.panel import Bytes, Floats, Ints, Times

_TILE = 256  # rows at a time, so that what is made on the way stays small


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Closed:
    """Coarser rows that became known, oldest first.

    rows_at: `[K]`, the finer row of the tile that sees each one first. Two may share one: the row that begins a new
        period and ends it.
    ts: `[K]`, the date of the period's last scheduled session, or the end (UTC) of an intraday period.
    fields: `[K, N]` each, NaN where the symbol had no bar.
    bar: `[K, N]`, 1 where the symbol had one.
    """

    rows_at: Ints
    ts: Times
    fields: Mapping[str, Floats]
    bar: Bytes


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Snapshot:
    """All that a resampler remembers.

    rows: `[fields + 1, N]`, the unfinished bar field by field, then 1 where it has a bar.
    periods: the unfinished period and the last one that closed, `NO_PERIOD` for none.
    """

    rows: Floats
    periods: Ints


class Resampler:
    """Takes tiles of finer bars and gives out the coarser rows as they close; any tiling gives the same bits.

    `frames` is the interval of the finer bars; `fields` may name fewer than the five where fewer are needed.

    >>> from scanwright.model.interval import Interval
    >>> weeks = Resampler(calendar("us_stocks"), Interval.WEEK, 1, frames=Interval.DAY, fields=("close",))
    >>> days = np.array(["2015-04-01", "2015-04-02", "2015-04-06"], "M8[s]")
    >>> closed = weeks.advance(days, {"close": np.array([[7.0], [8.0], [9.0]])}, np.ones((3, 1), np.uint8))
    >>> closed.rows_at.tolist(), closed.fields["close"].tolist(), weeks.forming().fields["close"].tolist()
    ([1], [[8.0]], [[9.0]])
    """

    def __init__(
        self,
        calendar: Calendar,
        interval: Interval,
        width: int,
        *,
        frames: Interval,
        fields: Sequence[str] = FIELDS,
        session: Session = "regular",
    ) -> None:
        """Stand before the first bar of `width` symbols."""
        self._calendar = calendar
        self._interval = interval
        self._frames = frames
        self._session: Session = session
        self._fields = tuple(fields)
        self._rows = _empty(self._fields, width)
        self._period = NO_PERIOD
        self._last = NO_PERIOD

    def advance(self, ts: Times, fields: Mapping[str, Floats], bar: Bytes) -> Closed:
        """Take the next finer rows: `ts` [R], `fields` [R, N] each, `bar` [R, N]."""
        ids, closes = self._calendar.period(ts, self._interval, frames=self._frames, session=self._session)
        rows = self._open_rows(ids, closes)
        if not rows.size:
            return self._given([], np.zeros(0, np.int64), self._rows[None][:0])
        if rows.size < ids.size:
            ids, closes, bar = ids[rows], closes[rows], bar[rows]
            fields = {name: fields[name][rows] for name in self._fields}
        runs = _Runs(ids, bar)
        periods, known = [int(each) for each in ids[runs.starts]], rows[np.append(runs.starts[1:], rows.size - 1)]
        ended = closes[runs.stops - 1]
        known[ended] = rows[runs.stops[ended] - 1]
        before = np.zeros((0, *self._rows.shape))
        if self._period not in (NO_PERIOD, periods[0]):  # its last frame never came
            before = self._rows[None]
            periods, known = [self._period, *periods], np.append(rows[:1], known)
            self._rows = _empty(self._fields, bar.shape[1])
        made = np.concatenate([before, self._fold(fields, runs)])
        count = len(periods) - (not ended[-1])
        self._keep(made, periods, count)
        return self._given(periods[:count], known[:count], made[:count])

    def forming(self) -> Closed:
        """The unfinished row as it stands, or no row; its `rows_at` is -1, as no frame has seen it closed."""
        count = int(self._period != NO_PERIOD)
        return self._given([self._period][:count], np.full(count, -1), self._rows[None][:count].copy())

    def snapshot(self) -> Snapshot:
        """A copy of the state."""
        return Snapshot(rows=self._rows.copy(), periods=np.array([self._period, self._last], np.int64))

    def resume(self, snapshot: Snapshot) -> None:
        """Go back or on to a state; `DataError` where it is of other symbols or fields."""
        if snapshot.rows.shape != self._rows.shape:
            raise DataError(
                expected="a state of {1} symbols and {0} rows".format(*self._rows.shape),
                found="one of {1} symbols and {0} rows".format(*snapshot.rows.shape),
                todo="begin anew from the first bar",
            )
        self._rows = snapshot.rows.copy()
        self._period, self._last = (int(each) for each in snapshot.periods)

    def _open_rows(self, ids: Ints, closes: NDArray[np.bool_]) -> Ints:
        """The rows that still count: in a period, and not after the row that closed it."""
        over = np.maximum.accumulate(np.append(self._last, np.where(closes, ids, NO_PERIOD)))
        return np.flatnonzero(ids > over[:-1])  # NO_PERIOD is below everything

    def _fold(self, fields: Mapping[str, Floats], runs: _Runs) -> Floats:
        """One row `[fields + 1, N]` for each run; the first goes on from the state."""
        seen = self._rows[-1] != 0
        had = runs.present.copy()
        had[0] |= seen
        parts = [_FOLDS[name](fields[name], runs, self._rows[at], seen) for at, name in enumerate(self._fields)]
        return np.stack([*parts, had.astype(np.float64)], axis=1)

    def _keep(self, made: Floats, periods: list[int], count: int) -> None:
        """Remember the unfinished run, and which period closed last."""
        self._last = periods[count - 1] if count else self._last
        unfinished = count < len(periods)
        self._period = periods[-1] if unfinished else NO_PERIOD
        self._rows = made[-1].copy() if unfinished else _empty(self._fields, made.shape[2])

    def _given(self, periods: list[int], rows_at: Ints, made: Floats) -> Closed:
        bar = made[:, -1] != 0
        fields = {name: np.where(bar, made[:, at], np.nan) for at, name in enumerate(self._fields)}
        ts = self._calendar.label(np.array(periods, np.int64), self._interval)
        return Closed(rows_at=rows_at, ts=ts, fields=fields, bar=bar.astype(np.uint8))


def resampled(panel: Panel, interval: Interval, *, forming: bool = False, session: Session = "regular") -> Panel:
    """The panel in coarser bars; the last period is in it if it has closed, or `forming` asks for it as it stands.

    A panel that has the interval already is given back as it is.
    """
    if interval == panel.interval:
        return panel
    stock = calendar(panel.calendar)
    machine = Resampler(stock, interval, len(panel.symbols), frames=panel.interval, session=session)
    parts = [
        machine.advance(tile.ts, tile.fields, tile.bar)
        for tile in (panel.rows(start, start + _TILE) for start in range(0, panel.shape[0], _TILE))
    ]
    last = machine.forming()
    parts.append(last if forming else _none_of(last))
    return dataclasses.replace(
        panel,
        interval=interval,
        ts=np.concatenate([each.ts for each in parts]),
        fields={name: np.concatenate([each.fields[name] for each in parts]) for name in FIELDS},
        bar=np.concatenate([each.bar for each in parts]),
    )


class _Runs:
    """The rows of a tile cut where the period changes."""

    def __init__(self, ids: Ints, bar: Bytes) -> None:
        self.starts = np.flatnonzero(np.append(True, ids[1:] != ids[:-1]))
        self.stops = np.append(self.starts[1:], ids.size)
        self.mask = None if bar.all() else bar != 0
        self.present: NDArray[np.bool_] = np.ones((self.starts.size, bar.shape[1]), np.bool_)
        if self.mask is not None:
            self.present[:] = False
            self.merge(self.mask, self.present, np.logical_or)

    def merge(self, values: NDArray[Any], out: NDArray[Any], how: Callable[..., NDArray[Any]]) -> None:
        """Merge the rows of each run into its row of `out`, from the first to the last, all runs side by side."""
        for step in range(int((self.stops - self.starts).max())):
            rows = self.starts + step
            these = rows < self.stops
            if these.all():
                how(out, values[rows], out=out)
            else:
                out[these] = how(out[these], values[rows[these]])

    def masked(self, values: Floats, blank: float) -> Floats:
        """The values with `blank` where there is no bar."""
        return values if self.mask is None else np.where(self.mask, values, blank)

    def pick(self, values: Floats, rows: Ints, how: Callable[..., NDArray[Any]], none: int) -> Floats:
        """The value at the first or last bar of each run: at `rows` where no bar is missing."""
        if self.mask is None:
            return values[rows]
        numbers = np.arange(values.shape[0], dtype=np.int32)[:, None]
        chosen = np.full(self.present.shape, none, np.int32)
        self.merge(np.where(self.mask, numbers, np.int32(none)), chosen, how)
        return np.take_along_axis(values, chosen.clip(0, values.shape[0] - 1), axis=0)


def _first(values: Floats, runs: _Runs, carried: Floats, seen: NDArray[np.bool_]) -> Floats:
    out = runs.pick(values, runs.starts, np.minimum, values.shape[0])
    out[0] = np.where(seen, carried, out[0])
    return out


def _last(values: Floats, runs: _Runs, carried: Floats, _: NDArray[np.bool_]) -> Floats:
    out = runs.pick(values, runs.stops - 1, np.maximum, -1)
    out[0] = np.where(runs.present[0], out[0], carried)
    return out


def _highest(values: Floats, runs: _Runs, carried: Floats, _: NDArray[np.bool_]) -> Floats:
    out = np.full(runs.present.shape, np.nan)
    out[0] = carried
    runs.merge(runs.masked(values, np.nan), out, np.fmax)
    return out


def _lowest(values: Floats, runs: _Runs, carried: Floats, _: NDArray[np.bool_]) -> Floats:
    out = np.full(runs.present.shape, np.nan)
    out[0] = carried
    runs.merge(runs.masked(values, np.nan), out, np.fmin)
    return out


def _sum(values: Floats, runs: _Runs, carried: Floats, _: NDArray[np.bool_]) -> Floats:
    """Row after row, so that the order of additions is that of time in any tiling."""
    out = np.zeros(runs.present.shape)
    out[0] = carried
    runs.merge(runs.masked(values, 0.0), out, np.add)
    return out


_FOLDS = {"open": _first, "high": _highest, "low": _lowest, "close": _last, "volume": _sum}


def _empty(fields: Sequence[str], width: int) -> Floats:
    """The state before a period's first bar."""
    rows = np.full((len(fields) + 1, width), np.nan)
    rows[[at for at, name in enumerate(fields) if name == "volume"]] = 0.0
    rows[-1] = 0.0
    return rows


def _none_of(closed: Closed) -> Closed:
    fields = {name: values[:0] for name, values in closed.fields.items()}
    return Closed(rows_at=closed.rows_at[:0], ts=closed.ts[:0], fields=fields, bar=closed.bar[:0])
