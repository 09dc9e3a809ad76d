"""From what people write above a column, on a sheet or as a file name to the names of the contract."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from data_schemas.column import Column, Table
from data_schemas.tables import tables
from data_schemas.words import Words

_IGNORED = str.maketrans("", "", " \t\r\n_-\u00a0\ufeff\u200b\"'*:")

# A title or an explanation may stand above the header row.
HEADER_WITHIN = 15
# As few headers as this do not tell a table.
FEWEST_HEADERS = 3


def plain(text: str) -> str:
    """A text without case, spaces, underscores, hyphens and the marks that people put around a header.

    >>> plain(" Age_Group ")
    'agegroup'
    """
    return unicodedata.normalize("NFC", text).casefold().translate(_IGNORED)


def match_header(table: Table, header: str) -> str | None:
    """The contract's column that a header names: by its name or its Dutch or English label.

    >>> match_header(tables()["treatments"], "Leeftijdsgroep ")
    'age_group'
    >>> match_header(tables()["treatments"], "Name") is None
    True
    """
    return _spellings(table).get(plain(header))


def match_table(name: str) -> str | None:
    """The contract's table that a sheet or file name (without its ending) names.

    >>> match_table("Behandelingen")
    'treatments'
    """
    return _table_names().get(plain(name))


def match_tables(names: Sequence[str]) -> dict[int, str]:
    """Which of these names are tables, by position: by the whole name, or else by a word in it that no whole name is.

    >>> match_tables(["zorg-noord Behandelingen 2026", "events", "events (old)"])
    {1: 'events', 0: 'treatments'}
    """
    found = {at: name for at, text in enumerate(names) if (name := match_table(text))}
    taken = set(found.values())
    for at, text in enumerate(names):
        words = {match_table(word) for word in re.findall(r"[^\W\d_]+", text)} - {None}
        if at not in found and len(words) == 1 and not words & taken:
            found[at] = words.pop()
    return found


def column_words(column: Column) -> Words:
    """What a column is called in a message: its label, which is as good a header as its name in the contract.

    >>> column_words(tables()["treatments"].column("age_group"))["nl"]
    'Leeftijdsgroep'
    """
    return column.label


def column_letter(place: int) -> str:
    """What a spreadsheet writes above the column at this position (from 1).

    >>> column_letter(1), column_letter(26), column_letter(27), column_letter(703)
    ('A', 'Z', 'AA', 'AAA')
    """
    letters = ""
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def date_repair(column: Column) -> Words:
    """What to do about a date in a column: each kind asks for something else."""
    if column.kind == "period":
        return Words(
            "Vul het halfjaar in, bijvoorbeeld 2024-1.",
            "Fill in the half-year, for example 2024-1.",
        )
    if column.unit is not None and column.unit.nl == "weken":
        return Words(
            "Vul het aantal weken sinds de start in (bijvoorbeeld 12). De eerste week is week 1.",
            "Fill in the number of weeks since the start (for example 12). The first week is week 1.",
        )
    if column.kind == "code":
        return Words(
            "Kies uit de lijst.",
            "Choose from the list.",
        )
    return Words(
        "Haal de datum weg en vul in wat in deze kolom hoort.",
        "Remove the date and fill in what belongs in this column.",
    )


@cache
def _spellings(table: Table) -> dict[str, str]:
    labels = {plain(label): column.name for column in table.columns for label in column.label}
    return labels | {plain(column.name): column.name for column in table.columns}


@cache
def _table_names() -> dict[str, str]:
    return {plain(name): table.name for table in tables().values() for name in (*table.label, table.name)}
