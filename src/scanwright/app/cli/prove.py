"""`scanwright prove`: history once at once and once bar by bar through a live session, compared bit for bit."""

from __future__ import annotations

from typing import Annotated

import typer

from scanwright.app.cli.options import AsOf, FormatName, IntervalName, MarketFolder, Out, Symbols


def prove(
    what: Annotated[str, typer.Argument(metavar="EXPR|NAME|FILE.toml", help="An expression or a scan.")],
    market: MarketFolder = None,
    symbols: Symbols = None,
    interval: IntervalName = None,
    as_of: AsOf = None,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Of the random tiles.")] = 7,
    format: FormatName = None,
    out: Out = None,
) -> None:
    """Replay history live and compare it with the batch."""
    import numpy as np

    from scanwright.app.cli.console import Sink, progress
    from scanwright.app.cli.opened import opened
    from scanwright.app.documents import proof_document, proof_rows
    from scanwright.app.question import Options, asked, date_or_time, everything
    from scanwright.app.wiring import catalogue
    from scanwright.app.words import proof_sentence
    from scanwright.engine.replay import prove as replay
    from scanwright.scan.judge import columns_of

    sink = Sink.choose(format, out)
    wanted = asked(what, Options(interval=interval))
    moment = date_or_time(as_of) if as_of else None
    panel = opened(market).panel(wanted.interval, moment)
    if symbols:
        panel = panel.columns(columns_of(panel, [each.strip() for each in symbols.split(",") if each.strip()]))
    plan = everything(wanted, panel, catalogue())
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
        raise typer.Exit(1)
