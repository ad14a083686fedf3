"""The HTTP service: other programs start, read and stop runs, and ask what commands answer."""
