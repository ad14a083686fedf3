"""Names of contracts: as the OCC writes them, and as providers do."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.data.options.contracts import Contract, named
from scanwright.model.errors import DataError

contracts = st.builds(
    Contract,
    root=st.from_regex(r"[A-Z]{1,5}[0-9]?", fullmatch=True),
    expiry=st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)),
    right=st.sampled_from(["call", "put"]),
    strike=st.integers(1, 99_999_999).map(lambda thousandths: thousandths / 1000),
)


@given(contracts)
def test_a_name_is_read_as_what_it_was_made_of(contract):
    assert Contract.read(contract.name) == contract


@given(contracts)
def test_blanks_and_a_prefix_change_nothing(contract):
    assert Contract.read(f"{contract.root:<6}{contract.name.removeprefix(contract.root)}") == contract
    assert Contract.read(f"O:{contract.name}") == contract


@given(contracts)
def test_columns_make_the_same_names(contract):
    row = {"underlying": contract.root, "expiry": contract.expiry, "strike": contract.strike, "right": contract.right}
    assert pl.DataFrame([row]).select(named()).item() == contract.name


@pytest.mark.parametrize(
    "text", ["", "AAPL", "AAPL140606X00490000", "AAPL149906C00490000", "AAPL140606C490", "F_139920C1"]
)
def test_what_is_no_name_is_refused(text):
    with pytest.raises(DataError, match="contract"):
        Contract.read(text)
