"""`evaluation doctor`."""

from __future__ import annotations

import typer

from evaluation.commands._options import Lang, LangChoice

PLACE = 120


def command(lang: Lang = LangChoice.nl) -> None:
    """Versions, engines found, and whether the packages in use are ours."""
    from evaluation.installation.doctor import diagnosis

    sound, text = diagnosis(lang.value)
    print(text)
    raise typer.Exit(0 if sound else 2)
