"""`evaluation explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from data_schemas.words import Words
from evaluation.commands._options import Lang, LangChoice
from evaluation.failures import WrongUse

PLACE = 60


def command(
    code: Annotated[str | None, typer.Argument(help="The code of a rule, a notion or a questionnaire.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="Show all codes with their titles.")] = False,
    lang: Lang = LangChoice.nl,
) -> None:
    """One rule, notion or questionnaire in words, with an example."""
    from evaluation.contract.explaining import explanation, kinds

    if listed:
        for kind in kinds():
            print(f"\n{kind.KIND[lang.value]}\n")
            for entry in kind.entries():
                print(f"  {entry.code:<34} {entry.title[lang.value]}")
        return
    if code is None:
        raise WrongUse(
            Words(
                "Geef een code, zoals in  evaluation explain threshold . Alle codes:  evaluation explain --list",
                "Give a code, as in  evaluation explain threshold . All codes:  evaluation explain --list",
            )
        )
    print(explanation(code, lang.value))
