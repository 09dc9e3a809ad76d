"""`validate`: one pass over a submission, every finding at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow

from data_schemas.finding import Delivery, Finding, Outcome, Skipped, TableRule, WholeRule
from data_schemas.plan import Plan
from data_schemas.rules import cells, table_rules
from data_schemas.rules._counting import mixed_hash, numbers, positions
from data_schemas.submission import Manifest, Submission
from data_schemas.words import Words
from evaluation.output.files import given_path
from evaluation.privacy.check import check_privacy, search
from evaluation.privacy.seen import with_seen
from evaluation.reading import read_sheets
from evaluation.validation.delivery import TypedTable, deliver, known_instruments, type_tables
from evaluation.validation.locating import located, places
from evaluation.validation.manifest import read_manifest
from evaluation.validation.validation import Validation

_SUBMISSION = Words("de map of de werkmap van een inzending", "the folder or the workbook of a submission")
# Rules that count at the same time; each needs a few columns of its own meanwhile.
_AT_ONCE = 2
# A table as a whole is not judged by a column of which more than this share could not be read.
MOST_UNREAD = 0.05


def validate(
    path: str | Path, *, plan: Plan | None = None, previous: str | Path | None = None, seen: Iterable[str] = ()
) -> Validation:
    """Read and check a submission.

    Parameters
    ----------
    path
        A folder with CSV, Parquet or SPSS files and `submission.toml`, or one Excel workbook.
    plan
        The plan that the submission should carry: then it is also seen whether enough people were measured for it.
    previous
        What the same provider handed in before: then it is also seen what changed since.
    seen
        Places that the provider looked at and that point at no person (`Behandelingen!AD4`), beside those that a workbook says
        itself on its sheet of findings.

    Returns
    -------
    Validation
        `accepted`, the findings, the rules that were skipped and the privacy check; `submission` when accepted.

    Raises
    ------
    evaluation.failures.CannotRead
        When a file cannot be read at all.
    """
    raw = read_sheets(given_path(path, _SUBMISSION))
    name, about_reading, seen = raw.name, raw.findings, (*raw.seen, *seen)
    notes = tuple(dict.fromkeys(note for sheet in raw.sheets for note in sheet.notes))
    where = places(raw.sheets)
    manifest, about_manifest = read_manifest(raw.manifest_text, *raw.manifest_place)
    with ThreadPoolExecutor(1) as pool:
        searching = pool.submit(search, raw)
        typed, about_tables = type_tables(raw.sheets, manifest, raw.findings)
        found = searching.result()
    del raw, searching  # the texts are as large as the files
    pyarrow.default_memory_pool().release_unused()
    delivery = deliver(typed, known_instruments(manifest), plan, _earlier(previous))
    about_rows, skipped = check_rules(delivery, typed)
    privacy = check_privacy(found, delivery.tables, manifest.covariates if manifest else {})
    told = (
        *about_reading,
        *about_manifest,
        *about_tables,
        *(finding for table in typed.values() for finding in table.findings),
        *unknown_clients(delivery, typed),
        *about_rows,
        *privacy.findings,
    )
    findings = with_seen(located(told, where), seen)
    accepted = all(finding.rule.severity != "error" for finding in findings)
    return Validation(
        name,
        {name: len(table.frame) for name, table in typed.items() if table.file},
        _ordered(findings),
        skipped,
        notes,
        privacy,
        submit(manifest, delivery, findings) if accepted and manifest else None,
    )


def _earlier(previous: str | Path | None) -> Delivery | None:
    """The earlier delivery, typed; what is wrong in it was said at the time."""
    if previous is None:
        return None
    raw = read_sheets(Path(previous))
    manifest, _ = read_manifest(raw.manifest_text)
    typed, _ = type_tables(raw.sheets, manifest)
    return deliver(typed, known_instruments(manifest))


def check_rules(delivery: Delivery, typed: Mapping[str, TypedTable]) -> tuple[list[Finding], tuple[Skipped, ...]]:
    """Run every rule beyond one cell; a rule without its columns or with nothing to check has not passed: it is skipped."""
    readable = frozenset().union(*(table.readable for table in typed.values()))
    readable |= {name for name in ("plan", "previous") if getattr(delivery, name) is not None}
    missing = [
        tuple(need for need in rule.needs if need not in readable or _hopeless(rule, need, typed)) for rule in table_rules()
    ]

    def seen(rule: TableRule, lacks: tuple[str, ...]) -> list[Finding] | None:
        return None if lacks else _check(rule, delivery, typed)

    with ThreadPoolExecutor(_AT_ONCE) as pool:  # numpy counts without holding the interpreter
        found = list(pool.map(seen, table_rules(), missing))
    skipped = tuple(Skipped(rule, lacks) for rule, lacks, some in zip(table_rules(), missing, found) if some is None)
    return [finding for some in found for finding in some or ()], skipped


def _hopeless(rule: TableRule, need: str, typed: Mapping[str, TypedTable]) -> bool:
    """Whether too many cells of a column could not be read to judge a table as a whole by it."""
    table, _, column = need.partition(".")
    unread = typed[table].unread.get(column) if isinstance(rule, WholeRule) and table in typed else None
    return unread is not None and np.count_nonzero(unread) > MOST_UNREAD * len(unread)


def _unsure(rule: TableRule, delivery: Delivery, typed: Mapping[str, TypedTable]) -> np.ndarray | None:
    """Rows about which a rule cannot judge, because it would take a cell that could not be read for an empty one."""
    unsure = None
    for need in rule.needs:
        name, _, column = need.partition(".")
        unread = typed[name].unread.get(column) if name in typed else None
        if unread is None or not unread.any():
            continue
        if name != rule.table:
            blamed = np.unique(positions(delivery.tables[name]["client"])[unread])
            unread = np.isin(positions(delivery.tables[rule.table]["client"]), blamed[blamed >= 0])
        unsure = unread if unsure is None else unsure | unread
    return unsure


def _check(rule: TableRule, delivery: Delivery, typed: Mapping[str, TypedTable]) -> list[Finding] | None:
    """The findings of one rule; None when there was nothing to check."""
    seen, table = rule.check(delivery), typed[rule.table]
    columns = tuple(name for name in rule.columns if name in table.present)
    if not isinstance(seen, Outcome):
        broken = [
            Finding(rule, table.file, rule.table, case.get("blamed", columns), checked=seen.checked, values=case)
            for case in seen.broken
        ]
        return broken if seen.checked else None
    unsure = _unsure(rule, delivery, typed)
    applies = seen.applies if unsure is None else seen.applies & ~unsure
    if not applies.any():
        return None
    rows = np.flatnonzero(seen.breaks & applies)
    checked = int(np.count_nonzero(applies))
    if seen.cases:
        parts = [(np.flatnonzero(seen.breaks & applies & mine), values) for mine, values in seen.cases]
        return [
            Finding(rule, table.file, rule.table, columns, table.lines[at], checked, values) for at, values in parts if len(at)
        ]
    return [Finding(rule, table.file, rule.table, columns, table.lines[rows], checked)] if len(rows) else []


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
    texts = _TextHashes()
    for name, frame in sorted(tables.items()):
        rows = np.zeros(len(frame), np.uint64)
        for column in frame:
            rows += _hashes(frame[column], column, texts)
        rows.sort()
        digest.update(name.encode())
        digest.update(rows)
    return digest.hexdigest()


class _TextHashes(dict[int, np.ndarray]):
    """64 bits per distinct text; all tables name their people by the same texts, which are hashed once.

    Keyed by identity: the frames hold the indexes for as long as this lives.
    """

    def of(self, texts: pd.Index) -> np.ndarray:
        if id(texts) not in self:
            self[id(texts)] = pd.util.hash_array(texts.to_numpy(dtype=object), categorize=False)
        return self[id(texts)]


def _hashes(column: pd.Series, name: str, texts: _TextHashes) -> np.ndarray:
    """64 bits per row: of its text or its number, and of the column's name, so that values cannot change places unseen."""
    salt = np.frombuffer(hashlib.sha256(name.encode()).digest()[:8], np.uint64)
    if isinstance(column.dtype, pd.CategoricalDtype):
        return mixed_hash(np.append(texts.of(column.cat.categories), np.uint64(0)) ^ salt)[column.cat.codes.to_numpy()]
    return mixed_hash((numbers(column) + 0.0).view(np.uint64) ^ salt)


def _ordered(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    rank = {"error": 0, "warning": 1, "notice": 2}
    return tuple(sorted(findings, key=lambda finding: rank[finding.rule.severity]))
