"""What `validate` answers, and how it shows itself: as text, as JSON and in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from data_schemas.finding import Finding, Skipped
from data_schemas.submission import Submission
from data_schemas.words import Lang, Words
from evaluation.privacy.check import PrivacyCheck

SHOWN_LINES = 6

SEVERITY = {"error": Words("FOUT", "ERROR"), "warning": Words("LET OP", "WARNING"), "notice": Words("TER INFO", "NOTICE")}
_ACCEPTED = Words("Geaccepteerd", "Accepted")
_REFUSED = Words("Niet geaccepteerd", "Not accepted")
_LINES = Words("regel {lines}", "line {lines}")
_MORE = Words("{lines} en nog {more}", "{lines} and {more} more")
PARTS = {
    "repair": Words("Wat te doen", "What to do"),
    "effect": Words("Gevolg", "Effect"),
    "more": Words("Meer lezen", "Read on"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Validation:
    """The outcome of validating one submission.

    Parameters
    ----------
    name
        The folder or file that was read.
    rows
        Number of rows per table that was handed in.
    findings
        Errors first. None of them holds a cell value.
    skipped
        Rules that could not run or found nothing to check: they have not passed.
    notes
        What had to be guessed while reading.
    privacy
        What was searched for identifying data, and how large the groups of equal people are.
    submission
        The validated data; None when not accepted.
    """

    name: str
    rows: Mapping[str, int]
    findings: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[Words, ...]
    privacy: PrivacyCheck = field(repr=False)
    submission: Submission | None = field(repr=False)

    @property
    def accepted(self) -> bool:
        """Whether no rule of severity `error` was broken."""
        return self.submission is not None

    def verdict(self) -> Words:
        """One line: accepted or not, and how many findings."""
        errors = sum(finding.rule.severity == "error" for finding in self.findings)
        words = _ACCEPTED if self.accepted else _REFUSED
        counts = Words("{fouten} fouten, {rest} aandachtspunten", "{fouten} errors, {rest} points of attention")
        return Words("{words}: {name} ({counts})", "{words}: {name} ({counts})").fill(
            words=words, name=self.name, counts=counts.fill(fouten=errors, rest=len(self.findings) - errors)
        )

    def markdown(self, lang: Lang = "nl") -> str:
        """All findings as Markdown, at most a handful of lines of each."""
        parts = [f"**{self.verdict()[lang]}**", *(finding_markdown(finding, lang) for finding in self.findings)]
        return "\n\n".join(parts)

    def _repr_markdown_(self) -> str:
        return self.markdown("en")

    def as_json(self) -> dict:
        """The stable form of `evaluation validate --json`; every line number, no cell value."""
        return {
            "format": "1",
            "name": self.name,
            "accepted": self.accepted,
            "rows": dict(self.rows),
            "notes": [dict(note._asdict()) for note in self.notes],
            "findings": [finding_json(finding) for finding in self.findings],
            "skipped": [{"rule": skip.rule.code, "missing": list(skip.missing)} for skip in self.skipped],
        }


def skipped_words(skipped: tuple[Skipped, ...]) -> Words | None:
    """Which rules did not run, in one sentence; None when all did."""
    if not skipped:
        return None
    names = [
        Words(
            *(f"{skip.rule.title[lang]}{f' ({chr(44).join(skip.missing)})' if skip.missing else ''}" for lang in ("nl", "en"))
        )
        for skip in skipped
    ]
    lists = Words(*("; ".join(name[lang] for name in names) for lang in ("nl", "en")))
    return Words(
        "Niet nagegaan, omdat kolommen ontbreken of er niets na te gaan was: {lists}.",
        "Not checked, because columns are missing or there was nothing to check: {lists}.",
    ).fill(lists=lists)


def finding_json(finding: Finding) -> dict:
    """One finding as plain data."""
    return {
        "rule": finding.rule.code,
        "severity": finding.rule.severity,
        "title": finding.rule.title._asdict(),
        "file": finding.file,
        "table": finding.table,
        "columns": list(finding.columns),
        "lines": finding.lines.tolist(),
        "count": len(finding.lines),
        "checked": finding.checked,
        "expectation": finding.expectation._asdict(),
        "repair": finding.repair._asdict(),
        "effect": finding.rule.effect._asdict(),
    }


def where(finding: Finding, lang: Lang) -> str:
    """File, column and the first few lines, as one phrase."""
    parts = [finding.file or finding.table, ", ".join(finding.columns), shown_lines(finding.lines, lang)]
    return ", ".join(part for part in parts if part)


def shown_lines(lines: np.ndarray, lang: Lang) -> str:
    """At most a handful of line numbers, and how many more there are."""
    if len(lines) == 0:
        return ""
    shown = ", ".join(str(line) for line in lines[:SHOWN_LINES])
    if len(lines) > SHOWN_LINES:
        shown = _MORE.fill(lines=shown, more=len(lines) - SHOWN_LINES)[lang]
    return _LINES.fill(lines=shown)[lang]


def finding_markdown(finding: Finding, lang: Lang) -> str:
    """One finding: what, where, the fact that should hold, the repair, the effect, where to read on."""
    head = f"**{SEVERITY[finding.rule.severity][lang]}: {finding.rule.title[lang]}** ({where(finding, lang)})"
    return (
        f"{head}  \n{finding.expectation[lang]}  \n{PARTS['repair'][lang]}: {finding.repair[lang]}  \n"
        f"{PARTS['effect'][lang]}: {finding.rule.effect[lang]}  \n"
        f"{PARTS['more'][lang]}: `evaluation explain {finding.rule.code}`"
    )
