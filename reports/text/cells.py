"""One result row as the text of a table cell, and the notes that a table then owes its reader."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from data_schemas.evidence import Evidence, Lang, NumberKind, Words
from reports.text.groups import Row
from reports.text.markdown import plain
from reports.text.numbers import NO_BREAK, is_number, number, p_value, with_interval
from reports.text.vocabulary import measure_kind, why_not

NOT_GIVEN = "–"
# a released p-value is at most so large; from here on it says nothing
_EMPTY_P = 0.995
_NO_P = Words("open", "open")
_P_NOTE = Words(
    "≤: door de afronding is bekend dat p hoogstens zo groot is; open: de afronding laat niet toe er iets van te zeggen.",
    "≤: after rounding p is known to be at most so large; open: the rounding leaves nothing to be said of it.",
)
# shares from a published table, not from people: between 5% and 6% lies a verdict
_FIXED = ("attrition_boundary",)
HIDDEN = Words("te weinig {people} om te tonen (n < {threshold})", "too few {people} to show (n < {threshold})")
_HIDDEN_CELL = Words("niet getoond", "not shown")
# a share is also held back when the others are too few: "n < 10" in the cell itself would then be untrue
_HIDDEN_NOTE = Words(
    "Niet getoond: te weinig {people} om te tonen (n < {threshold}), in deze groep of in de rest.",
    "Not shown: too few {people} to show (n < {threshold}), in this group or in the others.",
)
_ROUNDED_NOTE = Words(
    "Aantallen zijn afgerond, in klassen van {threshold} breed; optellingen kunnen daardoor afwijken.",
    "Counts are rounded, in bands of {threshold} wide; sums can differ for that reason.",
)
_NOT_ESTIMABLE = Words("niet te schatten", "not estimable")
_BECAUSE = Words("Niet te schatten: {reasons}.", "Not estimable: {reasons}.")
_INTERVAL_NOTE = Words("Tussen haakjes het 95%-interval.", "In brackets the 95% interval.")
_PEOPLE = {True: Words("deelnemers", "participants"), False: Words("jongeren", "young people")}


def people(evidence: Evidence) -> Words:
    """What the people are called: a public example is not about young people in care."""
    return _PEOPLE[any(submission.nature == "public" for submission in evidence.record.submissions)]


def hidden(evidence: Evidence) -> Words:
    """Why a whole block is not shown."""
    return HIDDEN.fill(people=people(evidence), threshold=evidence.record.release.threshold)


def all_hidden(rows: pd.DataFrame) -> bool:
    """Whether there are rows, and disclosure control held back every one."""
    return len(rows) > 0 and bool((rows["status"] == "suppressed").all())


@dataclass
class Cells:
    """Makes cells for one table and remembers which notes it needs."""

    evidence: Evidence
    lang: Lang
    was_hidden: bool = False
    was_rounded: bool = False
    had_interval: bool = False
    had_bound: bool = False
    reasons: dict[str, None] = field(default_factory=dict)

    def value(self, row: Row | None, *, interval: bool = True) -> str:
        """The estimate of a row with its interval, or why there is none; a dash when the analysis does not give it."""
        if row is None:
            return NOT_GIVEN
        absent = self._absent(row)
        if absent is not None:
            return absent
        kind = measure_kind(self.evidence, row["measure"])
        if not interval or not is_number(row["ci_low"]):
            return number(row["estimate"], kind, self.lang, digits=share_digits(row, kind))
        self.had_interval = True
        return with_interval(row, kind, self.lang, digits=share_digits(row, kind))

    def share_of(self, row: Row | None) -> str:
        """A share with the counts behind it: 29% (125 of 435)."""
        text = self.value(row, interval=False)
        if row is None or self._absent(row) is not None or not is_number(row["events"]):
            return text
        events, n = (number(row[column], "count", self.lang) for column in ("events", "n"))
        return f"{text} ({events}{NO_BREAK}{Words('van', 'of')[self.lang]}{NO_BREAK}{n})"

    def count(self, row: Row | None, column: str) -> str:
        """How many people (`n`) or events stand behind a row."""
        if row is None:
            return NOT_GIVEN
        if row["status"] == "suppressed":
            return self._held_back()
        self.was_rounded |= row["status"] in ("rounded", "released")
        return number(row[column], "count", self.lang) if is_number(row[column]) else NOT_GIVEN

    def p(self, row: Row | None) -> str:
        """The p-value of a row, a dash when it has none."""
        if row is None or not is_number(row["p_value"]):
            return NOT_GIVEN
        text = plain(p_value(row["p_value"], self.lang))
        if row["status"] == "exact":
            return text
        self.had_bound = True
        return _NO_P[self.lang] if row["p_value"] >= _EMPTY_P else f"≤{NO_BREAK}{text}"

    def hides(self, text: str) -> bool:
        """Whether this is the text of a cell that is held back."""
        return text == _HIDDEN_CELL[self.lang]

    def is_empty(self, text: str) -> bool:
        """Whether this is the text of a cell without a number: held back, not estimable or not given."""
        return self.hides(text) or text in (NOT_GIVEN, _NOT_ESTIMABLE[self.lang], "")

    def notes(self) -> list[str]:
        """What the reader of this table must know, as Markdown sentences."""
        threshold = self.evidence.record.release.threshold
        notes = []
        if self.had_interval:
            notes.append(_INTERVAL_NOTE[self.lang])
        if self.had_bound:
            notes.append(_P_NOTE[self.lang])
        if self.was_hidden:
            notes.append(_HIDDEN_NOTE.fill(people=people(self.evidence), threshold=threshold)[self.lang].replace("<", "\\<"))
        if self.was_rounded:
            notes.append(_ROUNDED_NOTE.fill(threshold=threshold)[self.lang])
        if self.reasons:
            notes.append(_BECAUSE.fill(reasons="; ".join(self.reasons))[self.lang])
        return notes

    def _absent(self, row: Row) -> str | None:
        if row["status"] == "suppressed":
            return self._held_back()
        self.was_rounded |= row["status"] == "rounded"
        if row["status"] != "not_estimable" and is_number(row["estimate"]):
            return None
        reason = why_not(row["method"])
        if reason is not None:
            self.reasons[reason[self.lang]] = None
        return _NOT_ESTIMABLE[self.lang]

    def _held_back(self) -> str:
        self.was_hidden = True
        return _HIDDEN_CELL[self.lang]


def share_digits(row: Row, kind: NumberKind) -> int | None:
    """A released share follows from rounded counts and gets no decimals; an exact one gets one, as does a fixed boundary."""
    return None if kind != "share" else 1 if row["status"] == "exact" or row.get("measure") in _FIXED else 0
