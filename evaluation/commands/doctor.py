"""`evaluation doctor`."""

from __future__ import annotations

import typer

from evaluation.commands._options import Json, Lang, LangChoice, for_people, write_json

PLACE = 120


def command(json_file: Json = None, lang: Lang = LangChoice.nl) -> None:
    """Versions, engines found, and whether the packages in use are ours; exit code 2 when something stands in the way."""
    from evaluation.installation.doctor import diagnosis

    found = diagnosis()
    if for_people(json_file):
        print(found.text(lang.value))
    write_json(json_file, found.as_json())
    raise typer.Exit(0 if found.sound else 2)
