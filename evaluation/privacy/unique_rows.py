"""Rows that nobody shares once exact weeks are known: descriptors may hide someone, the weeks beside them seldom do."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data_schemas.column import Table
from data_schemas.finding import Finding
from data_schemas.rules import privacy as rules
from data_schemas.rules._counting import group_sizes, numbers, packed, positions
from data_schemas.words import LANGS, Words

# Facts of one trajectory that its surroundings may know to the week.
EXACT = ("treatment_weeks", "ending", "follow_up_weeks")
# Of fewer people nobody is surprised; more than half of them unique is worth a warning.
_ENOUGH, _SHARE = 10, 0.5


def unique_rows(table: Table, people: pd.DataFrame, file: str) -> Finding | None:
    """A warning when most people are the only one with their descriptors, weeks and ending; None otherwise."""
    exact = [name for name in EXACT if name in people and people[name].notna().any()]
    quasi = [
        column.name
        for column in table.columns
        if column.risk == "quasi" and column.name in people and isinstance(people[column.name].dtype, pd.CategoricalDtype)
        if (positions(people[column.name]) >= 0).any()
    ]
    if len(people) < _ENOUGH or not quasi or not any(people[name].dtype.kind == "i" for name in exact):
        return None
    names = (*quasi, *exact)
    try:
        unique = int((group_sizes(packed([_coded(people[name]) for name in names])) == 1).sum())
    except OverflowError:  # more combinations than there are numbers for: nobody shares one
        return None
    if unique <= _SHARE * len(people):
        return None
    words = [table.column(name).label for name in names]
    values = {
        "columns": Words(*(", ".join(label[lang] for label in words) for lang in LANGS)),
        "unique": unique,
        "people": len(people),
    }
    return Finding(rules.ROWS_UNIQUE, file, table.name, tuple(names), checked=len(people), values=values)


def _coded(column: pd.Series) -> tuple[np.ndarray, int]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return positions(column), len(column.cat.categories)
    values = np.nan_to_num(numbers(column), nan=-1).astype(np.int64)
    lowest = int(values.min(initial=-1))
    return values - lowest - 1, int(values.max(initial=0)) - lowest + 1
