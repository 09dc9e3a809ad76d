"""`evaluation codebook`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from data_schemas.words import Words
from evaluation.commands._options import Lang, LangChoice
from evaluation.output.screen import say

PLACE = 40


class FormatChoice(StrEnum):
    """Formats of the codebook."""

    html = "html"
    md = "md"
    frictionless = "frictionless"
    redcap = "redcap"


def command(
    out: Annotated[Path, typer.Option("--out", help="File to write.")],
    form: Annotated[FormatChoice, typer.Option("--format", help="html, md, frictionless or redcap.")] = FormatChoice.html,
    lang: Lang = LangChoice.nl,
) -> None:
    """Write the data dictionary: all tables, columns and code lists."""
    from evaluation.contract.codebook import formats
    from evaluation.output.files import whole_file

    chosen = formats()[form.value]
    file = out / f"codebook{chosen.ENDING}" if out.is_dir() else out
    whole_file(file, chosen.codebook(lang.value))
    say(Words(f"Geschreven: {file}", f"Written: {file}"), lang.value)
