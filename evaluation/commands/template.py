"""`evaluation template`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data_schemas.words import Words
from evaluation.commands._options import Lang, LangChoice
from evaluation.failures import WrongUse
from evaluation.output.screen import say

PLACE = 30


def command(
    file: Annotated[Path, typer.Argument(help="The workbook to write, ending in .xlsx.")], lang: Lang = LangChoice.nl
) -> None:
    """Write the fill-in workbook: a sheet per table, with drop-down lists and instructions."""
    from evaluation.contract.template import template
    from evaluation.output.files import whole_file

    if file.suffix.lower() != ".xlsx":
        raise WrongUse(Words(f"{file.name} moet eindigen op .xlsx.", f"{file.name} must end in .xlsx."))
    whole_file(file, template(lang.value))
    say(
        Words(
            f"Geschreven: {file}. Vul de werkmap in en ga verder met:  evaluation validate {file}",
            f"Written: {file}. Fill in the workbook and go on with:  evaluation validate {file}",
        ),
        lang.value,
    )
