"""What programs get: results as rows, and the JSON documents around them. `docs/output.md` describes each."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from scanwright.app.rows import Rows, of_objects
from scanwright.scan.judge import stamp
from scanwright.scan.now import Found
from scanwright.scan.receipt import Receipt

if TYPE_CHECKING:
    from scanwright.data.quality.line import Finding
    from scanwright.engine.replay import Proof
    from scanwright.model.interval import Interval
    from scanwright.model.worth import Worth
    from scanwright.scan.explain import Explained, Why
    from scanwright.scan.values import Values


def found_rows(found: Found) -> Rows:
    """The hits: symbol, ts, close, the ranking and the columns."""
    names = ("symbol", "ts", "close", *value_names(found.scan))
    return of_objects(names, ({"symbol": hit.symbol, "ts": hit.ts, **hit.values} for hit in found.hits))


def value_names(scan: Mapping[str, object]) -> tuple[str, ...]:
    """What a scan shows of each hit: its ranking, where it has one, and its columns."""
    ranked = ("rank",) if scan["rank"] else ()
    return (*ranked, *cast("Mapping[str, str]", scan["columns"]))


def found_document(found: Found, rows: Rows) -> Mapping[str, object]:
    """`scan`, `results` and `receipt`."""
    return {"scan": found.scan, "results": rows.objects(), "receipt": receipt_object(found.receipt)}


def receipt_object(receipt: Receipt) -> Mapping[str, object]:
    """A receipt's fields by name."""
    return plain(dataclasses.asdict(receipt))


def plain(facts: Mapping[str, object]) -> dict[str, object]:
    """Values that JSON has a word for: no NaN, no infinity, lists for tuples."""
    return {name: _plain(value) for name, value in facts.items()}


def _plain(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return plain(cast("Mapping[str, object]", value))
    if isinstance(value, list | tuple):
        return [_plain(each) for each in cast("Sequence[object]", value)]
    return value


def why_rows(why: Why) -> Rows:
    """Each term of a condition for one symbol, with how far it was from turning."""
    names = ("term", "held", "left", "right", "distance", "distance_percent")
    return of_objects(names, (dataclasses.asdict(each) for each in why.terms))


def why_document(why: Why, worth: Worth) -> Mapping[str, object]:
    """A symbol's judgement and its terms."""
    return plain({**dataclasses.asdict(why), "worth": dataclasses.asdict(worth)})


def finding_rows(found: Sequence[Finding], interval: Interval, done: Sequence[Finding] = ()) -> Rows:
    """What is wrong: symbol (empty for all), ts, kind, detail, what would put it right, whether that is done."""
    from scanwright.data.quality.repair import shown

    rows = [
        (each.symbol, stamp(each.ts, interval), each.kind, each.detail, shown(each.repair), mended)
        for mended, some in ((True, done), (False, found))
        for each in some
    ]
    return Rows(names=("symbol", "ts", "kind", "detail", "repair", "repaired"), rows=rows)


def values_rows(found: Values) -> Rows:
    """An expression's value on each bar: ts, value."""
    return Rows(names=("ts", "value"), rows=list(zip(found.ts, found.values, strict=True)))


def values_document(found: Values, rows: Rows, worth: Worth) -> Mapping[str, object]:
    """The expression, the symbol, and the values."""
    facts = {"expression": found.text, "symbol": found.symbol, "warmup": found.warmup, "values": rows.objects()}
    return {**facts, "worth": plain(dataclasses.asdict(worth))}


def explained_rows(found: Explained) -> Rows:
    """How often each term was true, alone and against the others."""
    names = ("term", "known", "true", "percent", "alone_missing", "warmup")
    return of_objects(names, ({**dataclasses.asdict(each), "percent": each.percent} for each in found.terms))


def explained_document(found: Explained, worth: Worth) -> Mapping[str, object]:
    """The plan and the counts."""
    facts = plain({**dataclasses.asdict(found), "worth": dataclasses.asdict(worth)})
    return {**facts, "terms": explained_rows(found).objects()}


def proof_rows(proof: Proof) -> Rows:
    """What was compared, in one row."""
    return of_objects([each.name for each in dataclasses.fields(proof)], [dataclasses.asdict(proof)])


def proof_document(proof: Proof) -> Mapping[str, object]:
    """What was compared."""
    return dataclasses.asdict(proof)


def miss_rows(found: Found) -> Rows:
    """Who could not be judged: symbol, reason, and the last time it had a bar."""
    return Rows(
        names=("symbol", "reason", "last"), rows=[(each.symbol, each.reason, each.last) for each in found.misses]
    )
