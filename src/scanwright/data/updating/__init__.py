"""Bringing a market up to date: what is missing is planned, asked for, and kept batch by batch."""
