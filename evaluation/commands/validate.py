"""`evaluation validate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from evaluation.commands._options import Lang, LangChoice

PLACE = 50


def command(
    submission: Annotated[Path, typer.Argument(help="Folder or workbook.")],
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the findings as JSON.")] = None,
    lang: Lang = LangChoice.nl,
) -> None:
    """Check a submission; exit code 0 when accepted, 1 when not."""
    from evaluation.screen import show_validation
    from evaluation.validation.validating import validate as validate_submission
    from evaluation.writing import whole_file

    validation = validate_submission(submission)
    if json_file is not None:
        whole_file(json_file, json.dumps(validation.as_json(), ensure_ascii=False, indent=2) + "\n")
    show_validation(validation, lang.value)
    raise typer.Exit(0 if validation.accepted else 1)
