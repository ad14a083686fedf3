"""Frozen values, the error tree and the clock: what every floor may speak of."""
