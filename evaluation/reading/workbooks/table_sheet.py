"""A sheet of a workbook as a table of the contract: its header row, and cells, rows and columns that are not what they seem."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from data_schemas.column import Table
from data_schemas.finding import Finding, Rule
from data_schemas.rules import reading as rules
from data_schemas.words import LANGS, Words
from evaluation.reading.headers import column_words, date_repair, match_header, match_table
from evaluation.reading.texts import ReadTable, encoded, hand_on
from evaluation.reading.workbooks.package import Package
from evaluation.reading.workbooks.recognising import header_at
from evaluation.reading.workbooks.worksheet import Flaw, RawCells

_FLAWS: dict[Flaw, Rule] = {"error": rules.CELL_ERROR, "date": rules.CELL_DATE, "formula": rules.FORMULA_UNSAVED}
_TAKEN_FOR = Words("tabblad {place} gelezen als {table}", "sheet {place} read as {table}")
_HEADER_ROW = Words("kopregel in rij {row}", "header in row {row}")


@dataclass(slots=True, eq=False)
class Tab:
    """A sheet as the workbook lists it: its place (from 1), name, part, whether it is hidden, and whether it could not be read."""

    place: int
    name: str
    part: str
    hidden: bool
    unread: bool = False


def read_table(package: Package, tab: Tab, table: Table, cells: RawCells) -> ReadTable:
    """The rows below the header of a sheet, with what was guessed and what is not what it seems."""
    at = header_at(cells.rows, table)
    headers = cells.rows[at] if cells.rows else []
    numbers, rows = cells.numbers[at + 1 :], cells.rows[at + 1 :]
    width = max([len(headers), *map(len, rows)])
    headers = [*headers, *[""] * (width - len(headers))]
    lines = np.array(numbers, np.int64)
    first = cells.numbers[at] if cells.rows else 1
    findings = [
        *_flawed(package.name, table, headers, rows, lines, cells),
        *_shape(package.name, table, headers, lines, cells, first),
    ]
    columns = [
        encoded(pa.array([row[place] if place < len(row) else "" for row in rows], pa.string())) for place in range(width)
    ]
    return hand_on(
        table,
        package.name,
        headers,
        columns,
        lines,
        sheet=tab.name,
        place=tab.place,
        header_line=first,
        findings=findings,
        said=_said(tab, table, first),
    )


def _said(tab: Tab, table: Table, header_line: int) -> Words | None:
    """What had to be guessed: which sheet it is, and where its header row stands."""
    parts = []
    if match_table(tab.name) != table.name:
        parts.append(_TAKEN_FOR.fill(place=tab.place, table=table.label))
    if header_line != 1:
        parts.append(_HEADER_ROW.fill(row=header_line))
    return Words(*(", ".join(part[lang] for part in parts) for lang in LANGS)) if parts else None


def _flawed(
    file: str, table: Table, headers: list[str], rows: list[list[str]], lines: np.ndarray, cells: RawCells
) -> Iterator[Finding]:
    """Cells of the contract's columns with an error, a date or a formula without result; they are emptied.

    Elsewhere the text stays: nobody uses it, and what identifies a person must still be found in it.
    """
    names = [match_header(table, header) for header in headers]
    position = {int(line): row for row, line in enumerate(lines)}
    for flaw, places in cells.flaws.items():
        by_column: dict[str, list[int]] = {}
        for line, column in places:
            if line in position and names[column]:
                by_column.setdefault(names[column], []).append(line)
                rows[position[line]][column] = ""
        for name, found in by_column.items():
            yield Finding(
                _FLAWS[flaw],
                file,
                table.name,
                (name,),
                np.array(found, np.int64),
                len(lines),
                {"column": column_words(table.column(name)), "how": date_repair(table.column(name))},
            )


def _shape(
    file: str, table: Table, headers: list[str], lines: np.ndarray, cells: RawCells, header_line: int
) -> Iterator[Finding]:
    """Merged cells, hidden rows and hidden columns, where they touch the table."""
    own = np.append(lines, header_line)
    hidden = own[np.isin(own, cells.hidden_rows)]
    if len(hidden):
        yield Finding(rules.ROWS_HIDDEN, file, table.name, (), np.sort(hidden), len(lines))
    merged = np.zeros(max(own) + 2, np.int64)
    for top, bottom, left, right in cells.merged:
        if left < len(headers) and top <= max(own) and (top, left) != (bottom, right):
            merged[top] += 1
            merged[min(bottom, max(own)) + 1] -= 1
    touched = np.sort(own[np.cumsum(merged)[own] > 0])
    if len(touched):
        yield Finding(rules.CELLS_MERGED, file, table.name, (), touched, len(lines))
    names = tuple(
        name for place, header in enumerate(headers) if place in cells.hidden_columns and (name := match_header(table, header))
    )
    if any(place in cells.hidden_columns for place in range(len(headers))):
        yield Finding(rules.COLUMNS_HIDDEN, file, table.name, names)
