"""What a tier keeps: an answer, or a refusal, as bytes that prove themselves whole."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import io
import json
import struct
import zlib
from typing import TYPE_CHECKING, Any

from scanwright.data.ports import Answer, Want
from scanwright.model import errors
from scanwright.model.errors import DataError

if TYPE_CHECKING:
    import polars as pl

FORMAT = b"SWC1"
_HEAD = struct.Struct("<4sIII")  # format, CRC of the rest, length of the facts, length of the table


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Entry:
    """An answer, or the error that stood for one, and how long it is good.

    fresh: until when it is as good as asking. keep: until when it is better than nothing.
    """

    found: Answer | DataError
    fresh: dt.datetime
    keep: dt.datetime

    def is_fresh(self, now: dt.datetime) -> bool:
        """Whether asking again would give nothing better."""
        return now < self.fresh

    def is_usable(self, now: dt.datetime) -> bool:
        """Whether it may stand in where nobody answers."""
        return now < self.keep


def key_of(scope: str, want: Want) -> str:
    """The name of a want at a provider; `scope` names the provider and the account that asks.

    >>> from scanwright.data.ports import ChainWanted
    >>> key_of("massive", ChainWanted(underlying="AAPL"))[:12]
    'ChainWanted-'
    """
    asked = hashlib.sha256(f"{scope} {want!r}".encode()).hexdigest()
    return f"{type(want).__name__}-{asked[:32]}"


def packed(entry: Entry) -> bytes:
    """An entry as bytes."""
    table = _table(entry.found.table) if isinstance(entry.found, Answer) else b""
    facts = json.dumps(_facts(entry), separators=(",", ":")).encode()
    return _HEAD.pack(FORMAT, zlib.crc32(facts + table), len(facts), len(table)) + facts + table


def unpacked(content: bytes) -> Entry:
    """The entry of some bytes; raises `ValueError` where they are cut short, damaged, or of another format."""
    if len(content) < _HEAD.size:
        message = "an entry that is cut short"
        raise ValueError(message)
    name, check, length, size = _HEAD.unpack_from(content)
    rest = content[_HEAD.size :]
    if name != FORMAT or len(rest) != length + size or zlib.crc32(rest) != check:
        message = "an entry that is cut short or damaged"
        raise ValueError(message)
    facts = json.loads(rest[:length])
    return Entry(
        found=_answer(facts["answer"], rest[length:]) if "answer" in facts else _refusal(facts["refusal"]),
        fresh=_moment(facts["fresh"]),
        keep=_moment(facts["keep"]),
    )


def _facts(entry: Entry) -> dict[str, object]:
    facts: dict[str, object] = {"fresh": entry.fresh.isoformat(), "keep": entry.keep.isoformat()}
    if not isinstance(entry.found, Answer):
        told = {name: str(value) for name, value in entry.found.facts.items()}
        return facts | {"refusal": {"code": entry.found.code, "facts": told}}
    answer = entry.found
    said: dict[str, object] = {
        "provider": answer.provider,
        "asked_at": answer.asked_at.isoformat(),
        "as_of": answer.as_of.isoformat(),
        "delayed": None if answer.delayed is None else answer.delayed.total_seconds(),
        "absent": dict(answer.absent),
        "edition": answer.edition,
    }
    return facts | {"answer": said}


def _answer(said: dict[str, Any], table: bytes) -> Answer:
    import polars as pl

    return Answer(
        table=pl.read_ipc(io.BytesIO(table)),
        provider=said["provider"],
        asked_at=_moment(said["asked_at"]),
        as_of=_moment(said["as_of"]),
        delayed=None if said["delayed"] is None else dt.timedelta(seconds=said["delayed"]),
        absent=said["absent"],
        requests=0,
        edition=said.get("edition", ""),
    )


def _refusal(said: dict[str, Any]) -> DataError:
    """The error of a code, with its facts."""
    classes = (each for each in vars(errors).values() if isinstance(each, type))
    kinds = {each.code: each for each in classes if issubclass(each, DataError)}
    return kinds[said["code"]](**said["facts"])


def _table(frame: pl.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.write_ipc(file, compression="lz4")
    return file.getvalue()


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
