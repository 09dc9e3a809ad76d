"""What can be mended in one go: a proposal taken over, rows emptied that are no record, zeros put back, a header as it is meant.

Nothing is taken over by itself: each is offered beside its finding, and kept only when its owner says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from data_schemas.finding import Finding
from data_schemas.rules import cells, reading
from data_schemas.sheet import Sheet
from data_schemas.tables import tables
from data_schemas.words import Words
from evaluation.reading.headers import match_header
from evaluation.validation.guessing import meant_code
from evaluation.validation.people_codes import as_in_treatments

_TAKE = Words("Neem het voorstel over: '{label}'", "Take the proposal over: '{label}'")
_HEADER = Words("Zet er de kop '{label}' boven", "Put the header '{label}' above it")
_ZEROS = Words("Schrijf deze codes zoals op het tabblad Behandelingen", "Write these codes as on the sheet Treatments")
_SWAP = Words("Verwissel de koppen '{one}' en '{other}'", "Swap the headers '{one}' and '{other}'")
_EMPTY = Words("Haal deze rijen leeg; zij tellen dan niet mee", "Empty these rows; they do not count then")
_NO_RECORD = (reading.ROW_TOTAL, reading.ROW_HEADER, cells.ROW_UNFINISHED)
# More than a form should change at once.
MOST = 20_000


def offer(finding: Finding, sheets: Sequence[Sheet]) -> dict[str, Any] | None:
    """An offer with its name, its words, and its cells (table, line, position of the column from 1, text); None where there is none."""
    sheet = next((one for one in sheets if (one.file, one.table) == (finding.file, finding.table)), None)
    if sheet is None or len(finding.lines) > MOST:
        return None
    words, changed = _offered(finding, sheet, sheets)
    if words is None:
        return None
    name = ":".join((finding.rule.code, finding.table, ",".join(finding.columns), str(finding.place), *_span(finding)))
    empties = finding.rule in _NO_RECORD
    return {"name": name, "words": list(words), "empties": empties, "cells": [[finding.table, *one] for one in changed]}


def _span(finding: Finding) -> tuple[str, ...]:
    lines = finding.lines
    return (str(lines[0]), str(lines[-1]), str(len(lines))) if len(lines) else ()


def _offered(finding: Finding, sheet: Sheet, sheets: Sequence[Sheet]) -> tuple[Words | None, Iterable[tuple[int, int, str]]]:
    lines = finding.lines.tolist()
    if finding.rule in _NO_RECORD:
        return _EMPTY, [(line, place, "") for line in lines for place in range(1, len(sheet.headers) + 1)]
    if finding.rule in (cells.COLUMN_MISSING, cells.COLUMN_MISNAMED) and finding.place - 1 in sheet.renamed:
        label = finding.values["label"]
        return _HEADER.fill(label=label), [(sheet.header_line, finding.place, label.nl)]
    named = [match_header(tables()[finding.table], header) for header in sheet.headers]
    if finding.rule is cells.COLUMNS_SWAPPED:
        one, other = (named.index(name) + 1 for name in finding.columns)
        labels = {"one": finding.values["one"], "other": finding.values["other"]}
        header = sheet.header_line
        return _SWAP.fill(**labels), [(header, one, labels["other"].nl), (header, other, labels["one"].nl)]
    if len(finding.columns) != 1 or not lines:
        return None, ()
    place = named.index(finding.columns[0]) + 1 if finding.columns[0] in named else 0
    if place and finding.rule is cells.CELL_NOT_IN_LIST:
        code = meant_code(tables()[finding.table].column(finding.columns[0]), finding.values["guess"])
        return (_TAKE.fill(label=code.label), [(line, place, code.label.nl) for line in lines]) if code else (None, ())
    if place and finding.rule in (cells.ZEROS_LOST, cells.CLIENT_SPELLED):
        people = next((one for one in sheets if one.table == "treatments"), sheet)
        changed = [(line, place, text) for line, text in as_in_treatments(sheet, people, lines).items()]
        return (_ZEROS, changed) if people is not sheet and changed else (None, ())
    return None, ()
