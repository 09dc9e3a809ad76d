"""`evaluation evidence verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data_schemas.words import Words
from evaluation.commands._options import Lang, LangChoice, accepted
from evaluation.failures import WrongUse
from evaluation.output.screen import say

PLACE = 84
GROUP = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Check an evidence folder.")


@GROUP.callback()
def _group() -> None:
    """Check an evidence folder."""


@GROUP.command("verify")
def evidence_verify(
    folder: Annotated[Path, typer.Argument(help="The evidence folder.")],
    submissions: Annotated[list[Path] | None, typer.Option("--submission", help="Run again from this submission.")] = None,
    plan: Annotated[Path | None, typer.Option("--plan", help="The plan of that run.")] = None,
    ledger: Annotated[Path | None, typer.Option("--ledger", help="The ledger of that run.")] = None,
    lang: Lang = LangChoice.nl,
) -> None:
    """Check hashes, form and the rules of disclosure control; exit code 1 when something is wrong.

    With --submission and --plan the run is repeated and compared byte by byte.
    """
    from evaluation.evidence.verification import repeated, verified

    if (plan is None) != (not submissions):
        raise WrongUse(Words("Geef --submission en --plan samen.", "Give --submission and --plan together."))
    problems = list(verified(folder))
    if plan is not None and not problems:
        problems += repeated(folder, [accepted(path, lang.value) for path in submissions], plan, ledger)
    for problem in problems:
        print(problem[lang.value])
    if not problems:
        say(Words("In orde.", "All is well."), lang.value)
    raise typer.Exit(1 if problems else 0)
