"""An Excel workbook: the tables as sheets, and a sheet that says what `submission.toml` says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from data_schemas.finding import Finding
from data_schemas.rules import reading as rules
from data_schemas.sheet import Sheet
from data_schemas.tables import tables
from data_schemas.words import LANGS, Words
from evaluation.failures import CannotRead
from evaluation.reading.headers import match_tables, plain
from evaluation.reading.limits import refusal
from evaluation.reading.meanings.as_meant import as_meant
from evaluation.reading.texts import ReadTable, encoded
from evaluation.reading.workbooks.beside import printed, remarks, signatures, unsearchable
from evaluation.reading.workbooks.findings_sheet import FINDINGS_SHEETS, seen_places
from evaluation.reading.workbooks.manifest_sheet import manifest_toml
from evaluation.reading.workbooks.package import Package, damaged
from evaluation.reading.workbooks.recognising import header_at, is_manifest, side_by_side, table_by_content, table_by_meaning
from evaluation.reading.workbooks.table_sheet import Tab, read_table
from evaluation.reading.workbooks.worksheet import Meanings, RawCells, read_cells, read_meanings

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
    signed
        Who made or saved the workbook, or wrote a note in it.
    seen
        Places that the provider marked on our own sheet of findings as no person.
    """

    manifest_text: str | None
    sheets: tuple[Sheet, ...]
    findings: tuple[Finding, ...]
    others: tuple[Sheet, ...]
    own: tuple[Sheet, ...]
    names: tuple[tuple[Words, str], ...]
    remarks: tuple[tuple[Words, str], ...]
    signed: tuple[tuple[Words, str], ...]
    seen: tuple[str, ...]


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
        held = {tab: unnamed.get(tab) or read_cells(package, tab.part, meanings) for tab in found}
        manifest = manifest_toml(unnamed[about].rows) if about else None
        read = [as_meant(one, manifest) for tab, name in found.items() for one in _tables_on(package, tab, name, held, found)]
        aside = {one.sheet.table for one in read if one.sheet.beside}
        read = [one for one in read if one.sheet.beside or one.sheet.table not in aside]
        read.sort(key=lambda one: order.index(one.sheet.table))
        called = {tab.part: _called(tab, found) for tab in tabs}
        beside = (*remarks(package, called), *(text for tab in tabs for text in printed(package, tab.part)))
        signed = signatures(package)
    rest = {tab: cells for tab, cells in unnamed.items() if tab not in found and tab is not about}
    flawed = [tab for tab in tabs if tab not in named and tab not in unnamed and not _is_own(tab)]
    return WorkbookContent(
        manifest,
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
        signed,
        tuple(
            place for tab, cells in unnamed.items() if plain(tab.name) in FINDINGS_SHEETS for place in seen_places(cells.rows)
        ),
    )


def _tables_on(package: Package, tab: Tab, name: str, held: dict[Tab, RawCells], found: dict[Tab, str]) -> Iterator[ReadTable]:
    """The table of a sheet, and those next to it that have no rows on a sheet of their own."""
    cells = held[tab]
    filled = {
        found[other] for other, cells in held.items() if len(cells.rows) > header_at(cells.rows, tables()[found[other]]) + 1
    }
    beside = [one for one in side_by_side(cells.rows, tables()[name]) if one[0] not in filled]
    aside = {place for _, first, last in beside for place in range(first, last + 1)}
    yield read_table(package, tab, tables()[name], cells.only(lambda at: at not in aside) if aside else cells)
    for other, first, last in beside:
        read = read_table(package, tab, tables()[other], cells.only(lambda at, first=first, last=last: first <= at <= last))
        yield replace(read, sheet=replace(read.sheet, beside=(name, first + 1, last + 1)))


def _called(tab: Tab, found: dict[Tab, str]) -> Words:
    """What a sheet is called in a message: by its table, or by its place, for a name can be a person's."""
    if tab in found:
        return Words(*(f"{sheet} {label}" for sheet, label in zip(("tabblad", "sheet"), tables()[found[tab]].label)))
    return Words(f"tabblad {tab.place}", f"sheet {tab.place}")


def _too_many(name: str) -> CannotRead:
    return refusal(
        name,
        f"deze werkmap heeft meer dan {MAX_SHEETS} tabbladen. Haal weg wat niet in de inzending hoort.",
        f"this workbook has more than {MAX_SHEETS} sheets. Remove what does not belong in the submission.",
    )


def _recognised(named: dict[Tab, str], unnamed: dict[Tab, RawCells]) -> tuple[dict[Tab, str], Tab | None]:
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
    if found or about:  # a workbook that is one of ours in some way: sheets may be called and headed otherwise
        for tab, cells in unnamed.items():
            if tab not in found and tab is not about and not _is_own(tab):
                name = table_by_meaning(cells.rows)
                if name and name not in found.values():
                    found[tab] = name
    return found, about


def _is_own(tab: Tab) -> bool:
    return plain(tab.name) in OWN_SHEETS


def _cells_of(package: Package, tab: Tab, meanings: Meanings) -> RawCells | None:
    """The cells of a sheet that no name says is a table; None when it is empty or not to be read."""
    try:
        with package.sound():
            cells = read_cells(package, tab.part, meanings)
    except CannotRead:
        tab.unread = True
        return None
    return cells if cells.rows else None


def _as_sheet(package: Package, tab: Tab, cells: RawCells) -> Sheet:
    """A sheet that nobody uses, for what it may give away."""
    width = max(map(len, cells.rows))
    columns = tuple(
        encoded(pa.array([row[place] if place < len(row) else "" for row in cells.rows], pa.string())) for place in range(width)
    )
    headers = tuple([*cells.rows[0], *[""] * width][:width])
    return Sheet("", package.name, headers, columns, np.array(cells.numbers, np.int64), tab.name, place=tab.place)


def _open(package: Package) -> tuple[list[Tab], Meanings]:
    book = next((part for kind, part in package.relations("").values() if kind == "officeDocument"), "xl/workbook.xml")
    if book not in package.parts:
        raise damaged(package.name)
    relations = package.relations(book)
    tabs: list[Tab] = []
    settings: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "workbookPr":
            settings.update(attributes)
        elif name == "sheet":
            own = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            kind, part = relations.get(own, ("", ""))
            if kind == "worksheet":
                hidden = attributes.get("state", "visible") != "visible"
                tabs.append(Tab(len(tabs) + 1, attributes.get("name", ""), part, hidden))

    package.parse(book, start)
    return tabs, read_meanings(package, dict(relations.values()), settings.get("date1904") in ("1", "true"))


def _table_words() -> Words:
    return Words(*(", ".join(table.label[lang].lower() for table in tables().values()) for lang in LANGS))


def _about_tabs(file: str, tabs: list[Tab], found: dict[Tab, str], about: Tab | None) -> Iterator[Finding]:
    """Sheets that are hidden or not used; they go by their place, for a name can be a person's."""
    for tab in tabs:
        if tab is about or _is_own(tab):
            continue
        if tab.hidden:
            yield Finding(rules.SHEET_HIDDEN, file, found.get(tab, ""), values={"place": tab.place})
        elif tab not in found:
            yield Finding(rules.SHEET_UNUSED, file, values={"place": tab.place, "tables": _table_words()})
