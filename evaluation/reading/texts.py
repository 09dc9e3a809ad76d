"""What every reader does with its columns of text before it hands them on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_schemas.column import Table
from data_schemas.finding import Finding
from data_schemas.rules import reading as rules
from data_schemas.sheet import Sheet
from data_schemas.words import LANGS, Words
from evaluation.reading.extra_rows import extra_rows
from evaluation.reading.headers import match_header
from evaluation.reading.limits import MAX_CELL_LENGTH

COMMA, POINT = Words("komma", "comma"), Words("punt", "point")
_BOTH = Words("komma en punt door elkaar", "comma and point mixed")
_DECIMAL = Words("decimaalteken: {sign}", "decimal sign: {sign}")


@dataclass(frozen=True, slots=True, eq=False)
class ReadTable:
    """One table as a reader hands it on, and what it found on the way."""

    sheet: Sheet
    findings: tuple[Finding, ...] = ()


def encoded(texts: pa.Array | pa.ChunkedArray) -> pa.DictionaryArray:
    """One array in one piece: per row a position in the distinct texts. Nulls become empty texts."""
    if isinstance(texts, pa.ChunkedArray):
        if pa.types.is_dictionary(texts.type):
            texts = texts.unify_dictionaries()
        texts = texts.combine_chunks() if texts.num_chunks else pa.array([], texts.type)
        if isinstance(texts, pa.ChunkedArray):
            texts = texts.chunk(0) if texts.num_chunks else pa.array([], texts.type)
    if texts.null_count:
        texts = pc.fill_null(texts.cast(pa.string()), "")
    return texts if pa.types.is_dictionary(texts.type) else texts.dictionary_encode()


def hand_on(
    table: Table,
    file: str,
    headers: Sequence[str],
    columns: Sequence[pa.DictionaryArray],
    lines: np.ndarray,
    *,
    sheet: str | None = None,
    place: int = 0,
    header_line: int = 1,
    said: Words | None = None,
    findings: Sequence[Finding] = (),
) -> ReadTable:
    """A sheet without blank rows, empty unnamed columns at the end and endless cells.

    Parameters
    ----------
    file
        The name under which findings point at the file (with the sheet, for a workbook).
    said
        What the reader had to guess; the decimal sign is added.
    """
    width = _used_width(headers, columns)
    headers, columns = tuple(headers[:width]), columns[:width]
    kept = _filled_rows(columns, len(lines))
    if kept is not None:
        lines, columns = lines[kept], [column.filter(pa.array(kept)) for column in columns]
    records, extra = extra_rows(table, file, headers, columns, lines)
    if records is not None:
        findings = _elsewhere(findings, lines[~records])
        lines, columns = lines[records], [column.filter(pa.array(records)) for column in columns]
    texts, found = [], [*findings, *extra]
    for header, column in zip(headers, columns):
        text, long = _shortened(column)
        texts.append(text)
        if len(long):
            name = match_header(table, header)
            found.append(
                Finding(
                    rules.CELL_TOO_LONG,
                    file,
                    table.name,
                    (name,) if name else (),
                    lines[long],
                    len(lines),
                    {"limit": MAX_CELL_LENGTH},
                )
            )
    decimal, seen = _decimal_sign(table, headers, texts)
    if sheet is not None and seen is not COMMA:  # numbers in a workbook have no sign of their own
        seen = None
    notes = _note(file, [said, _DECIMAL.fill(sign=seen) if seen else None])
    made = Sheet(table.name, file, headers, tuple(texts), lines, sheet, decimal, notes, place, header_line)
    return ReadTable(made, tuple(found))


def _elsewhere(findings: Sequence[Finding], gone: np.ndarray) -> list[Finding]:
    """The findings about cells, without those in rows that are not read at all."""
    left = [replace(one, lines=one.lines[~np.isin(one.lines, gone)]) if one.columns else one for one in findings]
    return [now for before, now in zip(findings, left) if len(now.lines) or not len(before.lines)]


def _note(file: str, parts: Sequence[Words | None]) -> tuple[Words, ...]:
    """One sentence about one file, when there is anything to say."""
    said = [part for part in parts if part]
    return (Words(*(f"{file}: {', '.join(part[lang] for part in said)}." for lang in LANGS)),) if said else ()


def _used_width(headers: Sequence[str], columns: Sequence[pa.DictionaryArray]) -> int:
    """Number of columns without the unnamed empty ones at the end; those in between keep their place."""
    width = len(headers)
    while width and not headers[width - 1].strip() and _all_empty(columns[width - 1]):
        width -= 1
    return width


def _blank(column: pa.DictionaryArray) -> np.ndarray:
    """Which distinct texts are nothing but white space."""
    return pc.equal(pc.utf8_trim_whitespace(column.dictionary), "").to_numpy(zero_copy_only=False)


def _all_empty(column: pa.DictionaryArray) -> bool:
    blank = _blank(column)
    return bool(blank.all() or (blank.any() and blank[column.indices.to_numpy(zero_copy_only=False)].all()))


def _filled_rows(columns: Sequence[pa.DictionaryArray], length: int) -> np.ndarray | None:
    """Rows with something in them; None when all have (found at the first column that is always filled)."""
    empty = np.ones(length, bool)
    for column in columns:
        blank = _blank(column)
        if not blank.any():
            return None
        empty &= blank[column.indices.to_numpy(zero_copy_only=False)]
        if not empty.any():
            return None
    return ~empty if empty.any() else None


def _shortened(column: pa.DictionaryArray) -> tuple[pa.DictionaryArray, np.ndarray]:
    """The column with endless cells emptied, and the rows where they were."""
    if len(column.dictionary) == 0 or pc.max(pc.binary_length(column.dictionary)).as_py() <= MAX_CELL_LENGTH:
        return column, np.empty(0, np.int64)
    long = pc.greater(pc.utf8_length(column.dictionary), MAX_CELL_LENGTH)
    rows = np.flatnonzero(long.to_numpy(zero_copy_only=False)[column.indices.to_numpy(zero_copy_only=False)])
    return pa.DictionaryArray.from_arrays(column.indices, pc.if_else(long, "", column.dictionary)), rows


def _decimal_sign(table: Table, headers: Sequence[str], columns: Sequence[pa.DictionaryArray]) -> tuple[str, Words | None]:
    """The decimal sign in the columns of numbers, and the word for it when there was one."""
    names = [match_header(table, header) for header in headers]
    texts = [column.dictionary for name, column in zip(names, columns) if name and table.column(name).kind == "number"]
    comma, point = (any(_any(text, rf"^\s*[+-]?[0-9]*{sign}[0-9]+\s*$") for text in texts) for sign in (",", r"\."))
    if comma and point:
        return ",", _BOTH
    return ("," if comma else "."), COMMA if comma else POINT if point else None


def _any(texts: pa.Array, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(texts, pattern)).as_py())
