"""One result row as the text of a table cell, and the notes that a table then owes its reader."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from data_schemas.evidence import Evidence, Lang, NumberKind, Words
from reports.numbers import number, with_interval
from reports.vocabulary import measure_kind

NOT_CALCULATED = "–"
HIDDEN = Words("te weinig {people} om te tonen (n < {threshold})", "too few {people} to show (n < {threshold})")
_HIDDEN_NOTE = Words(
    "“< {threshold}”: te weinig {people} om te tonen (n < {threshold}).",
    "“< {threshold}”: too few {people} to show (n < {threshold}).",
)
_ROUNDED_NOTE = Words(
    "Aantallen zijn afgerond op het midden van klassen van {threshold}; percentages volgen daaruit.",
    "Counts are rounded to the middle of bands of {threshold}; percentages follow from these.",
)
_NOT_ESTIMABLE = Words("niet te schatten", "not estimable")
_BECAUSE = Words("Niet te schatten: {reasons}.", "Not estimable: {reasons}.")


@dataclass
class Cells:
    """Makes cells for one table and remembers which notes it needs."""

    evidence: Evidence
    lang: Lang
    hidden: bool = False
    rounded: bool = False
    reasons: dict[str, None] = field(default_factory=dict)

    def value(self, rows: pd.DataFrame, *, kind: NumberKind | None = None, interval: bool = False) -> str:
        """The estimate of the first row, or why there is none; a dash when the analysis does not give it."""
        if rows.empty:
            return NOT_CALCULATED
        row = rows.iloc[0]
        absent = self._absent(row)
        if absent is not None:
            return absent
        kind = kind or measure_kind(self.evidence, row["measure"])
        digits = None if kind != "share" else 1 if row["status"] == "exact" else 0
        if interval and digits is None:
            return with_interval(row, kind, self.lang)
        return number(row["estimate"], kind, self.lang, digits=digits)
