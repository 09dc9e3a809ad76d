"""What people call the columns of the contract and their codes."""

from __future__ import annotations

from functools import cache

from data_schemas.column import Column
from data_schemas.tables import tables
from data_schemas.words import Words


def column_words(name: str) -> Words:
    """What people call a column of the contract, or what two columns say at the start and the end; the name itself otherwise.

    >>> column_words("gender")["nl"]
    'Geslacht'
    """
    column = _columns().get(name)
    if column is not None:
        return column.label
    before = _columns().get(f"{name}_start")
    return before.codes.title if before and before.codes else Words(name, name)


def code_words(column: str, code: str) -> Words:
    """The words for a code of a column, or of what two columns say at the start and the end; the code itself when it has none.

    >>> code_words("gender", "girl")["nl"]
    'meisje'
    """
    found = _columns().get(column) or _columns().get(f"{column}_start")
    return found.codes.label(code) if found and found.codes else Words(code, code)


@cache
def _columns() -> dict[str, Column]:
    return {column.name: column for table in tables().values() for column in table.columns}
