"""An Excel workbook: the tables as sheets, and a sheet that says what `submission.toml` says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from data_schemas.column import Table
from data_schemas.finding import Finding, Rule
from data_schemas.rules import reading as rules
from data_schemas.sheet import Sheet
from data_schemas.tables import tables
from data_schemas.words import LANGS, Words
from evaluation.failures import CannotRead
from evaluation.reading.headers import column_words, match_header, match_table, plain
from evaluation.reading.limits import refusal
from evaluation.reading.manifest_sheet import manifest_toml
from evaluation.reading.package import Package, damaged
from evaluation.reading.texts import ReadTable, encoded, hand_on
from evaluation.reading.worksheet import Flaw, Meanings, RawCells, read_cells, read_meanings

MANIFEST_SHEETS = ("inzending", "submission")
# Sheets that our own workbooks hold beside the tables: instructions, code lists, and what an annotated workbook adds.
OWN_SHEETS = frozenset(
    (
        "instructie",
        "instructies",
        "instructions",
        "uitleg",
        "toelichting",
        "codeboek",
        "codebook",
        "codelijsten",
        "codelists",
        "lijsten",
        "lists",
        "bevindingen",
        "findings",
    )
)
# A title or an explanation may stand above the header row.
HEADER_WITHIN = 15
_FLAWS: dict[Flaw, Rule] = {"error": rules.CELL_ERROR, "date": rules.CELL_DATE, "formula": rules.FORMULA_UNSAVED}
_HEADER_ROW = Words("kopregel in rij {row}", "header in row {row}")


@dataclass(frozen=True, slots=True)
class _Tab:
    """A sheet as the workbook lists it: its place (from 1), name, part and whether it is hidden."""

    place: int
    name: str
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True, eq=False)
class WorkbookContent:
    """Manifest text, tables in the order of the contract, findings, sheets that are no table, and the names of all sheets."""

    manifest_text: str | None
    sheets: tuple[Sheet, ...]
    findings: tuple[Finding, ...]
    others: tuple[Sheet, ...]
    names: tuple[tuple[Words, str], ...]


def read_workbook(path: Path) -> WorkbookContent:
    """Everything that a workbook holds, as text.

    Raises
    ------
    evaluation.failures.CannotRead
        Not a workbook, damaged, hostile, or without any of the tables.
    """
    package = Package(path)
    with package.sound():
        tabs, meanings = _open(package)
        found = {tab: name for tab in tabs if (name := match_table(tab.name))}
        if not found:
            raise refusal(
                package.name,
                f"geen enkel tabblad is een tabel van de inzending ({_table_words().nl}).",
                f"no sheet is a table of a submission ({_table_words().en}).",
            )
        order = list(tables())
        read = [
            _read_table(package, tab, tables()[name], meanings)
            for tab, name in sorted(found.items(), key=lambda pair: order.index(pair[1]))
        ]
        manifest = next(
            (manifest_toml(read_cells(package, tab.part, meanings).rows) for tab in tabs if plain(tab.name) in MANIFEST_SHEETS),
            None,
        )
    return WorkbookContent(
        manifest,
        tuple(one.sheet for one in read),
        (*(finding for one in read for finding in one.findings), *_about_tabs(package.name, tabs, found)),
        tuple(
            sheet for tab in tabs if tab not in found and not _is_own(tab) and (sheet := _read_other(package, tab, meanings))
        ),
        tuple((Words(f"de naam van tabblad {tab.place}", f"the name of sheet {tab.place}"), tab.name) for tab in tabs),
    )


def _is_own(tab: _Tab) -> bool:
    return plain(tab.name) in (*MANIFEST_SHEETS, *OWN_SHEETS)


def _read_other(package: Package, tab: _Tab, meanings: Meanings) -> Sheet | None:
    """A sheet that nobody uses, for what it may give away; None when it is empty or not to be read."""
    try:
        with package.sound():
            cells = read_cells(package, tab.part, meanings)
    except CannotRead:
        return None
    width = max(map(len, cells.rows), default=0)
    if width == 0:
        return None
    columns = tuple(
        encoded(pa.array([row[place] if place < len(row) else "" for row in cells.rows], pa.string())) for place in range(width)
    )
    headers = tuple([*cells.rows[0], *[""] * width][:width])
    return Sheet("", package.name, headers, columns, np.array(cells.numbers, np.int64), tab.name, place=tab.place)


def _open(package: Package) -> tuple[list[_Tab], Meanings]:
    book = next((part for kind, part in package.relations("").values() if kind == "officeDocument"), "xl/workbook.xml")
    if book not in package.parts:
        raise damaged(package.name)
    relations = package.relations(book)
    tabs: list[_Tab] = []
    settings: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "workbookPr":
            settings.update(attributes)
        elif name == "sheet":
            own = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            kind, part = relations.get(own, ("", ""))
            if kind == "worksheet":
                hidden = attributes.get("state", "visible") != "visible"
                tabs.append(_Tab(len(tabs) + 1, attributes.get("name", ""), part, hidden))

    package.parse(book, start)
    return tabs, read_meanings(package, dict(relations.values()), settings.get("date1904") in ("1", "true"))


def _table_words() -> Words:
    return Words(*(", ".join(table.label[lang].lower() for table in tables().values()) for lang in LANGS))


def _about_tabs(file: str, tabs: list[_Tab], found: dict[_Tab, str]) -> Iterator[Finding]:
    """Sheets that are hidden or not used; they go by their place, for a name can be a person's."""
    for tab in tabs:
        if tab.hidden and not _is_own(tab):
            yield Finding(rules.SHEET_HIDDEN, file, found.get(tab, ""), values={"place": tab.place})
        elif not _is_own(tab) and tab not in found:
            yield Finding(rules.SHEET_UNUSED, file, values={"place": tab.place, "tables": _table_words()})


def _read_table(package: Package, tab: _Tab, table: Table, meanings: Meanings) -> ReadTable:
    cells = read_cells(package, tab.part, meanings)
    at = _header_at(cells.rows, table)
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
        header_line=first,
        findings=findings,
        said=_HEADER_ROW.fill(row=first) if first != 1 else None,
    )


def _header_at(rows: list[list[str]], table: Table) -> int:
    """Position of the header row: the first row that names most columns of the contract."""
    matches = [sum(match_header(table, text) is not None for text in row) for row in rows[:HEADER_WITHIN]]
    return matches.index(max(matches)) if matches else 0


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
                {"column": column_words(table.column(name))},
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
