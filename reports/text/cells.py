"""One result row as the text of a table cell, and the notes that a table then owes its reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pandas as pd

from data_schemas.evidence import Evidence, Lang, NumberKind, Words
from reports.text.groups import Row
from reports.text.markdown import plain
from reports.text.numbers import NO_BREAK, digits_of, is_number, number, p_value, with_interval
from reports.text.vocabulary import measure_kind, why_not

NOT_GIVEN = "–"
# a released p-value is at most so large; from here on it says nothing
_EMPTY_P = 0.995
_NO_P = f"≤{NO_BREAK}1"
# what a test statistic is called, by its unit
_FOUND = re.compile(r"\([^();]*; ")
_DF = re.compile(r"\b(\d+) df\b")
_STATISTICS = {"t": "t", "chi-squared": "χ²", "z": "z", "F": "F"}
# shares from a published table, not from people: between 5% and 6% lies a verdict
_FIXED = ("attrition_boundary",)
HIDDEN = Words("te weinig {people} om te tonen (n < {threshold})", "too few {people} to show (n < {threshold})")
_HIDDEN_CELL = Words("niet getoond", "not shown")
_NOT_ESTIMABLE = Words("niet te schatten", "not estimable")
_BETWEEN = Words("tussen {low} en {high}", "between {low} and {high}")
_BECAUSE = Words("Niet te schatten: {reasons}.", "Not estimable: {reasons}.")
_ABOUT = {"released": Words("ongeveer ", "about "), "committee": Words("", ""), "internal": Words("", "")}
_PEOPLE = {True: Words("deelnemers", "participants"), False: Words("jongeren", "young people")}


def people(evidence: Evidence) -> Words:
    """What the people are called: a public example is not about young people in care."""
    return _PEOPLE[any(submission.nature == "public" for submission in evidence.record.submissions)]


def about(evidence: Evidence) -> Words:
    """What stands before a number of people: in a released edition it is a round one."""
    return _ABOUT[evidence.record.edition]


def hidden(evidence: Evidence) -> Words:
    """Why a whole block is not shown."""
    return HIDDEN.fill(people=people(evidence), threshold=evidence.record.release.threshold)


def all_hidden(rows: pd.DataFrame) -> bool:
    """Whether there are rows, and disclosure control held back every one."""
    return len(rows) > 0 and bool((rows["status"] == "suppressed").all())


def _why(row: Row) -> Words | None:
    return why_not(row["method"])


@dataclass
class Cells:
    """Makes cells for one table and remembers which notes it needs."""

    evidence: Evidence
    lang: Lang
    reasons: dict[str, None] = field(default_factory=dict)
    why: Callable[[Row], Words | None] = _why

    def value(self, row: Row | None, *, interval: bool = True, test: bool = False, digits: int | None = None) -> str:
        """The estimate of a row with its interval, or why there is none; a dash when the analysis does not give it.

        With `test` its p stands behind it, for a table without a column of its own for p; `digits` are the decimals of its column.
        """
        if row is None:
            return NOT_GIVEN
        kind = measure_kind(self.evidence, row["measure"])
        places = share_digits(row, kind) if kind == "share" else digits
        if only_between(row):
            ends = {name: number(row[f"ci_{name}"], kind, self.lang, digits=places) for name in ("low", "high")}
            return _BETWEEN[self.lang].format(**ends)
        absent = self._absent(row)
        if absent is not None:
            return absent
        if not interval or not is_number(row["ci_low"]):
            text = self._statistic(row) + number(row["estimate"], kind, self.lang, digits=places)
        else:
            text = with_interval(row, kind, self.lang, digits=places)
        return f"{text}; {self._p_of(row)}" if test and is_number(row["p_value"]) else text

    def places(self, rows: Iterable[Row | None]) -> int | None:
        """The decimals of a column that holds these rows of one measure: as many as any of its numbers has."""
        told = [row for row in rows if row is not None and is_number(row["estimate"])]
        found = [
            digits_of([row[name] for name in ("estimate", "ci_low", "ci_high")], measure_kind(self.evidence, row["measure"]))
            for row in told
        ]
        return max(found, default=None)

    def _statistic(self, row: Row) -> str:
        """The name of a test statistic with its degrees of freedom: t(49) = ; nothing before any other number."""
        name, df = _STATISTICS.get(row["unit"]), row.get("df")
        if name is None:
            return ""
        # of a comparison of groups the method names them; those of a t statistic would give the number of people
        told = df if is_number(df) else next((float(found) for found in _DF.findall(row["method"])), None)
        behind = "" if told is None else f"({number(told, 'score', self.lang, digits=digits_of([told], 'score'))})"
        return f"{name}{behind}{NO_BREAK}={NO_BREAK}"

    def _p_of(self, row: Row) -> str:
        """p as it stands in a sentence: p = 0.03, p < 0.001, p ≤ 0.05."""
        text = self.p(row)
        return f"p{NO_BREAK}{text}" if text.startswith(("≤", "\\")) else f"p{NO_BREAK}={NO_BREAK}{text}"

    def share_of(self, row: Row | None) -> str:
        """A share of a whole, with the counts behind it when these are exact: 28.7% (125 of 435).

        Rounded counts each lie somewhere in a band of their own: they would contradict shares that make a whole together.
        """
        text = self.value(row, interval=False)
        if row is None or self._absent(row) is not None:
            return text
        if row["status"] != "exact":
            return text
        if not is_number(row["events"]):
            return text
        events, n = (number(row[column], "count", self.lang) for column in ("events", "n"))
        return f"{text} ({events}{NO_BREAK}{Words('van', 'of')[self.lang]}{NO_BREAK}{n})"

    def count(self, row: Row | None, column: str) -> str:
        """How many people (`n`) or events stand behind a row."""
        if row is None:
            return NOT_GIVEN
        if row["status"] == "suppressed":
            return self._held_back()
        return number(row[column], "count", self.lang) if is_number(row[column]) else NOT_GIVEN

    def p(self, row: Row | None) -> str:
        """The p-value of a row, a dash when it has none."""
        if row is None or not is_number(row["p_value"]):
            return NOT_GIVEN
        text = plain(p_value(row["p_value"], self.lang))
        if row["status"] == "exact":
            # of a statistic the degrees of freedom stand with the statistic itself
            df = row.get("df") if row["unit"] not in _STATISTICS else None
            return (
                f"{text} (df{NO_BREAK}{number(df, 'score', self.lang, digits=digits_of([df], 'score'))})"
                if is_number(df)
                else text
            )
        return _NO_P if row["p_value"] >= _EMPTY_P else f"≤{NO_BREAK}{text}"

    def hides(self, text: str) -> bool:
        """Whether this is the text of a cell that is held back."""
        return text == _HIDDEN_CELL[self.lang]

    def is_empty(self, text: str) -> bool:
        """Whether this is the text of a cell without a number: held back, not estimable or not given."""
        return self.hides(text) or text in (NOT_GIVEN, _NOT_ESTIMABLE[self.lang], "")

    def notes(self) -> list[str]:
        """What the reader of this table must know beside what holds for all tables (`reports.parts.reading_guide`), as Markdown sentences."""
        alike: dict[str, list[str]] = {}
        for reason in self.reasons:
            alike.setdefault(_FOUND.sub("(", reason), []).append(reason)
        # of lines that miss the same for the same reason, the reason: how much was found of each would be a list without names
        told = [mine[0] if len(mine) == 1 else reason for reason, mine in alike.items()]
        return [_BECAUSE.fill(reasons="; ".join(told))[self.lang]] if told else []

    def _absent(self, row: Row) -> str | None:
        if row["status"] == "suppressed":
            return self._held_back()
        if row["status"] != "not_estimable" and is_number(row["estimate"]):
            return None
        reason = self.why(row)
        if reason is not None:
            self.reasons[reason[self.lang]] = None
        return _NOT_ESTIMABLE[self.lang]

    def _held_back(self) -> str:
        return _HIDDEN_CELL[self.lang]


def only_between(row: Row) -> bool:
    """Whether a row says between what a number lies, and no number: too few stand behind it."""
    return (
        row["status"] == "rounded" and not is_number(row["estimate"]) and is_number(row["ci_low"]) and is_number(row["ci_high"])
    )


def share_digits(row: Row, kind: NumberKind) -> int | None:
    """A released share follows from rounded counts and gets no decimals; an exact one gets one, as does a fixed boundary."""
    return None if kind != "share" else 1 if row["status"] == "exact" or row.get("measure") in _FIXED else 0
