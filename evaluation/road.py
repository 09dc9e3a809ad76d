"""The steps of the road as a notebook calls them: each takes what the step before it made, or the path where that was kept."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from data_schemas.plan import Plan
from data_schemas.submission import Submission
from data_schemas.words import Lang, Words
from evaluation.evidence.notebook import Evidence
from evaluation.failures import NotAccepted, Note, WrongUse
from evaluation.installation.extras import needs
from evaluation.planning.file import read_plan
from evaluation.validation.validation import Validation

if TYPE_CHECKING:
    import pandas as pd

Source = str | Path | Submission | Validation

STOOD = Words(
    "Deze jongeren verschillen te weinig, of niet, van een eerdere uitgave: die is opnieuw gegeven, ongewijzigd.",
    "These young people differ too little, or not at all, from an earlier edition: it was given again, unchanged.",
)
UNREMEMBERED = Words(
    "zonder register is deze uitgave niet met eerdere vergeleken. Geef bij alles wat naar buiten gaat {how}.",
    "without a ledger this edition was not compared with earlier ones. Give {how} with whatever leaves the house.",
)
_PLAN = Words(
    "Het tweede argument is een plan of zijn bestand; dit is {kind}. Een plan leest u met read_plan.",
    "The second argument is a plan or its file; this is {kind}. A plan is read with read_plan.",
)
_SOURCE = Words(
    "Een inzending is een map, een werkmap of het antwoord van validate; dit is {kind}.{hint}",
    "A submission is a folder, a workbook or the answer of validate; this is {kind}.{hint}",
)
_FRAME = Words(
    " Van een data frame maakt from_frame een inzending.",
    " Of a data frame from_frame makes a submission.",
)
_SWAPPED = Words(
    " Geef eerst de inzending en dan het plan: run(inzending, plan).",
    " Give the submission first and then the plan: run(submission, plan).",
)
_NO_FOLDER = Words(
    "Een rapport wordt gemaakt uit een map: schrijf die eerst met write_evidence(evidence, map), en geef dan report(map).",
    "A report is made from a folder: write it first with write_evidence(evidence, folder), and then give report(folder).",
)


def run(
    submissions: Source | Iterable[Source],
    plan: Plan | str | Path,
    *,
    internal: bool = False,
    exploratory: bool = False,
    edition: Literal["public", "committee"] = "public",
    ledger: str | Path | None = None,
    no_ledger: bool = False,
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
    edition
        For everybody, or for the readers that the plan names in `[disclosure.committee]`.
    ledger
        The file that remembers releases, with its key beside it. The release is compared with the earlier ones and written into it.
        Without one, a practice's own data go to the ledger of this user (`evaluation ledger show` says where it is); of public and fictional
        data nothing is remembered, and a `Note` says so. Of a practice's data the file must be there (`evaluation ledger new`).
    no_ledger
        Remember nothing; the evidence says so.

    Raises
    ------
    evaluation.failures.NotAccepted
        A submission has errors; `validate` says which.
    evaluation.failures.PlanInvalid
        The plan is not locked, was changed after locking, or names what the submissions do not have.
    evaluation.failures.WrongUse
        The arguments are no submission and plan, or the ledger is not there, or holds an edition about the same people under another plan.
    """
    needs("analyses")
    from evaluation.evidence.folder import remember
    from evaluation.evidence.ledger_place import ledger_place
    from evaluation.evidence.running import journey
    from evaluation.release.memory.ledger import read_ledger

    sources = [_submission(source) for source in _each(submissions)]
    read = _plan(plan)
    place = ledger_place(sources, None if ledger is None else Path(ledger), none=no_ledger, internal=internal)
    known = read_ledger(place, create=True) if place is not None else None
    done = journey(sources, read, internal=internal, exploratory=exploratory, edition=edition, ledger=known)
    if known is not None:
        remember(place, known, done)
    if done.stood:
        warnings.warn(Note(STOOD), stacklevel=2)
    if known is None and not internal:
        warnings.warn(Note(UNREMEMBERED.fill(how="ledger=")), stacklevel=2)
    return Evidence(done.evidence.record, done.evidence.results)


def from_frame(
    frame: pd.DataFrame,
    *,
    name: str,
    columns: Mapping[str, str],
    codes: Mapping[str, Mapping[Any, str]] | None = None,
    fixed: Mapping[str, object] | None = None,
    scores: Mapping[str, Mapping[str, str]] | None = None,
    events: Mapping[str, Mapping[str, Any]] | None = None,
    nature: Literal["practice", "public", "fictional"] = "practice",
    source: str = "",
    labels: Mapping[str, tuple[str, str]] | None = None,
    instruments: Mapping[str, Mapping[str, object]] | None = None,
    covariates: Mapping[str, Mapping[str, object]] | None = None,
    out: str | Path | None = None,
) -> Validation:
    """Make a submission of a data frame with one row per person, and validate it.

    Parameters
    ----------
    name
        Of the submission: lower case letters, digits, - and _.
    columns
        By column of `treatments` that of the frame; `client` must be among them. What is not named stays out.
    codes
        By column of `treatments` the contract's code for each value of the frame.
    fixed
        By column of `treatments` what holds for everybody; without an arm everybody is in that of the programme.
    scores
        By instrument and informant (`"cries-13:self"`) the column of each moment; an empty cell is no measurement.
    events
        By event its `week` (a column, or several), with `where` (a column that says whether it happened), `certainty` and `source`.
    nature
        Whose data they are: "practice" is a provider's own, whose editions are remembered.
    labels
        By code of an arm, programme or provider its words, Dutch and English; the code itself where none are given.
    instruments, covariates
        Declared as in `submission.toml`, for what the registry does not have.
    out
        A folder to keep the files in; without one they are gone afterwards.

    Returns
    -------
    Validation
        As from `validate`: findings, and the submission when it is accepted.

    Raises
    ------
    evaluation.failures.WrongUse
        The frame or the contract lacks a column, or a value is in no mapping; the message names columns and rows, no value.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"id": ["a", "b"], "sex": ["F", "M"], "before": [30, 25], "after": [20, 26]})
    >>> made = from_frame(
    ...     people, name="two", nature="fictional", columns={"client": "id", "gender": "sex"}, codes={"gender": {"F": "girl", "M": "boy"}},
    ...     fixed={"provider": "here", "programme": "care"}, scores={"cries-13:self": {"baseline": "before", "end": "after"}},
    ... )
    >>> made.accepted, made.rows
    (True, {'treatments': 2, 'measurements': 4})
    """
    from evaluation.output.files import whole_folder
    from evaluation.reading.frame import submission_files
    from evaluation.validation.validating import validate

    codes, labels = codes or {}, labels or {}
    fixed = {} if fixed is None else dict(fixed)
    if "arm" not in columns and "programme" in fixed:
        fixed.setdefault("arm", fixed["programme"])
    named = {
        code for column in ("arm", "provider", "programme") for code in (*codes.get(column, {}).values(), fixed.get(column))
    }
    words = {code: labels.get(code, (code, code)) for code in sorted({*named, *labels} - {None})}
    manifest = {
        "name": name,
        "nature": nature,
        "source": source,
        "labels": {code: {"nl": nl, "en": en} for code, (nl, en) in words.items()},
        "instruments": dict(instruments or {}),
        "covariates": dict(covariates or {}),
    }
    files = submission_files(
        frame, columns=columns, codes=codes, fixed=fixed, scores=scores or {}, events=events or {}, manifest=manifest
    )
    with TemporaryDirectory() as passing:
        return validate(
            whole_folder(Path(out) if out else Path(passing) / name, files, replaces="submission.toml", private=True)
        )


def draft_plan(submission: Source) -> str:
    """The text of a plan to fill in, drafted from a submission's shape: which arms, instruments and moments there are, never an outcome.

    Raises
    ------
    evaluation.failures.NotAccepted
        The submission has errors; `validate` says which.
    """
    from evaluation.planning.draft import draft_plan as draft

    return draft(_submission(submission))


def report(
    evidence: str | Path,
    *,
    reader: Literal["committee", "provider"] = "committee",
    formats: str | Sequence[str] = ("html", "pdf"),
    lang: Lang = "nl",
    engine: Literal["auto", "quarto", "pandoc"] = "auto",
    out: str | Path | None = None,
) -> list[Path]:
    """Make the documents from an evidence folder; returns the files.

    Raises
    ------
    evaluation.failures.RenderingFailed
        An engine is missing or failed.
    evaluation.failures.WrongUse
        The evidence is not a folder, or a choice is none of those that there are.
    """
    from evaluation.rendering import render

    if not isinstance(evidence, str | Path):
        raise WrongUse(_NO_FOLDER)
    where = None if out is None else Path(out)
    chosen = (formats,) if isinstance(formats, str) else tuple(formats)
    return render(Path(evidence), reader=reader, formats=chosen, lang=lang, engine=engine, out=where)


def _each(submissions: object) -> list[object]:
    one = isinstance(submissions, Source) or not isinstance(submissions, list | tuple | set | frozenset)
    return [submissions] if one else list(submissions)


def _plan(plan: object) -> Plan:
    if isinstance(plan, Plan):
        return plan
    if not isinstance(plan, str | Path):
        raise WrongUse(_PLAN.fill(kind=type(plan).__name__))
    return read_plan(plan)


def _submission(source: object) -> Submission:
    if isinstance(source, str | Path):
        from evaluation.validation.validating import validate

        source = validate(source)
    if isinstance(source, Submission):
        return source
    if not isinstance(source, Validation):
        hint = _SWAPPED if isinstance(source, Plan) else _FRAME if type(source).__name__ == "DataFrame" else Words("", "")
        raise WrongUse(_SOURCE.fill(kind=type(source).__name__, hint=hint))
    if source.submission is None:
        raise NotAccepted(
            Words(
                f"De inzending {source.name} is niet geaccepteerd. Zie de bevindingen van validate.",
                f"The submission {source.name} was not accepted. See the findings of validate.",
            )
        )
    return source.submission
