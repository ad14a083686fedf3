"""A market shared out into blocks of symbols, each kept and folded by a worker, and gathered into one answer."""
