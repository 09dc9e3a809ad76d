"""What several commands share: options, an answer for a machine, and a submission that must be accepted."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data_schemas.words import Words

if TYPE_CHECKING:
    from data_schemas.submission import Submission


class LangChoice(StrEnum):
    """Languages of messages and reports."""

    nl = "nl"
    en = "en"


Lang = Annotated[LangChoice, typer.Option("--lang", help="Language of messages and reports: nl or en.")]
Out = Annotated[Path, typer.Option("--out", help="Folder to write to.")]
Json = Annotated[
    Path | None,
    typer.Option("--json", help="Write the answer as JSON to this file; - is standard output, which then holds nothing else."),
]
STANDARD = Path("-")
WRITTEN = Words(
    "Geschreven: {out}. Verder met:  evaluation report {out}", "Written: {out}. Go on with:  evaluation report {out}"
)


def for_people(target: Path | None) -> bool:
    """Whether standard output is for people: not when the JSON goes there."""
    return target != STANDARD


def write_json(target: Path | None, content: Any, *, private: bool = False) -> None:
    """The answer for a machine, where it was asked for."""
    if target is None:
        return
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    if target == STANDARD:
        print(text, end="")
        return
    from evaluation.output.files import whole_file

    whole_file(target, text, private=private)


def tell(done: Words, notes: list[Words], target: Path | None, content: dict[str, Any], lang: str, *, private: bool) -> None:
    """Something was made: what there is to know of it, where it stands, and both for a machine."""
    from evaluation.output.screen import say, say_failure

    for note in notes:
        say_failure(note, lang)
    if for_people(target):
        say(done, lang)
    write_json(target, content | {"notes": [note._asdict() for note in notes]}, private=private)


def accepted(path: Path, lang: str, target: Path | None = None) -> Submission:
    """The submission, or its findings and exit code 1; the findings also as JSON where that was asked for."""
    from evaluation.output.screen import show_validation
    from evaluation.validation.validating import validate

    validation = validate(path)
    if validation.submission is None:
        if for_people(target):
            show_validation(validation, lang)
        write_json(target, validation.as_json(), private=True)
        raise typer.Exit(1)
    return validation.submission
