"""`evaluation example`."""

from __future__ import annotations

from typing import Annotated

import typer

from data_schemas.words import Words
from evaluation.commands._options import Lang, LangChoice, Out
from evaluation.failures import WrongUse
from evaluation.output.screen import say

PLACE = 20


def command(
    name: Annotated[str, typer.Argument(help="Which example; without a match the names are listed.")],
    out: Out,
    lang: Lang = LangChoice.nl,
) -> None:
    """Write an example submission with its plan."""
    from evaluation.contract.examples import examples, write_example

    if name not in examples():
        names = ", ".join(examples())
        raise WrongUse(
            Words(
                f"Er is geen voorbeeld met die naam. Kies uit: {names}.",
                f"There is no example of that name. Choose from: {names}.",
            )
        )
    write_example(name, out, lang.value)
    say(
        Words(
            f"Geschreven: {out}. Verder met:  evaluation validate {out}",
            f"Written: {out}. Go on with:  evaluation validate {out}",
        ),
        lang.value,
    )
