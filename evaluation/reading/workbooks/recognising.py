"""Which sheet of a workbook is which: by its name, and where that says nothing by what stands in it."""

from __future__ import annotations

from data_schemas.column import Table
from data_schemas.tables import tables
from evaluation.reading.headers import FEWEST_HEADERS, HEADER_WITHIN, match_header, plain

_MANIFEST_KEYS = (frozenset(("contract",)), frozenset(("kortenaam", "shortname", "naam", "name")))


def header_at(rows: list[list[str]], table: Table) -> int:
    """Position of the header row: the first row that names most columns of the contract."""
    matches = [sum(match_header(table, text) is not None for text in row) for row in rows[:HEADER_WITHIN]]
    return matches.index(max(matches)) if matches else 0


def table_by_content(rows: list[list[str]]) -> str | None:
    """The table whose needed columns stand in these rows, all of them or all but one.

    >>> table_by_content([["Cliënt", "Gebeurtenis", "Van week", "Tot en met week", "Zekerheid"]])
    'events'
    >>> table_by_content([["Cliënt", "Opmerking"]]) is None
    True
    """
    for table in tables().values():
        needed = {column.name for column in table.columns if column.needed}
        headers = rows[header_at(rows, table)] if rows else []
        named = {name for text in headers if (name := match_header(table, text))}
        if len(named) >= FEWEST_HEADERS and len(needed - named) <= 1:
            return table.name
    return None


def is_manifest(rows: list[list[str]]) -> bool:
    """Whether the first column asks what the sheet about the submission asks.

    >>> is_manifest([["Over deze inzending"], ["Contract", "1"], ["Korte naam", "proef"]])
    True
    """
    keys = {plain(row[0]) for row in rows[: 2 * HEADER_WITHIN] if row}
    return all(keys & words for words in _MANIFEST_KEYS)
