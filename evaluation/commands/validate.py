"""`evaluation validate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data_schemas.words import Words
from evaluation.commands._options import STANDARD, Json, Lang, LangChoice, for_people, write_json
from evaluation.failures import WrongUse

PLACE = 50


def command(
    submission: Annotated[Path, typer.Argument(help="Folder or workbook.")],
    json_file: Json = None,
    html_file: Annotated[
        Path | None, typer.Option("--html", help="Also write a page to send to a colleague, with a privacy page to sign.")
    ] = None,
    annotate_file: Annotated[
        Path | None,
        typer.Option("--annotate", help="Also write your own workbook back (.xlsx) with the cells to look at coloured."),
    ] = None,
    plan: Annotated[Path | None, typer.Option("--plan", help="Also see whether it can carry this plan.")] = None,
    previous: Annotated[Path | None, typer.Option("--previous", help="Also see what changed since this delivery.")] = None,
    seen: Annotated[
        list[str] | None,
        typer.Option(
            "--seen", help="A place that was looked at and points at no person, such as Behandelingen!AD4. May be repeated."
        ),
    ] = None,
    lang: Lang = LangChoice.nl,
) -> None:
    """Check a submission; exit code 0 when accepted, 1 when not."""
    from evaluation.anonymising.recognising import lead_to_anonymise
    from evaluation.output.files import check_free, whole_file
    from evaluation.output.screen import show_validation
    from evaluation.planning.file import read_plan
    from evaluation.validation.validating import validate as validate_submission

    if annotate_file is not None and annotate_file.suffix.lower() != ".xlsx":
        raise WrongUse(Words(f"{annotate_file.name} moet eindigen op .xlsx.", f"{annotate_file.name} must end in .xlsx."))
    for target in (json_file, html_file, annotate_file):
        _keep_apart(target, submission)
        if target is not None and target != STANDARD:
            check_free(target)  # before the work is done, not after
    lead_to_anonymise(submission)
    validation = validate_submission(submission, plan=read_plan(plan) if plan else None, previous=previous, seen=seen or ())
    if html_file is not None:
        from evaluation.validation.findings_page import findings_page

        whole_file(html_file, findings_page(validation, lang.value), private=True)
    cannot: WrongUse | None = None
    if annotate_file is not None:
        from evaluation.validation.annotation import annotated_workbook

        try:
            whole_file(annotate_file, annotated_workbook(submission, validation, lang.value), private=True)
        except WrongUse as reason:
            # said last, below the findings, which do not send the person to a workbook that is not there
            annotate_file, cannot = None, reason
    if for_people(json_file):
        show_validation(validation, lang.value, _next_step(submission, validation.accepted, annotate_file))
    write_json(json_file, validation.as_json(), private=True)
    if cannot is not None:
        raise cannot
    raise typer.Exit(0 if validation.accepted else 1)


def _keep_apart(target: Path | None, submission: Path) -> None:
    """Nothing of what was handed in is ever written over."""
    if target is None or not target.exists():
        return
    if submission.resolve() in (target.resolve(), target.resolve().parent):
        raise WrongUse(
            Words(
                f"{target.name} hoort bij de inzending zelf. Kies een andere naam, zodat niets wordt overschreven.",
                f"{target.name} belongs to the submission itself. Choose another name, so that nothing is overwritten.",
            )
        )


def _other(file: Path) -> Path:
    """The next name in a row: checked.xlsx, checked-2.xlsx, checked-3.xlsx."""
    begin, _, last = file.stem.rpartition("-")
    stem = f"{begin}-{int(last) + 1}" if begin and last.isdigit() else f"{file.stem}-2"
    return file.with_name(f"{stem}{file.suffix}")


def _next_step(submission: Path, accepted: bool, annotated: Path | None) -> Words:
    """What the person does now."""
    if accepted:
        return Words(
            f"U kunt {submission.name} insturen. Wat bij LET OP staat hoeft niet anders, maar komt in het rapport.",
            f"You can hand in {submission.name}. What is marked WARNING need not change, but will appear in the report.",
        )
    again = f"evaluation validate {submission}"
    if annotated is not None:
        return Words(
            f"Open {annotated}: de cellen die niet kloppen zijn gekleurd. Verbeter ze, bewaar het, en controleer opnieuw met:  "
            f"evaluation validate {annotated} --annotate {_other(annotated)}",
            f"Open {annotated}: the cells that are wrong are coloured. Correct them, save it, and check again with:  "
            f"evaluation validate {annotated} --annotate {_other(annotated)} --lang en",
        )
    return Words(
        f"Verbeter wat bij FOUT staat en typ opnieuw:  {again}\n"
        f"De foute cellen gekleurd in een werkmap:  {again} --annotate nagekeken.xlsx",
        f"Correct what is marked ERROR and type again:  {again} --lang en\n"
        f"The wrong cells coloured in a workbook:  {again} --lang en --annotate checked.xlsx",
    )
