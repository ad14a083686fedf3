"""What is kept of runs: SQLite on one machine, PostgreSQL where several share it."""
