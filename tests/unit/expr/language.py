"""What the tests of the language share: reading with the whole catalogue."""

from __future__ import annotations

import pytest

from scanwright.app.wiring import catalogue
from scanwright.expr import reader
from scanwright.model.errors import ExpressionError


def read(text, **further):
    """The tree of a text."""
    return reader.read(text, catalogue(), **further)


def refused(text, **further):
    """The error of a text that is none."""
    with pytest.raises(ExpressionError) as caught:
        read(text, **further)
    return caught.value
