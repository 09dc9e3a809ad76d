"""`evaluation aggregate show`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evaluation.commands._options import Json, Lang, LangChoice, for_people, write_json
from evaluation.installation.extras import needs

PLACE = 85
GROUP = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="What a provider hands over for pooling.")


@GROUP.callback()
def _group() -> None:
    """What a provider hands over for pooling."""


@GROUP.command("show")
def aggregate_show(
    file: Annotated[Path, typer.Argument(help="The aggregate, as run --aggregate wrote it.")],
    json_file: Json = None,
    lang: Lang = LangChoice.nl,
) -> None:
    """Show what stands in an aggregate, and whether it is whole; exit code 1 when it was changed."""
    needs("analyses")
    from evaluation.aggregates.making import read_aggregate
    from evaluation.aggregates.showing import pages
    from evaluation.aggregates.signing import genuine

    one = read_aggregate(file)
    whole = one.digest() == one.sha256 and (one.signature is None or genuine(one))
    if for_people(json_file):
        for line in pages(one):
            print(line if isinstance(line, str) else line[lang.value])
    write_json(json_file, one.model_dump(mode="json") | {"whole": whole}, private=one.form == "exact")
    raise typer.Exit(0 if whole else 1)
