"""Ways of running that people ask for by a word."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping

from scanwright.app.running import Ask
from scanwright.model.errors import SettingsError
from scanwright.model.run import Stop


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Preset:
    """What a word stands for; whatever a person says beside it stands over it.

    universe: where the scan itself names none. fresh: whether bars are asked for, where a provider is known. enriched:
    whether hits are told with what only hits need (news, options).
    """

    title: str
    universe: str = "all"
    stop: Stop = dataclasses.field(default_factory=Stop)
    fresh: bool = True
    enriched: bool = False


PRESETS: Mapping[str, Preset] = {
    "quick": Preset(
        title="bars at hand, liquid symbols, the best 20 hits", universe="liquid", stop=Stop(hits=20), fresh=False
    ),
    "deep": Preset(title="everybody, fresh bars, hits with their news and options", enriched=True),
}


def preset_of(name: str) -> Preset:
    """A preset by its name; `SettingsError` with the nearest where there is none."""
    if name not in PRESETS:
        near = difflib.get_close_matches(name, PRESETS, 1, 0.5)
        todo = f"did you mean {near[0]}?" if near else f"one of {' '.join(PRESETS)}"
        raise SettingsError(expected="a preset", found=repr(name), todo=todo)
    return PRESETS[name]


def preset(name: str, ask: Ask) -> Ask:
    """What was asked, laid over a preset.

    >>> from scanwright.scan.definition import Scan
    >>> asked = preset("quick", Ask(scan=Scan(where="close > 5"), providers="simulated"))
    >>> asked.scan.universe, asked.stop.hits, asked.providers
    ('liquid', 20, '')
    """
    known = preset_of(name)
    scan = dataclasses.replace(ask.scan, universe=known.universe) if ask.scan.universe == "all" else ask.scan
    stop = known.stop if ask.stop == Stop() else ask.stop
    providers = ask.providers if known.fresh else ""
    return dataclasses.replace(ask, scan=scan, stop=stop, providers=providers, enriched=known.enriched)
