"""Market data beyond its storage: session calendars, coarser bars, checks of quality, a simulated market."""
