"""`evaluation explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from evaluation.commands._options import Lang, LangChoice

PLACE = 60


def command(code: Annotated[str, typer.Argument(help="The code of a rule.")], lang: Lang = LangChoice.nl) -> None:
    """One rule in words, with an example that keeps it and one that breaks it."""
    from evaluation.explaining import explanation

    print(explanation(code, lang.value))
