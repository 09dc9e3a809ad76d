"""`run`: submissions and a locked plan in, evidence out, through the one door."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pandas as pd

from analyses import analyses
from analyses.cohort import Cohort, pool
from data_schemas.evidence import (
    Deviation,
    Evidence,
    EvidenceRecord,
    FindingCount,
    MeasureLabel,
    Provenance,
    Release,
    SubmissionRecord,
    record_json,
    results_csv,
)
from data_schemas.plan import Plan
from data_schemas.rules import rules
from data_schemas.submission import Label, Submission
from data_schemas.words import Words
from evaluation.failures import PlanInvalid, WrongUse
from evaluation.planning import check_lock, plan_hash
from evaluation.provenance import code_hash, contract_hash, versions
from evaluation.releasing import band_middle, exact, release_all
from evaluation.writing import whole_folder


def run(
    submissions: Submission | Sequence[Submission],
    plan: Plan,
    *,
    internal: bool = False,
    exploratory: bool = False,
    tell: Callable[[str], None] = lambda name: None,
) -> Evidence:
    """Run every analysis that the plan asks for, and release the results.

    Parameters
    ----------
    submissions
        One or more validated submissions; they are analysed as one cohort.
    plan
        A locked plan; an unlocked one only with `exploratory`, which marks the evidence.
    internal
        Keep exact figures. The evidence is marked as not for publication.
    tell
        Called with the name of each analysis before it starts.

    Raises
    ------
    evaluation.failures.PlanInvalid
        The plan is not locked, was changed after locking, or names what the submissions do not have.
    """
    submissions = [submissions] if isinstance(submissions, Submission) else list(submissions)
    names = [submission.name for submission in submissions]
    if len(set(names)) != len(names):
        raise WrongUse(
            Words(
                "Twee inzendingen hebben dezelfde naam; iemand zou dubbel tellen.",
                "Two submissions have the same name; someone would count twice.",
            )
        )
    if not exploratory:
        check_lock(plan)
    cohort = pool(submissions)
    _check_fit(plan, cohort)
    answers = {}
    for name, module in analyses().items():
        if module.wanted(plan):
            tell(name)
            answers[name] = module.run(cohort, plan)
    if internal:
        results = {name: exact(answer) for name, answer in answers.items()}
    else:
        results = release_all(answers, plan.disclosure.threshold, _spans(plan, cohort))
    return Evidence(_record(submissions, plan, cohort, results, internal, exploratory), results)


def write_evidence(evidence: Evidence, out: str | Path) -> Path:
    """Write the evidence folder: to a temporary place first, then moved, replacing an older evidence folder only."""
    files = {
        "evidence.json": record_json(evidence.record),
        **{f"results/{name}.csv": results_csv(frame) for name, frame in evidence.results.items()},
    }
    return whole_folder(Path(out), files, replaces="evidence.json")


def _spans(plan: Plan, cohort: Cohort) -> dict[str, float]:
    """By outcome the range of its scores, where the instrument has one."""
    found = {}
    for measure in plan.measures:
        instrument = cohort.instruments[measure.instrument]
        if instrument.minimum is not None and instrument.maximum is not None:
            found[f"{measure.instrument}:{measure.informant}"] = instrument.maximum - instrument.minimum
    return found


def _check_fit(plan: Plan, cohort: Cohort) -> None:
    """PlanInvalid when the plan names an arm or instrument that is not there."""
    if plan.comparison is not None:
        missing = [arm for arm in plan.comparison.arms if arm not in cohort.arms]
        if missing:
            raise _unfit("comparison > arms", missing, cohort.arms)
    missing = [measure.instrument for measure in plan.measures if measure.instrument not in cohort.instruments]
    if missing:
        raise _unfit("measures > instrument", missing, sorted(cohort.instruments))
    if plan.comparison is None and plan.programme not in set(cohort.treatments["programme"]):
        raise _unfit("programme", [plan.programme], sorted(set(cohort.treatments["programme"])))


def _unfit(key: str, missing: Iterable[str], present: Iterable[str]) -> PlanInvalid:
    gone, there = ", ".join(missing), ", ".join(present)
    return PlanInvalid(
        Words(
            f"Het plan noemt bij {key}: {gone}. De inzending kent: {there}.",
            f"The plan names at {key}: {gone}. The submission knows: {there}.",
        )
    )


def _record(
    submissions: list[Submission],
    plan: Plan,
    cohort: Cohort,
    results: dict[str, pd.DataFrame],
    internal: bool,
    exploratory: bool,
) -> EvidenceRecord:
    labels: dict[str, Label] = {}
    for submission in submissions:
        labels.update(submission.manifest.labels)
    wanted = {measure.instrument for measure in plan.measures}
    return EvidenceRecord(
        edition="internal" if internal else "released",
        exploratory=exploratory,
        plan=plan,
        submissions=tuple(
            SubmissionRecord(
                name=submission.name,
                title=submission.manifest.title,
                sha256=submission.sha256,
                source=submission.manifest.source,
                nature=submission.manifest.nature,
            )
            for submission in submissions
        ),
        labels=labels,
        measures=_measures(results),
        instruments={name: cohort.instruments[name] for name in sorted(wanted)},
        findings=_findings(submissions, plan.disclosure.threshold, internal),
        deviations=_deviations(plan, results),
        release=Release(
            threshold=plan.disclosure.threshold,
            statuses={
                name: {str(status): int(count) for status, count in sorted(frame["status"].value_counts().items())}
                for name, frame in results.items()
            },
        ),
        provenance=Provenance(
            plan=plan_hash(plan),
            contract=contract_hash(),
            code=code_hash(),
            versions=versions(),
            results={f"{name}.csv": hashlib.sha256(results_csv(frame).encode()).hexdigest() for name, frame in results.items()},
        ),
    )


def _measures(results: dict[str, pd.DataFrame]) -> dict[str, MeasureLabel]:
    """Words of every measure that occurs."""
    return {
        name: MeasureLabel(**declared.words._asdict(), number=declared.number)
        for analysis, frame in results.items()
        for name, declared in analyses()[analysis].MEASURES.items()
        if (frame["measure"] == name).any()
    }


def _findings(submissions: list[Submission], threshold: int, internal: bool) -> tuple[FindingCount, ...]:
    found = []
    for submission in submissions:
        for code, count in submission.warnings:
            rule = rules()[code]
            rounded = int(band_middle(count, threshold))
            shown = count if internal else (rounded if rounded >= threshold else None)
            found.append(
                FindingCount(
                    submission=submission.name,
                    rule=code,
                    severity=rule.severity,
                    title=Label(**rule.title._asdict()),
                    rows=shown,
                )
            )
    return tuple(found)


def _deviations(plan: Plan, results: dict[str, pd.DataFrame]) -> tuple[Deviation, ...]:
    """What the plan asks for and no analysis could answer."""
    planned = [
        ("change", f"{measure.instrument}:{measure.informant}", moment)
        for measure in plan.measures
        for moment in measure.moments
    ]
    gone = []
    for analysis, outcome, moment in planned:
        frame = results[analysis]
        mine = frame[(frame["outcome"] == outcome) & (frame["time"] == moment)]
        if (mine["status"] == "not_estimable").all():
            gone.append(
                Deviation(
                    analysis=analysis,
                    outcome=f"{outcome}, {moment}",
                    reason=Label(
                        nl="Er zijn geen jongeren met een voormeting en deze latere meting.",
                        en="There are no young people with a baseline and this later measurement.",
                    ),
                )
            )
    return tuple(gone)
