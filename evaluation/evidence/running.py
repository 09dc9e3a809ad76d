"""`run`: submissions and a locked plan in, evidence out, through the one door."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pandas as pd

from analyses import analyses
from analyses.shared.cohort import Cohort, pool
from data_schemas.evidence import (
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
from evaluation.evidence.profile import CRITERIA_VERSION, profile
from evaluation.evidence.provenance import code_hash, constraints_hash, contract_hash, versions
from evaluation.failures import PlanInvalid, WrongUse
from evaluation.output.files import whole_folder
from evaluation.planning.deviations import deviations, deviations_of
from evaluation.planning.gates import closed, gate_outcomes, told
from evaluation.planning.lock import check_lock, plan_hash
from evaluation.release.door import band_middle, exact, release_all
from evaluation.release.ledger import (
    Ledger,
    append,
    asked_before,
    edition,
    fingerprint,
    held_back,
    is_known,
    standing,
    too_close,
)
from evaluation.release.populations import populations


def run(
    submissions: Submission | Sequence[Submission],
    plan: Plan,
    *,
    internal: bool = False,
    exploratory: bool = False,
    ledger: Ledger | None = None,
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
    ledger
        What was released earlier (`evaluation.release.ledger.read_ledger`). When too few people differ from an earlier edition, or none, the
        answer is that edition; groups within a new one that differ by too few are held back. `remember` writes the release into it.
    tell
        Called with the name of each analysis before it starts.

    Raises
    ------
    evaluation.failures.PlanInvalid
        The plan is not locked, was changed after locking, or names what the submissions do not have.
    evaluation.failures.WrongUse
        Two submissions have one name; or the ledger holds an edition about the same people under another plan.
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
    groups: dict[str, tuple[str, ...]] = {}
    if ledger is not None and not internal:
        groups = populations(submissions, cohort, plan, ledger.key)
        entry = standing(ledger, groups, plan_hash(plan), plan.disclosure.threshold)
        if entry is not None:
            return edition(ledger, entry)
    opened = gate_outcomes(cohort, plan, submissions)
    answers = {}
    for name, module in analyses().items():
        if module.wanted(plan):
            tell(name)
            answers[name] = module.run(cohort, plan)
    if internal:
        results = {name: exact(answer) for name, answer in answers.items()}
    else:
        results = release_all(answers, plan.disclosure.threshold, _spans(plan, cohort))
        opened = told(opened, results, plan)
    results = closed(results, opened, plan)
    kept, other_plan = frozenset(), False
    if ledger is not None and not internal:
        kept = too_close(ledger, groups, plan.disclosure.threshold)
        other_plan = asked_before(ledger, groups, plan_hash(plan))
        results = {name: held_back(frame, kept, groups) for name, frame in results.items()}
        opened = told(opened, results, plan)
    record = _record(submissions, plan, cohort, results, internal, exploratory, ledger)
    deviated = (
        *deviations(plan, results, exploratory, held_back=bool(kept)),
        *deviations_of(kept, other_plan=other_plan),
    )
    profiled = profile(Evidence(record, results), cohort, opened)
    return Evidence(
        record.model_copy(update={"deviations": deviated, "gates": opened, "criteria": CRITERIA_VERSION, "profile": profiled}),
        results,
    )


def remember(path: Path, ledger: Ledger, evidence: Evidence, submissions: Sequence[Submission]) -> Ledger:
    """Write a release into the ledger, with a copy beside it; an edition that stood already is there."""
    plan, results = evidence.record.plan, fingerprint(evidence.record)
    if is_known(ledger, evidence.record):
        return ledger
    write_evidence(evidence, ledger.edition(results))
    return append(
        path,
        ledger,
        results=results,
        plan=evidence.record.provenance.plan,
        threshold=plan.disclosure.threshold,
        populations=populations(submissions, pool(submissions), plan, ledger.key),
    )


def write_evidence(evidence: Evidence, out: str | Path) -> Path:
    """Write the evidence folder: to a temporary place first, then moved, replacing an older evidence folder only."""
    files = {
        "evidence.json": record_json(evidence.record),
        **{f"results/{name}.csv": results_csv(frame) for name, frame in evidence.results.items()},
    }
    return whole_folder(Path(out), files, replaces="evidence.json", private=evidence.record.edition == "internal")


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
    asked = {"measures": plan.measures, "single_case": (plan.single_case,) if plan.single_case else ()}
    for part, outcomes in asked.items():
        missing = [outcome.instrument for outcome in outcomes if outcome.instrument not in cohort.instruments]
        if missing:
            raise _unfit(f"{part} > instrument", missing, sorted(cohort.instruments))
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
    ledger: Ledger | None,
) -> EvidenceRecord:
    labels: dict[str, Label] = {}
    for submission in submissions:
        labels.update(submission.manifest.labels)
    wanted = {measure.instrument for measure in plan.measures} | ({plan.single_case.instrument} if plan.single_case else set())
    return EvidenceRecord(
        edition="internal" if internal else "released",
        exploratory=exploratory,
        plan=plan,
        submissions=tuple(
            SubmissionRecord(
                name=submission.name,
                title=submission.manifest.title,
                sha256=_shown_hash(submission, internal, ledger),
                source=submission.manifest.source,
                nature=submission.manifest.nature,
            )
            for submission in submissions
        ),
        labels=labels,
        measures=_measures(results),
        instruments={name: cohort.instruments[name] for name in sorted(wanted)},
        findings=_findings(submissions, plan.disclosure.threshold, internal),
        deviations=(),
        release=Release(
            threshold=plan.disclosure.threshold,
            statuses={
                name: {str(status): int(count) for status, count in sorted(frame["status"].value_counts().items())}
                for name, frame in results.items()
            },
            ledger=ledger is not None and not internal,
        ),
        provenance=Provenance(
            plan=plan_hash(plan),
            contract=contract_hash(),
            code=code_hash(),
            constraints=constraints_hash(),
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
    """Warnings, in bands; one about fewer rows than the threshold is not mentioned: that it is there would tell of someone."""
    found = []
    for submission in submissions:
        for code, count in submission.warnings:
            rule = rules()[code]
            rows = count if internal else int(band_middle(count, threshold))
            if internal or rows >= threshold:
                title = Label(**rule.title._asdict())
                found.append(
                    FindingCount(submission=submission.name, rule=code, severity=rule.severity, title=title, rows=rows)
                )
    return tuple(found)


def _shown_hash(submission: Submission, internal: bool, ledger: Ledger | None) -> str:
    """The hash of the data as it may leave: of a provider's own data keyed, or not at all."""
    if internal or submission.manifest.nature != "practice":
        return submission.sha256
    return hmac.new(ledger.key, submission.sha256.encode(), hashlib.sha256).hexdigest() if ledger is not None else ""
