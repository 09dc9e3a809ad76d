"""Is an evidence folder what it says it is: hashes, form, rules of the door, and on request the same bytes from the same data."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from data_schemas.evidence import NUMERIC_COLUMNS, STATUSES, Evidence, read_evidence, record_json, results_csv
from data_schemas.submission import Submission
from data_schemas.words import Words
from evaluation.evidence.provenance import code_hash, contract_hash
from evaluation.failures import CannotRead
from evaluation.planning.deviations import deviations, not_of_results
from evaluation.planning.file import read_plan
from evaluation.planning.lock import is_locked, plan_hash

_REPORTS = (".html", ".pdf", ".docx", ".md")


def verified(folder: Path) -> Iterator[Words]:
    """Every problem of a folder, in words.

    Raises
    ------
    CannotRead
        The folder is no evidence folder, or a file in it has not the promised form.
    """
    try:
        evidence = read_evidence(folder)
    except (OSError, ValueError):
        raise CannotRead(
            Words(
                f"{folder.name} is geen map met uitkomsten, of een bestand erin heeft niet de beloofde vorm.",
                f"{folder.name} is no evidence folder, or a file in it has not the promised form.",
            )
        ) from None
    yield from _hashes(folder, evidence)
    yield from _plan(evidence)
    yield from _told(evidence)
    for name, frame in evidence.results.items():
        yield from _rules(name, frame, evidence)


def _hashes(folder: Path, evidence: Evidence) -> Iterator[Words]:
    known = evidence.record.provenance.results
    for name, wanted in known.items():
        if hashlib.sha256((folder / "results" / name).read_bytes()).hexdigest() != wanted:
            yield Words(f"results/{name} is veranderd na de vrijgave.", f"results/{name} was changed after the release.")
    own = {"evidence.json", "results", *(f"results/{name}" for name in known)}
    every = {path.relative_to(folder).as_posix(): path for path in (*folder.iterdir(), *(folder / "results").iterdir())}
    for name in sorted(set(every) - own):
        if name.startswith("results/") or not name.endswith(_REPORTS):
            yield Words(f"{name} hoort niet bij deze vrijgave.", f"{name} is not part of this release.")
    for name in sorted(own & {name for name, path in every.items() if path.is_symlink()}):
        yield Words(f"{name} is een verwijzing naar elders.", f"{name} is a link to somewhere else.")
    if record_json(evidence.record).encode() != (folder / "evidence.json").read_bytes():
        yield Words("evidence.json is niet in de vaste vorm geschreven.", "evidence.json is not written in its canonical form.")


def _told(evidence: Evidence) -> Iterator[Words]:
    """What the record says of the results must follow from them: deviations by this very program, words of every measure."""
    record = evidence.record
    unnamed = {name for frame in evidence.results.values() for name in frame["measure"]} - set(record.measures)
    if unnamed:
        yield Words("Een maat in de resultaten heeft geen woorden.", "A measure in the results has no words.")
    if record.provenance.code == code_hash():
        followed = deviations(record.plan, evidence.results, record.exploratory, **not_of_results(record.deviations))
        if record.deviations != followed:
            yield Words("De afwijkingen van het plan zijn niet volledig.", "The deviations from the plan are not complete.")


def _plan(evidence: Evidence) -> Iterator[Words]:
    plan, record = evidence.record.plan, evidence.record
    if record.provenance.plan != plan_hash(plan):
        yield Words("De hash van het plan klopt niet.", "The hash of the plan is not right.")
    if not is_locked(plan) and not record.exploratory:
        yield Words(
            "Het plan is niet (goed) vergrendeld en de uitkomsten zijn niet als verkennend gemerkt.",
            "The plan is not (properly) locked and the results are not marked as exploratory.",
        )
    confidential = record.edition == "committee" and plan.disclosure.committee is not None
    if record.release.threshold != (plan.disclosure.committee if confidential else plan.disclosure).threshold:
        yield Words("De drempel is niet die van het plan.", "The threshold is not that of the plan.")


OF_LISTS = r"^(?:measured|n_measured|n_missing|n_inside|analysed|eligible|lost_(?:other_programme|never_measured|no_baseline))$"


def _rules(name: str, frame: pd.DataFrame, evidence: Evidence) -> Iterator[Words]:
    threshold, edition = evidence.record.release.threshold, evidence.record.edition
    allowed = {"exact", "not_estimable"} if edition == "internal" else set(STATUSES) - {"exact"}
    status = frame["status"]
    if set(status) - allowed:
        yield Words(f"{name}: een status die hier niet hoort.", f"{name}: a status that does not belong here.")
    numbers = frame[list(NUMERIC_COLUMNS)].notna().any(axis=1)
    if (numbers & (status == "suppressed")).any():
        yield Words(f"{name}: een achtergehouden rij bevat een getal.", f"{name}: a row that is held back has a number.")
    if evidence.record.release.statuses.get(name, {}) != {k: int(v) for k, v in sorted(status.value_counts().items())}:
        yield Words(f"{name}: de telling van de statussen klopt niet.", f"{name}: the count of statuses is not right.")
    if edition == "internal":
        return
    # the committee's counts are exact from the threshold on
    half = threshold // 2 if edition == "released" else 1
    for column in ("n", "events"):
        values = frame[column].dropna()
        if (
            ((values < threshold) & (values != 0)).any()
            or ((values % half) != 0).any()
            or (column == "n" and (values == 0).any())
        ):
            yield Words(f"{name}: {column} is geen klassenmidden.", f"{name}: {column} is no band middle.")
    # how many people weights are worth is no count
    counted = frame[(frame["unit"] == "people") & (status == "rounded") & frame["estimate"].notna()]
    counts = counted["estimate"]
    # who filled in a list is told the committee as it is, and so is what follows from it, as that for no reason anybody is lost
    follows = counted["measure"].str.match(OF_LISTS) | (counted["measure"].str.startswith("lost_") & (counts == 0))
    least = np.where((edition == "committee") & follows, 0, threshold)
    if ((counts % half != 0) | (counts < least)).any():
        yield Words(f"{name}: een aantal is geen klassenmidden.", f"{name}: a count is no band middle.")
    shares = frame[(frame["unit"] == "share") & (status == "rounded")]["estimate"].dropna()
    if not np.all((shares >= -1) & (shares <= 1)):
        yield Words(f"{name}: een aandeel ligt buiten 0 tot 1.", f"{name}: a share lies outside 0 to 1.")


def repeated(
    folder: Path, submissions: Sequence[Submission], plan_file: Path, ledger_file: Path | None = None
) -> Iterator[Words]:
    """What differs when the run is done again from the same submissions and plan."""
    from evaluation.evidence.ledger_place import of_practice, usual_place
    from evaluation.evidence.running import run
    from evaluation.release.memory.ledger import read_ledger

    old = read_evidence(folder)
    record = old.record
    plan = read_plan(plan_file)
    if plan_hash(plan) != record.provenance.plan:
        yield Words("Dit is een ander plan dan dat van de vrijgave.", "This is another plan than that of the release.")
        return
    if sorted(one.name for one in submissions) != sorted(one.name for one in record.submissions):
        yield Words(
            "Dit zijn andere inzendingen dan die van de vrijgave.", "These are other submissions than those of the release."
        )
        return
    public = {one.name: one.sha256 for one in record.submissions if record.edition == "internal" or one.nature != "practice"}
    for one in submissions:
        if public.get(one.name, one.sha256) != one.sha256:
            yield Words(f"De gegevens van {one.name} zijn veranderd.", f"The data of {one.name} were changed.")
    for hash_, now, nl, en in (
        (record.provenance.code, code_hash(), "programma", "program"),
        (record.provenance.contract, contract_hash(), "contract", "contract"),
    ):
        if hash_ != now:
            yield Words(f"Een ander {nl} dan bij de vrijgave.", f"Another {en} than at the release.")
    if ledger_file is None and record.release.ledger and of_practice(submissions):
        ledger_file = usual_place()
    if record.release.ledger != (ledger_file is not None):
        yield (
            Words(
                "Deze uitgave is met een register gemaakt: geef --ledger.",
                "This edition was made with a ledger: give --ledger.",
            )
            if record.release.ledger
            else Words("Deze uitgave is zonder register gemaakt.", "This edition was made without a ledger.")
        )
        return
    ledger = read_ledger(ledger_file).before(record) if ledger_file is not None else None
    again = run(
        submissions,
        plan,
        internal=record.edition == "internal",
        exploratory=record.exploratory,
        edition="committee" if record.edition == "committee" else "public",
        ledger=ledger,
    )
    for name in sorted({*old.results, *again.results}):
        file = folder / "results" / f"{name}.csv"
        now = results_csv(again.results[name]).encode() if name in again.results else b""
        if not file.exists() or file.read_bytes() != now:
            yield Words(f"results/{name}.csv is niet dezelfde.", f"results/{name}.csv is not the same.")
    if record_json(again.record) != (folder / "evidence.json").read_text(encoding="utf-8"):
        yield Words("evidence.json is niet dezelfde.", "evidence.json is not the same.")
