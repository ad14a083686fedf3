"""The compiled primitives: arrays in, arrays out, nothing else. One file declares one kernel; files with `_` do not."""
