"""A raw export as tables of text: a folder of CSV, Parquet or SPSS files, one such file, or a workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from data_schemas.column import Table
from data_schemas.words import Words
from evaluation.failures import CannotRead
from evaluation.reading.headers import HEADER_WITHIN
from evaluation.reading.limits import MAX_WORKBOOK_BYTES, check_file, gone, read_bytes, refusal
from evaluation.reading.workbooks.package import Package

# A row of headers is at least so wide, against the widest of the first rows.
MOSTLY = 0.6
_PEEK_BYTES = 1 << 16
_NO_CONTRACT = Table("", Words("", ""), Words("", ""), Words("", ""), (), ())


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """One table of the export: text in every cell, the line that its owner sees for each row, and what headers are called (SPSS)."""

    name: str
    frame: pd.DataFrame = field(repr=False)
    lines: np.ndarray = field(repr=False)
    labels: Mapping[str, str] = field(default_factory=dict, repr=False)


def read_raw(path: Path) -> dict[str, RawTable]:
    """Every table of an export by its file or sheet name (without ending).

    Raises
    ------
    evaluation.failures.CannotRead
        Nothing there, or a file that cannot be read.
    """
    if not path.exists():
        raise refusal(path.name, "er is geen map of bestand met deze naam.", "there is no folder or file of this name.")
    files = sorted(entry for entry in path.iterdir() if not entry.name.startswith((".", "~$"))) if path.is_dir() else [path]
    found: dict[str, RawTable] = {}
    for file in files:
        reader = _READERS.get(file.suffix.lower())
        if reader is not None and file.is_file():
            found.update(reader(file))
    if not found:
        raise CannotRead(
            Words(
                f"{path.name}: hier staat geen tabel (CSV, Excel, SPSS of Parquet).",
                f"{path.name}: there is no table here (CSV, Excel, SPSS or Parquet).",
            )
        )
    return found


def _csv(path: Path) -> dict[str, RawTable]:
    from evaluation.reading.csv_files import read_csv

    first = _first_rows(path)
    if header_at(first) > 0:  # a title stands above the table
        table = _of_rows(path.stem, [list(row) for row in _all_rows(path)])
        return {} if table is None else {path.stem: table}
    return _of_sheet(path.stem, read_csv(path, _NO_CONTRACT).sheet)


def _parquet(path: Path) -> dict[str, RawTable]:
    from evaluation.reading.parquet import read_parquet

    return _of_sheet(path.stem, read_parquet(path, _NO_CONTRACT).sheet)


def _spss(path: Path) -> dict[str, RawTable]:
    from evaluation.reading.spss import read_spss, spss_labels

    found = _of_sheet(path.stem, read_spss(path, _NO_CONTRACT).sheet)
    labels = {header: label.strip() for header, label in spss_labels(path).items() if label and label.strip()}
    return {name: replace(table, labels=labels) for name, table in found.items()}


def _of_sheet(name: str, sheet) -> dict[str, RawTable]:
    headers = told_apart([header.strip() for header in sheet.headers])
    texts = {header: column.cast("string").to_pandas() for header, column in zip(headers, sheet.columns) if header}
    return {name: RawTable(name, pd.DataFrame(texts, dtype=str), np.asarray(sheet.lines))}


def told_apart(headers: list[str]) -> list[str]:
    """Headers of which none is there twice; one without a text stays so.

    >>> told_apart(["Datum", "", "Datum", "Datum", ""])
    ['Datum', '', 'Datum (2)', 'Datum (3)', '']
    """
    seen: dict[str, int] = {}
    found = []
    for header in headers:
        seen[header] = seen.get(header, 0) + 1
        found.append(f"{header} ({seen[header]})" if header and seen[header] > 1 else header)
    return found


def header_at(rows: list[list[str]]) -> int:
    """Which of the first rows has the headers: the first that is filled about as widely as the widest; what stands above is a title.

    >>> header_at([["Export ROM", "", ""], [], ["Nr", "Score", "Datum"], ["1", "30", ""]])
    2
    """
    filled = [sum(bool(text.strip()) for text in row) for row in rows[:HEADER_WITHIN]]
    wide = max(2, MOSTLY * max(filled, default=0))
    return next((at for at, count in enumerate(filled) if count >= wide), 0)


def _first_rows(path: Path) -> list[list[str]]:
    with path.open("rb") as file:
        return _parted(file.read(_PEEK_BYTES))


def _all_rows(path: Path) -> list[list[str]]:
    return _parted(read_bytes(path), whole=True)


def _parted(data: bytes, *, whole: bool = False) -> list[list[str]]:
    """Rows of a text by the separator that its widest line has most of."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    lines = text.splitlines()[:HEADER_WITHIN]
    separator = max(";,\t|", key=lambda sign: max((line.count(sign) for line in lines), default=0))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return list(rows) if whole else list(islice(rows, HEADER_WITHIN))
    except csv.Error:
        return []


def _workbook(path: Path) -> dict[str, RawTable]:
    """Sheets of a workbook; a date cell becomes text in the form 2024-01-31. Checked as hostile first."""
    import openpyxl

    check_file(path, limit=MAX_WORKBOOK_BYTES)
    with Package(path).sound():
        pass
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        tables = {
            sheet.title: _of_rows(sheet.title, [list(row) for row in sheet.iter_rows(values_only=True)])
            for sheet in book.worksheets
        }
        book.close()
    except OSError:
        raise gone(path.name) from None
    except Exception:
        raise refusal(path.name, "deze werkmap is beschadigd.", "this workbook is damaged.") from None
    return {name: table for name, table in tables.items() if table is not None}


def _of_rows(name: str, rows: list[list[object]]) -> RawTable | None:
    filled = [number for number, row in enumerate(rows) if any(cell not in (None, "") for cell in row)]
    if len(filled) < 2:
        return None
    texts = [[_text(cell) for cell in rows[number]] for number in filled]
    at = header_at(texts)
    width = max(map(len, texts))
    headers = told_apart([*texts[at], *[""] * (width - len(texts[at]))])
    below = [[*row, *[""] * (width - len(row))] for row in texts[at + 1 :]]
    frame = pd.DataFrame(below, columns=range(width), dtype=str)
    named = [place for place, header in enumerate(headers) if header]
    return RawTable(name, frame[named].set_axis([headers[place] for place in named], axis=1), np.array(filled[at + 1 :]) + 1)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


_READERS: Mapping = {
    ".csv": _csv,
    ".txt": _csv,
    ".tsv": _csv,
    ".parquet": _parquet,
    ".sav": _spss,
    ".zsav": _spss,
    ".xlsx": _workbook,
}
