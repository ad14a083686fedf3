"""The market on disk: bars, symbols and splits as whole files, and the panel that is derived from them."""
