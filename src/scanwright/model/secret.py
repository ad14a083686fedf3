"""A key or password: it can be handed on, and never be seen by accident."""

from __future__ import annotations


class Secret:
    """A text that prints as stars; `reveal` is called where it is sent, and nowhere else.

    >>> key = Secret("PK-123456")
    >>> f"{key} {key!r}", key.reveal()
    ("******** Secret('********')", 'PK-123456')
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Hide a text."""
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __bool__(self) -> bool:
        """Whether there is anything to hide."""
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        """Secrets of one text are equal."""
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        """As equality asks."""
        return hash(("secret", self._text))

    def __str__(self) -> str:
        """Stars."""
        return "********" if self._text else ""

    def __repr__(self) -> str:
        """Stars, and what they stand for."""
        return f"Secret({str(self)!r})"


NO_SECRET = Secret("")
