"""A run: the best symbols first, results as they are found, an end when it is enough, and a receipt."""
