"""Draws the picture of the README: a simulated market is made, two commands are run on it, and what they say is kept.

    .venv/bin/python tools/make_picture.py

Nothing in the picture is made up, so its figures and times are those of the machine that it was drawn on.
"""

from __future__ import annotations

import io
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

PICTURE = pathlib.Path(__file__).parent.parent / "docs" / "images" / "run.svg"
SCAN = "close > sma(200) and rsi(14) < 40 and volume > 1.2 * sma(volume, 20)"
COMMANDS = (
    ("scanwright", "scan", SCAN, "--rank", "roc(126)", "--column", "rsi=rsi(14)", "--limit", "6"),
    ("scanwright", "history", SCAN, "--limit", "2"),
)
WIDTH = 118
INK, PAPER = (216, 222, 233), (22, 27, 34)
NORMAL = [
    PAPER,
    (240, 113, 120),
    (126, 211, 141),
    (224, 192, 104),
    (112, 170, 255),
    (199, 146, 234),
    (102, 204, 204),
    INK,
]
BRIGHT = [(139, 148, 158), *NORMAL[1:]]
THEME = TerminalTheme(PAPER, INK, NORMAL, BRIGHT)
# No fonts from elsewhere: the reader's own monospaced one is stretched to the width that rich reckons with.
FONTS = "DejaVu Sans Mono, Menlo, Consolas"
OWN = re.sub(r"@font-face \{\{.*?\}\}|<!--.*?-->", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
FORMAT = OWN.replace("Fira Code", FONTS)


def draw() -> None:
    """Run, record, write."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    with tempfile.TemporaryDirectory() as folder:
        run(("scanwright", "demo", "--market", "market"), folder)
        for command in COMMANDS:
            for line in shown(command, run(command, folder)):
                console.print(line)
    PICTURE.write_text(
        console.export_svg(title="scanwright", theme=THEME, code_format=FORMAT, unique_id="run"), encoding="utf-8"
    )


def run(command: tuple[str, ...], folder: str) -> str:
    """What a command says, both streams in the order of their lines."""
    home = pathlib.Path(sys.executable).parent
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "COLUMNS": str(WIDTH)}
    done = subprocess.run(
        [home / command[0], *command[1:]],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def shown(command: tuple[str, ...], said: str) -> Iterator[Text]:
    """The command as a person types it, and its lines."""
    yield Text.assemble(("$ ", "bold green"), (typed(command), "bold"))
    for line in said.rstrip().splitlines():
        yield Text(line, style(line))
    yield Text("")


def typed(command: tuple[str, ...]) -> str:
    """Words in quotes where a shell needs them; the options on a line of their own where there is no room."""
    words = [word if shlex.quote(word) == word else f'"{word}"' for word in command]
    whole = " ".join(words)
    if len(whole) < WIDTH - 2:
        return whole
    at = next(at for at, word in enumerate(words) if word.startswith("--"))
    return " ".join(words[:at]) + " \\\n      " + " ".join(words[at:])


def style(line: str) -> str:
    """Headings of tables stand out, sentences step back."""
    if re.match(r"(symbol|bars) {2,}", line):
        return "cyan"
    return "" if re.match(r" *\S+ {2,}", line) else "bright_black"


if __name__ == "__main__":
    draw()
