"""`evaluation report`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from data_schemas.words import Words
from evaluation.commands._options import Json, Lang, LangChoice, for_people, write_json
from evaluation.failures import WrongUse

PLACE = 90


class ReaderChoice(StrEnum):
    """For whom a report is."""

    committee = "committee"
    provider = "provider"
    validation = "validation"


class EngineChoice(StrEnum):
    """What renders a report."""

    auto = "auto"
    quarto = "quarto"
    pandoc = "pandoc"


def command(
    evidence: Annotated[Path, typer.Argument(help="The evidence folder.")],
    reader: Annotated[ReaderChoice, typer.Option("--reader", help="For whom.")] = ReaderChoice.committee,
    to: Annotated[str, typer.Option("--to", help="html, pdf, docx, or several with commas.")] = "html,pdf",
    lang: Lang = LangChoice.nl,
    engine: Annotated[EngineChoice, typer.Option("--engine", help="What renders.")] = EngineChoice.auto,
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write to (default: the evidence folder).")] = None,
    ejected: Annotated[
        Path | None, typer.Option("--eject", help="Write no documents but a Quarto project of them to this folder.")
    ] = None,
    json_file: Json = None,
) -> None:
    """Make the documents from an evidence folder."""
    from evaluation.rendering import DOCUMENTS, render
    from evaluation.rendering.ejecting import eject

    formats = tuple(part.strip() for part in to.split(",") if part.strip())
    unknown = [part for part in formats if part not in ("html", "pdf", "docx")]
    if unknown or not formats:
        raise WrongUse(
            Words("--to kent html, pdf en docx, met komma's ertussen.", "--to knows html, pdf and docx, with commas.")
        )
    if ejected is not None:
        project = eject(evidence, ejected, DOCUMENTS[reader.value], lang.value)
        if for_people(json_file):
            print(project)
        write_json(json_file, {"reader": reader.value, "language": lang.value, "project": str(project)})
        return
    made = render(evidence, reader=reader.value, formats=formats, lang=lang.value, engine=engine.value, out=out)
    for path in made if for_people(json_file) else ():
        print(path)
    write_json(
        json_file,
        {
            "reader": reader.value,
            "language": lang.value,
            "files": [{"format": path.suffix[1:], "path": str(path)} for path in made],
        },
    )
