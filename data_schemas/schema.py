"""The pandera schema of a table, derived from the contract.

Validation calls the checks of a column on its distinct values (a million rows have few distinct scores); a researcher may
hold a whole typed frame against the schema.
"""

from __future__ import annotations

from functools import cache

import pandas as pd
import pandera.pandas as pa

from data_schemas.column import Column, Table

KEY_PATTERN = r"[A-Za-z0-9_-]{1,40}"
NAME_PATTERN = r"[a-z0-9][a-z0-9_-]{0,39}"
PERIOD_PATTERN = r"(?:19|20)[0-9]{2}-[12]"
PATTERNS = {"key": KEY_PATTERN, "name": NAME_PATTERN, "period": PERIOD_PATTERN}
PATTERN_RULES = {"key": "cell-not-key", "name": "cell-not-name", "period": "cell-not-period"}


@cache
def column_checks(column: Column) -> tuple[pa.Check, ...]:
    """What must hold for the typed values of one column; each check's name is the code of its rule."""
    if column.kind in PATTERNS:
        return (pa.Check.str_matches(rf"^{PATTERNS[column.kind]}$", name=PATTERN_RULES[column.kind]),)
    if column.kind == "code":
        return (pa.Check.isin(column.codes.values, name="cell-not-in-list"),)
    if column.minimum is None and column.maximum is None:
        return ()
    return (pa.Check.in_range(column.minimum, column.maximum, name="cell-out-of-range"),)


def table_schema(table: Table) -> pa.DataFrameSchema:
    """The schema for a whole typed frame of one table.

    >>> from data_schemas.tables import tables
    >>> table_schema(tables()["events"]).unique
    ['client', 'event', 'week_from', 'week_to', 'source']
    """
    columns = {}
    for column in table.columns:
        dtype = {
            "whole": "Int32",
            "number": "float64",
            "code": pd.CategoricalDtype(column.codes.values if column.codes else None),
        }.get(column.kind)
        columns[column.name] = pa.Column(
            dtype,
            [] if column.kind == "code" else list(column_checks(column)),
            nullable=not column.filled,
            required=column.needed,
        )
    return pa.DataFrameSchema(columns, unique=list(table.key))
