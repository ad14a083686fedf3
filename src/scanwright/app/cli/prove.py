"""`scanwright prove`: history once at once and once bar by bar through a live session, compared bit for bit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanwright.app.cli.options import AS_OF, FORMAT, INTERVAL, MARKET, OUT, SYMBOLS, WHAT
from scanwright.app.cli.words import Command, Word, whole_number

if TYPE_CHECKING:
    from pathlib import Path


def prove(
    what: str,
    market: Path | None = None,
    symbols: str | None = None,
    interval: str | None = None,
    as_of: str | None = None,
    seed: int = 7,
    format: str | None = None,
    out: Path | None = None,
) -> None:
    """Replay history live and compare it with the batch."""
    import numpy as np

    from scanwright.app.cli.console import Failed, Sink, progress
    from scanwright.app.cli.opened import opened
    from scanwright.app.documents import proof_document, proof_rows
    from scanwright.app.question import Options, asked, date_or_time, everything, listed
    from scanwright.app.sentences import proof_sentence
    from scanwright.engine.replay import prove as replay
    from scanwright.scan.judge import columns_of

    sink = Sink.choose(format, out)
    wanted = asked(what, Options(interval=interval))
    moment = date_or_time(as_of) if as_of else None
    place = opened(market)
    panel = place.panel(wanted.interval, moment, wanted.adjust)
    if symbols is not None:
        panel = panel.columns(columns_of(panel, listed(symbols)))
    plan, panel = everything(wanted, panel, place.sets(wanted, panel))
    with progress("replaying") as told:
        proof = replay(
            plan,
            panel,
            generator=np.random.default_rng(seed),
            session=wanted.session,
            progress=lambda done, total: told(done, total, "replaying"),
        )
    if sink.is_table:
        sink.write_text(proof_sentence(proof, panel))
    else:
        sink.write(proof_rows(proof), lambda: proof_document(proof))
    if proof.differences:
        raise Failed


COMMAND = Command(
    name="prove",
    summary="replay history bar by bar through a live session and compare it with the batch",
    run=prove,
    words=(
        WHAT,
        MARKET,
        SYMBOLS,
        INTERVAL,
        AS_OF,
        Word(name="seed", metavar="N", help="of the random tiles", read=whole_number),
        FORMAT,
        OUT,
    ),
)
