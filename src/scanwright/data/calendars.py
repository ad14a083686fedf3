"""The calendars of `model/calendars.py`, where the rest of market data looks for them."""

from __future__ import annotations

from scanwright.model.calendars import AFTER, BEFORE, NO_PERIOD, REGULAR, Calendar, Session, calendar

__all__ = ["AFTER", "BEFORE", "NO_PERIOD", "REGULAR", "Calendar", "Session", "calendar"]
