"""The editions of a run, in a bounded process: evidence by the road, and the documents from it.

The folder holds `plan.toml`, `ledger/` and `submissions/<number>/`; the editions are made in `editions/<public|committee>/`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from data_schemas.plan import Plan
from data_schemas.submission import Submission
from data_schemas.words import LANGS, Words
from evaluation.failures import NotAccepted, UserError

# the committee's edition is read in the page and not taken along
FORMATS = {"public": ("html", "pdf"), "committee": ("html",)}
_CHANGED = Words(
    "Een inzending die geaccepteerd was, is dat niet meer: de afspraken zijn veranderd. Vraag de aanbieder haar opnieuw te sturen.",
    "A submission that was accepted is so no longer: the contract has changed. Ask the provider to send it again.",
)


def make_editions(place: Path) -> Mapping[str, Any]:
    """Make what the plan asks for: the public edition, and the committee's when the plan names its readers.

    The ledger is written before anything is answered: what was shown to anybody is remembered.
    """
    from evaluation.planning.file import read_plan

    plan = read_plan(place / "plan.toml")
    submissions = _submissions(place / "submissions")
    kinds = ("public", *(("committee",) if plan.disclosure.committee is not None else ()))
    return {"editions": {kind: _edition(place, kind, plan, submissions) for kind in kinds}}


def _edition(place: Path, kind: str, plan: Plan, submissions: Sequence[Submission]) -> Mapping[str, Any]:
    from evaluation.evidence.folder import remember, write_evidence
    from evaluation.evidence.running import journey
    from evaluation.release.memory.ledger import fingerprint, read_ledger
    from evaluation.rendering import render

    out, file = place / "editions" / kind, place / "ledger" / "ledger.json"
    try:
        known = read_ledger(file, create=True)
        done = journey(submissions, plan, edition=kind, ledger=known)
        write_evidence(done.evidence, out / "evidence")
        remember(file, known, done)
        for lang in LANGS:
            render(out / "evidence", reader="committee", formats=FORMATS[kind], lang=lang, out=out)
    except UserError as error:
        return {"failed": error.words._asdict()}
    return {"fingerprint": fingerprint(done.evidence.record), "stood": done.stood}


def _submissions(place: Path) -> list[Submission]:
    """The submissions in order; a name that another has already gets a number, for nobody sees what the others are called."""
    from evaluation.validation.validating import validate

    found: list[Submission] = []
    for folder in sorted(place.iterdir()):
        books = sorted(one for one in folder.iterdir() if one.suffix.lower() == ".xlsx")
        submission = validate(books[0] if books else folder).submission
        if submission is None:
            raise NotAccepted(_CHANGED)
        names = {one.name for one in found}
        if submission.name in names:
            name = next(new for number in range(2, 10_000) if (new := f"{submission.name[:35]}-{number}") not in names)
            submission = replace(submission, manifest=submission.manifest.model_copy(update={"name": name}))
        found.append(submission)
    return found
