"""`evaluation run`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data_schemas.words import Words
from evaluation.commands._options import Lang, LangChoice, Out, accepted
from evaluation.output.screen import say, say_failure, steps

PLACE = 80
_LEDGER = Words("--ledger BESTAND", "--ledger FILE")


def command(
    submissions: Annotated[list[Path], typer.Argument(help="One or more submissions.")],
    plan: Annotated[Path, typer.Option("--plan", help="The locked plan.")],
    out: Out,
    internal: Annotated[bool, typer.Option("--internal", help="Exact figures; not for publication.")] = False,
    exploratory: Annotated[bool, typer.Option("--exploratory", help="Without a locked plan; marks every output.")] = False,
    ledger: Annotated[
        Path | None, typer.Option("--ledger", help="File that remembers releases; its key lies beside it.")
    ] = None,
    lang: Lang = LangChoice.nl,
) -> None:
    """Run a plan and release the results through disclosure control."""
    from evaluation.planning.file import read_plan
    from evaluation.planning.lock import check_lock

    read = read_plan(plan)
    if not exploratory:
        check_lock(read, plan.name)
    validated = [accepted(path, lang.value) for path in submissions]
    from evaluation.evidence.folder import remember, write_evidence
    from evaluation.evidence.running import journey
    from evaluation.release.ledger import read_ledger
    from evaluation.road import STOOD, UNREMEMBERED

    known = read_ledger(ledger, create=True) if ledger is not None else None

    with steps(lang.value) as step:
        done = journey(
            validated,
            read,
            internal=internal,
            exploratory=exploratory,
            ledger=known,
            tell=lambda name: step(Words(f"analyse {name}", f"analysis {name}")),
        )
        write_evidence(done.evidence, out)
        if known is not None and not internal:
            remember(ledger, known, done)
    if done.stood:
        say_failure(STOOD, lang.value)
    if known is None and not internal:
        say_failure(UNREMEMBERED.fill(how=_LEDGER), lang.value)
    say(
        Words(
            f"Geschreven: {out}. Verder met:  evaluation report {out}", f"Written: {out}. Go on with:  evaluation report {out}"
        ),
        lang.value,
    )
