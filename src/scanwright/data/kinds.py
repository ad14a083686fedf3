"""What kind of security a symbol is, from the name that an exchange or provider writes for it."""

from __future__ import annotations

import re

KINDS = (
    "common adr preferred warrant unit right note etf etn fund index crypto swap future option currency other"
).split()
"""Every kind that a provider of ours may say."""

# The first word that names a security decides: what follows says what it is made of ("Units, each consisting of one
# share and one warrant"). A word that companies carry in their names counts only where it is used as a security.
_NAMED = re.compile(
    r"""
    (?P<adr>    \bamerican\ deposit[ao]ry | \b(?:ADS|ADR)s?(?=\W*$|\s*[(,]|\ each|\ rep) | \bglobal\ deposit[ao]ry
              | \bNew\ York\ registry )
  | (?P<depositary> \bdeposit[ao]ry\ (?:shares?|receipts?|units?|interests?)\b )
  | (?P<etn>    \bETNs?\b | \bexchange[ -]traded\ notes?\b )
  | (?P<note>   \bnotes?(?=\W*$|\s+(?:due|linked)\b) | \bbonds?(?=\ due) | \b(?:senior|subordinated)\b[\w\s]*\bnotes?\b
              | \bdebentures?\b | \btrust\ certificates?\b )
  | (?P<warrant>\bwarrants?\b | \bwts?\b(?=\W*$) )
  | (?P<right>  \b(?:subscription\ |stock\ purchase\ )?rights?(?=\W*$|\ to\ (?:receive|purchase|buy)
                |,|\ \(|\ each|\ expir|\ entitl) )
  | (?P<partnership> \b(?:common|limited\ partner(?:ship)?|depositary)\ units?\b
              | \bunits?\ (?:of\ )?(?:beneficial|representing|rep(?:stg)?\.?\ )
              | \bL\.?P\.?\ units?\b )
  | (?P<unit>   \bunits?(?=\W*$|,|\ \(|\ each|\ (?:which\ )?consist|\ compris|\ 1\ )
              | \b(?:equity|corporate|tangible\ equity)\ units?\b )
  | (?P<preferred> \bpref(?:erred|erence)?\.?\s+(?:stock|shares?|securities|units?|series|cumulative|perpetual)\b
                (?!\ purchase|\ (?:and\ |&\ )?income|\ fund)
              | \b(?:cumulative|perpetual|convertible|redeemable|series\ \w{1,3}|%\S*)\s+pref(?:erred|erence)?\b
              | \bp(?:re)?fd\b(?=\W*$|\ (?:stock|shares?|ser)) | \bpreferred(?=\W*$) )
  | (?P<common> \b(?:common|ordinary|capital|subordinate\ voting|class\ \w)\s+(?:stock|shares?)\b
              | \bshares\ of\ beneficial
              | \bcommon(?=\W*$) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ETF = re.compile(r"\bETFs?\b|\bexchange[ -]traded fund", re.IGNORECASE)
_FUND = re.compile(r"\bfunds?\b", re.IGNORECASE)
# Houses whose listed funds are ETFs; some list closed-end funds too, and any may be a listed company itself.
_HOUSES = re.compile(
    r"^(?:(?:iShares|SPDR|ProShares|PowerShares|BLDRS)\b(?! Inc)|(?:WisdomTree|Vanguard|Direxion|FlexShares|Global X"
    r"|Market Vectors|VanEck)\b.*\b(?:funds?|index|shares)\b|(?:First Trust|Guggenheim|Invesco|Schwab)\b.*\bindex\b)",
    re.IGNORECASE,
)
_SUFFIXES = (("PR", "preferred"), ("WS", "warrant"), ("RT", "right"))


def kind_of(name: str, *, symbol: str = "", etf: bool = False) -> str:
    """The kind that a security's name says; `common` where it says nothing else.

    symbol: in the house's spelling, asked where the name is silent (`ABR.PRD`, `XYZ.WS`, `XYZ.U`).
    etf: whether the exchange flags it as traded like a fund.

    >>> kind_of("Arbor Realty Trust 6.375% Series D Cumulative Redeemable Preferred Stock")
    'preferred'
    >>> kind_of("Preferred Bank - Common Stock"), kind_of("Unit Corporation"), kind_of("Nomura Holdings Inc ADR")
    ('common', 'common', 'adr')
    >>> kind_of("Acme Acquisition Corp. - Units, each consisting of one share and one-half of one warrant")
    'unit'
    """
    found = _instrument(name)
    if found == "etn":
        return "etn"
    if etf or _ETF.search(name) or _HOUSES.search(name):
        return "etf"
    if found in {"", "common"} and _FUND.search(name):
        return "fund"
    return found or _by_suffix(symbol) or "common"


def _instrument(name: str) -> str:
    """The security that a name speaks of, looked for behind ` - ` first, where directories write it."""
    for text in dict.fromkeys((name.rsplit(" - ", 1)[-1], name)):
        match = _NAMED.search(text)
        word = match.lastgroup if match else None
        if word == "depositary":
            return "preferred" if re.search(r"\bpref", text, re.IGNORECASE) else "adr"
        if word == "partnership":
            return "common"
        if word:
            return word
    return ""


def _by_suffix(symbol: str) -> str:
    """What a symbol's own suffix says."""
    suffix = symbol.partition(".")[2]
    if suffix == "U":
        return "unit"
    return next((kind for start, kind in _SUFFIXES if suffix.startswith(start)), "")


_SERIES = {
    "GB": "note",
    "GS": "note",
    "TB": "note",
    "SG": "note",
    "RR": "fund",
    "IV": "fund",
    "MF": "fund",
    "ME": "fund",
}
_SERIES_STARTS = {"N": "note", "Y": "note", "Z": "note", "P": "preferred", "W": "warrant", "E": "common"}


def kind_of_series(symbol: str) -> str:
    """The kind of an Indian security, `SYMBOL` or `SYMBOL.SERIES` (source: NSE, legend of series).

    >>> [kind_of_series(each) for each in ("RELIANCE", "IRFC.N1", "SGBNOV25.GB", "RELIANCE-RE", "TATASTEEL.E1")]
    ['common', 'note', 'note', 'right', 'common']
    """
    root, _, series = symbol.partition(".")
    if not series:
        return "right" if root.endswith("-RE") else "common"
    return _SERIES.get(series) or _SERIES_STARTS.get(series[:1], "other")
