"""The indicators: one file each, a composition of expressions. Files with `_` are passed over."""
