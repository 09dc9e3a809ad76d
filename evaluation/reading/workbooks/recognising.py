"""Which sheet of a workbook is which: by its name, and where that says nothing by what stands in it."""

from __future__ import annotations

from data_schemas.column import Table
from data_schemas.tables import tables
from evaluation.reading.headers import FEWEST_HEADERS, HEADER_WITHIN, match_header, plain
from evaluation.reading.meanings.as_meant import meant_headers

_MANIFEST_KEYS = (frozenset(("contract",)), frozenset(("kortenaam", "shortname", "naam", "name")))


def header_at(rows: list[list[str]], table: Table) -> int:
    """Position of the header row: the first row that names most columns of the contract."""
    matches = [sum(match_header(table, text) is not None for text in row) for row in rows[:HEADER_WITHIN]]
    if matches and max(matches) < FEWEST_HEADERS:
        meant = [match + len(meant_headers(table, row)) for match, row in zip(matches, rows)]
        matches = meant if max(meant) >= FEWEST_HEADERS else matches
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


def table_by_meaning(rows: list[list[str]]) -> str | None:
    """The table whose needed columns all stand in these rows, as they are called or by what their headers are likely to mean.

    >>> table_by_meaning([["Clientnr", "Vragenlijst", "Ingevuld door", "Moment", "Weeknr", "Totaalscore"]])
    'measurements'
    """
    for table in tables().values():
        headers = rows[header_at(rows, table)] if rows else []
        needed = [column.name for column in table.columns if column.needed]
        named = {match_header(table, text) for text in headers} & set(needed)
        if named | set(meant_headers(table, headers, needed)) == set(needed):
            return table.name
    return None


def side_by_side(rows: list[list[str]], table: Table) -> list[tuple[str, int, int]]:
    """Other tables next to a table on one sheet, beyond a column without a header: the name, and the first and last column (from 0)."""
    headers = rows[header_at(rows, table)] if rows else []
    blocks: list[list[int]] = []
    for place, header in enumerate(headers):
        if header.strip():
            blocks = [*blocks[:-1], [*blocks[-1], place]] if blocks and blocks[-1][-1] == place - 1 else [*blocks, [place]]
    found = []
    for block in blocks:
        written = [headers[place] for place in block]
        name = table_by_content([written]) or table_by_meaning([written])
        if name and name != table.name:
            found.append((name, block[0], block[-1]))
    return found if len(blocks) > len(found) else []


def is_manifest(rows: list[list[str]]) -> bool:
    """Whether the first column asks what the sheet about the submission asks.

    >>> is_manifest([["Over deze inzending"], ["Contract", "1"], ["Korte naam", "proef"]])
    True
    """
    keys = {plain(row[0]) for row in rows[: 2 * HEADER_WITHIN] if row}
    return all(keys & words for words in _MANIFEST_KEYS)
