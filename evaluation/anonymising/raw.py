"""A raw export as tables of text: a folder of CSV, Parquet or SPSS files, one such file, or a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from data_schemas.column import Table
from data_schemas.words import Words
from evaluation.failures import CannotRead
from evaluation.reading.limits import MAX_WORKBOOK_BYTES, check_file, gone, refusal
from evaluation.reading.workbooks.package import Package

_NO_CONTRACT = Table("", Words("", ""), Words("", ""), Words("", ""), (), ())


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """One table of the export: text in every cell, and the line that its owner sees for each row."""

    name: str
    frame: pd.DataFrame = field(repr=False)
    lines: np.ndarray = field(repr=False)


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

    return _of_sheet(path.stem, read_csv(path, _NO_CONTRACT).sheet)


def _parquet(path: Path) -> dict[str, RawTable]:
    from evaluation.reading.parquet import read_parquet

    return _of_sheet(path.stem, read_parquet(path, _NO_CONTRACT).sheet)


def _spss(path: Path) -> dict[str, RawTable]:
    from evaluation.reading.spss import read_spss

    return _of_sheet(path.stem, read_spss(path, _NO_CONTRACT).sheet)


def _of_sheet(name: str, sheet) -> dict[str, RawTable]:
    texts = {header.strip(): column.cast("string").to_pandas() for header, column in zip(sheet.headers, sheet.columns)}
    return {name: RawTable(name, pd.DataFrame(texts, dtype=str), np.asarray(sheet.lines))}


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
    filled = [number for number, row in enumerate(rows) if any(cell is not None for cell in row)]
    if len(filled) < 2:
        return None
    headers = ["" if cell is None else str(cell).strip() for cell in rows[filled[0]]]
    frame = pd.DataFrame([[_text(cell) for cell in rows[number]] for number in filled[1:]], columns=headers, dtype=str)
    return RawTable(name, frame.loc[:, [header for header in headers if header]], np.array(filled[1:]) + 1)


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
