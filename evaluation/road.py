"""The steps of the road as a notebook calls them: each takes what the step before it made, or the path where that was kept."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from data_schemas.plan import Plan
from data_schemas.submission import Submission
from data_schemas.words import Lang, Words
from evaluation.evidence.notebook import Evidence
from evaluation.failures import NotAccepted
from evaluation.planning.file import read_plan
from evaluation.validation.validation import Validation

Source = str | Path | Submission | Validation


def run(
    submissions: Source | Iterable[Source], plan: Plan | str | Path, *, internal: bool = False, exploratory: bool = False
) -> Evidence:
    """Run every analysis that a plan asks for, and release the results.

    Parameters
    ----------
    submissions
        One or more submissions: validated already, the answer of `validate`, or paths.
    plan
        A locked plan or its file; an unlocked one only with `exploratory`, which marks the evidence.
    internal
        Keep exact figures; the evidence is marked as not for publication.

    Raises
    ------
    evaluation.failures.NotAccepted
        A submission has errors; `validate` says which.
    evaluation.failures.PlanInvalid
        The plan is not locked, was changed after locking, or names what the submissions do not have.
    """
    from evaluation.evidence import running

    sources = [submissions] if isinstance(submissions, Source) else list(submissions)
    read = plan if isinstance(plan, Plan) else read_plan(plan)
    made = running.run([_submission(source) for source in sources], read, internal=internal, exploratory=exploratory)
    return Evidence(made.record, made.results)


def report(
    evidence: str | Path,
    *,
    reader: Literal["committee", "provider"] = "committee",
    formats: tuple[str, ...] = ("html", "pdf"),
    lang: Lang = "nl",
    engine: Literal["auto", "quarto", "pandoc"] = "auto",
    out: str | Path | None = None,
) -> list[Path]:
    """Make the documents from an evidence folder; returns the files.

    Raises
    ------
    evaluation.failures.RenderingFailed
        An engine is missing or failed.
    """
    from evaluation.rendering import render

    where = None if out is None else Path(out)
    return render(Path(evidence), reader=reader, formats=formats, lang=lang, engine=engine, out=where)


def _submission(source: Source) -> Submission:
    if isinstance(source, str | Path):
        from evaluation.validation.validating import validate

        source = validate(source)
    if isinstance(source, Submission):
        return source
    if source.submission is None:
        raise NotAccepted(
            Words(
                f"De inzending {source.name} is niet geaccepteerd. Zie de bevindingen van validate.",
                f"The submission {source.name} was not accepted. See the findings of validate.",
            )
        )
    return source.submission
