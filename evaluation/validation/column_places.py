"""Which column of a sheet is which of the contract, and what is wrong with the headers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from data_schemas.column import Table
from data_schemas.covariates import OwnColumn, shown
from data_schemas.finding import Finding
from data_schemas.rules import cells
from data_schemas.sheet import Sheet
from data_schemas.tables import tables
from data_schemas.words import Words
from evaluation.reading.headers import column_letter, column_words, match_header
from evaluation.reading.meanings.as_meant import meant_headers
from evaluation.validation.guessing import NOTHING

_NEAR = Words(
    "Kolom {place} lijkt erop: verander de kop daarvan in '{label}'.",
    "Column {place} looks like it: change its header to '{label}'.",
)
_MAYBE = Words("Bedoelt u '{label}'?", "Did you mean '{label}'?")
_NO_HEADER = Words("Er staat geen kop boven.", "There is no header above it.")


def columns_of(table: Table, sheet: Sheet) -> tuple[dict[str, int], list[Finding]]:
    """Where each column of the contract stands, and what is wrong with the headers: one finding per cause."""
    where: dict[str, int] = {}
    strange: dict[int, str] = {}
    findings = []
    for place, header in enumerate(sheet.headers):
        name = match_header(table, header)
        if name is None:
            strange[place + 1] = header
        elif name in where:
            column, own = table.column(name), isinstance(table.column(name), OwnColumn)
            values = {"column": shown(column.place) if own else column_words(column)}
            at = place + 1 if own else 0
            findings.append(
                Finding(cells.COLUMN_TWICE, sheet.file, table.name, () if own else (name,), values=values, place=at)
            )
        else:
            where[name] = place
    if strange and not where and any(header.strip() for header in sheet.headers):
        values = {"headers": Words(*(", ".join(c.label[lang] for c in table.columns if c.needed) for lang in ("nl", "en")))}
        return where, [Finding(cells.HEADERS_MISSING, sheet.file, table.name, values=values)]
    if sheet.beside:
        other, first, last = sheet.beside
        values = {
            "table": table.label,
            "other": tables()[other].label,
            "first": _letter(sheet, first),
            "last": _letter(sheet, last),
        }
        findings.append(Finding(cells.TABLE_BESIDE, sheet.file, table.name, values=values, place=first))
    findings.extend(_strange_columns(table, sheet, strange))
    for place in sorted(sheet.renamed):
        column = table.column(match_header(table, sheet.headers[place]))
        values = {"label": column.label, "place": _letter(sheet, place + 1)}
        if column.needed:
            values["near"] = _NEAR.fill(place=_letter(sheet, place + 1), label=column.label)
        rule = cells.COLUMN_MISSING if column.needed else cells.COLUMN_MISNAMED
        findings.append(Finding(rule, sheet.file, table.name, values=values, place=place + 1))
    if any(header.strip() for header in sheet.headers):
        for column in table.columns:
            if column.needed and column.name not in where:
                own = isinstance(column, OwnColumn)
                values = {"label": shown(column.place) if own else column.label, "near": NOTHING}
                names = () if own else (column.name,)
                findings.append(Finding(cells.COLUMN_MISSING, sheet.file, table.name, names, values=values))
    return where, findings


def _strange_columns(table: Table, sheet: Sheet, strange: Mapping[int, str]) -> Iterator[Finding]:
    """Columns that the contract does not know; those beyond an empty column were put beside the table, and are told together."""
    blank = next(
        (at for at in sorted(strange) if not strange[at].strip() and _all_empty(sheet.columns[at - 1])), len(sheet.headers) + 1
    )
    beside = [at for at in strange if at > blank]
    if beside and all(match_header(table, header) is None for header in sheet.headers[blank:]):
        values = {"first": _letter(sheet, min(beside)), "last": _letter(sheet, max(beside))}
        yield Finding(cells.BESIDE_TABLE, sheet.file, table.name, values=values, place=min(beside))
        strange = {at: one for at, one in strange.items() if at < blank}
    maybe = {place + 1: name for name, place in meant_headers(table, sheet.headers).items()}
    for at, header in strange.items():
        if at == blank:
            continue
        if not header.strip() and _all_empty(sheet.columns[at - 1]):
            continue
        near = NOTHING if header.strip() else _NO_HEADER
        if at in maybe:
            near = _MAYBE.fill(label=table.column(maybe[at]).label)
        yield Finding(
            cells.COLUMN_UNKNOWN, sheet.file, table.name, values={"place": _letter(sheet, at), "near": near}, place=at
        )


def _letter(sheet: Sheet, place: int) -> str | int:
    return column_letter(place) if sheet.header_line else place


def _all_empty(column: pa.Array | pa.ChunkedArray) -> bool:
    return pc.all(pc.equal(pc.utf8_trim_whitespace(column.cast(pa.string())), "")).as_py() is not False
