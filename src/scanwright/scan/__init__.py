"""A scan: its definition, what it finds now and found before, why, and the receipt of what was looked at."""
