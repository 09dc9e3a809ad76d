"""Rows of which several required cells are empty: one cause, told once by row and not by cell."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from data_schemas.column import Table
from data_schemas.finding import Finding
from data_schemas.rules import cells
from data_schemas.sheet import Sheet
from data_schemas.words import Words
from evaluation.reading.headers import column_words
from evaluation.validation.parsing import ParsedColumn

# So many empty cells make a row half filled; a column that is empty in most rows was left out as a whole.
_SEVERAL, _MOST = 2, 0.5


def half_filled(read: Mapping[str, ParsedColumn], emptied: Mapping[str, np.ndarray]) -> np.ndarray:
    """Per row whether several of its required cells are empty, other than those that a reader emptied."""
    rows = len(next(iter(read.values())).codes) if read else 0
    count = np.zeros(rows, np.int8)
    for name, parsed in _required(read).items() if rows else ():
        empty = parsed.empty[parsed.codes]
        count += (empty & ~emptied[name] if name in emptied else empty) if empty.mean() <= _MOST else np.zeros(rows, bool)
    return count >= _SEVERAL


def unfinished(table: Table, read: Mapping[str, ParsedColumn], half: np.ndarray, sheet: Sheet) -> Finding:
    """The finding about such rows, with the columns that are empty in one of them."""
    names = tuple(name for name, parsed in _required(read).items() if parsed.empty[parsed.codes][half].any())
    labels = [column_words(table.column(name)) for name in names]
    told = {"columns": Words(*(", ".join(label[lang] for label in labels) for lang in ("nl", "en")))}
    return Finding(cells.ROW_UNFINISHED, sheet.file, table.name, names, sheet.lines[half], len(half), told)


def _required(read: Mapping[str, ParsedColumn]) -> dict[str, ParsedColumn]:
    return {name: parsed for name, parsed in read.items() if parsed.column.filled and parsed.empty.any()}
