"""What several commands share: options, and a submission that must be accepted."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from data_schemas.submission import Submission


class LangChoice(StrEnum):
    """Languages of messages and reports."""

    nl = "nl"
    en = "en"


Lang = Annotated[LangChoice, typer.Option("--lang", help="Language of messages and reports: nl or en.")]
Out = Annotated[Path, typer.Option("--out", help="Folder to write to.")]


def accepted(path: Path, lang: str) -> Submission:
    """The submission, or its findings and exit code 1."""
    from evaluation.output.screen import show_validation
    from evaluation.validation.validating import validate

    validation = validate(path)
    if validation.submission is None:
        show_validation(validation, lang)
        raise typer.Exit(1)
    return validation.submission
