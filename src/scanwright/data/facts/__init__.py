"""Named figures of symbols: what each is, where it comes from, and how those are made that nobody hands out."""
