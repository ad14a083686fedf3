"""The command line: `main` hands the words to a command, and turns what goes wrong into a sentence and an exit code.

0 done, 1 it ran and failed, 2 it was asked wrongly, 130 stopped by Ctrl-C. Data goes to standard output, all else to
standard error.
"""

from __future__ import annotations

import os
import sys

from scanwright.model.errors import ExpressionError, ScanwrightError, SettingsError

FAILED, WRONGLY, STOPPED = 1, 2, 130


def main() -> None:
    """Run the command of this process's arguments, and leave."""
    try:
        code = _run()
        sys.stdout.flush()
    except KeyboardInterrupt:
        _say("stopped by Ctrl-C; nothing was left half done")
        code = STOPPED
    except BrokenPipeError:
        # Whoever read the results has enough. Nothing is left to flush at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)


def _run() -> int:
    from scanwright.app.cli.commands import run
    from scanwright.app.cli.console import Failed

    try:
        run(sys.argv[1:])
    except (ExpressionError, SettingsError) as error:
        _say(_worded(error))
        return WRONGLY
    except ScanwrightError as error:
        _say(_worded(error))
        return FAILED
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        _say(f"{error.filename or 'the system'}: {error.strerror or error}")
        return FAILED
    except MemoryError:
        _say("there is not enough memory. Hint: take fewer symbols, or coarser bars")
        return FAILED
    except Failed:
        return FAILED
    return 0


def _worded(error: ScanwrightError) -> str:
    text = error.pointed() if isinstance(error, ExpressionError) else str(error)
    return "\n".join([text, *(f"  {note}" for note in getattr(error, "__notes__", ()))])


def _say(text: str) -> None:
    print(f"scanwright: {text}", file=sys.stderr)  # noqa: T201 - this is the command's voice
