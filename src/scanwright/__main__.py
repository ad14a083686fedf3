"""`python -m scanwright` is the command line."""

from __future__ import annotations

from scanwright.app.cli import main

if __name__ == "__main__":
    main()
