"""Panels and scans as plain values and arrays, which any worker can be sent, and back."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal, cast

import numpy as np

from scanwright.model.dated import Dated, Steps
from scanwright.model.interval import Interval
from scanwright.model.panel import Attribute, Bytes, Floats, Panel, Payout, Split, Times
from scanwright.scan.definition import Scan, of_table

EVER = 1 << 62
Parcel = Mapping[str, Any]


def parcel_of(panel: Panel) -> dict[str, Any]:
    """A panel as plain values and arrays.

    >>> from scanwright.data.simulated import simulate
    >>> panel = simulate(symbols=3, years=1, seed=7).panel()
    >>> panel_of(parcel_of(panel)).symbols == panel.symbols
    True
    """
    return {
        "interval": panel.interval.value,
        "symbols": list(panel.symbols),
        "ts": panel.ts,
        "fields": {name: np.ascontiguousarray(values) for name, values in panel.fields.items()},
        "bar": np.ascontiguousarray(panel.bar),
        "attributes": {name: _attribute_parcel(each) for name, each in panel.attributes.items()},
        "splits": [[each.symbol, str(each.date), each.ratio] for each in panel.splits],
        "payouts": [[each.symbol, str(each.date), each.factor] for each in panel.payouts],
        "calendar": panel.calendar,
        "data_hash": panel.data_hash,
        "market": panel.market,
        "dated": {name: _steps_parcel(each) for name in panel.dated.series if (each := panel.dated.get(name))},
        "until": panel.until,
    }


def panel_of(parcel: Parcel) -> Panel:
    """The panel of a parcel, its arrays copied: what they came in is not held on to."""
    return Panel(
        interval=Interval.read(parcel["interval"]),
        symbols=tuple(parcel["symbols"]),
        ts=np.array(parcel["ts"]),
        fields={name: cast("Floats", np.array(values)) for name, values in parcel["fields"].items()},
        bar=cast("Bytes", np.array(parcel["bar"])),
        attributes={name: _attribute(each) for name, each in parcel["attributes"].items()},
        splits=[Split(symbol=a, date=np.datetime64(b), ratio=c) for a, b, c in parcel["splits"]],
        payouts=[Payout(symbol=a, date=np.datetime64(b), factor=c) for a, b, c in parcel["payouts"]],
        calendar=cast('Literal["us_stocks", "always_open"]', parcel["calendar"]),
        data_hash=parcel["data_hash"],
        market=parcel["market"],
        dated=Dated(series={name: _steps(each) for name, each in parcel["dated"].items()}),
        until=None if parcel["until"] is None else cast("Times", np.array(parcel["until"])),
    )


def attributes_parcel(attributes: Mapping[str, Attribute]) -> dict[str, Any]:
    """Facts of symbols as plain values and arrays."""
    return {name: _attribute_parcel(each) for name, each in attributes.items()}


def attributes_of(parcel: Parcel) -> dict[str, Attribute]:
    """The facts of a parcel."""
    return {name: _attribute(each) for name, each in parcel.items()}


def _attribute_parcel(attribute: Attribute) -> dict[str, Any]:
    return {
        "codes": attribute.codes,
        "names": list(attribute.names),
        "numbers": attribute.numbers,
        "dated": attribute.dated,
    }


def _attribute(parcel: Parcel) -> Attribute:
    return Attribute(
        codes=None if parcel["codes"] is None else np.array(parcel["codes"]),
        names=tuple(parcel["names"]),
        numbers=None if parcel["numbers"] is None else np.array(parcel["numbers"]),
        dated=parcel["dated"],
    )


def _steps_parcel(steps: Steps) -> dict[str, Any]:
    """The steps of these symbols alone, one symbol after the other."""
    count, at, value = steps.until(EVER)
    return {"count": count, "at": at, "value": value}


def _steps(parcel: Parcel) -> Steps:
    end = np.cumsum(parcel["count"])
    return Steps(begin=end - parcel["count"], end=end, at=np.array(parcel["at"]), value=np.array(parcel["value"]))


def scan_parcel(scan: Scan) -> dict[str, Any]:
    """A scan as the table of a scan file.

    >>> scan_of(scan_parcel(Scan(where="close > sma(20)", columns={"r": "rsi(14)"}))).columns
    {'r': 'rsi(14)'}
    """
    found = {each.name: getattr(scan, each.name) for each in dataclasses.fields(scan)}
    return found | {"interval": scan.interval.value, "columns": dict(scan.columns), "define": dict(scan.define)}


def scan_of(parcel: Parcel) -> Scan:
    """The scan of a parcel."""
    return of_table(parcel)


def named(panel: Panel) -> str:
    """What a panel's data is called: equal names, equal data, as far as the rows go."""
    ends = [str(panel.ts[at]) for at in (0, -1)] if len(panel.ts) else []
    facts: list[object] = [panel.market, panel.interval.value, panel.data_hash, len(panel.ts), ends, panel.calendar]
    facts += [[[each.symbol, str(each.date), each.ratio] for each in panel.splits]]
    facts += [[[each.symbol, str(each.date), each.factor] for each in panel.payouts]]
    digest = hashlib.sha256(json.dumps(facts).encode())
    if not panel.data_hash:
        for values in (*panel.fields.values(), panel.bar):
            digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()[:32]
