"""Evidence: released results with their plan and provenance. All that a report may see.

On disk an evidence folder holds `evidence.json` and one `results/<analysis>.csv` per analysis, long and tidy, always with
the columns of `RESULT_COLUMNS`. A value that is held back is empty and flagged in `status`; it is never a number.

Reports import from this module alone; what they need of the words of the contract (`Words`, `Lang`, `code_list`,
`column_words`, `code_words`, `DESIGN_CARRIES`, `DESIGN_NAMES`) is therefore to be had here too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import pandas as pd
from pydantic import BaseModel, ConfigDict

from data_schemas.codelists import code_list
from data_schemas.contract_words import code_words, column_words
from data_schemas.designs import DESIGN_CARRIES, DESIGN_NAMES
from data_schemas.instruments import Instrument
from data_schemas.plan import Plan
from data_schemas.submission import Label
from data_schemas.words import LANGS, Lang, Words

__all__ = [
    "DESIGN_CARRIES",
    "DESIGN_NAMES",
    "LANGS",
    "NUMERIC_COLUMNS",
    "RESULT_COLUMNS",
    "STATUSES",
    "CriterionProfile",
    "Deviation",
    "Evidence",
    "EvidenceRecord",
    "FindingCount",
    "GateOutcome",
    "Instrument",
    "Label",
    "Lang",
    "MeasureLabel",
    "NumberKind",
    "Plan",
    "Provenance",
    "Release",
    "Status",
    "SubmissionRecord",
    "Words",
    "code_list",
    "code_words",
    "column_words",
    "evidence_schema",
    "read_evidence",
    "record_json",
    "results_csv",
]

RESULT_COLUMNS = (
    "analysis",
    "outcome",
    "measure",
    "arm",
    "subgroup",
    "time",
    "estimate",
    "ci_low",
    "ci_high",
    "p_value",
    "n",
    "events",
    "unit",
    "method",
    "status",
    "std_error",
    "df",
)
NumberKind = Literal["count", "share", "score", "effect", "weeks", "statistic", "ratio"]
NUMERIC_COLUMNS = ("estimate", "ci_low", "ci_high", "p_value", "n", "events", "std_error", "df")
Status = Literal["exact", "released", "rounded", "suppressed", "not_estimable"]
STATUSES: tuple[str, ...] = get_args(Status)


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SubmissionRecord(_Record):
    """What the evidence says of one submission.

    `sha256` is that of the data when these are public or fictional. Of a provider's own data it would confirm a guess to whoever
    knows all clients but one: it is then keyed with the ledger's key, and empty when there is no ledger.
    """

    name: str
    title: Label | None
    source: str
    nature: Literal["practice", "public", "fictional"]
    sha256: str


class FindingCount(_Record):
    """How often a rule did not hold in the accepted data: in an internal edition only, for counts of rows pass no audit."""

    submission: str
    rule: str
    severity: Literal["warning", "notice"]
    title: Label
    rows: int | None


class Deviation(_Record):
    """Something in the plan that was not run, with the reason; or, when it is `extra`, something described that the plan does not name."""

    analysis: str
    outcome: str
    reason: Label
    extra: bool = False


class GateOutcome(_Record):
    """A condition of the plan that was checked before any effect was opened.

    Parameters
    ----------
    name
        The plan's key: `attrition`, `largest_baseline_difference`, `smallest_overlap`, `smallest_measured` or
        `largest_warning_share`.
    outcome, time
        For which outcome and moment it was checked; empty time for events.
    open
        Whether the condition holds, and the effect is shown.
    found
        What was found, as far as released rows say it; None otherwise.
    allowed
        What the plan allows; None for a boundary that depends on the attrition itself.
    reason
        In words, for a gate that is closed as for one that is open.
    """

    name: str
    outcome: str
    time: str
    open: bool
    found: float | None
    allowed: float | None
    reason: Label


class CriterionProfile(_Record):
    """What these data show about one criterion of the committee, and what they cannot; never whether it is met.

    `verified` is False when the wording of the criterion was not read in the committee's own document.
    """

    id: str
    level: str
    criterion: Label
    source: str
    verified: bool
    judged_by: Literal["data", "people"]
    shows: tuple[Label, ...]
    cannot_show: Label


class MeasureLabel(Label):
    """What people call a measure, and how its number is written."""

    number: NumberKind


class Provenance(_Record):
    """Hashes and versions from which the run can be repeated."""

    plan: str
    contract: str
    code: str
    results: dict[str, str]
    versions: dict[str, str]
    constraints: str = ""


class Release(_Record):
    """How disclosure control was set, and how many values of each analysis it let through.

    `ledger`: the edition was compared with earlier ones; without that, two editions that differ by a person may tell of that person.
    `number`: which edition in that ledger it is, from 1. A first edition about people who had one before was made with a ledger begun anew.
    """

    threshold: int
    statuses: dict[str, dict[str, int]]
    ledger: bool = False
    number: int | None = None


class EvidenceRecord(_Record):
    """The content of `evidence.json`."""

    format: Literal["1"] = "1"
    edition: Literal["released", "committee", "internal"]
    exploratory: bool = False
    plan: Plan
    submissions: tuple[SubmissionRecord, ...]
    labels: dict[str, Label]
    measures: dict[str, MeasureLabel]
    instruments: dict[str, Instrument]
    findings: tuple[FindingCount, ...]
    deviations: tuple[Deviation, ...]
    release: Release
    provenance: Provenance
    gates: tuple[GateOutcome, ...] = ()
    criteria: str = ""
    profile: tuple[CriterionProfile, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """An evidence folder in memory: the record, and one tidy data frame per analysis."""

    record: EvidenceRecord
    results: Mapping[str, pd.DataFrame] = field(repr=False)

    def select(self, analysis: str, **where: Any) -> pd.DataFrame:
        """The rows of one analysis in which every named column has the given value, or one of a tuple or list.

        What is not there gives an empty frame with the same columns: a report asks for what a run may not have. In a notebook
        `evaluation.Evidence.rows` refuses it instead.
        """
        frame = self.results.get(analysis, pd.DataFrame(columns=list(RESULT_COLUMNS)))
        for column, wanted in where.items():
            frame = frame[
                frame[column].isin([wanted] if isinstance(wanted, str) or not hasattr(wanted, "__iter__") else wanted)
            ]
        return frame

    def label(self, code: str) -> Words:
        """Words for an arm, programme or provider; the code itself when it has none."""
        return self.record.labels[code].words if code in self.record.labels else Words(code, code)


def read_evidence(folder: str | Path) -> Evidence:
    """Read an evidence folder.

    Raises
    ------
    FileNotFoundError
        When `evidence.json` or a results file named in it is missing.
    ValueError
        When a file does not have the promised form (pydantic's ValidationError is one).
    """
    folder = Path(folder)
    record = EvidenceRecord.model_validate_json((folder / "evidence.json").read_text(encoding="utf-8"))
    results = {}
    for name in record.provenance.results:
        frame = pd.read_csv(folder / "results" / name, dtype=str, keep_default_na=False)
        if tuple(frame.columns) != RESULT_COLUMNS:
            raise ValueError(f"results/{name}: the columns are not those of an evidence folder")
        numbers = {c: pd.to_numeric(frame[c].mask(frame[c] == "")) for c in NUMERIC_COLUMNS}
        results[name.removesuffix(".csv")] = frame.assign(**numbers)
    return Evidence(record, results)


def results_csv(frame: pd.DataFrame) -> str:
    """One analysis as CSV text, numbers in their shortest exact form, counts as whole numbers, empty where there is none."""
    counts = {name: frame[name].round().astype("Int64") for name in ("n", "events")}
    return frame.assign(**counts).loc[:, list(RESULT_COLUMNS)].to_csv(index=False, lineterminator="\n")


def record_json(record: EvidenceRecord) -> str:
    """The record as canonical JSON text: sorted keys, two spaces, a final newline."""
    return json.dumps(record.model_dump(mode="json"), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def evidence_schema() -> str:
    """The JSON Schema of `evidence.json`, as it stands in `data_schemas/evidence.schema.json`."""
    return json.dumps(EvidenceRecord.model_json_schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
