"""From what people write above a column, on a sheet or as a file name to the names of the contract."""

from __future__ import annotations

import unicodedata
from functools import cache

from data_schemas.column import Column, Table
from data_schemas.tables import tables
from data_schemas.words import Words

_IGNORED = str.maketrans("", "", " \t\r\n_-\u00a0\ufeff\u200b")


def plain(text: str) -> str:
    """A text without case, spaces, underscores and hyphens.

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


def column_words(column: Column) -> Words:
    """What a column is called: its label, and its name in the contract where that differs.

    >>> column_words(tables()["treatments"].column("age_group"))["nl"]
    'Leeftijdsgroep (age_group)'
    """
    return Words(*(column.name if plain(label) == plain(column.name) else f"{label} ({column.name})" for label in column.label))


@cache
def _spellings(table: Table) -> dict[str, str]:
    labels = {plain(label): column.name for column in table.columns for label in column.label}
    return labels | {plain(column.name): column.name for column in table.columns}


@cache
def _table_names() -> dict[str, str]:
    return {plain(name): table.name for table in tables().values() for name in (*table.label, table.name)}
