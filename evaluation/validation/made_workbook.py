"""A workbook made of tables that were handed in as CSV: text is text and a number a number, never a formula."""

from __future__ import annotations

import re
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from data_schemas.sheet import Sheet
from data_schemas.tables import tables
from data_schemas.words import Words
from evaluation.failures import WrongUse
from evaluation.reading.headers import match_header

MAX_MADE_ROWS = 200_000
_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,8})")


def made_workbook(sheets: Sequence[Sheet], name: str) -> Workbook:
    """A sheet per table, its rows where they stand in the file.

    Raises
    ------
    evaluation.failures.WrongUse
        The tables are larger than a workbook that opens.
    """
    if sum(len(sheet.lines) for sheet in sheets) > MAX_MADE_ROWS:
        raise WrongUse(
            Words(
                f"{name}: te veel rijen voor een werkmap. Gebruik --html of --json.",
                f"{name}: too many rows for a workbook. Use --html or --json.",
            )
        )
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.table), sheet)
    return book


def _fill(worksheet: Worksheet, sheet: Sheet) -> None:
    """The table as it stands in the file, row for row; the header row stays in sight."""
    table = tables()[sheet.table]
    header = row_of(sheet, sheet.header_line)
    decimal = re.compile(rf"-?[0-9]{{1,9}}{re.escape(sheet.decimal)}[0-9]{{1,6}}")
    for place, (name, column) in enumerate(zip(sheet.headers, sheet.columns), start=1):
        put(worksheet.cell(header, place), sheet.written[place - 1]).font = Font(bold=True)
        known = match_header(table, name)
        kind = table.column(known).kind if known else ""
        for line, text in zip(sheet.lines.tolist(), column.to_pylist()):
            cell = worksheet.cell(row_of(sheet, line), place) if text else None
            if cell is None:
                continue
            if kind in ("whole", "number") and _WHOLE.fullmatch(text):
                cell.value = int(text)
            elif kind == "number" and decimal.fullmatch(text):
                cell.value = float(text.replace(sheet.decimal, "."))
            else:
                put(cell, text)
    worksheet.freeze_panes = worksheet.cell(header + 1, 1)


def put(cell: Cell, text: str) -> Cell:
    """Text as text, whatever it begins with."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:32_767]
    cell.data_type = "s"
    if text.startswith(_RUNS_AS_FORMULA):
        cell.quotePrefix = True
    return cell


def row_of(sheet: Sheet, line: int) -> int:
    """Row in the workbook of a line in the file; where the header has no number everything stands one row lower."""
    return line + (sheet.header_line == 0)
