"""The road: submissions and a locked plan in, evidence out, through the one door. Each station is asked once, in this order:

people and fit, earlier editions, analyses, release, gates, deviations, record, profile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from analyses import analyses
from analyses.shared.cohort import Cohort
from analyses.shared.event_histories import with_late_ones
from analyses.shared.providers.naming import by_what_is_told
from data_schemas.evidence import Evidence
from data_schemas.plan import Plan
from data_schemas.result import Result
from data_schemas.submission import Submission
from evaluation.evidence.ledger_place import of_practice
from evaluation.evidence.profile import profiled
from evaluation.evidence.record import record_of
from evaluation.planning.deviations import deviations
from evaluation.planning.gates import closed, gate_outcomes, published_gates
from evaluation.planning.lock import check_lock, plan_hash
from evaluation.planning.people import people
from evaluation.release.door import exact, release_all
from evaluation.release.edition import Edition, Name, edition_of
from evaluation.release.memory.earlier import Earlier, earlier
from evaluation.release.memory.ledger import Ledger
from evaluation.release.memory.ledger import edition as kept
from evaluation.release.memory.populations import Populations, populations


@dataclass(frozen=True, slots=True)
class Journey:
    """What came of a run: the evidence; the groups of people that it is about, for the ledger; and whether an edition stood.

    `found`: the exact answers, where none stood; `close`: groups that differ too little from an earlier edition.
    """

    evidence: Evidence
    groups: Populations = field(default_factory=dict, repr=False)
    stood: bool = False
    found: Mapping[str, Result] = field(default_factory=dict, repr=False)
    close: frozenset[str] = frozenset()


def run(
    submissions: Submission | Sequence[Submission],
    plan: Plan,
    *,
    internal: bool = False,
    exploratory: bool = False,
    edition: Name = "public",
    ledger: Ledger | None = None,
    tell: Callable[[str], None] = lambda name: None,
) -> Evidence:
    """The evidence of a `journey`, for whom no ledger is to be written."""
    return journey(
        submissions, plan, internal=internal, exploratory=exploratory, edition=edition, ledger=ledger, tell=tell
    ).evidence


def journey(
    submissions: Submission | Sequence[Submission],
    plan: Plan,
    *,
    internal: bool = False,
    exploratory: bool = False,
    edition: Name = "public",
    ledger: Ledger | None = None,
    tell: Callable[[str], None] = lambda name: None,
) -> Journey:
    """Run every analysis that the plan asks for, and release the results.

    Parameters
    ----------
    submissions
        One or more validated submissions; they are analysed as one cohort.
    plan
        A locked plan; an unlocked one only with `exploratory`, which marks the evidence.
    internal
        Keep exact figures. The evidence is marked as not for publication, and no ledger is asked.
    edition
        Public, or for the committee that the plan names (`evaluation.release.edition`).
    ledger
        What was released earlier (`evaluation.release.memory.ledger.read_ledger`). When too few people differ from an earlier edition, or none, the
        answer is that edition; groups within a new one that differ by too few are held back. `remember` writes the release into it.
    tell
        Called with the name of each analysis before it starts.

    Raises
    ------
    evaluation.failures.PlanInvalid
        The plan is not locked, was changed after locking, or names what the submissions do not have.
    evaluation.failures.WrongUse
        Two submissions have one name, or the same people; or the ledger holds an edition about the same people under another plan.
    """
    submissions = [submissions] if isinstance(submissions, Submission) else list(submissions)
    if not exploratory:
        check_lock(plan)
    cohort = people(submissions, plan)
    return travel(
        submissions,
        plan,
        cohort,
        lambda: answers(cohort, with_late_ones(plan, cohort) if internal else plan, tell),
        internal=internal,
        exploratory=exploratory,
        edition=edition,
        ledger=ledger,
    )


def travel(
    submissions: Sequence[Submission],
    plan: Plan,
    cohort: Cohort,
    asking: Callable[[], dict[str, Result]],
    *,
    internal: bool,
    exploratory: bool,
    edition: Name,
    ledger: Ledger | None,
    telling: Callable[[dict[str, Result], Edition], dict[str, pd.DataFrame]] | None = None,
    remembered: bool = False,
    unrun: Sequence[str] = (),
) -> Journey:
    """The road from a cohort on; `asking` gives what the analyses find, unless an earlier edition stands.

    `telling` stands in for the door where what was found is made of what has left already; `remembered`: whether all of that stands in the
    ledgers of those whom it left; `unrun`: the analyses that need people, where there are counts only.
    """
    asked = None if internal else ledger
    sealed = plan_hash(plan)
    told = edition_of(plan, edition)
    before = Earlier() if asked is None else _before(asked, submissions, cohort, plan, sealed, told)
    if before.stands is not None:
        return Journey(kept(asked, before.stands), before.groups, stood=True)

    found = asking()
    if internal:
        shown = {name: exact(answer) for name, answer in found.items()}
    elif telling is not None:
        shown = telling(found, told)
    else:
        shown = through_the_door(found, plan, cohort, told)
    shown = _followed(before.held_back(shown))
    shown = shown if internal else {name: by_what_is_told(frame, plan) for name, frame in shown.items()}
    gates = gate_outcomes(cohort, with_late_ones(plan, cohort) if internal else plan, submissions)
    gates = gates if internal else published_gates(gates, shown, plan, told)
    results = closed(shown, gates, plan, internal=internal)
    unremembered = asked is None and not internal and not remembered and of_practice(submissions)
    deviated = deviations(
        plan, results, exploratory, close=before.close, other_plan=before.other_plan, unremembered=unremembered, unrun=unrun
    )

    record = record_of(
        submissions,
        plan,
        cohort,
        results,
        sealed=sealed,
        deviations=deviated,
        gates=gates,
        edition=None if internal else told,
        exploratory=exploratory,
        ledger=asked,
    )
    return Journey(profiled(Evidence(record, results)), before.groups, found=found, close=before.close)


def _before(
    ledger: Ledger, submissions: Sequence[Submission], cohort: Cohort, plan: Plan, sealed: str, told: Edition
) -> Earlier:
    groups = populations(submissions, cohort, plan, ledger.key)
    return earlier(ledger, groups, sealed, told)


def through_the_door(found: dict[str, Result], plan: Plan, cohort: Cohort, told: Edition) -> dict[str, pd.DataFrame]:
    """What may leave of what was found, in one edition."""
    return release_all(found, told, spans(plan, cohort), beside=editions_beside(plan, told), own=cohort.coded)


def editions_beside(plan: Plan, told: Edition) -> tuple[Edition, ...]:
    """The public edition beside the committee's, whose readers can hold both: together they must not tell what either keeps.

    The public one needs no more: its readers have no other, and it is made as it is whether there is a committee or not.
    """
    return (edition_of(plan, "public"),) if told.name == "committee" else ()


def answers(cohort: Cohort, plan: Plan, tell: Callable[[str], None]) -> dict[str, Result]:
    """What each analysis that the plan asks for finds, exact."""
    found = {}
    for name, module in analyses().items():
        if module.wanted(plan):
            tell(name)
            found[name] = module.run(cohort, plan)
    return found


def _followed(shown: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """With the rows that follow from others as these are told, and from nothing else: `follows` of an analysis, where it has one."""
    makers = {name: getattr(analyses()[name], "follows", None) for name in shown}
    return {name: makers[name](frame) if makers[name] else frame for name, frame in shown.items()}


def spans(plan: Plan, cohort: Cohort) -> dict[str, float]:
    """By outcome the range of its scores, where the instrument has one."""
    found = {}
    for measure in plan.measures:
        instrument = cohort.instruments[measure.instrument]
        if instrument.minimum is not None and instrument.maximum is not None:
            found[f"{measure.instrument}:{measure.informant}"] = instrument.maximum - instrument.minimum
    return found | {name: one.maximum - one.minimum for name, one in cohort.own.items() if one.kind != "code"}
