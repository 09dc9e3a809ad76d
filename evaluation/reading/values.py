"""From the typed values of SPSS and Parquet files to the text that their owner sees."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_schemas.finding import Finding
from data_schemas.rules import reading as rules
from data_schemas.tables import tables
from evaluation.reading.headers import column_words, date_repair
from evaluation.reading.texts import encoded


def as_text(values: pa.Array | pa.ChunkedArray) -> pa.DictionaryArray:
    """Text per row: whole numbers without decimals, dates as 2024-03-01, nothing for a missing value.

    Raises
    ------
    pyarrow.ArrowNotImplementedError
        Lists, structures and other values that have no text.

    >>> as_text(pa.array([3.0, 7.5, None])).to_pylist()
    ['3', '7.5', '']
    """
    if pa.types.is_dictionary(values.type):
        return encoded(values.cast(pa.string()))
    if pa.types.is_floating(values.type):
        return _numbers(values)
    if pa.types.is_boolean(values.type):
        values = pc.if_else(values, "TRUE", "FALSE")
    return encoded(values.cast(pa.string()))


def _numbers(values: pa.Array | pa.ChunkedArray) -> pa.DictionaryArray:
    """Numbers by their distinct values, 15 digits; one Python step per distinct number."""
    distinct = encoded(pc.fill_null(values.cast(pa.float64()), np.nan))
    texts = [f"{value:.15g}" if np.isfinite(value) else "" for value in distinct.dictionary.to_pylist()]
    return encoded(pa.DictionaryArray.from_arrays(distinct.indices, pa.array(texts, pa.string())))


def is_moment(kind: pa.DataType) -> bool:
    """Whether values of this type are dates or times."""
    return pa.types.is_temporal(kind) and not pa.types.is_duration(kind)


def dates_found(
    file: str, table: str, column: str, texts: pa.DictionaryArray, lines: np.ndarray
) -> tuple[pa.DictionaryArray, Finding]:
    """A column of dates where the contract has none: emptied, with a finding for every row that held one."""
    filled = np.array([text != "" for text in texts.dictionary.to_pylist()], bool)
    rows = filled[texts.indices.to_numpy(zero_copy_only=False)]
    empty = pa.array([""] * len(texts), pa.string()).dictionary_encode()
    return empty, Finding(
        rules.CELL_DATE,
        file,
        table,
        (column,),
        lines[rows],
        len(lines),
        {"column": column_words(tables()[table].column(column)), "how": date_repair(tables()[table].column(column))},
    )
