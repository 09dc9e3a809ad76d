"""The record of a run, `evidence.json`: plan, submissions, words of what occurs, hashes and versions; findings of an internal one."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence

import pandas as pd

from analyses import analyses
from analyses.shared.cohort import Cohort
from data_schemas.evidence import (
    Deviation,
    EvidenceRecord,
    FindingCount,
    GateOutcome,
    MeasureLabel,
    Provenance,
    Release,
    SubmissionRecord,
    results_csv,
)
from data_schemas.plan import Plan
from data_schemas.rules import rules
from data_schemas.submission import Label, Submission
from evaluation.evidence.provenance import code_hash, constraints_hash, contract_hash, versions
from evaluation.release.edition import Edition
from evaluation.release.memory.ledger import Ledger

_EDITIONS = {"public": "released", "committee": "committee"}


def record_of(
    submissions: Sequence[Submission],
    plan: Plan,
    cohort: Cohort,
    results: Mapping[str, pd.DataFrame],
    *,
    sealed: str,
    deviations: tuple[Deviation, ...],
    gates: tuple[GateOutcome, ...],
    edition: Edition | None,
    exploratory: bool,
    ledger: Ledger | None,
) -> EvidenceRecord:
    """Everything but the profile, which is made of this record with its results.

    Parameters
    ----------
    sealed
        The hash of the plan.
    edition
        That which is released; None for an internal one.
    ledger
        What compared this edition with earlier ones; None when nothing did.
    """
    internal = edition is None
    key = None if ledger is None else ledger.key
    leaving = None if internal else _leaving(cohort, plan)
    labels = {
        code: _label(label)
        for submission in submissions
        for code, label in submission.manifest.labels.items()
        if leaving is None or code in leaving
    }
    for name, one in cohort.own.items():
        labels |= dict.fromkeys((name, f"covariate={name}"), Label(nl=one.nl, en=one.en))
        labels |= {f"{name}={code}": Label(nl=words.nl, en=words.en) for code, words in one.codes.items()}
    wanted = {measure.instrument for measure in plan.measures} | ({plan.single_case.instrument} if plan.single_case else set())
    return EvidenceRecord(
        edition="internal" if internal else _EDITIONS[edition.name],
        exploratory=exploratory,
        plan=plan,
        submissions=tuple(
            SubmissionRecord(
                name=submission.name,
                title=submission.manifest.title and _label(submission.manifest.title),
                sha256=shown_hash(submission, internal, key),
                source=submission.manifest.source,
                nature=submission.manifest.nature,
            )
            for submission in submissions
        ),
        labels=labels,
        measures=_measures(results),
        instruments={name: cohort.instruments[name] for name in sorted(wanted)},
        findings=_findings(submissions) if internal else (),
        deviations=deviations,
        release=Release(
            threshold=plan.disclosure.threshold if internal else edition.threshold,
            statuses={
                name: {str(status): int(count) for status, count in sorted(frame["status"].value_counts().items())}
                for name, frame in results.items()
            },
            ledger=ledger is not None,
            number=None if ledger is None else len(ledger.entries) + 1,
        ),
        provenance=Provenance(
            plan=sealed,
            contract=contract_hash(),
            code=code_hash(),
            constraints=constraints_hash(),
            versions=versions(),
            results={f"{name}.csv": hashlib.sha256(results_csv(frame).encode()).hexdigest() for name, frame in results.items()},
        ),
        gates=gates,
    )


def _leaving(cohort: Cohort, plan: Plan) -> set[str]:
    """The names that leave with their words: of arms and the programme, and of providers where these agreed to it."""
    named = plan.providers is not None and plan.providers.named
    providers = map(str, cohort.treatments["provider"].cat.categories) if named else ()
    return {*cohort.arms, *plan.arms, plan.programme, *providers}


def _label(shown: Label) -> Label:
    """The words alone: what a manifest allows of them is no part of a record, which is the same when it is read again."""
    return Label(nl=shown.nl, en=shown.en)


def _measures(results: Mapping[str, pd.DataFrame]) -> dict[str, MeasureLabel]:
    """Words of every measure that occurs."""
    return {
        name: MeasureLabel(**declared.words._asdict(), number=declared.number)
        for analysis, frame in results.items()
        for name, declared in analyses()[analysis].MEASURES.items()
        if (frame["measure"] == name).any()
    }


def _findings(submissions: Sequence[Submission]) -> tuple[FindingCount, ...]:
    """Warnings, with how many rows, for whoever holds the data. Such a count passes no audit, and neither does that it is there: 15 people without a
    duration of follow-up, in two arms with fewer than ten each, are somebody in either."""
    found = []
    for submission in submissions:
        for code, count in submission.warnings:
            rule = rules()[code]
            title = Label(**rule.title._asdict())
            found.append(FindingCount(submission=submission.name, rule=code, severity=rule.severity, title=title, rows=count))
    return tuple(found)


def shown_hash(submission: Submission, internal: bool, key: bytes | None) -> str:
    """The hash of the data as it may leave: of a provider's own data keyed, or not at all."""
    if internal or submission.manifest.nature != "practice":
        return submission.sha256
    return hmac.new(key, submission.sha256.encode(), hashlib.sha256).hexdigest() if key is not None else ""
