"""The names of option contracts: the OCC's, without its blanks, and those that providers make of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import Literal

import polars as pl

from scanwright.model.errors import DataError

Right = Literal["call", "put"]

_OCC = re.compile(r"(?:O:)?([A-Z][A-Z0-9]{0,5}?) *(\d{6})([CP])(\d{8})")
_AMERITRADE = re.compile(r"([A-Z][A-Z0-9.]{0,5})_(\d{6})([CP])(\d*\.?\d+)")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Contract:
    """What a contract's name says.

    root: the underlying's symbol, mostly: contracts with other deliverables, as after a merger, have a digit more.

    >>> Contract(root="AAPL", expiry=dt.date(2014, 6, 6), right="call", strike=492.5).name
    'AAPL140606C00492500'
    """

    root: str
    expiry: dt.date
    right: Right
    strike: float

    @property
    def name(self) -> str:
        """The OCC's name without blanks; strikes are written in thousandths."""
        thousandths = round(self.strike * 1000)
        return f"{self.root}{self.expiry:%y%m%d}{self.right[0].upper()}{thousandths:08d}"

    @classmethod
    def read(cls, text: str) -> Contract:
        """Read a name: the OCC's with or without blanks, `O:` before it or not, and TD Ameritrade's.

        >>> Contract.read("BRKB  260116P00450000")
        Contract(root='BRKB', expiry=datetime.date(2026, 1, 16), right='put', strike=450.0)
        >>> Contract.read("F_121120C9.5").name, Contract.read("O:SPXW210111C03800000").name
        ('F201211C00009500', 'SPXW210111C03800000')
        """
        if found := _OCC.fullmatch(text.strip()):
            strike = int(found[4]) / 1000
        elif found := _AMERITRADE.fullmatch(text.strip()):
            strike = float(found[4])
        else:
            expected = "a contract such as AAPL140606C00490000"
            raise DataError(expected=expected, found=repr(text), todo="check the provider's spelling")
        style = "%y%m%d" if "_" not in text else "%m%d%y"
        try:
            expiry = dt.datetime.strptime(found[2], style).replace(tzinfo=dt.UTC).date()
        except ValueError:
            raise DataError(expected="a date in a contract's name", found=repr(text), todo="check it") from None
        return cls(
            root=found[1].replace(".", ""), expiry=expiry, right="call" if found[3] == "C" else "put", strike=strike
        )


def plain() -> pl.Expr:
    """The names of a column `contract` without blanks and without `O:` before them.

    >>> pl.Series("contract", ["O:F201211C00009500", "F     201211C00009500"]).to_frame().select(plain()).n_unique()
    1
    """
    return pl.col("contract").str.strip_prefix("O:").str.replace_all(" ", "")


def named() -> pl.Expr:
    """The names of contracts whose underlying, expiry, strike and right stand in columns.

    The root is taken to be the underlying's symbol: contracts with other deliverables are named by their provider.

    >>> chain = {"underlying": ["BRK.B"], "expiry": [dt.date(2026, 1, 16)], "strike": [450.0], "right": ["put"]}
    >>> pl.DataFrame(chain).select(named()).item()
    'BRKB260116P00450000'
    """
    root = pl.col("underlying").str.replace_all(r"[^A-Z0-9]", "")
    right = pl.col("right").str.head(1).str.to_uppercase()
    strike = (pl.col("strike") * 1000).round().cast(pl.Int64).cast(pl.String).str.zfill(8)
    return pl.concat_str(root, pl.col("expiry").dt.strftime("%y%m%d"), right, strike).alias("contract")
