"""`evaluation evidence verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data_schemas.words import Words
from evaluation.commands._options import Json, Lang, LangChoice, accepted, for_people, write_json
from evaluation.failures import WrongUse
from evaluation.installation.extras import needs

PLACE = 84
GROUP = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Check an evidence folder.")
_SOUND = Words("In orde.", "All is well.")


@GROUP.callback()
def _group() -> None:
    """Check an evidence folder."""


@GROUP.command("verify")
def evidence_verify(
    folder: Annotated[Path, typer.Argument(help="The evidence folder.")],
    submissions: Annotated[list[Path] | None, typer.Option("--submission", help="Run again from this submission.")] = None,
    plan: Annotated[Path | None, typer.Option("--plan", help="The plan of that run.")] = None,
    ledger: Annotated[Path | None, typer.Option("--ledger", help="The ledger of that run.")] = None,
    json_file: Json = None,
    lang: Lang = LangChoice.nl,
) -> None:
    """Check hashes, form and the rules of disclosure control; exit code 1 when something is wrong.

    With --submission and --plan the run is repeated and compared byte by byte.
    """
    needs("analyses")
    from evaluation.evidence.verification import repeated, verified

    if (plan is None) != (not submissions):
        raise WrongUse(Words("Geef --submission en --plan samen.", "Give --submission and --plan together."))
    problems = list(verified(folder))
    if plan is not None and not problems:
        problems += repeated(folder, [accepted(path, lang.value, json_file) for path in submissions], plan, ledger)
    if for_people(json_file):
        for problem in problems or [_SOUND]:
            print(problem[lang.value])
    write_json(json_file, {"sound": not problems, "problems": [problem._asdict() for problem in problems]})
    raise typer.Exit(1 if problems else 0)
