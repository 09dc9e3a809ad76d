"""An answer of the owner, written into a copy of the workbook. What was dropped is never altered."""

from __future__ import annotations

import io
import re
import tomllib
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import MergedCell

from data_schemas.tables import tables
from data_schemas.words import Words
from evaluation.contract.template.pages import MANIFEST_SHEET
from evaluation.failures import WrongUse
from evaluation.reading import read_sheets
from evaluation.reading.headers import match_header
from evaluation.reading.limits import MAX_WORKBOOK_BYTES, read_bytes
from evaluation.reading.submission import workbook_of
from evaluation.reading.workbooks.manifest_sheet import manifest_key
from evaluation.validation.made_workbook import made_workbook, put, row_of

_NUMBER = re.compile(r"[+-]?[0-9]{1,9}(?:[.,][0-9]{1,6})?")
_CHANGED = Words(
    "Deze cel staat er niet meer. Ga een stap terug en kijk opnieuw.",
    "This cell is not there any more. Go one step back and look again.",
)
_NOT_BACK = Words(
    "Deze werkmap is wel te lezen, maar niet terug te schrijven. Bewaar haar in Excel of LibreOffice opnieuw als .xlsx, en kies haar weer.",
    "This workbook can be read, but not written back. Save it as .xlsx again in Excel or LibreOffice, and choose it once more.",
)
_LISTS = Words(
    "Deze bestanden zijn hier niet te verbeteren: submission.toml beschrijft meer dan een werkblad kan houden. Verbeter ze zelf en "
    "controleer opnieuw.",
    "These files cannot be mended here: submission.toml describes more than a sheet can hold. Mend them yourself and check again.",
)


def mended(path: Path, cells: Sequence[tuple[str, int, str | int, str]], answers: Mapping[str, str]) -> bytes:
    """The workbook with other answers.

    Parameters
    ----------
    path
        What was checked: a workbook, or a folder of tables of which one is made.
    cells
        Table, line, column of the contract (or its position from 1, for a header and a row that is no record), and what is to stand there.
    answers
        What is to be said of the submission, by key (`name`, `nature`, `source`).

    Raises
    ------
    evaluation.failures.WrongUse
        A cell that is not there, or a submission that cannot be a workbook.
    """
    raw = read_sheets(path)
    own = workbook_of(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = _copy(own) if own else _made(raw)
        for table, line, column, text in cells:
            sheet = next((sheet for sheet in raw.sheets if sheet.table == table), None)
            named = [match_header(tables()[table], header) for header in sheet.headers] if sheet else []
            title = table if sheet is None or sheet.sheet is None else sheet.sheet
            if sheet is None or title not in book.sheetnames:
                raise WrongUse(_CHANGED)
            place = (
                column if isinstance(column, int) else named.index(column) + 1 if column in named and line in sheet.lines else 0
            )
            if not 1 <= place <= len(named) or not sheet.header_line <= line <= book[title].max_row:
                raise WrongUse(_CHANGED)
            cell = book[title].cell(row_of(sheet, line), place)
            if isinstance(cell, MergedCell):
                if text:
                    raise WrongUse(_CHANGED)
                continue
            known = named[place - 1]
            _write(cell, text.strip(), tables()[table].column(known).kind if known and line != sheet.header_line else "")
        if answers:
            answer(book, answers)
        content = io.BytesIO()
        book.save(content)
    return content.getvalue()


def _copy(path: Path) -> Workbook:
    try:
        return load_workbook(io.BytesIO(read_bytes(path, limit=MAX_WORKBOOK_BYTES)), keep_links=False)
    except Exception:  # openpyxl raises whatever its parts raise, with content of the file in it
        raise WrongUse(_NOT_BACK) from None


def _made(raw: Any) -> Workbook:
    """A workbook of a folder of tables, with what is said of the submission on a sheet."""
    book = made_workbook(raw.sheets, raw.name)
    sheet = book.create_sheet(MANIFEST_SHEET.nl, 0)
    try:
        said = tomllib.loads(raw.manifest_text or "")
    except tomllib.TOMLDecodeError:
        said = {}
    for key, value in _flat(said):
        sheet.append([key, value])
    return book


def _flat(said: Mapping[str, Any], above: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in said.items():
        if isinstance(value, list):
            raise WrongUse(_LISTS)
        if isinstance(value, dict):
            found += _flat(value, f"{above}{key}.")
        else:
            found.append((f"{above}{key}", str(value).lower() if isinstance(value, bool) else str(value)))
    return found


def _write(cell: Any, text: str, kind: str) -> None:
    if cell.is_date:
        cell.number_format = "General"  # a number in a cell for dates would be read as a date again
    if not text:
        cell.value = None
    elif kind in ("whole", "number") and _NUMBER.fullmatch(text):
        number = float(text.replace(",", "."))
        cell.value = int(number) if number.is_integer() else number
    else:
        put(cell, text)


def answer(book: Workbook, answers: Mapping[str, str]) -> None:
    """Answers on the sheet about the submission, which is made where it is missing."""
    sheet = next((book[name] for name in MANIFEST_SHEET if name in book.sheetnames), None)
    if sheet is None:
        sheet = book.create_sheet(MANIFEST_SHEET.nl, 0)
        sheet.append(["contract", "1"])
    rows = {manifest_key(str(row[0].value or "").strip()): row[0].row for row in sheet.iter_rows(max_row=100, max_col=1)}
    for key, text in answers.items():
        row = rows.get(key) or sheet.max_row + 1
        put(sheet.cell(row, 2), text.strip())
        if key not in rows:
            put(sheet.cell(row, 1), key)
