"""What `validate` answers, and how it shows itself: as text, as JSON and in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from data_schemas.finding import Finding, Skipped
from data_schemas.showing import card, prose
from data_schemas.submission import Submission
from data_schemas.words import Lang, Words
from evaluation.privacy.check import PrivacyCheck
from evaluation.validation.as_json import FORMAT, finding_json, privacy_json, skipped_json
from evaluation.validation.telling import group_markdown, grouped, skipped_words

_ACCEPTED = Words("Geaccepteerd", "Accepted")
_REFUSED = Words("Niet geaccepteerd", "Not accepted")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
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
        errors = self.count("error")
        rest = len(self.findings) - errors
        words = _ACCEPTED if self.accepted else _REFUSED
        counts = Words(
            f"{errors} {'fout' if errors == 1 else 'fouten'}, {rest} {'aandachtspunt' if rest == 1 else 'aandachtspunten'}",
            f"{errors} {'error' if errors == 1 else 'errors'}, {rest} {'point' if rest == 1 else 'points'} of attention",
        )
        return Words("{words}: {name} ({counts})", "{words}: {name} ({counts})").fill(
            words=words, name=self.name, counts=counts
        )

    def count(self, severity: str) -> int:
        """How many findings are of this severity."""
        return sum(finding.rule.severity == severity for finding in self.findings)

    def markdown(self, lang: Lang = "nl") -> str:
        """All findings as Markdown, at most a handful of lines of each."""
        parts = [f"**{self.verdict()[lang]}**", *(group_markdown(group, lang) for group in grouped(self.findings))]
        return "\n\n".join(parts)

    def html(self, lang: Lang = "nl") -> str:
        """The verdict, all findings as `markdown` gives them, and what was not checked."""
        skipped = skipped_words(self.skipped)
        parts = [prose(group_markdown(group, lang)) for group in grouped(self.findings)]
        return card(self.verdict()[lang], parts, note=skipped[lang] if skipped else "")

    def __repr__(self) -> str:
        """One line; `print(validation.markdown("en"))` says everything."""
        return f"<{self.verdict().en}>"

    def _repr_html_(self) -> str:
        return self.html("en")

    def as_json(self) -> dict:
        """The stable form of `evaluation validate --json`; every line number, no cell value."""
        return {
            "format": FORMAT,
            "name": self.name,
            "accepted": self.accepted,
            "rows": dict(self.rows),
            "notes": [note._asdict() for note in self.notes],
            "findings": [finding_json(finding) for finding in self.findings],
            "skipped": [skipped_json(skip) for skip in self.skipped],
            "privacy": privacy_json(self.privacy),
        }
