"""What was checked, on one page to keep: names, counts and hashes, never a cell."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from data_schemas.submission import CONTRACT_VERSION
from data_schemas.tables import tables
from data_schemas.words import Lang, Words
from evaluation.output.pages import Grid, Heading, Text, as_html
from evaluation.validation.telling import SEVERITY
from evaluation.validation.validation import Validation

_TITLE = Words("Bewijs van controle", "Receipt of the check")
_LEAD = Words(
    "Dit bestand is op uw eigen computer gecontroleerd. Er is niets verstuurd. Bewaar dit bewijs bij wat u instuurt: met de "
    "controlegetallen kan de ontvanger zien dat het hetzelfde bestand is.",
    "This file was checked on your own computer. Nothing was sent. Keep this receipt with what you hand in: by the hashes the "
    "receiver can see that it is the same file.",
)
_WHAT, _ANSWER = Words("Wat", "What"), Words("Antwoord", "Answer")
_ROWS = {
    "file": Words("Bestand", "File"),
    "bytes": Words("SHA-256 van het bestand", "SHA-256 of the file"),
    "content": Words("SHA-256 van de gegevens", "SHA-256 of the data"),
    "verdict": Words("Uitkomst", "Outcome"),
    "moment": Words("Gecontroleerd op", "Checked on"),
    "program": Words("Programma", "Program"),
    "contract": Words("Afspraken (contract)", "Contract"),
}
_NONE = Words("geen: niet geaccepteerd", "none: not accepted")
_READ, _COUNT = Words("Ingelezen", "Read"), Words("Aantal", "Number")
_FOUND = Words("Bevindingen", "Findings")


def receipt(path: Path, validation: Validation, moment: datetime, lang: Lang) -> str:
    """The page. `path` is the workbook, or the folder of tables, that was checked."""
    submission = validation.submission
    said = {
        "file": validation.name,
        "bytes": file_hash(path),
        "content": submission.sha256 if submission else _NONE[lang],
        "verdict": validation.verdict()[lang],
        "moment": f"{moment:%Y-%m-%d %H:%M}",
        "program": f"intervention-evaluation {version('intervention-evaluation')}",
        "contract": CONTRACT_VERSION,
    }
    counts: Mapping[str, int] = validation.rows
    found = [
        [SEVERITY[finding.rule.severity][lang], finding.rule.title[lang], finding.rule.code, str(max(1, len(finding.lines)))]
        for finding in validation.findings
    ]
    heads = [Words("Soort", "Kind"), Words("Bevinding", "Finding"), Words("Code", "Code"), Words("Rijen", "Rows")]
    blocks = [
        Heading(1, _TITLE[lang]),
        Text(_LEAD[lang]),
        Grid("", [_WHAT[lang], _ANSWER[lang]], [[_ROWS[key][lang], value] for key, value in said.items()]),
        Grid(_READ[lang], [_WHAT[lang], _COUNT[lang]], [[tables()[name].label[lang], str(n)] for name, n in counts.items()]),
        *([Grid(_FOUND[lang], [head[lang] for head in heads], found)] if found else []),
    ]
    return as_html(blocks, lang)


def file_hash(path: Path) -> str:
    """SHA-256 of a file; of a folder over the names and hashes of its files."""
    if path.is_dir():
        lines = [f"{one.name} {file_hash(one)}\n" for one in sorted(path.iterdir()) if one.is_file()]
        return hashlib.sha256("".join(lines).encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
