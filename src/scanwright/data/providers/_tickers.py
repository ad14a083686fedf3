"""How a US symbol with a suffix is spelled: one way in the house, another at every provider.

The house writes root, dot, and the suffix of the CMS convention: `BRK.B` (class B), `ABR.PRD` (preferred D), `XYZ.WS`
(warrants), `XYZ.U` (units), `XYZ.RT` (rights), `XYZ.WI` (when issued). Source of the conventions: the table
"Ticker Symbol Convention" of nasdaqtrader.com.
"""

from __future__ import annotations

import re

# Nasdaq's own suffix, which every symbol of its directories has beside the other spellings -> CMS
_NASDAQ = {
    "-": "PR",
    "+": "WS",
    "^": "RT",
    "=": "U",
    "#": "WI",
    "$": "WD",
    "*": "CL",
    "!": "EC",
    "@": "PP",
    "%": "CV",
    ".": "",
}
_ACT = {"W": "WS", "R": "RT", "V": "WI", "Z": "WD", "C": "CL"}
# Suffixes that Yahoo spells its own way; other countries' exchanges (`VOD.L`, `RELIANCE.NS`) keep their dot there.
_YAHOO = {"WS": "WT", "U": "UN", "RT": "RI", "WI": "WI", "WD": "WD"}
_CLASSES = "ABCDEK"


def of_nasdaq(symbol: str) -> str:
    """The house's spelling of the column `NASDAQ Symbol`.

    >>> [of_nasdaq(each) for each in ("AAPL", "BRK.B", "ABR-D", "XYZ+", "XYZ+A", "XYZ=", "XYZ^", "BAC-A#")]
    ['AAPL', 'BRK.B', 'ABR.PRD', 'XYZ.WS', 'XYZ.WSA', 'XYZ.U', 'XYZ.RT', 'BAC.PRAWI']
    """
    root, suffix = _parted(symbol, "".join(_NASDAQ))
    said = "".join(_NASDAQ.get(each, each) for each in suffix)
    return f"{root}.{said}" if said else root


def of_act(symbol: str) -> str:
    """The house's spelling of the column `ACT Symbol`, which is asked where the other is empty.

    >>> [of_act(each) for each in ("BRK.B", "ABR$D", "ABR$", "XYZ.W", "XYZ.U")]
    ['BRK.B', 'ABR.PRD', 'ABR.PR', 'XYZ.WS', 'XYZ.U']
    """
    root, suffix = _parted(symbol, "$.")
    if not suffix:
        return root
    rest = suffix.lstrip("$.")
    return f"{root}.{'PR' + rest if suffix.startswith('$') else _ACT.get(rest, rest)}"


def to_yahoo(symbol: str) -> str:
    """Yahoo's spelling of the house's.

    >>> [to_yahoo(each) for each in ("AAPL", "BRK.B", "ABR.PRD", "XYZ.WS", "XYZ.WSA", "XYZ.U", "VOD.L", "^GSPC")]
    ['AAPL', 'BRK-B', 'ABR-PD', 'XYZ-WT', 'XYZ-WTA', 'XYZ-UN', 'VOD.L', '^GSPC']
    """
    root, _, suffix = symbol.partition(".")
    if suffix.startswith("PR"):
        return f"{root}-P{suffix[2:]}"
    if suffix.startswith("WS"):
        return f"{root}-WT{suffix[2:]}"
    if suffix in _YAHOO:
        return f"{root}-{_YAHOO[suffix]}"
    return f"{root}-{suffix}" if suffix and suffix in _CLASSES else symbol


def _parted(symbol: str, marks: str) -> tuple[str, str]:
    """Letters up to the first mark, and what begins with it."""
    plain = symbol.strip()
    found = re.search(f"[{re.escape(marks)}]", plain)
    at = found.start() if found else len(plain)
    return plain[:at], plain[at:]
