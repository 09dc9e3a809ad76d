"""Parquet: typed columns back to text, so that the same rules hold for every format."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from data_schemas.column import Table
from data_schemas.words import Words
from evaluation.failures import CannotRead
from evaluation.reading.headers import match_header
from evaluation.reading.limits import MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS, read_bytes, refusal, shown, too_large, too_wide
from evaluation.reading.texts import ReadTable, hand_on
from evaluation.reading.values import as_text, dates_found, is_moment

_COUNTED = Words("rijen geteld vanaf 1, zonder kopregel", "rows counted from 1, without a header row")
# Metadata is read before anything else, and could itself claim to be endless.
_METADATA_BYTES = 50_000_000


def read_parquet(path: Path, table: Table) -> ReadTable:
    """Read one Parquet file.

    Raises
    ------
    evaluation.failures.CannotRead
        Not Parquet, damaged, beyond the limits, or with nested values.
    """
    data = read_bytes(path)
    try:
        file = pa.parquet.ParquetFile(
            pa.BufferReader(data), thrift_string_size_limit=_METADATA_BYTES, thrift_container_size_limit=_METADATA_BYTES
        )
        _check(path.name, file)
        content = file.read()
        texts = [as_text(column) for column in content.columns]
    except (pa.ArrowException, OSError, ValueError):
        raise _unreadable(path.name) from None
    lines = np.arange(1, len(content) + 1, dtype=np.int64)
    findings = []
    for place, (header, kind) in enumerate(zip(content.schema.names, content.schema.types)):
        if is_moment(kind) and (name := match_header(table, header)):
            texts[place], finding = dates_found(shown(path.name), table.name, name, texts[place], lines)
            findings.append(finding)
    return hand_on(table, shown(path.name), content.schema.names, texts, lines, header_line=0, said=_COUNTED, findings=findings)


def _check(name: str, file: pa.parquet.ParquetFile) -> None:
    """Refuse before unpacking what would not fit: the metadata says how large everything is."""
    about = file.metadata
    if about.num_columns > MAX_COLUMNS:
        raise too_wide(name)
    size = sum(about.row_group(place).total_byte_size for place in range(about.num_row_groups))
    if about.num_rows > MAX_ROWS or size > MAX_FILE_BYTES:
        raise too_large(name)


def _unreadable(name: str) -> CannotRead:
    return refusal(
        name,
        "dit is geen (volledig) Parquet-bestand met gewone kolommen. Maak het opnieuw, of bewaar de tabel als CSV.",
        "this is not a (complete) Parquet file with plain columns. Make it again, or save the table as CSV.",
    )
