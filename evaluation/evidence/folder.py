"""Where evidence is kept: the folder that leaves, and the copy of it beside the ledger."""

from __future__ import annotations

from pathlib import Path

from data_schemas.evidence import Evidence, record_json, results_csv
from data_schemas.words import Words
from evaluation.evidence.running import Journey
from evaluation.failures import WrongUse
from evaluation.output.files import given_path, whole_folder
from evaluation.release.memory.ledger import Ledger, append, fingerprint

_FOLDER = Words("de map om in te schrijven", "the folder to write to")
_NO_EVIDENCE = Words(
    "Geef eerst wat run antwoordde en dan de map; dit is {kind}.",
    "Give first what run answered and then the folder; this is {kind}.",
)


def write_evidence(evidence: Evidence, out: str | Path) -> Path:
    """Write the evidence folder: to a temporary place first, then moved, replacing an older evidence folder only.

    Raises
    ------
    WrongUse
        The first argument is no evidence, the second no path, or the target is something else than an older evidence folder.
    """
    if not isinstance(evidence, Evidence):
        raise WrongUse(_NO_EVIDENCE.fill(kind=type(evidence).__name__))
    out = given_path(out, _FOLDER)
    files = {
        "evidence.json": record_json(evidence.record),
        **{f"results/{name}.csv": results_csv(frame) for name, frame in evidence.results.items()},
    }
    return whole_folder(out, files, replaces="evidence.json", private=evidence.record.edition != "released")


def remember(path: Path, ledger: Ledger, done: Journey) -> Ledger:
    """Write a release into the ledger, with a copy beside it; an edition that stood is there already."""
    if done.stood:
        return ledger
    record = done.evidence.record
    results = fingerprint(record)
    write_evidence(done.evidence, ledger.edition(results))
    return append(
        path,
        ledger,
        results=results,
        plan=record.provenance.plan,
        threshold=record.release.threshold,
        edition="committee" if record.edition == "committee" else "public",
        populations=done.groups,
    )
