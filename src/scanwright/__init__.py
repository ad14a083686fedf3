"""Scanwright scans markets: one definition, run now, over history and on a live feed."""
