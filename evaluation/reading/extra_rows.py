"""Rows that are no record: a total below the table, the header row once more. They are left out and said."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_schemas.column import Table
from data_schemas.finding import Finding
from data_schemas.rules import reading as rules
from evaluation.reading.headers import match_header

# What a total is called: alone, or with words behind it (Totaal aantal lijsten). `som-01` is a code.
_TOTAL = (
    r"(?i)^\W*(?:(?:sub|eind|alg\w*) ?)?(?:totaal|totalen|som|gemiddelden?|gemiddeld|gem|aantal|mediaan|totals?|grand total|sum|mean|average"
    r"|count|median)(?:[\s.:=(/]|$)"
)


def extra_rows(
    table: Table, file: str, headers: Sequence[str], columns: Sequence[pa.DictionaryArray], lines: np.ndarray
) -> tuple[np.ndarray | None, list[Finding]]:
    """Which rows are records (None when all are), and the findings about the others.

    The column of pseudonyms says it, or the only words of a row without a pseudonym: a programme may well be called Totaal.
    """
    named = [match_header(table, header) for header in headers]
    if not table.key or table.key[0] not in named:
        return None, []
    place = named.index(table.key[0])
    key = columns[place]
    total = _fitting(key, _TOTAL) | _labelled_totals(columns, key)
    total |= _unnamed_totals(table, named, columns, key)
    header = _holding(key, [headers[place].strip(), table.key[0], *table.column(table.key[0]).label])
    if not (total.any() or header.any()):
        return None, []
    findings = [
        Finding(rule, file, table.name, (), lines[rows], len(lines))
        for rule, rows in ((rules.ROW_TOTAL, total), (rules.ROW_HEADER, header))
        if rows.any()
    ]
    return ~(total | header), findings


def _labelled_totals(columns: Sequence[pa.DictionaryArray], key: pa.DictionaryArray) -> np.ndarray:
    """Rows without a pseudonym in which nothing but numbers stands, and a word that calls them a total."""
    rows = _fitting(key, r"^\s*$")
    for column in columns if rows.any() else ():
        rows &= ~_fitting(column, r"\p{L}") | _fitting(column, _TOTAL)
    if rows.any():
        rows &= np.any([_fitting(column, _TOTAL) for column in columns], axis=0)
    return rows


def _unnamed_totals(
    table: Table, named: Sequence[str | None], columns: Sequence[pa.DictionaryArray], key: pa.DictionaryArray
) -> np.ndarray:
    """Rows below the last pseudonym in which nothing but numbers stands: a sum without a label."""
    empty = _holding(key, [""])
    below = np.zeros(len(key), bool)
    last = len(empty) - int(np.argmin(empty[::-1])) if len(empty) and not empty.all() else len(empty)
    below[last:] = True
    if not below.any():
        return below
    words = [column for name, column in zip(named, columns) if name and table.column(name).kind not in ("whole", "number")]
    for column in words:
        below &= _holding(column, [""])
    return below


def _holding(column: pa.DictionaryArray, words: Sequence[str]) -> np.ndarray:
    """Rows whose text is one of these words, in small, capital or title letters."""
    spelled = {form(word) for word in words for form in (str, str.lower, str.upper, str.capitalize)}
    spelled |= {f"{word}{sign}" for word in spelled for sign in ":. "}
    hits = pc.is_in(column.dictionary, value_set=pa.array(sorted(spelled), pa.string())).to_numpy(zero_copy_only=False)
    return hits[column.indices.to_numpy(zero_copy_only=False)] if hits.any() else np.zeros(len(column), bool)


def _fitting(column: pa.DictionaryArray, pattern: str) -> np.ndarray:
    """Rows whose text fits a pattern."""
    hits = pc.match_substring_regex(column.dictionary.cast(pa.string()), pattern).to_numpy(zero_copy_only=False).astype(bool)
    return hits[column.indices.to_numpy(zero_copy_only=False)] if hits.any() else np.zeros(len(column), bool)
