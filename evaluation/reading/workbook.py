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
from evaluation.reading.beside import printed, remarks, unsearchable
from evaluation.reading.headers import column_words, match_header, match_table, match_tables, plain
from evaluation.reading.limits import refusal
from evaluation.reading.manifest_sheet import manifest_toml
from evaluation.reading.package import Package, damaged
from evaluation.reading.recognising import header_at, is_manifest, table_by_content
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
# More sheets than any delivery has; each is searched.
MAX_SHEETS = 60
_FLAWS: dict[Flaw, Rule] = {"error": rules.CELL_ERROR, "date": rules.CELL_DATE, "formula": rules.FORMULA_UNSAVED}
_TAKEN_FOR = Words("tabblad {place} gelezen als {table}", "sheet {place} read as {table}")
_HEADER_ROW = Words("kopregel in rij {row}", "header in row {row}")


@dataclass(slots=True, eq=False)
class _Tab:
    """A sheet as the workbook lists it: its place (from 1), name, part, whether it is hidden, and whether it could not be read."""

    place: int
    name: str
    part: str
    hidden: bool
    unread: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class WorkbookContent:
    """What a workbook holds.

    Parameters
    ----------
    manifest_text
        TOML built from the sheet about the submission; None when there is none.
    sheets
        The tables in the order of the contract.
    findings
        What was found on the way.
    others, own
        Sheets that are no table; and those that our own workbooks have beside the tables.
    names, remarks
        Names of all sheets, and texts beside the cells, each with the words for its place.
    """

    manifest_text: str | None
    sheets: tuple[Sheet, ...]
    findings: tuple[Finding, ...]
    others: tuple[Sheet, ...]
    own: tuple[Sheet, ...]
    names: tuple[tuple[Words, str], ...]
    remarks: tuple[tuple[Words, str], ...]


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
        if len(tabs) > MAX_SHEETS:
            raise _too_many(package.name)
        named = {tabs[at]: name for at, name in match_tables([tab.name for tab in tabs]).items()}
        unnamed = {tab: cells for tab in tabs if tab not in named and (cells := _cells_of(package, tab, meanings))}
        found, about = _recognised(named, unnamed)
        if not found:
            raise refusal(
                package.name,
                f"geen enkel tabblad is een tabel van de inzending ({_table_words().nl}).",
                f"no sheet is a table of a submission ({_table_words().en}).",
            )
        order = list(tables())
        read = [
            _read_table(package, tab, tables()[name], unnamed.get(tab) or read_cells(package, tab.part, meanings))
            for tab, name in sorted(found.items(), key=lambda pair: order.index(pair[1]))
        ]
        beside = (*remarks(package), *(text for tab in tabs for text in printed(package, tab.part)))
    rest = {tab: cells for tab, cells in unnamed.items() if tab not in found and tab is not about}
    flawed = [tab for tab in tabs if tab not in named and tab not in unnamed and not _is_own(tab)]
    return WorkbookContent(
        manifest_toml(unnamed[about].rows) if about else None,
        tuple(one.sheet for one in read),
        (
            *(finding for one in read for finding in one.findings),
            *_about_tabs(package.name, tabs, found, about),
            *(Finding(rules.SHEET_UNREAD, package.name, values={"place": tab.place}) for tab in flawed if tab.unread),
            *unsearchable(package),
        ),
        tuple(sheet for tab, cells in rest.items() if not _is_own(tab) and (sheet := _as_sheet(package, tab, cells))),
        tuple(sheet for tab, cells in rest.items() if _is_own(tab) and (sheet := _as_sheet(package, tab, cells))),
        tuple((Words(f"de naam van tabblad {tab.place}", f"the name of sheet {tab.place}"), tab.name) for tab in tabs),
        beside,
    )


def _too_many(name: str) -> CannotRead:
    return refusal(
        name,
        f"deze werkmap heeft meer dan {MAX_SHEETS} tabbladen. Haal weg wat niet in de inzending hoort.",
        f"this workbook has more than {MAX_SHEETS} sheets. Remove what does not belong in the submission.",
    )


def _recognised(named: dict[_Tab, str], unnamed: dict[_Tab, RawCells]) -> tuple[dict[_Tab, str], _Tab | None]:
    """The sheets that are tables, and the one about the submission: by name, or by content where no name says it."""
    found = dict(named)
    about = next((tab for tab in unnamed if plain(tab.name) in MANIFEST_SHEETS), None)
    for tab, cells in unnamed.items():
        if tab is about or _is_own(tab):
            continue
        name = table_by_content(cells.rows)
        if name and name not in found.values():
            found[tab] = name
        elif about is None and is_manifest(cells.rows):
            about = tab
    return found, about


def _is_own(tab: _Tab) -> bool:
    return plain(tab.name) in OWN_SHEETS


def _cells_of(package: Package, tab: _Tab, meanings: Meanings) -> RawCells | None:
    """The cells of a sheet that no name says is a table; None when it is empty or not to be read."""
    try:
        with package.sound():
            cells = read_cells(package, tab.part, meanings)
    except CannotRead:
        tab.unread = True
        return None
    return cells if cells.rows else None


def _as_sheet(package: Package, tab: _Tab, cells: RawCells) -> Sheet:
    """A sheet that nobody uses, for what it may give away."""
    width = max(map(len, cells.rows))
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


def _about_tabs(file: str, tabs: list[_Tab], found: dict[_Tab, str], about: _Tab | None) -> Iterator[Finding]:
    """Sheets that are hidden or not used; they go by their place, for a name can be a person's."""
    for tab in tabs:
        if tab is about or _is_own(tab):
            continue
        if tab.hidden:
            yield Finding(rules.SHEET_HIDDEN, file, found.get(tab, ""), values={"place": tab.place})
        elif tab not in found:
            yield Finding(rules.SHEET_UNUSED, file, values={"place": tab.place, "tables": _table_words()})


def _read_table(package: Package, tab: _Tab, table: Table, cells: RawCells) -> ReadTable:
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


def _said(tab: _Tab, table: Table, header_line: int) -> Words | None:
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
