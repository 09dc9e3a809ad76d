"""`evaluation example`."""

from __future__ import annotations

from typing import Annotated

import typer

from data_schemas.words import Words
from evaluation.commands._options import Lang, LangChoice, Out
from evaluation.output.screen import say

PLACE = 20


def _beginning(incomplete: str) -> list[str]:
    """Names for the shell to complete."""
    from evaluation.contract.examples import examples

    return [name for name in examples() if name.startswith(incomplete)]


def command(
    name: Annotated[
        str, typer.Argument(help="Which example; without a match the names are listed.", autocompletion=_beginning)
    ],
    out: Out,
    lang: Lang = LangChoice.nl,
) -> None:
    """Write an example submission with its plan."""
    from evaluation.contract.examples import write_example

    write_example(name, out, lang.value)
    say(
        Words(
            f"Geschreven: {out}. Verder met:  evaluation validate {out}",
            f"Written: {out}. Go on with:  evaluation validate {out}",
        ),
        lang.value,
    )
