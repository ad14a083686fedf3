"""Watch lists as other programs write them: TradingView's `NASDAQ:AAPL,NYSE:IBM` with `###Section`, and CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence

from scanwright.model.errors import SettingsError
from scanwright.store.lists import Entry

COLUMNS = ("symbol", "exchange", "section", "added", "note")
SPELLED = {"ticker": "symbol", "code": "symbol", "market": "exchange", "group": "section", "date": "added"}
LONGEST = 60
HEADING = "###"


def entry_of(text: str, section: str = "") -> Entry:
    """A symbol as it was written, `NASDAQ:AAPL` or `AAPL`; `SettingsError` for what cannot be one.

    >>> entry_of("NASDAQ:AAPL"), entry_of("BTC/USDT").exchange
    (Entry(symbol='AAPL', exchange='NASDAQ', section='', added='', note=''), '')
    """
    exchange, sign, symbol = text.strip().rpartition(":")
    if (
        not symbol
        or len(text) > LONGEST
        or (sign and not exchange)
        or re.search(r"[\s,<>\"'\x00-\x1f]", symbol + exchange)
    ):
        raise SettingsError(
            expected="a symbol such as AAPL or NASDAQ:AAPL", found=repr(text[:LONGEST]), todo="correct or remove it"
        )
    return Entry(symbol=symbol, exchange=exchange, section=section)


def read_list(text: str) -> list[Entry]:
    """The entries of a file: TradingView's text, one symbol a line, or CSV with a header that names `symbol`.

    >>> [(each.written, each.section) for each in read_list("###Tech,NASDAQ:AAPL,NYSE:IBM,###Oil,XOM")]
    [('NASDAQ:AAPL', 'Tech'), ('NYSE:IBM', 'Tech'), ('XOM', 'Oil')]
    """
    text = text.removeprefix("\ufeff")
    first = text.lstrip().splitlines()[0] if text.strip() else ""
    names = [
        SPELLED.get(each, each) for each in (cell.strip().strip('"').lower() for cell in re.split("[,;\t]", first))
    ]
    return list(_of_csv(text.lstrip(), names) if "symbol" in names else _of_text(text))


def _of_text(text: str) -> Iterator[Entry]:
    section = ""
    for line in text.splitlines():
        if line.startswith("#") and not line.startswith(HEADING):
            continue
        for part in re.split("[,;\t]", line):
            written = part.strip().strip('"')
            if written.startswith(HEADING):
                section = written.removeprefix(HEADING).strip()
            elif written:
                yield entry_of(written, section)


def _of_csv(text: str, names: Sequence[str]) -> Iterator[Entry]:
    sign = max(",;\t", key=text.splitlines()[0].count)
    for row in list(csv.reader(io.StringIO(text), delimiter=sign))[1:]:
        cells = {name: cell.strip() for name, cell in zip(names, row, strict=False)}
        if not cells.get("symbol"):
            continue
        entry = entry_of(cells["symbol"])
        further = {name: cells[name] for name in COLUMNS[1:] if cells.get(name)}
        yield Entry(**({"symbol": entry.symbol, "exchange": entry.exchange} | further))


def tradingview_text(entries: Sequence[Entry], exchanges: Mapping[str, str] | None = None) -> str:
    """The list as TradingView imports it, a section after the other; `exchanges` of symbols that name none.

    >>> print(tradingview_text([Entry(symbol="AAPL", section="Tech"), Entry(symbol="XOM")], {"AAPL": "NASDAQ"}))
    XOM,###Tech,NASDAQ:AAPL
    """
    known = exchanges or {}
    parts: list[str] = []
    for section in sorted({each.section for each in entries}, key=lambda name: _first(name, entries)):
        if section:
            parts.append(HEADING + re.sub(r"[\s,;]+", " ", section).strip())
        for each in entries:
            if each.section == section:
                exchange = each.exchange or known.get(each.symbol, "")
                parts.append(f"{exchange}:{each.symbol}" if exchange else each.symbol)
    return ",".join(parts)


def _first(section: str, entries: Sequence[Entry]) -> int:
    """The order of sections: those without a heading come first, the others as they first appear."""
    return -1 if not section else next(at for at, each in enumerate(entries) if each.section == section)


def csv_text(entries: Sequence[Entry]) -> str:
    """The list with all that is known of each symbol."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([getattr(each, name) for name in COLUMNS] for each in entries)
    return file.getvalue()
