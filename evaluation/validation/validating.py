"""`validate`: one pass over a submission, every finding at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from data_schemas.finding import Delivery, Finding, Skipped, TableRule
from data_schemas.rules import cells, table_rules
from data_schemas.submission import Manifest, Submission
from evaluation.reading import read_sheets
from evaluation.validation.delivery import TypedTable, deliver, known_instruments, type_tables
from evaluation.validation.manifest import read_manifest
from evaluation.validation.validation import Validation


def validate(path: str | Path) -> Validation:
    """Read and check a submission.

    Parameters
    ----------
    path
        A folder with CSV, Parquet or SPSS files and `submission.toml`, or one Excel workbook.

    Returns
    -------
    Validation
        `accepted`, the findings and the rules that were skipped; `submission` when accepted.

    Raises
    ------
    evaluation.failures.CannotRead
        When a file cannot be read at all.
    """
    raw = read_sheets(Path(path))
    manifest, about_manifest = read_manifest(raw.manifest_text)
    typed, about_tables = type_tables(raw.sheets, manifest)
    delivery = deliver(typed, known_instruments(manifest))
    about_rows, skipped = check_rules(delivery, typed)
    findings = (
        *raw.findings,
        *about_manifest,
        *about_tables,
        *(finding for table in typed.values() for finding in table.findings),
        *unknown_clients(delivery, typed),
        *about_rows,
    )
    accepted = all(finding.rule.severity != "error" for finding in findings)
    notes = tuple(dict.fromkeys(note for sheet in raw.sheets for note in sheet.notes))
    rows = {name: len(table.frame) for name, table in typed.items() if table.file}
    return Validation(
        raw.name,
        rows,
        _ordered(findings),
        skipped,
        notes,
        submit(manifest, delivery, findings) if accepted and manifest else None,
    )


def check_rules(delivery: Delivery, typed: Mapping[str, TypedTable]) -> tuple[list[Finding], tuple[Skipped, ...]]:
    """Run every rule beyond one cell; a rule without its columns or with nothing to check has not passed: it is skipped."""
    readable = frozenset().union(*(table.readable for table in typed.values()))
    findings, skipped = [], []
    for rule in table_rules():
        missing = tuple(need for need in rule.needs if need not in readable)
        finding = None if missing else _check(rule, delivery, typed[rule.table])
        if finding is None:
            skipped.append(Skipped(rule, missing))
        elif len(finding.lines):
            findings.append(finding)
    return findings, tuple(skipped)


def _check(rule: TableRule, delivery: Delivery, table: TypedTable) -> Finding | None:
    outcome = rule.check(delivery)
    checked = int(outcome.applies.sum())
    if checked == 0:
        return None
    return Finding(rule, table.file, rule.table, rule.columns, table.lines[outcome.breaks & outcome.applies], checked)


def unknown_clients(delivery: Delivery, typed: Mapping[str, TypedTable]) -> list[Finding]:
    """Rows of other tables whose client has no treatment."""
    if not typed["treatments"].file:
        return []
    findings = []
    for name, table in typed.items():
        if name == "treatments" or "client" not in table.present:
            continue
        named = table.frame["client"].notna().to_numpy()
        unknown = named & (delivery.tables[name]["client"].cat.codes.to_numpy() < 0)
        if unknown.any():
            findings.append(
                Finding(
                    cells.CLIENT_UNKNOWN,
                    table.file,
                    name,
                    ("client",),
                    table.lines[unknown],
                    int(named.sum()),
                    {"table": table.table.label},
                )
            )
    return findings


def submit(manifest: Manifest, delivery: Delivery, findings: tuple[Finding, ...]) -> Submission:
    """The submission that validation vouches for."""
    warnings = tuple((finding.rule.code, len(finding.lines)) for finding in findings)
    return Submission(manifest, delivery.tables, _sha256(manifest, delivery.tables), warnings)


def _sha256(manifest: Manifest, tables: Mapping[str, pd.DataFrame]) -> str:
    """A hash over content: neither the file format nor the order of the rows matters."""
    digest = hashlib.sha256(manifest.model_dump_json().encode())
    for name, frame in sorted(tables.items()):
        rows = pd.util.hash_pandas_object(frame, index=False).to_numpy()
        digest.update(name.encode() + np.sort(rows).tobytes())
    return digest.hexdigest()


def _ordered(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    rank = {"error": 0, "warning": 1, "notice": 2}
    return tuple(sorted(findings, key=lambda finding: rank[finding.rule.severity]))
