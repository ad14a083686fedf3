"""How good an order was: hits found after a fifth of the symbols, of those that the best order finds by then."""

from __future__ import annotations

from collections.abc import Container, Sequence

FIFTH = 0.2


def found_early(order: Sequence[object], hits: Container[object], share: float = FIFTH) -> float | None:
    """From 0 to 1; None where nobody is a hit, or the share is less than one symbol.

    >>> order = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"]
    >>> found_early(order, {"A", "D"}), found_early(order, {"B"}), found_early(order, {"A", "B", "J"})
    (0.5, 1.0, 1.0)
    >>> found_early(order, set()) is None
    True
    """
    end = round(share * len(order))
    found = [each in hits for each in order]
    most = min(sum(found), end)
    return sum(found[:end]) / most if most else None
