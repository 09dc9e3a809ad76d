"""A rounded aggregate as what it is, a release: it is compared with the ledger of whoever hands it over, and remembered in it.

It is read from the release of the whole plan, which the ledger keeps as any other: so an aggregate and the evidence of a run about the same
people tell together no more than one of them. Beside the copy of the evidence lies one of the aggregate. When an edition stands, because
too few people differ from it, its aggregate is given again, with the marks that it had.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from data_schemas.aggregate import Aggregate, aggregate_json
from data_schemas.evidence import EvidenceRecord
from data_schemas.plan import Plan
from data_schemas.submission import Submission
from data_schemas.words import Words
from evaluation.aggregates.counting import check_plan
from evaluation.aggregates.making import NAME, made, people, read_aggregate, sealed
from evaluation.aggregates.rounded.rounding import answerable
from evaluation.evidence.folder import remember
from evaluation.evidence.provenance import contract_hash
from evaluation.evidence.record import shown_hash
from evaluation.evidence.running import Journey, answers, travel
from evaluation.failures import CannotRead, WrongUse
from evaluation.output.files import whole_file
from evaluation.release.edition import Name, edition_of
from evaluation.release.memory.ledger import Ledger, fingerprint, read_ledger

_OTHER_DATA = Words(
    "Over deze jongeren, of op een paar na deze, staat in uw register al een uitgave van dit plan. De inzending is sindsdien veranderd, "
    "voor te weinig jongeren om er een tweede naast te leggen; er is niets geschreven. Maak de telling van de inzending zoals zij toen was, of "
    "wacht tot er genoeg andere jongeren of metingen zijn. Uitleg:  evaluation explain differencing",
    "Your ledger already has an edition of this plan about these young people, or all but a few of them. The submission has changed since, "
    "for too few people to lay a second one beside it; nothing was written. Make the aggregate of the submission as it was then, or wait until there "
    "are enough other people or measurements. More:  evaluation explain differencing",
)


@dataclass(frozen=True, slots=True)
class Remembered:
    """A rounded aggregate without a signature, and whether it is one that was given before."""

    aggregate: Aggregate
    stood: bool


def remembered(
    submissions: Sequence[Submission],
    plan: Plan,
    edition: Name,
    ledger: Path | None,
    *,
    exploratory: bool = False,
    tell: Callable[[str], None] = lambda name: None,
) -> Remembered:
    """The rounded aggregate of submissions, beside what left before.

    Parameters
    ----------
    ledger
        The file that remembers; None when nothing does, which the aggregate says.

    Raises
    ------
    WrongUse
        An edition about these people stands under another plan, or under this one of which too few people differ; or as `made` says.
    """
    check_plan(plan)
    told = edition_of(plan, edition)
    known = None if ledger is None else read_ledger(ledger, create=True)
    _, cohort = people(submissions, plan)
    asked = answerable(plan, cohort)
    done = travel(
        submissions,
        asked,
        cohort,
        lambda: answers(cohort, asked, tell),
        internal=False,
        exploratory=exploratory,
        edition=edition,
        ledger=known,
    )
    if done.stood and (earlier := _given(known, done)) is not None:
        return Remembered(earlier, True)
    if done.stood and not _same_data(done.evidence.record, submissions, known):
        raise WrongUse(_OTHER_DATA)
    found = answers(cohort, asked, tell) if done.stood else done.found
    one = sealed(made(submissions, plan, told, found=found, close=done.close, ledger=known is not None))
    if known is not None:
        remember(ledger, known, done)
        whole_file(_place(known, done), aggregate_json(one), private=True, replace=True)
    return Remembered(one, False)


def _place(ledger: Ledger, done: Journey) -> Path:
    return ledger.edition(fingerprint(done.evidence.record)) / NAME


def _given(ledger: Ledger, done: Journey) -> Aggregate | None:
    """The aggregate that was read from an edition before; None when there was none, or this version of the program cannot pool it."""
    try:
        one = read_aggregate(_place(ledger, done))
    except CannotRead:
        return None
    return one if one.contract == contract_hash() and one.digest() == one.sha256 else None


def _same_data(record: EvidenceRecord, submissions: Sequence[Submission], ledger: Ledger) -> bool:
    """Whether an edition was made of exactly these submissions."""
    return {one.sha256 for one in record.submissions} == {shown_hash(one, False, ledger.key) for one in submissions}
