"""SPSS `.sav`: codes by their value labels, so that a label of the contract is as good as its code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from data_schemas.column import Table
from data_schemas.words import Words
from evaluation.failures import CannotRead
from evaluation.reading.headers import match_header
from evaluation.reading.limits import MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS, check_file, refusal, shown, too_large, too_wide
from evaluation.reading.texts import ReadTable, encoded, hand_on
from evaluation.reading.values import as_text, dates_found, is_moment

_CELL_BYTES = 8
_COUNTED = Words(
    "rijen zoals SPSS ze nummert, waardelabels in plaats van codes", "rows as SPSS numbers them, value labels in place of codes"
)


def read_spss(path: Path, table: Table) -> ReadTable:
    """Read one SPSS file.

    A column is known by its name or by its variable label. Values that SPSS calls missing are empty.

    Raises
    ------
    evaluation.failures.CannotRead
        Not an SPSS file, damaged, or beyond the limits.
    """
    check_file(path)
    frame, about = _read(path)
    lines = np.arange(1, len(frame) + 1, dtype=np.int64)
    headers, columns, findings = [], [], []
    for name in frame.columns:
        header = _header(table, name, about.column_names_to_labels.get(name))
        texts, dated = _texts(table, header, frame[name], about.variable_value_labels.get(name, {}))
        if dated and (known := match_header(table, header)):
            texts, finding = dates_found(shown(path.name), table.name, known, texts, lines)
            findings.append(finding)
        headers.append(header)
        columns.append(texts)
    return hand_on(table, shown(path.name), headers, columns, lines, header_line=0, said=_COUNTED, findings=findings)


def spss_labels(path: Path) -> dict[str, str | None]:
    """What each variable of a file that was read is called, by its name."""
    import pyreadstat

    try:
        return pyreadstat.read_sav(path, metadataonly=True)[1].column_names_to_labels
    except Exception:  # pyreadstat raises its own and bare exceptions, with text from the file in them
        raise _unreadable(path.name) from None


def _read(path: Path) -> tuple[pd.DataFrame, Any]:
    import pyreadstat

    try:
        _, about = pyreadstat.read_sav(path, metadataonly=True)
        if about.number_columns > MAX_COLUMNS:
            raise too_wide(path.name)
        rows = about.number_rows or 0
        if rows > MAX_ROWS or rows * about.number_columns * _CELL_BYTES > MAX_FILE_BYTES:
            raise too_large(path.name)
        return pyreadstat.read_sav(path)
    except CannotRead:
        raise
    except Exception:  # pyreadstat raises its own and bare exceptions, with text from the file in them
        raise _unreadable(path.name) from None


def _unreadable(name: str) -> CannotRead:
    return refusal(
        name,
        "dit is geen (volledig) SPSS-bestand. Bewaar het in SPSS opnieuw als .sav, of als CSV.",
        "this is not a (complete) SPSS file. Save it again in SPSS as .sav, or as CSV.",
    )


def _header(table: Table, name: str, label: str | None) -> str:
    """The variable's name; its label where only that names a column of the contract."""
    return label if label and not match_header(table, name) and match_header(table, label) else name


def _texts(table: Table, header: str, values: pd.Series, labels: dict) -> tuple[pa.DictionaryArray, bool]:
    """The column as text, and whether it holds dates. Numbers of the contract stay numbers, labelled or not."""
    try:
        array = pa.Array.from_pandas(values)
    except (pa.ArrowException, ValueError, TypeError):
        array = pa.array(["" if pd.isna(value) else str(value) for value in values], pa.string())
    texts = as_text(array)
    known = match_header(table, header)
    if not labels or (known and table.column(known).kind in ("whole", "number")):
        return texts, is_moment(array.type)
    spoken = {f"{value:.15g}" if isinstance(value, float) else str(value): label for value, label in labels.items()}
    named = [spoken.get(text, text) for text in texts.dictionary.to_pylist()]
    return encoded(pa.DictionaryArray.from_arrays(texts.indices, pa.array(named, pa.string()))), is_moment(array.type)
