"""The words that commands about runs share."""

from __future__ import annotations

from scanwright.app.cli.words import Word

ID = Word(name="id", option="", metavar="ID", help="a run's id, or its beginning", needed=True)
