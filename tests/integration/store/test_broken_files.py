"""Files that cannot be bars: a clear error, and the market as it was."""

from __future__ import annotations

import contextlib
import gzip

import polars as pl
import pytest

from scanwright.model.errors import Absent, BadBars
from scanwright.model.interval import Interval

DAY = Interval.DAY
HEADER = "symbol,date,open,high,low,close,volume\n"
ROWS = "A,2015-01-02,1,2,1,2,5\nA,2015-01-05,1,2,1,2,5\n"


def parquet(tmp_path, keep):
    path = tmp_path / "whole.parquet"
    size = 5000
    pl.DataFrame({"symbol": ["A"] * size, "close": range(size)}).write_parquet(path)
    content = path.read_bytes()
    path.unlink()
    return content[: int(len(content) * keep)]


CONTENTS = {
    "empty.csv": (b"", "an empty file"),
    "empty.parquet": (b"", "an empty file"),
    "header.csv": (HEADER.encode(), "expected rows, found none"),
    "blank.csv": (b"\n\n\n", "found empty"),
    "columns.csv": (b"symbol,date,open,high,low,volume\nA,2015-01-02,1,2,1,5\n", "a column close"),
    "types.csv": ((HEADER + "A,2015-01-02,1,2,1,much,5\n").encode(), "numbers in column close, found 'much'"),
    "times.csv": ((HEADER + "A,soon,1,2,1,2,5\n").encode(), "dates or times, found 'soon'"),
    "zones.csv": (
        (HEADER + "A,2015-01-02T14:30:00Z,1,2,1,2,5\nA,2015-01-02T14:31:00,1,2,1,2,5\n").encode(),
        "one zone",
    ),
    "ragged.csv": ((HEADER + "A,2015-01-02,1,2,1,2,5,6,7,8\n").encode(), "a whole CSV"),
    "latin.csv": ((HEADER + "Ä,2015-01-02,1,2,1,2,5\n").encode("latin-1"), "a whole CSV"),
    "text.parquet": (b"this is no parquet", "Parquet"),
    "table.csv": (b"animal,legs\ncat,4\n", "found columns animal, legs"),
    "cut.csv.gz": (gzip.compress((HEADER + ROWS * 500).encode())[:60], "a whole CSV"),
    "steps.csv": (
        (HEADER + "".join(f"A,2015-01-02T14:{minute}:00Z,1,2,1,2,5\n" for minute in (10, 17, 24))).encode(),
        "420 seconds apart",
    ),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_a_broken_file_is_refused_by_name(market, bars, tmp_path, name):
    market.write(bars(), source="a")
    before, status = market.panel(DAY).fields["close"].tobytes(), market.status()
    content, words = CONTENTS[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadBars) as caught:
        market.import_file(tmp_path / name)
    assert name in str(caught.value)
    assert words in str(caught.value)
    assert caught.value.advice
    assert market.status() == status
    assert market.panel(DAY).fields["close"].tobytes() == before


@pytest.mark.parametrize("keep", [0.01, 0.3, 0.6, 0.9, 0.99])
def test_a_parquet_file_cut_anywhere_is_refused(market, tmp_path, keep):
    (tmp_path / "cut.parquet").write_bytes(parquet(tmp_path, keep))
    with pytest.raises(BadBars, match=r"cut\.parquet"):
        market.import_file(tmp_path / "cut.parquet")


@pytest.mark.parametrize("at", range(0, 2000, 37))
def test_a_parquet_file_with_a_flipped_byte_never_escapes_our_errors(market, bars, tmp_path, at):
    bars(days=3).write_parquet(tmp_path / "flipped.parquet")
    content = bytearray((tmp_path / "flipped.parquet").read_bytes())
    content[at % len(content)] ^= 0xFF
    (tmp_path / "flipped.parquet").write_bytes(content)
    with contextlib.suppress(BadBars):
        market.import_file(tmp_path / "flipped.parquet")


def test_a_csv_cut_within_a_row_has_that_row_refused(market, tmp_path):
    (tmp_path / "cut.csv").write_text(HEADER + ROWS + "A,2015-01-06,1,2,1")
    assert market.import_file(tmp_path / "cut.csv").quarantined == {"missing_price": 1}


def test_a_row_that_is_wrong_here_and_there_is_refused_alone(market, tmp_path):
    wrong = "A,never,1,2,1,2,5\nA,2015-01-06,1,x,1,2,5\n,2015-01-06,1,2,1,2,5\nA,2015-01-02,1,2,1,2,5\n"
    (tmp_path / "a.csv").write_text(HEADER + ROWS + wrong)
    report = market.import_file(tmp_path / "a.csv")
    assert report.quarantined == {"missing_symbol": 1, "bad_time": 1, "not_a_number": 1, "duplicate": 1}
    assert report.rows_new == 2


def test_a_folder_names_its_broken_files_and_imports_nothing(market, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("a.csv", "b.csv", "c.csv"):
        (folder / name).write_text(HEADER + ROWS)
    (folder / "b.csv").write_text("")
    with pytest.raises(BadBars, match=r"1 of 3 that cannot \(b\.csv"):
        market.import_file(folder)
    assert market.intervals() == ()


def test_a_folder_without_files_of_ours(market, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "notes.md").write_text("none")
    with pytest.raises(BadBars, match=r"\.csv \.txt \.parquet"):
        market.import_file(tmp_path / "folder")


def test_a_folder_of_two_kinds_of_tables(market, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.csv").write_text(HEADER + ROWS)
    (folder / "b.csv").write_text("symbol,sector\nA,Energy\n")
    with pytest.raises(BadBars, match="one kind of table"):
        market.import_file(folder)


def test_a_market_is_no_source(market, bars):
    market.write(bars(), source="a")
    with pytest.raises(BadBars, match="a market"):
        market.import_file(market.folder)


def test_a_path_that_leads_nowhere(market, tmp_path):
    with pytest.raises(Absent):
        market.import_file(tmp_path / "nowhere.csv")
