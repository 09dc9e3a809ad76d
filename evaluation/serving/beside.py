"""The cells around findings, for the page on which their owner sees them. They go nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from data_schemas.column import Column
from data_schemas.finding import Finding
from data_schemas.rules import reading
from data_schemas.sheet import Sheet
from data_schemas.tables import tables
from data_schemas.words import Words
from evaluation.reading.headers import column_letter, match_header
from evaluation.reading.submission import workbook_of
from evaluation.validation.made_workbook import row_of

# A table as small as this is there as a whole.
WHOLE_ROWS = 2_000
# Of a finding in a larger one: the first lines, each with its neighbours.
SHOWN_LINES, NEIGHBOURS = 25, 1
LONGEST = 200
_EMPTIED = (reading.CELL_DATE, reading.CELL_ERROR, reading.FORMULA_UNSAVED)


def view(path: Path, sheets: Sequence[Sheet], findings: Sequence[Finding]) -> dict[str, Any]:
    """Per table its headers and the rows that a page shows, as plain data."""
    found = {}
    for sheet in reversed(sheets):
        mine = [finding for finding in findings if finding.table == sheet.table and finding.file == sheet.file]
        found[sheet.table] = _table(sheet, _rows_wanted(sheet, mine))
    _put_back(path, sheets, findings, found)
    return found


def answers(column: Column) -> list[tuple[str, Words]]:
    """What may be filled in where the contract has a list."""
    return [(code.code, code.label) for code in column.codes.codes] if column.codes else []


def _rows_wanted(sheet: Sheet, findings: Sequence[Finding]) -> np.ndarray:
    """Positions of the rows that are shown."""
    if len(sheet.lines) <= WHOLE_ROWS:
        return np.arange(len(sheet.lines))
    wanted = np.zeros(len(sheet.lines), bool)
    wanted[:SHOWN_LINES] = True
    for finding in findings:
        at = np.flatnonzero(np.isin(sheet.lines, finding.lines[:SHOWN_LINES]))
        for step in range(-NEIGHBOURS, NEIGHBOURS + 1):
            wanted[np.clip(at + step, 0, len(wanted) - 1)] = True
    return np.flatnonzero(wanted)


def _table(sheet: Sheet, wanted: np.ndarray) -> dict[str, Any]:
    table = tables()[sheet.table]
    names = [match_header(table, header) for header in sheet.headers]
    columns = [[text[:LONGEST] for text in column.take(wanted).to_pylist()] for column in sheet.columns]
    lines = sheet.lines[wanted].tolist()
    return {
        "label": list(table.label),
        "sheet": sheet.sheet,
        "headers": list(sheet.written),
        "names": names,
        "letters": [column_letter(place) for place in range(1, len(names) + 1)],
        "shift": row_of(sheet, 0),
        "header_line": sheet.header_line,
        "total": len(sheet.lines),
        "lines": lines,
        "rows": [list(row) for row in zip(*columns)] if columns else [[] for _ in lines],
    }


def _put_back(path: Path, sheets: Sequence[Sheet], findings: Sequence[Finding], found: Mapping[str, dict]) -> None:
    """What a reader emptied (a date, an error, a formula) as its owner sees it."""
    emptied = [finding for finding in findings if finding.rule in _EMPTIED and finding.table in found]
    book_path = workbook_of(path) if emptied else None
    if book_path is None:
        return
    import warnings

    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(book_path, data_only=True)
    for finding in emptied:
        table = found[finding.table]
        if table["sheet"] not in book.sheetnames:
            continue
        places = [at for at, name in enumerate(table["names"]) if name in finding.columns]
        for line in finding.lines.tolist():
            at = int(np.searchsorted(table["lines"], line))
            if at < len(table["lines"]) and table["lines"][at] == line:
                for place in places:
                    value = book[table["sheet"]].cell(line, place + 1).value
                    table["rows"][at][place] = "" if value is None else str(value).removesuffix(" 00:00:00")[:LONGEST]
