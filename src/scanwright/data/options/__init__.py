"""Options: their names, what their prices say of volatility, and the figures made of whole chains."""
