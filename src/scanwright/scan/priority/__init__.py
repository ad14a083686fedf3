"""Which symbols to look at first: how likely each is to be a hit, before its next bar is known."""
