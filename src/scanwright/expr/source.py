"""The text of an expression: parsed by Python's own parser, with the place of everything that is wrong.

1. The text is measured first: at most `LONGEST_TEXT` characters. Line breaks and comments become blanks, so that places
   stay.
2. Python's parser reads it; whatever it raises becomes an `ExpressionError`.
"""

from __future__ import annotations

import ast
import re
import warnings
from typing import NoReturn

from scanwright.model.errors import ExpressionError, TooComplex

LONGEST_TEXT = 4096


class Source:
    """A text and its places."""

    def __init__(self, text: str) -> None:
        """Keep the text."""
        self._text = text
        self._lead = 0
        self._flat = ""

    def parsed(self) -> ast.Expression:
        """The syntax tree."""
        if len(self._text) > LONGEST_TEXT:
            self._raise(
                TooComplex,
                1,
                LONGEST_TEXT,
                f"at most {LONGEST_TEXT:,} characters",
                f"{len(self._text):,}",
                "use `define`",
            )
        flat = _flattened(self._text)
        if not flat.strip():
            self._raise(ExpressionError, 1, 1, "an expression", "nothing", "for example close > sma(200)")
        lead = len(flat) - len(flat.lstrip())
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(flat.strip(), mode="eval")
        except SyntaxError as error:
            self._syntax(error, flat, lead)
        except (ValueError, MemoryError, RecursionError, OverflowError) as error:
            self._raise(
                TooComplex, 1, 1, "an expression of reasonable depth", type(error).__name__, "split it with `define`"
            )
        self._lead, self._flat = lead, flat.strip()
        return tree

    def _syntax(self, error: SyntaxError, flat: str, lead: int) -> NoReturn:
        column = min(max((error.offset or 1) - 1, 0), max(len(flat.strip()) - 1, 0))
        line, at = self._place(lead + column)
        found, todo = _diagnose(flat, lead + column, error.msg)
        self._raise(ExpressionError, line, at, "an expression", found, todo)

    def _place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of an offset into the text."""
        before = self._text[:offset]
        return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1

    def _raise(
        self,
        kind: type[ExpressionError],
        line: int,
        column: int,
        expected: str,
        found: str,
        todo: str,
        nearest: str = "",
    ) -> NoReturn:
        raise kind(
            line=line, column=column, source=self._text, expected=expected, found=found, todo=todo, nearest=nearest
        ) from None

    def fail(
        self, where: ast.AST, kind: type[ExpressionError], expected: str, found: str, todo: str = "", nearest: str = ""
    ) -> NoReturn:
        """Raise the error of a place in the tree."""
        column = len(self._flat.encode()[: getattr(where, "col_offset", 0)].decode(errors="ignore"))
        line, at = self._place(self._lead + column)
        self._raise(kind, line, at, expected, found, todo, nearest)


def _flattened(text: str) -> str:
    """Line breaks, tabs and comments as blanks, of the same length."""
    without = re.sub(r"(\"[^\"\n]*\"|'[^'\n]*')|#[^\n]*", lambda m: m.group(1) or " " * len(m.group()), text)
    return re.sub(r"[\n\r\t\f\v]", " ", without)


def _diagnose(flat: str, at: int, message: str) -> tuple[str, str]:
    """What stands at the place, and the advice for what people of other systems write."""
    around = flat[max(0, at - 2) : at + 3]
    idioms = (
        (r"&&", "write `and`"),
        (r"\|\|", "write `or`"),
        (r"(?<![<>=!])=(?!=)", "write == to compare"),
        (r"<>", "write !="),
        (r"\?", "write where(condition, yes, no)"),
        (r"!(?!=)", "write `not`"),
        (r"\b(AND|OR|NOT)\b", "write and, or, not in small letters"),
        (r"\$|€|£", "numbers stand alone, without a currency"),
        (r"\d+\s*%", "percent is meant by the unit: roc(5) > 3 is 3 percent"),
    )
    for pattern, todo in idioms:
        if re.search(pattern, flat):
            return repr(around.strip() or "the end"), todo
    found = repr(flat[at : at + 12].split(" ", maxsplit=1)[0]) if at < len(flat) - 1 else "the end of the text"
    return found, message.split("(", maxsplit=1)[
        0
    ].strip() if "never closed" in message or "unmatched" in message else ""


def kind_of(tree: ast.AST) -> str:
    """A kind of syntax in words."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", type(tree).__name__).lower()
