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

# What people of other systems write, where it is no syntax of ours, and what to write here.
IDIOMS = (
    (r"&&", "write `and`"),
    (r"\|\|", "write `or`"),
    (r":=", "write == to compare; the names of a scan stand under `define`"),
    (r"<>|=!", "write !="),
    (r"=<", "write <="),
    (r"=>", "write >="),
    (r"===", "write =="),
    (r"\?", "write where(condition, yes, no)"),
    (r"!(?!=)", "write `not`"),
    (r"\b(AND|OR|NOT)\b", "write and, or, not in small letters"),
    (r"\$|€|£|¥", "numbers stand alone, without a currency"),
    (r"\d\s*%(?!\s*[\w(])", "percent is meant by the unit: roc(5) > 3 is 3 percent"),
    (r"\b\d+(\.\d+)?[kKmMbB]\b", "write 1e3 for a thousand, 1e6 for a million, 1e9 for a billion"),
    (r"\b(crosses|crossed|cross)\s+(above|over)\b", "write crosses_above(a, b)"),
    (r"\b(crosses|crossed|cross)\s+(below|under)\b", "write crosses_below(a, b)"),
    (r"(?<=[\w)] )(is +)?(above|greater than|over)(?= [\w(])", "write >"),
    (r"(?<=[\w)] )(is +)?(below|less than|under)(?= [\w(])", "write <"),
    (r"(?<=[\w)] )between(?= )", "write 5 < x < 10"),
    (r"(?<= )then(?= )", "write where(condition, yes, no)"),
    (r";", "one expression, without ;"),
    (r"(?<![<>=!])=(?!=)", "write == to compare"),
)
# What to do about what Python's parser says, by a part of its words.
ADVICE = {
    "never closed": "close the bracket",
    "unmatched": "open the bracket, or leave it out",
    "does not match": "close the bracket with its like",
    "forgot a comma": "separate arguments with commas",
    "unterminated string": "close the quotes",
    "too many nested": "split it with `define`",
}
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")


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
        strange = _UNPRINTABLE.search(flat)
        if strange:
            line, at = self._place(strange.start())
            self._raise(
                ExpressionError, line, at, "characters that can be printed", repr(strange.group()), "leave it out"
            )
        if not flat.strip():
            self._raise(ExpressionError, 1, 1, "an expression", "nothing", "for example close > sma(200)")
        self._lead, self._flat = len(flat) - len(flat.lstrip()), flat.strip()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(self._flat, mode="eval")
        except SyntaxError as error:
            self._syntax(error)
        except (ValueError, MemoryError, RecursionError, OverflowError) as error:
            self._raise(
                TooComplex, 1, 1, "an expression of reasonable depth", type(error).__name__, "split it with `define`"
            )

    def _syntax(self, error: SyntaxError) -> NoReturn:
        """Say what people of other systems should write, or else what stands where the parser gave up."""
        masked = re.sub(r"(\"[^\"]*\"|'[^']*')", lambda m: "_" * len(m.group()), self._flat)
        masked = re.sub(r"([(,] *\w+ *)=(?!=)", r"\1_", masked)  # the = of an argument by name is right
        for pattern, todo in IDIOMS:
            idiom = re.search(pattern, masked)
            if idiom:
                self._give_up(idiom.start(), repr(idiom.group()), todo)
        at = error.offset - 1 if error.offset else len(self._flat)
        rest = self._flat[at : at + 12].split(" ", maxsplit=1)[0]
        advice = (todo for said, todo in ADVICE.items() if said in error.msg)
        self._give_up(at, repr(rest) if rest else "the end of the text", next(advice, ""))

    def _give_up(self, at: int, found: str, todo: str) -> NoReturn:
        line, column = self._place(self._lead + at)
        self._raise(ExpressionError, line, column, "an expression", found, todo)

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
        line, at = self._place(self._offset(getattr(where, "col_offset", 0)))
        self._raise(kind, line, at, expected, found, todo, nearest)

    def span(self, tree: ast.expr) -> tuple[int, int]:
        """Where a part begins and ends in the text, in characters."""
        return self._offset(tree.col_offset), self._offset(tree.end_col_offset or tree.col_offset)

    def _offset(self, column: int) -> int:
        """The place in the text of a byte of what was parsed."""
        return self._lead + len(self._flat.encode()[:column].decode(errors="ignore"))


def _flattened(text: str) -> str:
    """Line breaks, tabs and comments as blanks, of the same length."""
    without = re.sub(r"(\"[^\"\n]*\"|'[^'\n]*')|#[^\n]*", lambda m: m.group(1) or " " * len(m.group()), text)
    return re.sub(r"[\n\r\t\f\v]", " ", without)


def kind_of(tree: ast.AST) -> str:
    """A kind of syntax in words."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", type(tree).__name__).lower()
