"""Where a finding stands as the owner's own program shows it: the sheet, and the letters above the columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from data_schemas.finding import Finding
from data_schemas.sheet import Sheet
from data_schemas.tables import tables
from data_schemas.words import Words
from evaluation.reading.headers import column_letter, match_header, plain

_SHEET = Words("tabblad {label}", "sheet {label}")
_OTHER_SHEET = Words("tabblad {place} ({label})", "sheet {place} ({label})")


@dataclass(frozen=True, slots=True)
class Place:
    """Where one table stands: the sheet in words (None outside a workbook), and per column of the contract its position."""

    sheet: Words | None
    columns: Mapping[str, int]
    lettered: bool


def places(sheets: Iterable[Sheet]) -> dict[tuple[str, str], Place]:
    """The place of every table that was read, by file and table; the first where a table is there twice."""
    found: dict[tuple[str, str], Place] = {}
    for sheet in sheets:
        table = tables()[sheet.table]
        columns: dict[str, int] = {}
        for place, header in enumerate(sheet.headers, start=1):
            columns.setdefault(match_header(table, header) or "", place)
        found.setdefault((sheet.file, sheet.table), Place(_sheet_words(sheet), columns, sheet.header_line > 0))
    return found


def located(findings: Sequence[Finding], where: Mapping[tuple[str, str], Place]) -> tuple[Finding, ...]:
    """The same findings, each with its sheet and letters."""
    return tuple(_located(finding, where.get((finding.file, finding.table))) for finding in findings)


def _located(finding: Finding, where: Place | None) -> Finding:
    if where is None:
        return finding
    positions = [where.columns.get(name, 0) for name in finding.columns] or ([finding.place] if finding.place else [])
    letters = tuple(column_letter(place) for place in positions) if where.lettered else ()
    return replace(finding, sheet=where.sheet, letters=letters)


def _sheet_words(sheet: Sheet) -> Words | None:
    """The sheet by its name where that is the table's; otherwise by its place, for a name can be a person's."""
    if sheet.sheet is None:
        return None
    table = tables()[sheet.table]
    own = next((name for name in (*table.label, table.name) if plain(name) == plain(sheet.sheet)), None)
    return _SHEET.fill(label=own) if own else _OTHER_SHEET.fill(place=sheet.place, label=table.label)
