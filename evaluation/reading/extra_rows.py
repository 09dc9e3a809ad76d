"""Rows that are no record: a total below the table, the header row once more. They are left out and said."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_schemas.column import Table
from data_schemas.finding import Finding, Rule
from data_schemas.rules import reading as rules
from evaluation.reading.headers import match_header

_TOTALS = (
    *("totaal", "totalen", "subtotaal", "eindtotaal", "som", "gemiddelde", "gemiddeld", "gem.", "aantal"),
    *("total", "totals", "subtotal", "grand total", "sum", "mean", "average", "count"),
)


def extra_rows(
    table: Table, file: str, headers: Sequence[str], columns: Sequence[pa.DictionaryArray], lines: np.ndarray
) -> tuple[np.ndarray | None, list[Finding]]:
    """Which rows are records (None when all are), and the findings about the others.

    Only the column of pseudonyms and the first column are looked at: that is where such a row says what it is.
    """
    named = [match_header(table, header) for header in headers]
    places = sorted({0, named.index(table.key[0])} if table.key[0] in named else {0}) if headers else []
    other = np.zeros(len(lines), bool)
    findings = []
    for rule, words in ((rules.ROW_TOTAL, lambda _: _TOTALS), (rules.ROW_HEADER, lambda place: _own(table, headers, place))):
        rows = np.zeros(len(lines), bool)
        for place in places:
            rows |= _holding(columns[place], words(place))
        rows &= ~other
        if rows.any():
            other |= rows
            findings.append(_finding(rule, file, table, lines[rows], len(lines)))
    return (~other if findings else None), findings


def _own(table: Table, headers: Sequence[str], place: int) -> list[str]:
    """How the header of a column is written: here, and in the contract."""
    name = match_header(table, headers[place])
    return [headers[place].strip(), *([name, *table.column(name).label] if name else [])]


def _holding(column: pa.DictionaryArray, words: Sequence[str]) -> np.ndarray:
    """Rows whose text is one of these words, in small, capital or title letters."""
    spelled = {form(word) for word in words if word for form in (str, str.lower, str.upper, str.capitalize)}
    spelled |= {f"{word}{sign}" for word in spelled for sign in ":. "}
    hits = pc.is_in(column.dictionary, value_set=pa.array(sorted(spelled), pa.string())).to_numpy(zero_copy_only=False)
    return hits[column.indices.to_numpy(zero_copy_only=False)] if hits.any() else np.zeros(len(column), bool)


def _finding(rule: Rule, file: str, table: Table, lines: np.ndarray, checked: int) -> Finding:
    return Finding(rule, file, table.name, (), lines, checked)
