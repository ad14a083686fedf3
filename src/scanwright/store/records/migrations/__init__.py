"""The migrations of run records, one file a step."""
